package web

import (
	"encoding/xml"

	"kept/ledger"
	"kept/programme"
	"kept/review"
)

// newsLines is how many changes a feed lists.
const newsLines = 40

// Feed is an Atom feed (RFC 4287) of what changed.
type Feed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	Title   string      `xml:"title"`
	ID      string      `xml:"id"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Links   []FeedLink  `xml:"link"`
	Entries []FeedEntry `xml:"entry"`
}

// FeedLink is a link of a feed or an entry.
type FeedLink struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Href string `xml:"href,attr"`
}

// FeedEntry is one change.
type FeedEntry struct {
	Title   string   `xml:"title"`
	ID      string   `xml:"id"`
	Updated string   `xml:"updated"`
	Link    FeedLink `xml:"link"`
}

// feedFile is the feed of a programme, or of one place and all places in it.
func feedFile(v *visit) (*result, error) {
	page := v.links()
	title, place, home := plain(v.p, page.Name), v.r.PathValue("code"), page.Link("")
	if place != "" {
		row, ok, err := programme.Places.One(v.Tx, place)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, notFound
		}
		title, home = v.p.T("feed.place", "Place", plain(v.p, programme.ParseWords(row.Name)), "Programme", title), page.PlaceLink(place)
	}
	news, err := v.Latest(place, newsLines)
	if err != nil {
		return nil, err
	}
	var reviews []review.Row
	if place == "" {
		if reviews, err = review.List(v.Tx, 0, newsLines); err != nil {
			return nil, err
		}
	}
	f := Feed{Lang: v.p.Tag, Title: title, ID: urn(v.shelf.book.Key.Origin() + " feed " + place), Updated: v.Day + "T00:00:00Z",
		Author: plain(v.p, page.Name), Links: []FeedLink{{Href: v.absolute(home)}, {"self", v.absolute(outerAddress(v))}}}
	for _, n := range news {
		for len(reviews) > 0 && reviews[0].Seq > n.Seq {
			f.Entries, reviews = append(f.Entries, v.reviewNews(reviews[0])), reviews[1:]
		}
		about := page.PromiseLink(n.Number)
		if n.Number == 0 {
			about = page.PlaceLink(n.Place)
		}
		f.Entries = append(f.Entries, FeedEntry{
			Title: v.p.T("feed."+n.What, "Number", itoa(n.Number), "Title", plain(v.p, n.Title), "Place", plain(v.p, n.Where)),
			ID:    urn(v.shelf.book.Key.Origin() + " entry " + itoa(n.Seq)), Updated: n.Recorded + "T00:00:00Z",
			Link: FeedLink{Href: v.absolute(about)},
		})
	}
	for _, r := range reviews {
		f.Entries = append(f.Entries, v.reviewNews(r))
	}
	f.Entries = f.Entries[:min(len(f.Entries), newsLines)]
	body, err := xml.MarshalIndent(f, "", " ")
	return &result{bytes: append([]byte(xml.Header), body...), media: "application/atom+xml; charset=utf-8"}, err
}

// reviewNews is a published review in a feed.
func (v *visit) reviewNews(r review.Row) FeedEntry {
	return FeedEntry{
		Title: v.p.T("review.choice", "Number", itoa(r.Number), "From", v.p.ShortDay(r.From), "To", v.p.ShortDay(r.To)),
		ID:    urn(v.shelf.book.Key.Origin() + " entry " + itoa(r.Seq)), Updated: r.Recorded + "T00:00:00Z",
		Link: FeedLink{Href: v.absolute(v.links().Link("reviews/" + itoa(r.Number)))},
	}
}

// urn makes a lasting name of a text.
func urn(s string) string {
	id := ledger.DeriveID(s)
	return "urn:uuid:" + id[:8] + "-" + id[8:12] + "-" + id[12:16] + "-" + id[16:20] + "-" + id[20:]
}

func outerAddress(v *visit) string {
	u := outer(v)
	return u.RequestURI()
}

// absolute is an address with the site before it, as the operator says it is, or as the reader asked for it.
func (v *visit) absolute(address string) string {
	if v.server.site != "" {
		return v.server.site + address
	}
	scheme := "http://"
	if v.r.TLS != nil {
		scheme = "https://"
	}
	return scheme + v.r.Host + address
}
