package iati

import (
	"math/big"
	"regexp"
	"slices"
	"strings"
)

// placeEntry gathers what a file says of one place. Where activities differ, the
// lower value counts, so that their order does not.
type placeEntry struct {
	Place
	names names
}

var countryForm = regexp.MustCompile(`^[A-Z]{2}$`)

// readPlaces takes the countries and locations of an activity.
func (a *act) readPlaces() {
	for _, n := range a.n.all("recipient-country") {
		code, ok := a.need(n, "code")
		if !ok {
			continue
		}
		if !countryForm.MatchString(code) {
			a.wrong(n, CodeCountry, excerpt(code))
			continue
		}
		a.place(Place{Code: code, Level: LevelCountry, Country: code}, a.text(n))
		a.Countries = append(a.Countries, Share{code, a.percentage(n)})
	}
	slices.SortStableFunc(a.Countries, func(x, y Share) int { return strings.Compare(x.Country, y.Country) })
	a.Countries = slices.CompactFunc(a.Countries, func(x, y Share) bool { return x.Country == y.Country })
	codes := make([]string, len(a.Countries))
	for i, c := range a.Countries {
		codes[i] = c.Country
	}
	a.where = strings.Join(codes, "+")

	reporter := "" // whose refs they are
	if n := a.n.one("reporting-org"); n != nil {
		reporter = squeeze(n.attr("ref"))
	}
	for _, n := range a.n.all("location") {
		a.readLocation(n, reporter)
	}
	if a.Places = set(a.Places); len(a.Places) == 0 {
		a.Places = codes
	}
	if len(a.Places) == 0 {
		a.warn(a.n, CodeNowhere)
	}
}

// readLocation takes one location of a reporting organisation. Its administrative codes are not read: they make
// no places.
func (a *act) readLocation(n *node, reporter string) {
	p := Place{Level: LevelPlace}
	if len(a.Countries) == 1 {
		p.Country = a.Countries[0].Country
	}
	name := a.text(a.child(n, "name", false))
	p.Lat, p.Lon = a.position(n)
	if class := n.one("location-class"); class != nil {
		levels := map[string]string{"1": LevelArea, "2": LevelSettlement, "3": LevelStructure, "4": LevelFeature}
		if level, known := levels[class.attr("code")]; known {
			p.Level = level
		}
	}
	var ids []string
	for _, id := range n.all("location-id") {
		if code := squeeze(id.attr("code")); code != "" {
			ids = append(ids, squeeze(id.attr("vocabulary"))+"-"+code)
		}
	}
	ref := squeeze(n.attr("ref"))
	switch {
	case len(ids) > 0:
		p.Code = slices.Min(ids)
		if !codeForm.MatchString(p.Code) {
			p.Code = derivedCode("place", p.Code, "id", p.Code)
		}
	case ref != "":
		p.Code = derivedCode("place", ref, "ref", reporter, ref)
	case name.In != nil:
		p.Code = derivedCode("place", name.Original(), "name", a.where, fold(name.Original()), p.Lat, p.Lon)
	default:
		a.wrong(n, CodeNamelessPlace)
		return
	}
	a.place(p, name)
	a.Places = append(a.Places, p.Code)
}

// place takes a place in, or adds to what is known of it.
func (a *act) place(p Place, name Text) {
	entry := a.r.places[p.Code]
	if entry == nil {
		entry = &placeEntry{Place: p}
		a.r.places[p.Code] = entry
	}
	entry.names.add(name)
	if p.Level != LevelPlace && (entry.Level == LevelPlace || p.Level < entry.Level) {
		entry.Level = p.Level
	}
	if p.Country != "" && (entry.Country == "" || p.Country < entry.Country) {
		entry.Country = p.Country
	}
	if p.Lat != "" && (entry.Lat == "" || p.Lat+" "+p.Lon < entry.Lat+" "+entry.Lon) {
		entry.Lat, entry.Lon = p.Lat, p.Lon
	}
}

// position reads "lat lon" as two decimals.
func (a *act) position(n *node) (lat, lon string) {
	point := a.child(n, "point", false)
	if point == nil {
		return "", ""
	}
	pos := a.child(point, "pos", true)
	if pos == nil {
		return "", ""
	}
	text := squeeze(pos.text)
	parts := strings.Fields(text)
	if comma := strings.Fields(strings.ReplaceAll(text, ",", " ")); strings.Count(text, ",") == 1 && len(comma) == 2 {
		a.warn(pos, CodeComma, excerpt(text))
		parts = comma
	}
	if len(parts) != 2 || !within(parts[0], -90, 90) || !within(parts[1], -180, 180) {
		a.wrong(pos, CodePosition, excerpt(text))
		return "", ""
	}
	return parts[0], parts[1]
}

// within says whether a text is a decimal between two bounds.
func within(text string, low, high int64) bool {
	r, ok := rational(text)
	return ok && r.Cmp(big.NewRat(low, 1)) >= 0 && r.Cmp(big.NewRat(high, 1)) <= 0
}

// percentage is the share an element names, "" where it names none.
func (a *act) percentage(n *node) string {
	value, there := n.attrSet("percentage")
	switch {
	case !there:
	case !hasForm(value, "decimal"):
		a.wrong(n, CodeForm, excerpt(value), "decimal")
	case !within(value, 0, 100):
		a.wrong(n, CodePercentage, excerpt(value))
	default:
		return value
	}
	return ""
}

func (r *reader) sortedPlaces() []Place {
	places := make([]Place, 0, len(r.places))
	for _, entry := range r.places {
		p := entry.Place
		p.Name, _ = entry.names.best()
		places = append(places, p)
	}
	slices.SortFunc(places, func(x, y Place) int { return strings.Compare(x.Code, y.Code) })
	return places
}
