package web

import (
	"fmt"
	"html/template"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"

	"kept/figures"
	"kept/programme"
)

// Poster is a place's board on paper: what was promised, what the team says, what the village says, and how to check.
type Poster struct {
	Page
	Place   programme.PlaceRow
	Lines   []figures.Line
	More    int64 // promises that do not fit
	Address string
	Code    template.HTML // the address as a picture
}

// posterLines is how many promises a poster shows: two sheets of A4.
const posterLines = 40

func posterPage(v *visit) (*result, error) {
	row, ok, err := programme.Places.One(v.Tx, v.r.PathValue("code"))
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, notFound
	}
	page := v.page("places", plain(v.p, programme.ParseWords(row.Name)))
	p := Poster{Page: page, Place: row}
	filter := figures.Filter{Place: row.Code}
	if p.Lines, err = v.At.List(filter, figures.ByLate, 0, posterLines); err != nil {
		return nil, err
	}
	all, err := v.Count(filter)
	if err != nil {
		return nil, err
	}
	p.More = all.Int() - int64(len(p.Lines))
	// The plain address, without a language: whoever reads it has his own.
	p.Address = v.absolute(strings.SplitN(page.PlaceLink(row.Code), "?", 2)[0])
	p.Code, err = codeSVG(p.Address)
	return &result{page: p, name: "poster"}, err
}

// codeSVG draws a text as a QR code, with the quiet margin that readers want.
func codeSVG(text string) (template.HTML, error) {
	code, err := qr.Encode(text, qr.M, qr.Unicode)
	if err != nil {
		return "", err
	}
	return template.HTML(fmt.Sprintf(`<svg class="qr" viewBox="-4 -4 %[1]d %[1]d" role="img" aria-label="%[2]s" shape-rendering="crispEdges"><rect x="-4" y="-4" width="%[1]d" height="%[1]d" fill="#fff"/><path fill="#000" d="%[3]s"/></svg>`,
		code.Bounds().Dx()+8, template.HTMLEscapeString(text), modules(code))), nil
}

// modules is the path of the dark squares, row by row.
func modules(code barcode.Barcode) string {
	var b strings.Builder
	size := code.Bounds().Dx()
	dark := func(x, y int) bool {
		r, _, _, _ := code.At(x, y).RGBA()
		return r == 0
	}
	for y := range size {
		for x := 0; x < size; x++ {
			if !dark(x, y) {
				continue
			}
			from := x
			for x+1 < size && dark(x+1, y) {
				x++
			}
			fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from, y, x-from+1, x-from+1)
		}
	}
	return b.String()
}
