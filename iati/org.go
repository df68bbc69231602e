package iati

import (
	"cmp"
	"slices"
	"strings"
)

// orgEntry gathers what a file says of one organisation.
type orgEntry struct {
	ref, country string
	names        names
	types        map[string]int
}

// orgCode is the code of an organisation: its ref, else its country and name. It
// is "" where neither is given. where is the country of the activity, or all of
// them joined.
func orgCode(ref, name, where string) string {
	switch {
	case codeForm.MatchString(ref):
		return ref
	case ref != "":
		return derivedCode("org", ref, "ref", ref)
	case name != "":
		return derivedCode("org", strings.ToLower(where)+"-"+name, "name", where, fold(name))
	}
	return ""
}

// org takes in the organisation an element names and returns its code, "" when it
// names none. An empty ref is no ref.
func (a *act) org(n *node) string {
	ref, name := squeeze(n.attr("ref")), a.text(n)
	code := orgCode(ref, name.Original(), a.where)
	if code == "" {
		a.wrong(n, CodeNamelessOrg)
		return ""
	}
	entry := a.r.orgs[code]
	if entry == nil {
		entry = &orgEntry{ref: ref, types: map[string]int{}}
		if ref == "" {
			entry.country = a.where
		}
		a.r.orgs[code] = entry
	}
	entry.names.add(name)
	if kind := n.attr("type"); kind != "" {
		entry.types[kind]++
	}
	return code
}

func (a *act) readOrgs() {
	if reporter := a.child(a.n, "reporting-org", true); reporter != nil {
		a.Reporter = a.org(reporter)
	}
	for _, n := range a.n.all("participating-org") {
		role, ok := a.need(n, "role")
		if !ok {
			continue
		}
		if code := a.org(n); code != "" {
			a.Parties = append(a.Parties, Party{code, role})
		}
	}
	slices.SortFunc(a.Parties, func(x, y Party) int {
		return cmp.Or(strings.Compare(x.Role, y.Role), strings.Compare(x.Org, y.Org))
	})
	a.Parties = slices.Compact(a.Parties)
}

// payer reads who gave or got money. Its code is kept for now; resolve drops it
// again where no such organisation takes part.
func (a *act) payer(n *node) Payer {
	if n == nil {
		return Payer{}
	}
	ref, name := squeeze(n.attr("ref")), a.text(n).Original()
	return Payer{orgCode(ref, name, a.where), ref, name}
}

func (r *reader) resolve(p *Payer) {
	if r.orgs[p.Org] == nil {
		p.Org = ""
	}
}

func (r *reader) sortedOrgs() []Org {
	orgs := make([]Org, 0, len(r.orgs))
	for code, entry := range r.orgs {
		o := Org{Code: code, Ref: entry.ref, Country: entry.country, Type: mostUsed(entry.types)}
		o.Name, o.Aliases = entry.names.best()
		if entry.ref == "" {
			// Names that differ in case only are one name, not a name and an alias.
			o.Aliases = slices.DeleteFunc(o.Aliases, func(alias string) bool { return fold(alias) == fold(o.Name.Original()) })
		}
		orgs = append(orgs, o)
	}
	slices.SortFunc(orgs, func(x, y Org) int { return strings.Compare(x.Code, y.Code) })
	return orgs
}

// mostUsed is the word that occurs most often, of equals the lower.
func mostUsed(count map[string]int) string {
	best := ""
	for word, n := range count {
		if best == "" || n > count[best] || n == count[best] && word < best {
			best = word
		}
	}
	return best
}
