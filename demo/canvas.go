package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"slices"
)

// The size of a picture, in points. Scenes are drawn in these units, at twice the size, and then halved, so that edges
// are smooth.
const (
	width  = 720
	height = 480
	finer  = 2
)

// point is a place in a picture; y grows downwards.
type point struct{ x, y int }

// canvas is a picture that is being drawn. Shapes are filled by whole numbers alone, so the same scene gives the same
// points on every machine.
type canvas struct {
	pixels  []uint8 // indexes of colours, row by row, at the finer size
	colours []color.RGBA
}

func newCanvas() *canvas { return &canvas{pixels: make([]uint8, width*finer*height*finer)} }

// rgb is a colour written as 0xRRGGBB.
func rgb(hex int) color.RGBA { return color.RGBA{uint8(hex >> 16), uint8(hex >> 8), uint8(hex), 255} }

// ink finds the index of a colour, and adds the colour if it is new.
func (c *canvas) ink(hex int) uint8 {
	colour := rgb(hex)
	i := slices.Index(c.colours, colour)
	if i < 0 {
		i = len(c.colours)
		c.colours = append(c.colours, colour)
	}
	return uint8(i)
}

// span fills from x1 to before x2 in row y, all at the finer size.
func (c *canvas) span(y, x1, x2 int, ink uint8) {
	x1, x2 = max(x1, 0), min(x2, width*finer)
	if y < 0 || y >= height*finer || x1 >= x2 {
		return
	}
	row := c.pixels[y*width*finer+x1 : y*width*finer+x2]
	for i := range row {
		row[i] = ink
	}
}

func (c *canvas) rect(colour, x, y, w, h int) {
	ink := c.ink(colour)
	for row := y * finer; row < (y+h)*finer; row++ {
		c.span(row, x*finer, (x+w)*finer, ink)
	}
}

// shape fills a polygon.
func (c *canvas) shape(colour int, points ...point) {
	ink := c.ink(colour)
	scaled := make([]point, len(points))
	top, bottom := height*finer, 0
	for i, p := range points {
		scaled[i] = point{p.x * finer, p.y * finer}
		top, bottom = min(top, scaled[i].y), max(bottom, scaled[i].y)
	}
	c.polygon(ink, scaled, max(top, 0), min(bottom, height*finer))
}

// polygon fills by rows: the middle of each row is crossed by an even number of edges.
func (c *canvas) polygon(ink uint8, points []point, top, bottom int) {
	var crossings []int
	for y := top; y < bottom; y++ {
		crossings = crossings[:0]
		for i, a := range points {
			b := points[(i+1)%len(points)]
			if a.y > b.y {
				a, b = b, a
			}
			if middle := 2*y + 1; 2*a.y < middle && middle < 2*b.y {
				crossings = append(crossings, a.x+(middle-2*a.y)*(b.x-a.x)/(2*(b.y-a.y)))
			}
		}
		slices.Sort(crossings)
		for i := 0; i+1 < len(crossings); i += 2 {
			c.span(y, crossings[i], crossings[i+1], ink)
		}
	}
}

// line is a stroke of some width from one point to another.
func (c *canvas) line(colour, thick int, from, to point) {
	ink := c.ink(colour)
	a, b := point{from.x * finer, from.y * finer}, point{to.x * finer, to.y * finer}
	dx, dy := b.x-a.x, b.y-a.y
	long := int(math.Sqrt(float64(dx*dx + dy*dy))) // the square root is exact to the last bit everywhere
	if long == 0 {
		return
	}
	ox, oy := -dy*thick*finer/(2*long), dx*thick*finer/(2*long)
	if ox == 0 && oy == 0 {
		ox = 1
	}
	quad := []point{{a.x + ox, a.y + oy}, {b.x + ox, b.y + oy}, {b.x - ox, b.y - oy}, {a.x - ox, a.y - oy}}
	top, bottom := quad[0].y, quad[0].y
	for _, p := range quad {
		top, bottom = min(top, p.y), max(bottom, p.y)
	}
	c.polygon(ink, quad, max(top, 0), min(bottom, height*finer))
}

