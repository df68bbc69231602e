package photo

import (
	"bufio"
	"encoding/binary"
	"errors"
)

// Markers of JPEG.
const (
	markSOF0  = 0xc0 // baseline
	markSOF1  = 0xc1 // extended
	markSOF2  = 0xc2 // progressive
	markDHT   = 0xc4
	markRST0  = 0xd0
	markRST7  = 0xd7
	markSOI   = 0xd8
	markEOI   = 0xd9
	markSOS   = 0xda
	markDQT   = 0xdb
	markDRI   = 0xdd
	markAPP0  = 0xe0
	markAPP1  = 0xe1
	markAPP14 = 0xee
)

// jfif and adobe are the only application segments that are kept. What they may say is written here, so they carry nothing.
var (
	jfif  = []byte("JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
	adobe = []byte("Adobe\x00\x64\x00\x00\x00\x00") // and the colour transform
)

// jpegState is what was seen so far of a JPEG.
type jpegState struct {
	frame, scan         bool
	jfif, exif, colours bool
}

// jpeg copies tables, frame and scans, up to the mark of the end.
func (s *source) jpeg() error {
	if err := s.skip(2); err != nil {
		return err
	}
	s.out.Write([]byte{0xff, markSOI})
	var seen jpegState
	for {
		mark, err := s.mark()
		if err != nil {
			return err
		}
		if mark == markEOI {
			if !seen.scan {
				return broken("it has no picture in it")
			}
			s.out.Write([]byte{0xff, markEOI})
			return nil
		}
		if mark <= 0x01 || mark >= markRST0 && mark <= markSOI {
			return broken("the mark %x stands where none can", mark)
		}
		size, err := s.take(2)
		if err != nil {
			return err
		}
		n := int(binary.BigEndian.Uint16(size)) - 2
		if n < 0 {
			return broken("a segment has no length")
		}
		segment, err := s.take(n)
		if err != nil {
			return err
		}
		if err := s.segment(mark, segment, &seen); err != nil {
			return err
		}
	}
}

// mark reads the next mark, with the bytes that may fill the space before it.
func (s *source) mark() (byte, error) {
	b, err := byte(0xff), error(nil)
	if !s.begun {
		if b, err = s.in.ReadByte(); err != nil {
			return 0, err
		}
	}
	s.begun = false
	if b != 0xff {
		return 0, broken("there is no mark where one should be")
	}
	for b == 0xff {
		if b, err = s.in.ReadByte(); err != nil {
			return 0, err
		}
	}
	return b, nil
}

// segment keeps one segment, what of it may be said, or nothing.
func (s *source) segment(mark byte, b []byte, seen *jpegState) error {
	switch mark {
	case markDQT, markDHT, markDRI:
		s.put(mark, b)
	case markSOF0, markSOF1, markSOF2:
		if seen.frame {
			return broken("it has two frames")
		}
		seen.frame = true
		if err := s.frame(mark, b); err != nil {
			return err
		}
		s.put(mark, b)
	case markSOS:
		if !seen.frame {
			return broken("a scan comes before the frame")
		}
		seen.scan = true
		s.put(mark, b)
		return s.scan()
	case markAPP0:
		if len(b) >= 5 && string(b[:5]) == "JFIF\x00" && !seen.jfif {
			seen.jfif = true
			s.put(mark, jfif)
		}
	case markAPP1:
		if len(b) > 6 && string(b[:6]) == "Exif\x00\x00" && !seen.exif {
			seen.exif = true
			s.clean.Turn = turnOf(b[6:])
		}
	case markAPP14:
		if len(b) >= 12 && string(b[:5]) == "Adobe" && !seen.colours {
			seen.colours = true
			s.put(mark, append(adobe[:len(adobe):len(adobe)], b[11]))
		}
	default:
		if mark >= 0xc3 && mark <= 0xcf && mark != 0xc8 && mark != 0xcc {
			return broken("its frame is of a sort that is not read: %x", mark)
		}
	}
	return nil
}

func (s *source) put(mark byte, b []byte) {
	s.out.Write([]byte{0xff, mark})
	s.out.Write(binary.BigEndian.AppendUint16(nil, uint16(len(b)+2)))
	s.out.Write(b)
}

// frame reads how large the picture is. A decoder holds each sample, and of a progressive one four bytes more; what is not in
// the usual colours it holds twice.
func (s *source) frame(mark byte, b []byte) error {
	if len(b) < 6 || len(b) != 6+3*int(b[5]) || b[5] == 0 || b[5] > 4 {
		return broken("its frame is not understood")
	}
	area, most := 0, [2]int{1, 1}
	for i := range int(b[5]) {
		factors := b[6+3*i+1]
		across, down := int(factors>>4), int(factors&15)
		area += across * down
		most[0], most[1] = max(most[0], across), max(most[1], down)
	}
	cost := float64(area) / float64(most[0]*most[1])
	if mark == markSOF2 {
		cost *= 5
	}
	if b[5] == 4 || area == 3 {
		cost += 4
	}
	return s.size(int(binary.BigEndian.Uint16(b[3:])), int(binary.BigEndian.Uint16(b[1:])), cost)
}

// scan copies the coded points up to the next mark, of which the first byte is read then.
func (s *source) scan() error {
	for {
		b, err := s.in.ReadSlice(0xff)
		if errors.Is(err, bufio.ErrBufferFull) {
			s.out.Write(b)
			continue
		}
		if err != nil {
			return err
		}
		s.out.Write(b[:len(b)-1])
		next, err := s.in.Peek(1)
		if err != nil {
			return err
		}
		switch c := next[0]; {
		case c == 0, c >= markRST0 && c <= markRST7:
			s.out.Write([]byte{0xff, c})
			if _, err := s.in.Discard(1); err != nil {
				return err
			}
		default:
			s.begun = true
			return nil
		}
	}
}
