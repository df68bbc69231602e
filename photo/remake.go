package photo

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/webp"
)

// Longest is how many points the longer side of a picture has at most that is shown.
const Longest = 1280

// quality is that of the JPEGs made here: work can be judged by them, and a phone on a slow line gets them.
const quality = 80

// Final is a picture as it may be shown: a JPEG of its points, and nothing else.
type Final struct {
	Body          []byte
	Width, Height int
}

// Remake decodes a filtered picture and encodes it anew: upright, at most Longest on its longer side, on white. An error is a
// Refusal.
func Remake(c *Clean) (*Final, error) {
	m, err := decode(c)
	if err != nil {
		return nil, err
	}
	if b := m.Bounds(); b.Dx() != c.Width || b.Dy() != c.Height {
		return nil, broken("it is not as large as it says")
	}
	m = turned(smaller(m, Longest), c.Turn)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("a picture could not be encoded: %w", err)
	}
	return &Final{out.Bytes(), m.Bounds().Dx(), m.Bounds().Dy()}, nil
}

// decode reads the points. That a decoder gives up in the middle is a fault of the file too.
func decode(c *Clean) (m image.Image, err error) {
	defer func() {
		if v := recover(); v != nil {
			m, err = nil, broken("a decoder gave up: %v", v)
		}
	}()
	r := bytes.NewReader(c.Body)
	switch c.Kind {
	case JPEG:
		m, err = jpeg.Decode(r)
	case PNG:
		m, err = png.Decode(r)
	case WebP:
		m, err = webp.Decode(r)
	default:
		return nil, Other
	}
	if err != nil {
		return nil, broken("%v", err)
	}
	return m, nil
}

// smaller lays a picture on white and makes it so small that its longer side fits: each point becomes the mean of the area it
// covers. It reads one row after the other, so it needs little besides the result.
func smaller(m image.Image, longest int) *image.RGBA {
	b := m.Bounds()
	w, h := b.Dx(), b.Dy()
	across, down := w, h
	if long := max(w, h); long > longest {
		across, down = max(1, (w*longest+long/2)/long), max(1, (h*longest+long/2)/long)
	}
	out := image.NewRGBA(image.Rect(0, 0, across, down))
	row := image.NewRGBA(image.Rect(0, 0, w, 1))
	white := image.NewUniform(color.White)
	// In units of which a source row has down and a new row has h, so that both end together; the same across.
	sum := make([]uint64, 3*across)
	y, room := 0, h
	for at := range h {
		draw.Draw(row, row.Rect, white, image.Point{}, draw.Src)
		draw.Draw(row, row.Rect, m, image.Pt(b.Min.X, b.Min.Y+at), draw.Over)
		for left := down; left > 0; {
			take := min(left, room)
			addRow(sum, row.Pix, w, across, uint64(take))
			left -= take
			if room -= take; room == 0 {
				writeRow(out.Pix[out.PixOffset(0, y):], sum, uint64(w)*uint64(h))
				clear(sum)
				y, room = y+1, h
			}
		}
	}
	return out
}

// addRow adds one source row, weighted, to the sums of a new one.
func addRow(sum []uint64, pix []uint8, w, across int, weight uint64) {
	x, room := 0, w
	var r, g, b uint64
	for at := range w {
		p := pix[4*at : 4*at+3 : 4*at+3]
		for left := across; left > 0; {
			take := min(left, room)
			r, g, b = r+uint64(p[0])*uint64(take), g+uint64(p[1])*uint64(take), b+uint64(p[2])*uint64(take)
			left -= take
			if room -= take; room == 0 {
				sum[3*x], sum[3*x+1], sum[3*x+2] = sum[3*x]+r*weight, sum[3*x+1]+g*weight, sum[3*x+2]+b*weight
				r, g, b = 0, 0, 0
				x, room = x+1, w
			}
		}
	}
}

func writeRow(pix []uint8, sum []uint64, whole uint64) {
	for x := range len(sum) / 3 {
		for c := range 3 {
			pix[4*x+c] = uint8((sum[3*x+c] + whole/2) / whole)
		}
		pix[4*x+3] = 255
	}
}