// path is a stroke along points.
func (c *canvas) path(colour, thick int, points ...point) {
	for i := 1; i < len(points); i++ {
		c.line(colour, thick, points[i-1], points[i])
		if i+1 < len(points) && thick > 2 {
			c.disc(colour, points[i].x, points[i].y, thick/2)
		}
	}
}

func (c *canvas) disc(colour, x, y, r int) { c.oval(colour, x, y, r, r) }

// oval fills an ellipse with half axes rx and ry.
func (c *canvas) oval(colour, x, y, rx, ry int) {
	ink := c.ink(colour)
	x, y, rx, ry = x*finer, y*finer, rx*finer, ry*finer
	for row := -ry; row < ry; row++ {
		half := int(math.Sqrt(float64(rx * rx * (ry*ry - row*row) / (ry * ry))))
		c.span(y+row, x-half, x+half, ink)
	}
}

// curve bends from a to b towards the point between them, in some straight pieces.
func curve(a, bend, b point) (points []point) {
	const n = 24
	for t := 0; t <= n; t++ {
		u := n - t
		points = append(points, point{
			(u*u*a.x + 2*u*t*bend.x + t*t*b.x) / (n * n),
			(u*u*a.y + 2*u*t*bend.y + t*t*b.y) / (n * n)})
	}
	return points
}

// png halves the picture and writes it as a PNG with a palette.
func (c *canvas) png() ([]byte, error) {
	mixed := c.halve()
	var img *image.Paletted
	for coarse := 1; img == nil; coarse *= 2 {
		img = paletted(mixed, c.colours, coarse)
	}
	var out bytes.Buffer
	// The best compression takes five times as long and saves a tenth.
	enc := png.Encoder{CompressionLevel: png.DefaultCompression}
	err := enc.Encode(&out, img)
	return out.Bytes(), err
}

// halve makes one point of four, as the mean of their colours.
func (c *canvas) halve() []color.RGBA {
	out := make([]color.RGBA, 0, width*height)
	for y := range height {
		a := c.pixels[2*y*width*finer:]
		b := c.pixels[(2*y+1)*width*finer:]
		for x := range width {
			i, j, k, l := a[2*x], a[2*x+1], b[2*x], b[2*x+1]
			if i == j && j == k && k == l {
				out = append(out, c.colours[i])
				continue
			}
			p, q, r, s := c.colours[i], c.colours[j], c.colours[k], c.colours[l]
			mean := func(w, x, y, z uint8) uint8 { return uint8((int(w) + int(x) + int(y) + int(z) + 2) / 4) }
			out = append(out, color.RGBA{mean(p.R, q.R, r.R, s.R), mean(p.G, q.G, r.G, s.G), mean(p.B, q.B, r.B, s.B), 255})
		}
	}
	return out
}

// paletted gives a picture a palette, or nil if there are more than 256 colours. Only mixed colours are made coarser; those
// of the scene stay exact.
func paletted(points []color.RGBA, exact []color.RGBA, coarse int) *image.Paletted {
	img := image.NewPaletted(image.Rect(0, 0, width, height), nil)
	index := map[color.RGBA]uint8{}
	for _, c := range exact {
		index[c] = uint8(len(img.Palette))
		img.Palette = append(img.Palette, c)
	}
	var n uint8
	for i, p := range points {
		if i > 0 && p == points[i-1] { // most points are like the one before
			img.Pix[i] = n
			continue
		}
		var ok bool
		if n, ok = index[p]; !ok {
			q := color.RGBA{round(p.R, coarse), round(p.G, coarse), round(p.B, coarse), 255}
			if n, ok = index[q]; !ok {
				if len(img.Palette) == 256 {
					return nil
				}
				n = uint8(len(img.Palette))
				index[q] = n
				img.Palette = append(img.Palette, q)
			}
		}
		img.Pix[i] = n
	}
	return img
}

func round(v uint8, coarse int) uint8 { return uint8(min((int(v)+coarse/2)/coarse*coarse, 255)) }
