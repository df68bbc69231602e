// Package phototest makes files as cameras and phones write them, with a mark in every place where they write what is nobody's
// business. A test that finds one of Marks somewhere knows that more than points was kept.
package phototest

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
)

// mark is the beginning of every mark.
const mark = "c4n4ryphoto-"

// Mark is what the files made here hold in every place that is not points.
var Mark = []byte(mark)

// Marked lists the places that the last made files have a mark in, so that a test knows that it looked for something.
func Marked(file []byte) (places []string) {
	for _, part := range bytes.Split(file, Mark)[1:] {
		end := bytes.IndexByte(part, '.')
		if end > 0 {
			places = append(places, string(part[:end]))
		}
	}
	return places
}

func in(place string) []byte { return []byte(mark + place + ".") }

// Colours are those of the quarters of every scene: above left, above right, below left, below right.
var Colours = [4]color.RGBA{{200, 30, 30, 255}, {30, 200, 30, 255}, {30, 30, 200, 255}, {250, 250, 250, 255}}

// Scene is a picture of four quarters.
func Scene(width, height int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			quarter := 0
			if 2*x >= width {
				quarter++
			}
			if 2*y >= height {
				quarter += 2
			}
			m.SetRGBA(x, y, Colours[quarter])
		}
	}
	return m
}

// Plain is a JPEG of a scene with nothing in it but its points.
func Plain(width, height int) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, Scene(width, height), &jpeg.Options{Quality: 95}); err != nil {
		panic(err) // a picture in memory can be written into memory
	}
	return b.Bytes()
}

// EXIF is a block as cameras write it: how the camera was held, who made it, and where it was.
func EXIF(order binary.AppendByteOrder, turn int) []byte {
	entry := func(b []byte, tag, kind uint16, count, value uint32) []byte {
		return order.AppendUint32(order.AppendUint32(order.AppendUint16(order.AppendUint16(b, tag), kind), count), value)
	}
	maker, place := in("exif-make"), in("exif-gps")
	b := []byte("II")
	if order.String() == "BigEndian" {
		b = []byte("MM")
	}
	b = order.AppendUint32(order.AppendUint16(b, 42), 8)
	const first, count = 8, 3
	after := uint32(first + 2 + 12*count + 4)
	b = order.AppendUint16(b, count)
	b = entry(b, 0x010f, 2, uint32(len(maker)), after)
	b = order.AppendUint16(order.AppendUint16(b, 0x0112), 3)
	b = order.AppendUint32(b, 1)
	b = order.AppendUint16(order.AppendUint16(b, uint16(turn)), 0)
	gps := after + uint32(len(maker))
	b = entry(b, 0x8825, 4, 1, gps)
	b = order.AppendUint32(b, 0)
	b = append(b, maker...)
	b = order.AppendUint16(b, 1)
	b = entry(b, 0x001d, 2, uint32(len(place)), gps+2+12+4)
	b = order.AppendUint32(b, 0)
	return append(b, place...)
}

// JPEG is a file as a phone writes it: a scene with everything around it that a camera adds, and more behind its end.
func JPEG(width, height, turn int) []byte {
	plain := Plain(width, height)
	segment := func(mark byte, parts ...[]byte) []byte {
		body := bytes.Join(parts, nil)
		return append(binary.BigEndian.AppendUint16([]byte{0xff, mark}, uint16(len(body)+2)), body...)
	}
	small := in("jfif-small")
	for len(small)%3 != 0 {
		small = append(small, 0)
	}
	head := bytes.Join([][]byte{
		{0xff, 0xd8},
		segment(0xe0, []byte("JFIF\x00\x01\x02\x00\x00\x48\x00\x48"), []byte{byte(len(small) / 3), 1}, small),
		segment(0xe0, []byte("JFXX\x00\x10"), in("jfxx-small")),
		segment(0xe1, []byte("Exif\x00\x00"), EXIF(binary.BigEndian, turn)),
		segment(0xe1, []byte("http://ns.adobe.com/xap/1.0/\x00<x>"), in("xmp"), []byte("</x>")),
		segment(0xe2, []byte("ICC_PROFILE\x00\x01\x01"), in("icc")),
		segment(0xe2, []byte("MPF\x00MM\x00\x2a"), in("mpf")),
		segment(0xed, []byte("Photoshop 3.0\x008BIM\x04\x04"), in("iptc")),
		segment(0xee, []byte("Adobe\x00\x64\x00\x00\x00\x00\x01"), in("adobe")),
		segment(0xef, in("app15")),
		segment(0xfe, in("comment")),
	}, nil)
	return bytes.Join([][]byte{head, plain[2:], Plain(16, 16), in("behind")}, nil)
}

// chunk is one of a PNG.
func chunk(name string, parts ...[]byte) []byte {
	body := append([]byte(name), bytes.Join(parts, nil)...)
	out := append(binary.BigEndian.AppendUint32(nil, uint32(len(body)-4)), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(body))
}

const pngHeader = 8 + 25 // the magic, and IHDR

