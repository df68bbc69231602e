package web

import (
	"strings"

	"kept/figures"
	"kept/programme"
)

// Glimpse is what a chat shows of a page whose link is sent in it. It says nothing that the page does not say.
type Glimpse struct {
	Text    string
	Address string // with the site before it
	Image   string // the same; a picture that everybody may see, or the sign of the program
}

// glimpse makes that of the page that was asked for.
func (v *visit) glimpse(text, image string) *Glimpse {
	u := outer(v)
	u.RawQuery = "lang=" + v.p.Tag
	if image == "" {
		image = Page{}.Static("icon-512.png")
	}
	return &Glimpse{Text: text, Address: v.absolute(u.RequestURI()), Image: v.absolute(image)}
}

// glimpseOf is that of a promise: where, what each side says, and the newest picture.
func (v *visit) glimpseOf(one *figures.Promise) *Glimpse {
	var places []string
	for _, p := range one.Places {
		places = append(places, plain(v.p, programme.ParseWords(p.Name)))
	}
	said := one.Said
	text := strings.Join([]string{v.p.List(places), v.p.T("says.team") + ": " + v.p.T("standing."+string(said.Team)), v.p.T("says.village") + ": " + v.p.T("village."+string(said.Village.Says))}, " · ")
	image := ""
	for _, w := range one.Work {
		if image == "" && w.SentBack == 0 && len(w.Shown) > 0 {
			image = v.links().Raw("pictures/" + w.Shown[0].SHA256)
		}
	}
	return v.glimpse(text, image)
}
