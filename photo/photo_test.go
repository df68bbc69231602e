package photo_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"kept/photo"
	"kept/photo/phototest"
)

// files are of every kind that is taken, full of what a camera writes.
func files(turn int) map[string][]byte {
	out := map[string][]byte{"jpeg": phototest.JPEG(320, 160, turn), "png": phototest.PNG(64, 32, turn)}
	for _, sort := range phototest.WebPs {
		out["webp "+sort] = phototest.WebP(sort, turn)
	}
	return out
}

func filter(t testing.TB, file []byte) *photo.Clean {
	t.Helper()
	c, err := photo.Filter(bytes.NewReader(file), photo.Usual)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func remake(t testing.TB, file []byte) (*photo.Final, image.Image) {
	t.Helper()
	f, err := photo.Remake(filter(t, file))
	if err != nil {
		t.Fatal(err)
	}
	m, err := jpeg.Decode(bytes.NewReader(f.Body))
	if err != nil {
		t.Fatal(err)
	}
	if m.Bounds() != image.Rect(0, 0, f.Width, f.Height) {
		t.Fatalf("it is %v, and says %d x %d", m.Bounds(), f.Width, f.Height)
	}
	return f, m
}

// TestS10FilterKeepsOnlyTheListed: what is left of each file are parts on the list, whose order and ends are right, and none of the
// marks; and it is still the picture.
func TestS10FilterKeepsOnlyTheListed(t *testing.T) {
	for name, file := range files(1) {
		t.Run(name, func(t *testing.T) {
			if n := len(phototest.Marked(file)); n < 5 {
				t.Fatalf("the file has only %d marks", n)
			}
			c := filter(t, file)
			if places := phototest.Marked(c.Body); len(places) > 0 || bytes.Contains(c.Body, phototest.Mark) {
				t.Errorf("left are %q", places)
			}
			var left, may []string
			switch c.Kind {
			case photo.JPEG:
				left, may = segments(t, c.Body), []string{"d8", "e0", "ee", "db", "c0", "c4", "da", "d9"}
			case photo.PNG:
				left, may = pngChunks(t, c.Body), []string{"IHDR", "IDAT", "IEND"}
			case photo.WebP:
				left, may = riffChunks(t, c.Body), []string{"VP8X", "ALPH", "VP8 ", "VP8L"}
			}
			for _, part := range left {
				if !slices.Contains(may, part) {
					t.Errorf("%s is left: %q", part, left)
				}
			}
			again := filter(t, c.Body)
			if !bytes.Equal(again.Body, c.Body) {
				t.Error("filtering what was filtered changes it")
			}
		})
	}
}

// TestS10PixelsOutAndNothingElse: what is made of a file is a JPEG of points and of nothing else, the same at every time, whatever
// stands around the points of the file.
func TestS10PixelsOutAndNothingElse(t *testing.T) {
	for name, file := range files(1) {
		t.Run(name, func(t *testing.T) {
			f, m := remake(t, file)
			if got := segments(t, f.Body); !slices.Equal(got, []string{"d8", "db", "c0", "c4", "da", "d9"}) {
				t.Errorf("its segments are %q", got)
			}
			if bytes.Contains(f.Body, phototest.Mark) {
				t.Errorf("it has the marks %q", phototest.Marked(f.Body))
			}
			want := phototest.Colours
			if strings.HasSuffix(name, "transparent") || strings.HasSuffix(name, "through") {
				want[0] = half(want[0])
			}
			quarters(t, m, want)
			if again, _ := remake(t, file); !bytes.Equal(again.Body, f.Body) {
				t.Error("the same file gives other bytes")
			}
			if other, err := photo.Remake(filter(t, filter(t, file).Body)); err != nil || !bytes.Equal(other.Body, f.Body) {
				t.Errorf("what was filtered gives another picture: %v", err)
			}
		})
	}
}

// half is a colour as it looks through itself on white.
func half(c color.RGBA) color.RGBA {
	mix := func(v uint8) uint8 { return uint8((int(v) + 255) / 2) }
	return color.RGBA{mix(c.R), mix(c.G), mix(c.B), 255}
}

// quarters compares the middle of each quarter with a colour.
func quarters(t *testing.T, m image.Image, want [4]color.RGBA) {
	t.Helper()
	b := m.Bounds()
	for i, w := range want {
		x, y := b.Dx()/4+i%2*b.Dx()/2, b.Dy()/4+i/2*b.Dy()/2
		got := color.RGBAModel.Convert(m.At(x, y)).(color.RGBA)
		for c, d := range []int{int(got.R) - int(w.R), int(got.G) - int(w.G), int(got.B) - int(w.B)} {
			if d < -24 || d > 24 {
				t.Errorf("quarter %d is %v, not %v (part %d)", i, got, w, c)
				break
			}
		}
	}
}

// TestTurned: a picture stands upright although what said so is gone.
func TestTurned(t *testing.T) {
	c := phototest.Colours
	want := map[int][4]color.RGBA{
		1: {c[0], c[1], c[2], c[3]}, 2: {c[1], c[0], c[3], c[2]}, 3: {c[3], c[2], c[1], c[0]}, 4: {c[2], c[3], c[0], c[1]},
		5: {c[0], c[2], c[1], c[3]}, 6: {c[2], c[0], c[3], c[1]}, 7: {c[3], c[1], c[2], c[0]}, 8: {c[1], c[3], c[0], c[2]},
		0: {c[0], c[1], c[2], c[3]}, 9: {c[0], c[1], c[2], c[3]},
	}
	for turn, colours := range want {
		for name, file := range files(turn) {
			if strings.HasSuffix(name, "transparent") || strings.HasSuffix(name, "through") {
				continue
			}
			t.Run(fmt.Sprint(name, turn), func(t *testing.T) {
				f, m := remake(t, file)
				if side := turn >= 5 && turn <= 8; side != (f.Height == 2*f.Width) {
					t.Errorf("it is %d x %d", f.Width, f.Height)
				}
				quarters(t, m, colours)
			})
		}
	}
}

// TestSmaller: the longer side fits, the shape stays, and what fits is not touched.
func TestSmaller(t *testing.T) {
	for _, test := range []struct{ w, h, wantW, wantH int }{
		{1280, 640, 1280, 640}, {1281, 640, 1280, 640}, {2560, 1000, 1280, 500}, {1000, 2560, 500, 1280}, {4000, 3000, 1280, 960},
		{5000, 2, 1280, 1}, {1, 3000, 1, 1280}, {1, 1, 1, 1}, {17, 5, 17, 5},
	} {
		f, m := remake(t, phototest.Plain(test.w, test.h))
		if f.Width != test.wantW || f.Height != test.wantH {
			t.Errorf("%d x %d becomes %d x %d", test.w, test.h, f.Width, f.Height)
		}
		if test.h > 4 && test.w > 100 {
			quarters(t, m, phototest.Colours)
		}
	}
	// Fine lines become grey, not noise: each point is the mean of what it covers.
	lines := image.NewGray(image.Rect(0, 0, 2560, 1280))
	for i := range lines.Pix {
		if i%2 == 0 {
			lines.Pix[i] = 255
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, lines); err != nil {
		t.Fatal(err)
	}
	_, m := remake(t, b.Bytes())
	for x := range 1280 {
		if y := color.GrayModel.Convert(m.At(x, 300)).(color.Gray).Y; y < 120 || y > 136 {
			t.Fatalf("the point %d is %d", x, y)
		}
	}
}

// TestRefusals: each file that is not taken has its own reason.
func TestRefusals(t *testing.T) {
	jpg, pic, web := phototest.JPEG(64, 64, 1), phototest.PNG(64, 64, 1), phototest.WebP("lossy", 1)
	plain := phototest.Plain(64, 64)
	cut := func(b []byte, n int) []byte { return b[:len(b)-n] }
	change := func(b []byte, at int, to byte) []byte {
		b = slices.Clone(b)
		b[at] = to
		return b
	}
	frame := bytes.Index(plain, []byte{0xff, 0xc0})
	limits := photo.Usual
	limits.Bytes = 100_000
	for _, test := range []struct {
		name string
		file []byte
		want photo.Refusal
	}{
		{"heic", phototest.Boxes("heic", "mif1", "heic"), photo.HEIC},
		{"heic of another brand", phototest.Boxes("mif1", "heic"), photo.HEIC},
		{"avif", phototest.Boxes("avif", "mif1"), photo.AVIF},
		{"avif of another brand", phototest.Boxes("mif1", "avif"), photo.AVIF},
		{"film", phototest.Boxes("isom", "mp42"), photo.Other},
		{"gif", phototest.GIF(), photo.Other},
		{"page", []byte("<!doctype html><script>alert(1)</script>"), photo.Other},
		{"svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), photo.Other},
		{"nothing", nil, photo.Other},
		{"short", []byte("\xff\xd8"), photo.Other},
		{"animated png", phototest.AnimatedPNG(), photo.Animated},
		{"animated webp", phototest.AnimatedWebP(), photo.Animated},
		{"too many bytes", bytes.Join([][]byte{jpg[:2], bytes.Repeat(append([]byte("\xff\xfe\x80\x00"), make([]byte, 0x7ffe)...), 5), jpg[2:]}, nil), photo.Bytes},
		{"cut jpeg", cut(plain, 40), photo.Broken},
		{"jpeg without an end", cut(plain, 2), photo.Broken},
		{"jpeg without points", plain[:frame], photo.Broken},
		{"jpeg of no height", change(change(plain, frame+5, 0), frame+6, 0), photo.Broken},
		{"jpeg of an unknown frame", change(plain, frame+1, 0xc9), photo.Broken},
		{"jpeg with a hole", change(plain, frame, 0), photo.Broken},
		{"cut png", cut(pic, 60), photo.Broken},
		{"damaged png", change(pic, bytes.Index(pic, []byte("IDAT"))+9, 77), photo.Broken},
		{"png with a needed chunk", bytes.Replace(pic, []byte("prVt"), []byte("PrVt"), 1), photo.Broken},
		{"cut webp", web[:60], photo.Broken},
		{"webp without points", bytes.Replace(web, []byte("VP8 "), []byte("VP9 "), 1), photo.Broken},
		{"webp with a long chunk", change(web, 17, 255), photo.Broken},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, err := photo.Filter(bytes.NewReader(test.file), limits)
			if err == nil {
				_, err = photo.Remake(c)
			}
			var got photo.Refusal
			if !errors.As(err, &got) || got != test.want {
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
	broken := errors.New("the line broke")
	if _, err := photo.Filter(io.MultiReader(bytes.NewReader(jpg[:300]), iotest.ErrReader(broken)), photo.Usual); !errors.Is(err, broken) {
		t.Errorf("an error of the reader becomes %v", err)
	}
}

// TestDamagedPoints: a file whose container is whole and whose points are not is refused as broken, however it is damaged.
func TestDamagedPoints(t *testing.T) {
	for name, file := range files(1) {
		clean := filter(t, file)
		refused := 0
		for at := 0; at < len(clean.Body); at += 1 + len(clean.Body)/200 {
			c := *clean
			c.Body = slices.Clone(clean.Body)
			c.Body[at] ^= 0x55
			if _, err := photo.Remake(&c); err != nil {
				refused++
				if !errors.Is(err, photo.Broken) {
					t.Fatalf("%s, byte %d: %v", name, at, err)
				}
			}
		}
		if refused == 0 {
			t.Errorf("%s: no damage was found", name)
		}
	}
}

// TestBombs: what would take much memory is refused before it takes any.
func TestBombs(t *testing.T) {
	plain := phototest.Plain(64, 64)
	frame := bytes.Index(plain, []byte{0xff, 0xc0})
	large := func(mark byte, w, h int) []byte {
		b := slices.Clone(plain)
		b[frame+1] = mark
		binary.BigEndian.PutUint16(b[frame+5:], uint16(h))
		binary.BigEndian.PutUint16(b[frame+7:], uint16(w))
		return b
	}
	webp := phototest.WebP("lossless", 1)
	binary.LittleEndian.PutUint32(webp[bytes.Index(webp, []byte("VP8L"))+9:], 0x0fffffff)
	for name, test := range map[string]struct {
		file []byte
		want error
	}{
		"png of 60000":        {phototest.Bomb(60000, 60000), photo.Points},
		"png of 2^31":         {phototest.Bomb(1<<31, 1), photo.Points},
		"png of 33 million":   {phototest.Bomb(6000, 6000), photo.Points},
		"jpeg of 65000":       {large(0xc0, 65000, 65000), photo.Points},
		"jpeg of 108 million": {large(0xc0, 12000, 9000), photo.Points},
		"jpeg of 50 million":  {large(0xc0, 8160, 6120), photo.Broken}, // only its points are missing
		"jpeg in passes":      {large(0xc2, 8160, 6120), photo.Points},
		"webp of 16384":       {webp, photo.Points},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			c, err := photo.Filter(bytes.NewReader(test.file), photo.Usual)
			runtime.ReadMemStats(&after)
			if took := after.TotalAlloc - before.TotalAlloc; took > 4<<20 {
				t.Errorf("looking at %d bytes took %d", len(test.file), took)
			}
			if err == nil {
				_, err = photo.Remake(c)
			}
			if !errors.Is(err, test.want) {
				t.Errorf("%v, want %v", err, test.want)
			}
		})
	}
}

// segments lists the marks of a JPEG, and fails where anything stands between or behind them.
func segments(t *testing.T, b []byte) (out []string) {
	t.Helper()
	add := func(mark byte) {
		if name := fmt.Sprintf("%x", mark); !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	if len(b) < 4 || b[0] != 0xff || b[1] != 0xd8 {
		t.Fatal("it does not begin as a JPEG")
	}
	add(0xd8)
	for at := 2; at < len(b); {
		mark := b[at+1]
		if b[at] != 0xff || mark == 0 || mark == 0xff {
			t.Fatalf("at %d stands no mark", at)
		}
		add(mark)
		if mark == 0xd9 {
			if at+2 != len(b) {
				t.Fatalf("%d bytes stand behind the end", len(b)-at-2)
			}
			return out
		}
		at += 2 + int(binary.BigEndian.Uint16(b[at+2:]))
		for mark == 0xda && !(b[at] == 0xff && b[at+1] != 0 && (b[at+1] < 0xd0 || b[at+1] > 0xd7)) {
			at++
		}
	}
	t.Fatal("it has no end")
	return nil
}

func pngChunks(t *testing.T, b []byte) (out []string) {
	t.Helper()
	for at := 8; at < len(b); at += 12 + int(binary.BigEndian.Uint32(b[at:])) {
		out = append(out, string(b[at+4:at+8]))
	}
	if out[len(out)-1] != "IEND" {
		t.Fatalf("it ends with %q", out)
	}
	return out
}

func riffChunks(t *testing.T, b []byte) (out []string) {
	t.Helper()
	if int(binary.LittleEndian.Uint32(b[4:]))+8 != len(b) {
		t.Fatal("it is not as long as it says")
	}
	for at := 12; at < len(b); {
		n := int(binary.LittleEndian.Uint32(b[at+4:]))
		out = append(out, string(b[at:at+4]))
		at += 8 + n + n%2
	}
	return out
}

// FuzzFilter gives any bytes to both steps: nothing panics, what is refused has a reason, and what comes out are points alone.
func FuzzFilter(f *testing.F) {
	for _, file := range files(6) {
		f.Add(file)
	}
	for _, file := range [][]byte{phototest.Bomb(60000, 60000), phototest.AnimatedPNG(), phototest.AnimatedWebP(), phototest.Boxes("heic"), phototest.GIF(), phototest.Plain(8, 8)} {
		f.Add(file)
	}
	limits := photo.Limits{Bytes: 1 << 20, Points: 1 << 20, Memory: 8 << 20}
	f.Fuzz(func(t *testing.T, file []byte) {
		c, err := photo.Filter(bytes.NewReader(file), limits)
		var final *photo.Final
		if err == nil {
			if int64(c.Width)*int64(c.Height) > limits.Points || c.Turn < 1 || c.Turn > 8 {
				t.Fatalf("%d x %d, turn %d", c.Width, c.Height, c.Turn)
			}
			final, err = photo.Remake(c)
		}
		if err != nil {
			var r photo.Refusal
			if !errors.As(err, &r) || !slices.Contains(photo.Refusals, r) {
				t.Fatalf("%v is no refusal", err)
			}
			return
		}
		if got := segments(t, final.Body); !slices.Equal(got, []string{"d8", "db", "c0", "c4", "da", "d9"}) {
			t.Fatalf("its segments are %q", got)
		}
		if max(final.Width, final.Height) > photo.Longest {
			t.Fatalf("%d x %d", final.Width, final.Height)
		}
	})
}

// BenchmarkPicture is what one picture of a phone costs: 12 million points.
func BenchmarkPicture(b *testing.B) {
	file := phototest.JPEG(4000, 3000, 6)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		remake(b, file)
	}
}
