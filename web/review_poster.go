package web

import (
	"cmp"
	"html/template"
	"slices"
	"strings"

	"kept/review"
)

// ReviewPoster is a review on one sheet for a wall, in all languages of the programme.
type ReviewPoster struct {
	*Room
	Review  ReviewPage
	Most    []review.Promise // that matter most
	Address string
	Code    template.HTML // the address as a picture
}

// mostOnPoster is how many promises a poster of a review tells of.
const mostOnPoster = 3

func reviewPoster(v *visit) (*result, error) {
	one, doc, err := v.documentOf(v.r.PathValue("number"))
	if err != nil {
		return nil, err
	}
	about, err := v.reviewPage(one, doc)
	if err != nil {
		return nil, err
	}
	p := ReviewPoster{Room: &Room{Page: about.Page, Spot: about.Name, Speaking: v.speaking(about.Page)}, Review: about, Most: mostTold(doc.Matters)}
	p.Address = v.absolute(strings.SplitN(about.Link("reviews/"+itoa(one.Number)), "?", 2)[0])
	p.Code, err = codeSVG(p.Address)
	return &result{page: p, name: "review-poster"}, err
}

// mostTold are the promises that were chosen for the most reasons; of those chosen for as many, the ones to more villages.
func mostTold(m review.Matters) []review.Promise {
	all := slices.Concat(m.NotKept, m.Kept)
	slices.SortStableFunc(all, func(a, b review.Promise) int {
		return cmp.Or(len(b.Why)-len(a.Why), cmp.Compare(b.Reach.Int(), a.Reach.Int()), cmp.Compare(a.Number, b.Number))
	})
	return all[:min(mostOnPoster, len(all))]
}

// Spans is the period in all languages.
func (p ReviewPoster) Spans() []RoomText {
	var out []RoomText
	for _, s := range p.Speaking {
		out = append(out, RoomText{s.Language, s.spanText(p.Review.Doc.From, p.Review.Doc.To)})
	}
	return out
}

// Places says in all languages what the review is of.
func (p ReviewPoster) Places() []RoomText {
	var out []RoomText
	for _, s := range p.Speaking {
		about := p.Review
		about.Page = s
		if text := about.ChosenPlaces(); about.Whole() {
			out = append(out, p.only(s, "review.of-whole")...)
		} else {
			out = append(out, RoomText{s.Language, s.HTML("review.of-places", "Places", text)})
		}
	}
	return out
}

func (p ReviewPoster) only(s Page, key string) []RoomText {
	room := Room{Speaking: []Page{s}}
	return room.Said(key)
}

// Numbered is the title in all languages.
func (p ReviewPoster) Numbered() []RoomText {
	return p.Said("review.title", "Number", itoa(p.Review.Row.Number))
}

// SaysKept is "the village says: kept" in all languages.
func (p ReviewPoster) SaysKept() []RoomText {
	var out []RoomText
	for _, s := range p.Speaking {
		room := Room{Speaking: []Page{s}}
		out = append(out, room.Said("review.says", "Verdict", s.T("village.kept"))...)
	}
	return out
}