// PNG is a scene with texts, times, a profile, an EXIF and more around it.
func PNG(width, height, turn int) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, Scene(width, height)); err != nil {
		panic(err)
	}
	plain := b.Bytes()
	return bytes.Join([][]byte{
		plain[:pngHeader],
		chunk("tEXt", []byte("Author\x00"), in("text")),
		chunk("iTXt", []byte("XML:com.adobe.xmp\x00\x00\x00\x00\x00"), in("xmp")),
		chunk("zTXt", []byte("Comment\x00\x00"), in("packed")),
		chunk("iCCP", []byte("x\x00\x00"), in("icc")),
		chunk("eXIf", EXIF(binary.LittleEndian, turn)),
		chunk("tIME", []byte{7, 0xea, 1, 1, 1, 1, 1}),
		chunk("prVt", in("private")),
		plain[pngHeader:],
		in("behind"),
	}, nil)
}

// Bomb is a small PNG that says it is this large.
func Bomb(width, height int) []byte {
	b := PNG(8, 8, 1)
	binary.BigEndian.PutUint32(b[16:], uint32(width))
	binary.BigEndian.PutUint32(b[20:], uint32(height))
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

// AnimatedPNG has one frame more than a picture.
func AnimatedPNG() []byte {
	b := PNG(8, 8, 1)
	return bytes.Join([][]byte{b[:pngHeader], chunk("acTL", make([]byte, 8)), b[pngHeader:]}, nil)
}

// The points of a scene of 32 by 16 as WebP codes them, lossy, with a transparency apart, and lossless.
var webps = map[string][2]string{
	"lossy":       {"VP8 ", "cAIAnQEqIAAQAAFAJiWgAnS8CeAfiB+AAElPAAD+9nLf/+kaX+1mS+/9bv/3sC9g27/diD//7LrdHf99cAA="},
	"transparent": {"VP8 ", "cAIAnQEqIAAQAAFAJiWgAnS8CeAfhB+EoERjAAD+9nLf/+kaX+0Ieq/2mf/eMs9Xn3+7EH//2XV45X764AA="},
	"lossless":    {"VP8L", "Lx/AAwAfIBAgTmSJ1CRMIEAoESFbpUCAUKlZhJj5D2zIcQNBts0kJ3nJAVwgov+xbao/gKpb"},
	"through":     {"VP8L", "Lx/AAxAfIBAglIiQrVggQLiUbEKMQIA4kSVSkxgBQdFzpocx1qgHgmybSU7ykgO4QET/A2DbfqpVtwA="},
}

const webpAlpha = "AQ/wwP+IiCAWTOYv3Z1BRP8noHh+"

// WebPs are the sorts of WebP that there are.
var WebPs = []string{"lossy", "transparent", "lossless", "through"}

// WebP is a scene of 32 by 16, of one of WebPs, with everything around it that may be there. In "transparent" and "through" the
// quarter above left is half transparent.
func WebP(sort string, turn int) []byte {
	return webp(sort, 0x2c, nil, turn)
}

// AnimatedWebP is a film of pictures.
func AnimatedWebP() []byte {
	return webp("lossy", 0x02, riffChunk("ANIM", make([]byte, 6)), 1)
}

func webp(sort string, flags byte, more []byte, turn int) []byte {
	points := webps[sort]
	alpha := []byte(nil)
	if sort == "transparent" {
		alpha, flags = riffChunk("ALPH", decode64(webpAlpha)), flags|0x10
	}
	body := bytes.Join([][]byte{
		[]byte("WEBP"),
		riffChunk("VP8X", []byte{flags, 0, 0, 0, 31, 0, 0, 15, 0, 0}),
		riffChunk("ICCP", in("icc")),
		more, alpha,
		riffChunk(points[0], decode64(points[1])),
		riffChunk("EXIF", EXIF(binary.LittleEndian, turn)),
		riffChunk("XMP ", in("xmp")),
		riffChunk("PRVT", in("private")),
	}, nil)
	out := append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
	return append(out, in("behind")...)
}

func riffChunk(name string, body []byte) []byte {
	out := append(binary.LittleEndian.AppendUint32([]byte(name), uint32(len(body))), body...)
	if len(body)%2 == 1 {
		out = append(out, 0)
	}
	return out
}

func decode64(s string) []byte {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		panic(err) // it stands above
	}
	return b
}

// Boxes is the beginning of a file in boxes, of one brand and those it goes with: "heic", "avif", "isom".
func Boxes(brand string, with ...string) []byte {
	body := []byte("ftyp" + brand + "\x00\x00\x00\x00")
	for _, w := range with {
		body = append(body, w...)
	}
	out := append(binary.BigEndian.AppendUint32(nil, uint32(len(body)+4)), body...)
	return fmt.Appendf(out, "\x00\x00\x00\x30meta%s", in("boxes"))
}

// GIF is a picture of a kind that is not taken.
func GIF() []byte {
	var b bytes.Buffer
	if err := gif.Encode(&b, Scene(16, 16), nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}
