package photo

import (
	"bytes"
	"encoding/binary"
	"io"
)

// webp copies the coded points, with their transparency if it lies apart.
func (s *source) webp() error {
	head, err := s.take(12)
	if err != nil {
		return err
	}
	left := int64(binary.LittleEndian.Uint32(head[4:])) - 4
	var name string
	var points, alpha []byte
	for left >= 8 {
		chunk, err := s.take(8)
		if err != nil {
			return err
		}
		fourcc, n := string(chunk[:4]), int64(binary.LittleEndian.Uint32(chunk[4:]))
		if left -= 8 + n + n&1; left < 0 {
			return broken("a chunk is longer than the file")
		}
		if fourcc == "ANIM" || fourcc == "ANMF" {
			return Animated
		}
		keep := fourcc == "VP8 " || fourcc == "VP8L" || fourcc == "ALPH" || fourcc == "VP8X" || fourcc == "EXIF" && n <= mostExif
		if !keep {
			if err := s.skip(n + n&1); err != nil {
				return err
			}
			continue
		}
		var body bytes.Buffer
		if _, err := io.CopyN(&body, s.in, n); err != nil {
			return err
		}
		if err := s.skip(n & 1); err != nil {
			return err
		}
		switch b := body.Bytes(); {
		case fourcc == "EXIF":
			s.clean.Turn = turnOf(bytes.TrimPrefix(b, []byte("Exif\x00\x00")))
		case fourcc == "VP8X":
			if len(b) < 10 {
				return broken("its header is too short")
			}
			if b[0]&0x02 != 0 {
				return Animated
			}
		case fourcc == "ALPH" && alpha == nil && points == nil:
			alpha = b
		case fourcc != "ALPH" && points == nil:
			name, points = fourcc, b
			if err := s.webpSize(name, points, alpha != nil); err != nil {
				return err
			}
		default:
			return broken("it has two pictures")
		}
	}
	if points == nil {
		return broken("it has no picture in it")
	}
	s.writeWebP(name, points, alpha)
	return nil
}

// webpSize reads how large the picture is from the coded points, which is what a decoder believes.
func (s *source) webpSize(name string, b []byte, alpha bool) error {
	if name == "VP8L" {
		if len(b) < 5 || b[0] != 0x2f {
			return broken("its points do not begin as they should")
		}
		bits := binary.LittleEndian.Uint32(b[1:])
		return s.size(int(bits&0x3fff)+1, int(bits>>14&0x3fff)+1, 8)
	}
	if len(b) < 10 || b[0]&1 != 0 || string(b[3:6]) != "\x9d\x01\x2a" {
		return broken("its points do not begin as they should")
	}
	cost := 2.0
	if alpha {
		cost = 8
	}
	return s.size(int(binary.LittleEndian.Uint16(b[6:])&0x3fff), int(binary.LittleEndian.Uint16(b[8:])&0x3fff), cost)
}

// writeWebP writes the file anew. The long header stands only before a transparency that lies apart.
func (s *source) writeWebP(name string, points, alpha []byte) {
	var body bytes.Buffer
	body.WriteString("WEBP")
	if alpha != nil && name == "VP8 " {
		header := binary.LittleEndian.AppendUint32(nil, 0x10)
		for _, n := range []int{s.clean.Width - 1, s.clean.Height - 1} {
			header = append(header, byte(n), byte(n>>8), byte(n>>16))
		}
		putChunk(&body, "VP8X", header)
		putChunk(&body, "ALPH", alpha)
	}
	putChunk(&body, name, points)
	s.out.WriteString("RIFF")
	s.out.Write(binary.LittleEndian.AppendUint32(nil, uint32(body.Len())))
	s.out.Write(body.Bytes())
}

func putChunk(w *bytes.Buffer, name string, b []byte) {
	w.WriteString(name)
	w.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(b))))
	w.Write(b)
	if len(b)%2 == 1 {
		w.WriteByte(0)
	}
}
