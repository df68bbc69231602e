package photo

import (
	"encoding/binary"
	"image"
)

// orientation is the tag of EXIF that says how the camera was held.
const orientation = 0x0112

// turnOf reads from an EXIF how a picture must be turned, and nothing else of it. What cannot be read says upright.
func turnOf(b []byte) int {
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case len(b) < 8:
		return 1
	case string(b[:2]) == "MM":
		order = binary.BigEndian
	case string(b[:2]) != "II":
		return 1
	}
	at := uint64(order.Uint32(b[4:]))
	if at+2 > uint64(len(b)) {
		return 1
	}
	for i := range uint64(order.Uint16(b[at:])) {
		from := at + 2 + i*12
		if from+12 > uint64(len(b)) {
			return 1
		}
		e := b[from:]
		if order.Uint16(e) == orientation && order.Uint16(e[2:]) == 3 && order.Uint32(e[4:]) == 1 {
			if turn := int(order.Uint16(e[8:])); turn >= 1 && turn <= 8 {
				return turn
			}
			return 1
		}
	}
	return 1
}

// turned is a picture as it was seen. EXIF counts by where the first row and the first column of what is stored belong: 5 to 8
// lie on their side.
func turned(m *image.RGBA, turn int) *image.RGBA {
	if turn <= 1 || turn > 8 {
		return m
	}
	w, h := m.Rect.Dx(), m.Rect.Dy()
	across, down := w, h
	if turn >= 5 {
		across, down = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, across, down))
	for y := range h {
		for x := range w {
			tx, ty := x, y
			switch turn {
			case 2:
				tx = w - 1 - x
			case 3:
				tx, ty = w-1-x, h-1-y
			case 4:
				ty = h - 1 - y
			case 5:
				tx, ty = y, x
			case 6:
				tx, ty = h-1-y, x
			case 7:
				tx, ty = h-1-y, w-1-x
			case 8:
				tx, ty = y, w-1-x
			}
			copy(out.Pix[out.PixOffset(tx, ty):][:4], m.Pix[m.PixOffset(x, y):][:4])
		}
	}
	return out
}
