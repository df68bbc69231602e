package photo

import (
	"encoding/binary"
	"hash/crc32"
	"io"
)

const pngMagic = "\x89PNG\r\n\x1a\n"

// pngKept are the chunks that a picture is made of.
var pngKept = map[string]bool{"IHDR": true, "PLTE": true, "tRNS": true, "IDAT": true, "IEND": true}

// mostExif is how much of an EXIF is looked at for how the camera was held; it stands near the beginning.
const mostExif = 64 << 10

// png copies the chunks of the list, up to the one that is the end.
func (s *source) png() error {
	if err := s.skip(int64(len(pngMagic))); err != nil {
		return err
	}
	s.out.WriteString(pngMagic)
	points := false
	for first := true; ; first = false {
		head, err := s.take(8)
		if err != nil {
			return err
		}
		n, name := int64(binary.BigEndian.Uint32(head)), string(head[4:])
		switch {
		case first != (name == "IHDR"), name == "IHDR" && n != 13, name == "IEND" && (n != 0 || !points), n > 1<<31-1:
			return broken("its chunks are not in order")
		case name == "acTL", name == "fcTL", name == "fdAT":
			return Animated
		case name == "eXIf" && n <= mostExif:
			exif, err := s.take(int(n))
			if err != nil {
				return err
			}
			s.clean.Turn = turnOf(exif)
			err = s.skip(4)
			if err != nil {
				return err
			}
			continue
		case !pngKept[name]:
			if name[0]&0x20 == 0 {
				return broken("the chunk %q is needed and not known", name)
			}
			if err := s.skip(n + 4); err != nil {
				return err
			}
			continue
		}
		s.out.Write(head)
		sum := crc32.NewIEEE()
		sum.Write(head[4:])
		from := s.out.Len()
		if _, err := io.CopyN(io.MultiWriter(&s.out, sum), s.in, n); err != nil {
			return err
		}
		crc, err := s.take(4)
		if err != nil {
			return err
		}
		if binary.BigEndian.Uint32(crc) != sum.Sum32() {
			return broken("the chunk %q is damaged", name)
		}
		if name == "IHDR" {
			if err := s.pngSize(s.out.Bytes()[from:]); err != nil {
				return err
			}
		}
		s.out.Write(crc)
		points = points || name == "IDAT"
		if name == "IEND" {
			return nil
		}
	}
}

// pngSize reads the header. A decoder holds at most four samples a point, and half as much again if the picture comes in passes.
func (s *source) pngSize(b []byte) error {
	width, height := binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])
	if width > 1<<30 || height > 1<<30 {
		return Points
	}
	cost := 4.0
	if b[8] == 16 {
		cost = 8
	}
	if b[12] != 0 {
		cost *= 1.5
	}
	return s.size(int(width), int(height), cost)
}
