package web

import (
	"fmt"
	"strings"
	"testing"

	"github.com/boombuler/barcode/qr"
)

// TestCodeSVG draws a code again from its path and compares every square with the code itself.
func TestCodeSVG(t *testing.T) {
	const address = "https://kept.example/valley/places/three-springs"
	svg, err := codeSVG(address)
	if err != nil {
		t.Fatal(err)
	}
	_, path, _ := strings.Cut(string(svg), `fill="#000" d="`)
	path, _, _ = strings.Cut(path, `"`)
	drawn := map[[2]int]bool{}
	for _, part := range strings.Split(strings.TrimPrefix(path, "M"), "M") {
		var x, y, width int
		if n, err := fmt.Sscanf(part, "%d %dh%dv", &x, &y, &width); n != 3 {
			t.Fatalf("part %q: %v", part, err)
		}
		for i := range width {
			drawn[[2]int{x + i, y}] = true
		}
	}
	code, err := qr.Encode(address, qr.M, qr.Unicode)
	if err != nil {
		t.Fatal(err)
	}
	size := code.Bounds().Dx()
	for y := range size {
		for x := range size {
			r, _, _, _ := code.At(x, y).RGBA()
			if dark := r == 0; dark != drawn[[2]int{x, y}] {
				t.Fatalf("the square %d,%d should be dark: %v", x, y, dark)
			}
		}
	}
	if !drawn[[2]int{0, 0}] || drawn[[2]int{7, 7}] {
		t.Error("the corner does not look like that of a code")
	}
}
