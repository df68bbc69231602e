package demo

import (
	"bytes"
	"image/color"
	"image/png"
	"testing"

	"kept/ledger"
)

func TestScenes(t *testing.T) {
	seen := map[string]string{}
	for _, sc := range scenes {
		body, err := sc.png()
		if err != nil {
			t.Fatal(err)
		}
		if again, _ := sc.png(); !bytes.Equal(body, again) {
			t.Errorf("%s: drawn twice, it differs", sc.name)
		}
		if len(body) > 12<<10 || ledger.MediaType(body) != "image/png" {
			t.Errorf("%s: %d bytes of %s", sc.name, len(body), ledger.MediaType(body))
		}
		img, err := png.Decode(bytes.NewReader(body))
		if err != nil {
			t.Fatalf("%s: %v", sc.name, err)
		}
		if size := img.Bounds().Size(); size.X != width || size.Y != height {
			t.Errorf("%s: it is %v large", sc.name, size)
		}
		sum := ledger.HashBytes(body)
		if other, there := seen[sum]; there {
			t.Errorf("%s and %s are the same picture", sc.name, other)
		}
		seen[sum] = sc.name
	}
}

// TestShapes draws shapes whose points can be told by hand.
func TestShapes(t *testing.T) {
	const black, white = 0x000000, 0xffffff
	tests := []struct {
		name    string
		draw    func(*canvas)
		in, out point
	}{
		{"rect", func(c *canvas) { c.rect(white, 10, 10, 20, 20) }, point{29, 29}, point{30, 29}},
		{"rect beyond the edge", func(c *canvas) { c.rect(white, 700, 470, 90, 90) }, point{719, 479}, point{699, 479}},
		{"triangle", func(c *canvas) { c.shape(white, point{0, 0}, point{100, 0}, point{0, 100}) }, point{40, 50}, point{60, 50}},
		{"hole", func(c *canvas) {
			c.shape(white, point{0, 0}, point{90, 0}, point{90, 90}, point{0, 90}, point{0, 0}, point{30, 30}, point{30, 60}, point{60, 60}, point{60, 30}, point{30, 30})
		}, point{20, 45}, point{45, 45}},
		{"line", func(c *canvas) { c.line(white, 6, point{0, 50}, point{100, 50}) }, point{50, 51}, point{50, 55}},
		{"disc", func(c *canvas) { c.disc(white, 100, 100, 20) }, point{112, 112}, point{116, 116}},
		{"oval", func(c *canvas) { c.oval(white, 100, 100, 40, 10) }, point{130, 100}, point{100, 112}},
	}
	for _, test := range tests {
		c := newCanvas()
		c.ink(black)
		test.draw(c)
		body, err := c.png()
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		at := func(p point) color.Color { return color.RGBAModel.Convert(img.At(p.x, p.y)) }
		if at(test.in) != rgb(white) || at(test.out) != rgb(black) {
			t.Errorf("%s: %v is %v, %v is %v", test.name, test.in, at(test.in), test.out, at(test.out))
		}
	}
}

// TestManyColours mixes more colours than a palette has; the picture is still written.
func TestManyColours(t *testing.T) {
	c := newCanvas()
	for i := range 60 {
		c.disc(i*0x040301, 20+11*i, 240, 30+i)
	}
	body, err := c.png()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := png.Decode(bytes.NewReader(body)); err != nil {
		t.Error(err)
	}
}
