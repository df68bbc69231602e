package imports

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"kept/iati"
	"kept/ledger"
	"kept/locale"
	"kept/programme"
)

// openProgramme plans the entry that opens the programme. Without a day in the file there is none to begin with.
func (p *plan) openProgramme() {
	from, until := p.span()
	if from == "" && len(p.file.Activities) > 0 {
		p.res.find(found(iati.Critical, 0, "", CodeNoDay))
		p.main = ""
	}
	if p.main == "" {
		return
	}
	name := p.publisher()
	title, goal := p.o.Title, p.o.Goal
	if title.IsZero() {
		title = name
	}
	if goal.IsZero() {
		goal = goalOf(name)
	}
	p.thing(ledger.Draft{Kind: programme.KindProgramme, Who: "org:" + p.main, Data: programme.Programme{
		Name: p.o.Programme, Title: title, Goal: goal, From: from, Until: until, Zone: cmp.Or(p.o.Zone, "UTC"), Languages: p.languages()}})
}

// publisher is the name of the organisation that publishes the file.
func (p *plan) publisher() locale.Wording {
	for _, o := range p.file.Orgs {
		if o.Code == p.main {
			return source{p: p}.name(o.Name, o.Code)
		}
	}
	return locale.Plain(unknown, p.main)
}

// goalOf says whose activities the promises are, and no more: a file does not say what they are for.
func goalOf(name locale.Wording) locale.Wording {
	in := func(lang string) string {
		text, _ := name.Best(lang)
		return cut(text, locale.WordingRunes-40)
	}
	return locale.Wording{Original: "en", In: map[string]string{
		"en":      "Activities published by " + in("en") + ".",
		"zh-Hans": in("zh-Hans") + "公布的活动。",
		"ug":      "ئېلان قىلغۇچىسى " + in("ug") + " بولغان پائالىيەتلەر.", // begins in Uyghur, so that it runs from the right
	}}
}

// span is from the earliest start to the latest planned end. A file that names no such day gives those of its money or
// of its publication.
func (p *plan) span() (from, until string) {
	var starts, ends, others []string
	for _, a := range p.file.Activities {
		starts = append(starts, a.Planned.From, a.Actual.From)
		ends = append(ends, a.Planned.To)
		others = append(others, a.Published, a.Actual.To)
		for _, m := range a.Movements {
			others = append(others, m.Day)
		}
		for _, b := range a.Budgets {
			others = append(others, b.From, b.To)
		}
	}
	others = days(append(others, p.file.LastUpdated))
	starts, ends = days(starts), days(ends)
	all := days(slices.Concat(starts, ends, others))
	if len(all) == 0 {
		return "", ""
	}
	if len(starts) > 0 {
		from = starts[0]
	} else {
		from = all[0]
	}
	if len(ends) > 0 {
		until = ends[len(ends)-1]
	} else {
		until = all[len(all)-1]
	}
	return from, max(from, until)
}

// days sorts and leaves out what is missing.
func days(list []string) []string {
	list = slices.DeleteFunc(list, func(d string) bool { return d == "" })
	slices.Sort(list)
	return list
}

// languages are those of the file's titles.
func (p *plan) languages() []string {
	seen := map[string]bool{}
	for _, a := range p.file.Activities {
		for tag := range a.Title.In {
			seen[tag] = true
		}
		seen[a.Lang] = true
	}
	maps.DeleteFunc(seen, func(tag string, _ bool) bool { return tag == unknown || !locale.ValidTag(tag) })
	if len(seen) == 0 {
		return []string{"en"}
	}
	return slices.Sorted(maps.Keys(seen))
}

// organisations plans the organisations that are new, and new names of those that are known.
func (p *plan) organisations() {
	main := func(o iati.Org) int { // who signs the others must be there first
		if o.Code == p.main {
			return 0
		}
		return 1
	}
	orgs := slices.Clone(p.file.Orgs)
	slices.SortStableFunc(orgs, func(a, b iati.Org) int { return main(a) - main(b) })
	for _, o := range orgs {
		names := o.Aliases
		name := source{p: p}.name(o.Name, o.Code)
		if row, there := p.state.orgs[o.Code]; there {
			name = programme.ParseWords(row.Name)
			names = append([]string{o.Name.Original()}, names...)
		} else {
			country := o.Country
			if len(country) > 10 {
				country = "" // of an activity in many countries
			}
			p.thing(ledger.Draft{Kind: programme.KindOrganisation, Who: "org:" + p.main, Data: programme.Organisation{
				Code: o.Code, Name: name, Country: country}})
		}
		p.aliases(o.Code, name, names)
	}
}

// aliases plans the names of an organisation that are not known yet.
func (p *plan) aliases(code string, known locale.Wording, names []string) {
	for _, published := range names {
		name := cut(locale.Tidy(published), locale.WordingRunes)
		row := programme.AliasRow{Organisation: code, Name: name}
		same := func(text string) bool { return strings.EqualFold(text, name) }
		if p.state.aliases[row] || slices.ContainsFunc(slices.Collect(maps.Values(known.In)), same) || locale.Plain(unknown, name).Check() != nil {
			continue
		}
		p.state.aliases[row] = true
		p.thing(ledger.Draft{Kind: programme.KindAlias, Who: "org:" + p.main, Data: programme.Alias(row)})
	}
}

