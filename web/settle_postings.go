package web

import (
	"slices"
	"strings"

	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/promise"
)

// SettlePost is the page on which a team is posted to places.
type SettlePost struct {
	Form
	Team   programme.TeamRow
	Chosen []PlaceChoice
	Found  []PlaceChoice
	More   bool
}

func settlePost(v *visit) (*result, error) {
	team, err := v.teamInAddress()
	if err != nil {
		return nil, err
	}
	chosen := []string{}
	if at := v.r.URL.Query().Get("place"); at != "" {
		chosen = append(chosen, at)
	}
	if v.form != nil {
		if chosen, err = v.chosenToPost(); err != nil {
			return nil, err
		}
		if verb, _ := v.form.do(); verb == "post" && v.failed == nil {
			out, err := v.posted(team, chosen)
			if err != nil || out != nil {
				return out, err
			}
		}
	}
	p := SettlePost{Form: v.formPage("parts", v.p.T("settle.post-title", "Team", plain(v.p, programme.ParseWords(team.Name)))), Team: team}
	if v.form == nil {
		p.typed.set("from", v.Day)
	}
	if p.Chosen, err = v.chosenPlaces(chosen); err != nil {
		return nil, err
	}
	p.Chosen = slices.DeleteFunc(p.Chosen, func(c PlaceChoice) bool { return v.maySettle(c.Code) != nil })
	p.Found, p.More, err = v.findPlaces(p.typed.get("words"), chosen)
	return &result{page: p, name: "settle-post"}, err
}

// chosenToPost are the places that were ticked, and all villages of larger ones that were ticked as a whole.
func (v *visit) chosenToPost() (chosen []string, err error) {
	all := slices.Clone(v.form.all("places[]"))
	for _, code := range v.form.all("in[]") {
		inside, err := v.villagesIn(code)
		if err != nil {
			return nil, err
		}
		all = append(all, inside...)
	}
	for _, code := range all {
		if code != "" && !slices.Contains(chosen, code) {
			chosen = append(chosen, code)
		}
		if len(chosen) > promise.MaxPlaces {
			v.form.say("places", v.p.T("settle.places-many", "Max", promise.MaxPlaces))
			break
		}
	}
	return chosen, nil
}

// posted drafts the postings. Nothing is drafted while one of them cannot be.
func (v *visit) posted(team programme.TeamRow, chosen []string) (*result, error) {
	from := v.typedDay("from", true)
	until := v.typedDay("until", false)
	if from != "" && until != "" && until < from {
		v.form.say("until", v.p.T("refused.period.backwards"))
	}
	if len(chosen) == 0 {
		v.form.say("places", v.p.T("settle.places-none"))
	}
	rows, err := v.chosenPlaces(chosen)
	if err != nil {
		return nil, err
	}
	if len(rows) < len(chosen) {
		v.form.say("places", v.p.T("settle.places-unknown"))
	}
	for _, row := range rows {
		if err := v.maySettle(row.Code); err == notYours {
			v.form.say("places", v.p.T("settle.parent-reach", "Code", row.Code))
		} else if err != nil {
			return nil, err
		}
	}
	if !v.form.right() {
		return nil, nil
	}
	var drafts []ledger.Draft
	var sentences []string
	for _, row := range rows {
		p := programme.Posting{Team: team.Code, Place: row.Code, From: from, Until: until}
		there, other, err := v.posting(p)
		switch {
		case err != nil:
			return nil, err
		case there: // sent before
		case other != nil:
			sentences = append(sentences, v.twice(*other, programme.ParseWords(team.Name), programme.ParseWords(row.Name)))
		default:
			d := programme.Post(v.me.Grant.Who, p)
			d.ID = v.form.entryID("post " + p.Place + " " + p.From + " " + p.Until)
			drafts = append(drafts, d)
		}
	}
	if len(sentences) > 0 {
		v.form.say("places", strings.Join(sentences[:min(len(sentences), 5)], " "))
		return nil, nil
	}
	return &result{drafts: drafts, to: v.links().SettleLink("teams", team.Code, "postings", doneKey, team.Code)}, nil
}

// posting says whether the very same posting stands in the book, or which other one of the team is in its way.
func (v *visit) posting(p programme.Posting) (there bool, other *programme.PostingRow, err error) {
	rows, err := programme.Postings.Select(v.Tx, "WHERE v.place = $1 AND v.team = $2 ORDER BY v.from_day", p.Place, p.Team)
	for _, row := range rows {
		switch {
		case row.From == p.From && row.Until == p.Until:
			there = true
		case other == nil && (row.Until == "" || row.Until >= p.From) && (p.Until == "" || p.Until >= row.From):
			other = &row
		}
	}
	return there, other, err
}

// twice says that a team is posted to a place already.
func (v *visit) twice(row programme.PostingRow, team, place locale.Wording) string {
	name, at := plain(v.p, team), plain(v.p, place)
	if row.Until == "" {
		return v.p.T("refused.posting.twice-open", "Team", name, "Place", at, "From", v.p.ShortDay(row.From))
	}
	return v.p.T("refused.posting.twice", "Team", name, "Place", at, "From", v.p.ShortDay(row.From), "Until", v.p.ShortDay(row.Until))
}

// SettleLeave is the page on which the end of postings is said, or that other teams take over.
type SettleLeave struct {
	Form
	Team     programme.TeamRow
	Postings []TeamPosting
	Others   []Choice // teams that can take over
	HandOver bool
}

