package web_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"mime/multipart"
	"sync"
	"testing"
)

// picture60 is a JPEG of about 60 KB, as a phone would send it.
func picture60(t testing.TB) []byte {
	t.Helper()
	return pictureOnce()
}

var pictureOnce = sync.OnceValue(func() []byte {
	r := rand.New(rand.NewPCG(1, 2))
	m := image.NewRGBA(image.Rect(0, 0, 1280, 960))
	for y := range 960 {
		for x := range 1280 {
			v := uint8((x/9+y/7)%200 + r.IntN(9))
			m.Set(x, y, color.RGBA{v, v / 2, 255 - v, 255})
		}
	}
	var out bytes.Buffer
	for quality := 80; quality > 5; quality -= 5 {
		out.Reset()
		if err := jpeg.Encode(&out, m, &jpeg.Options{Quality: quality}); err != nil {
			panic(err)
		}
		if out.Len() < 66<<10 {
			break
		}
	}
	return out.Bytes()
})

// multipartOf writes a form with a picture.
func multipartOf(to *bytes.Buffer, fields map[string]string, picture []byte) (media string) {
	w := multipart.NewWriter(to)
	for name, value := range fields {
		_ = w.WriteField(name, value)
	}
	part, _ := w.CreateFormFile("picture", "picture.jpg")
	_, _ = part.Write(picture)
	_ = w.Close()
	return w.FormDataContentType()
}