// levels are the levels of places as the book has them. A populated place may be a village or a capital: which, a source
// does not say.
var levels = map[string]string{
	iati.LevelCountry: "country", iati.LevelArea: "region", iati.LevelSettlement: "site",
	iati.LevelStructure: "site", iati.LevelFeature: "site", iati.LevelPlace: "site",
}

// places plans the places that are new, countries first.
func (p *plan) places() {
	byLevel := func(x iati.Place) int { return slices.Index(programme.Levels, levels[x.Level]) }
	places := slices.Clone(p.file.Places)
	slices.SortStableFunc(places, func(a, b iati.Place) int { return byLevel(a) - byLevel(b) })
	for _, x := range places {
		if p.state.places[x.Code] {
			continue
		}
		d := programme.Place{Code: x.Code, Level: levels[x.Level]}
		if d.Position = strings.TrimSpace(x.Lat + " " + x.Lon); len(d.Position) > 60 {
			d.Position = ""
		}
		if x.Level == iati.LevelCountry {
			d.Name = p.country(x)
		} else {
			d.Name = source{p: p}.name(x.Name, x.Code)
			if x.Country != "" && p.state.places[x.Country] {
				d.Parent = x.Country
			}
		}
		p.place(d)
	}
}

func (p *plan) place(d programme.Place) {
	p.state.places[d.Code] = true
	p.thing(ledger.Draft{Kind: programme.KindPlace, Who: "org:" + p.main, Data: d})
}

// country names a country by its code, in the languages of the pages; a published name goes before.
func (p *plan) country(x iati.Place) locale.Wording {
	w := locale.Wording{Original: "en", In: map[string]string{}}
	if region, err := language.ParseRegion(x.Code); err == nil {
		for _, l := range locale.Languages {
			if names := display.Regions(language.Make(l.Tag)); names != nil {
				if name := locale.Tidy(names.Name(region)); name != "" {
					w.In[l.Tag] = name
				}
			}
		}
	}
	published := source{p: p}.words(x.Name, locale.WordingRunes)
	for tag, name := range published.In {
		if tag != unknown || len(w.In) == 0 {
			w.In[tag] = name
		}
	}
	if w.In["en"] == "" {
		w.Original = published.Original
	}
	if w.Check() != nil {
		return source{p: p}.name(x.Name, x.Code)
	}
	return w
}

// nowhere and noTask stand where the publisher names no place and no sector, and say so.
const (
	nowhere = "place-not-published"
	noTask  = "task-not-published"
)

var (
	nowhereName = locale.Wording{Original: "en", In: map[string]string{"en": "Place not published", "zh-Hans": "未公布地点", "ug": "ئورنى ئېلان قىلىنمىغان"}}
	noTaskName  = locale.Wording{Original: "en", In: map[string]string{"en": "Task not published", "zh-Hans": "未公布任务", "ug": "ۋەزىپىسى ئېلان قىلىنمىغان"}}
)

// placesOf are the places of an activity.
func (p *plan) placesOf(a *iati.Activity) []string {
	if len(a.Places) > 0 {
		return a.Places
	}
	if !p.state.places[nowhere] {
		p.place(programme.Place{Code: nowhere, Level: "site", Name: nowhereName})
	}
	return []string{nowhere}
}

// taskOf is the task of an activity, which is planned if it is new: the activity above it, if that is only a parent, else
// its sector.
func (p *plan) taskOf(a *iati.Activity) string {
	for _, parent := range a.Parents {
		if code := p.parents[parent]; code != "" {
			return code
		}
		if code := parentTask(parent); p.state.tasks[code] {
			return code // its own entry is not in this file, but was in one before
		}
	}
	if code := p.above[a.Key]; code != "" {
		return code
	}
	if a.Task == "" {
		p.task(noTask, noTaskName)
		return noTask
	}
	for _, t := range p.file.Tasks {
		if t.Code == a.Task {
			p.task(t.Code, source{p: p}.name(t.Name, t.Code))
		}
	}
	return a.Task
}

func (p *plan) task(code string, name locale.Wording) {
	if !p.state.tasks[code] {
		p.state.tasks[code] = true
		p.thing(ledger.Draft{Kind: programme.KindTask, Who: "org:" + p.main, Data: programme.Task{Code: code, Name: name}})
	}
}

// findParents settles which activities are tasks: those that only stand above others, unless they were promises before.
func (p *plan) findParents() {
	for _, a := range p.file.Activities {
		code := parentTask(a.Key)
		if p.state.promises[a.Key] == nil && (a.OnlyParent || p.state.tasks[code]) {
			p.parents[a.Key] = code
			for _, child := range a.Children {
				if p.above[child] == "" || code < p.above[child] {
					p.above[child] = code
				}
			}
		}
	}
}

// parentTask is the code of the task that an activity makes.
func parentTask(key string) string {
	if code := "activity:" + key; programme.CheckCode("task", code) == nil {
		return code
	}
	return "activity:" + ledger.DeriveID("iati task\n" + key)[:16]
}