// leaving are the postings that were ticked, and the page with those that can be.
func (v *visit) leaving(key string) (SettleLeave, []TeamPosting, error) {
	p := SettleLeave{}
	team, err := v.teamInAddress()
	if err != nil {
		return p, nil, err
	}
	p.Team = team
	all, err := v.postingsOf(team.Code)
	if err != nil {
		return p, nil, err
	}
	asked := v.r.URL.Query().Get("posting")
	ticked := []string{asked}
	if v.form != nil {
		ticked = v.form.all("postings[]")
	}
	var chosen []TeamPosting
	for _, t := range all {
		is := slices.Contains(ticked, t.Key())
		if !t.Mine || t.When == postEnded && !is && t.Key() != asked {
			continue
		}
		p.Postings = append(p.Postings, t)
		if is {
			chosen = append(chosen, t)
		}
	}
	if v.form != nil && (len(chosen) == 0 || len(chosen) < len(distinct(ticked))) {
		v.form.say("postings", v.p.T("settle.postings-none"))
	}
	p.Form = v.formPage("parts", v.p.T(key, "Team", plain(v.p, programme.ParseWords(team.Name))))
	if v.form == nil {
		p.typed.values["postings[]"] = ticked
	}
	return p, chosen, nil
}

func settleEnd(v *visit) (*result, error) {
	p, chosen, err := v.leaving("settle.end-title")
	if err != nil {
		return nil, err
	}
	if v.form == nil {
		p.typed.set("until", v.Day)
	} else if v.failed == nil {
		until := v.typedDay("until", true)
		var drafts []ledger.Draft
		for _, t := range chosen {
			if until != "" && until < t.From {
				v.form.say("until", v.p.T("settle.before-posting", "Place", plain(v.p, programme.ParseWords(t.Place.Name)), "From", v.p.ShortDay(t.From)))
			}
			if t.Until == until {
				continue // it says so already: the form was sent twice, or nothing changes
			}
			d := programme.EndPosting(v.me.Grant.Who, t.PostingRow, until)
			if end := d.Data.(programme.PostingEnd); t.To != "" {
				end.To = t.To // who takes over stays
				d.Data = end
			}
			d.ID = v.form.entryID("end " + t.Key() + " " + until)
			drafts = append(drafts, d)
		}
		if v.form.right() {
			return &result{drafts: drafts, to: p.SettleLink("teams", p.Team.Code, "postings", doneKey, p.Team.Code)}, nil
		}
	}
	return &result{page: p, name: "settle-leave"}, nil
}

func settleHandOver(v *visit) (*result, error) {
	p, chosen, err := v.leaving("settle.hand-over-title")
	if err != nil {
		return nil, err
	}
	p.HandOver = true
	if v.form == nil {
		p.typed.set("last", v.Day)
		p.typed.set("first", v.Day)
	} else if v.failed == nil {
		drafts, err := v.handedOver(p.Team, chosen)
		if err != nil {
			return nil, err
		}
		if v.form.right() {
			return &result{drafts: drafts, to: p.SettleLink("teams", p.Team.Code, "postings", doneKey, p.Team.Code)}, nil
		}
	}
	rows, err := programme.Teams.Select(v.Tx, "WHERE v.code <> $1 ORDER BY v.seq", p.Team.Code)
	p.Others = []Choice{{Text: v.p.T("settle.choose")}}
	for _, row := range rows {
		p.Others = append(p.Others, Choice{Value: row.Code, Text: plain(v.p, programme.ParseWords(row.Name))})
	}
	sorted := locale.Sorter(v.p.Tag)
	slices.SortStableFunc(p.Others[1:], func(a, b Choice) int { return sorted(a.Text, b.Text) })
	return &result{page: p, name: "settle-leave"}, err
}

// handedOver drafts, for each posting, that of the team that takes over, and the end of this one. A team that serves the
// place on that day already needs no further posting.
func (v *visit) handedOver(from programme.TeamRow, chosen []TeamPosting) (drafts []ledger.Draft, err error) {
	last, first := v.typedDay("last", true), v.typedDay("first", true)
	to, ok, err := programme.Teams.One(v.Tx, v.form.get("to"))
	if err != nil {
		return nil, err
	}
	if !ok || to.Code == from.Code {
		v.form.say("to", v.p.T("settle.team-needed"))
	}
	if last == "" || first == "" || !v.form.right() {
		return nil, nil
	}
	for _, t := range chosen {
		place := programme.ParseWords(t.Place.Name)
		if last < t.From {
			v.form.say("last", v.p.T("settle.before-posting", "Place", plain(v.p, place), "From", v.p.ShortDay(t.From)))
		}
		both := programme.HandOver(v.me.Grant.Who, t.PostingRow, to.Code, last, first)
		there, other, err := v.posting(both[0].Data.(programme.Posting))
		if err != nil {
			return nil, err
		}
		serves := other != nil && other.From <= first && (other.Until == "" || other.Until >= first)
		if other != nil && !serves && !there {
			v.form.say("first", v.twice(*other, programme.ParseWords(to.Name), place))
		}
		if !there && !serves {
			both[0].ID = v.form.entryID("take " + t.Key() + " " + to.Code + " " + first)
			drafts = append(drafts, both[0])
		}
		if t.Until == last && t.To == to.Code {
			continue // sent before
		}
		both[1].ID = v.form.entryID("leave " + t.Key() + " " + to.Code + " " + last)
		drafts = append(drafts, both[1])
	}
	return drafts, nil
}
