package places

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// decode makes UTF-8 of a text and says what it was.
func decode(data []byte) (text []byte, name string, ok bool) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		text, name = data[3:], "UTF-8"
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		text, name = decodeAs(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), data[2:]), "UTF-16"
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		text, name = decodeAs(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), data[2:]), "UTF-16"
	case bytes.IndexByte(data, 0) >= 0:
		text, name = decodeAs(unicode.UTF16(endian(data), unicode.IgnoreBOM), data), "UTF-16"
	case utf8.Valid(data):
		text, name = data, "UTF-8"
	case chinese(data):
		text, name = decodeAs(simplifiedchinese.GB18030, data), "GB18030"
	}
	return text, name, name != "" && utf8.Valid(text) && bytes.IndexByte(text, 0) < 0
}

// decodeAs returns bytes that are no text if it is not in this encoding.
func decodeAs(e encoding.Encoding, data []byte) []byte {
	text, err := e.NewDecoder().Bytes(data)
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
		return []byte{0xff}
	}
	return text
}

// endian tells by its commas and letters, whose other byte is zero, which way round a text in UTF-16 without a mark is.
func endian(data []byte) unicode.Endianness {
	var zeros [2]int
	for i, b := range data {
		if b == 0 {
			zeros[i%2]++
		}
	}
	if zeros[0] > zeros[1] {
		return unicode.BigEndian
	}
	return unicode.LittleEndian
}

// chinese tells whether bytes are believable as GB18030. Nearly every sequence of bytes could be; but in what people write,
// most characters are of the older set, whose both bytes are high, or of four bytes, as Uyghur is. In a western text a high
// byte stands alone among letters, and would give rare characters of which the second byte is a letter.
func chinese(data []byte) bool {
	likely, unlikely := 0, 0
	for i := 0; i+1 < len(data); {
		switch second := data[i+1]; {
		case data[i] < 0x80:
			i++
		case second >= 0x30 && second <= 0x39:
			likely, i = likely+1, i+4
		case second >= 0xa1:
			likely, i = likely+1, i+2
		default:
			unlikely, i = unlikely+1, i+2
		}
	}
	return likely > 2*unlikely
}
