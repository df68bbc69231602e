package web

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/schedule"
	"kept/staff"
	"kept/store"
)

// Opening is the page on which a programme is opened.
type Opening struct {
	Form
	Zones   []Choice
	Offered []TongueChoice
	CanDo   bool
}

// TongueChoice is a language in which the programme can be written.
type TongueChoice struct {
	locale.Language
	Chosen bool
}

var openFields = []string{"short", "zone", "zone-name", "languages[]", "languages-more", "title.*", "goal.*", "from", "until", "code", "name.*"}

// zones are the time zones that are offered; any other can be typed.
var zones = []string{"UTC", "Africa/Abidjan", "Africa/Addis_Ababa", "Africa/Cairo", "Africa/Dakar", "Africa/Johannesburg", "Africa/Kampala", "Africa/Kinshasa",
	"Africa/Lagos", "Africa/Nairobi", "America/Bogota", "America/Guatemala", "America/Lima", "America/Mexico_City", "America/Sao_Paulo", "Asia/Almaty", "Asia/Bishkek", "Asia/Dhaka",
	"Asia/Jakarta", "Asia/Kabul", "Asia/Karachi", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Manila", "Asia/Shanghai", "Asia/Tashkent", "Asia/Ulaanbaatar", "Asia/Urumqi",
	"Asia/Yangon", "Europe/Istanbul", "Europe/London", "Europe/Paris", "Pacific/Port_Moresby"}

func openPage(v *visit) (*result, error) {
	page := Opening{CanDo: v.server.host != nil}
	tongues := []string{v.p.Tag}
	if v.form != nil {
		if !page.CanDo {
			return nil, unclear
		}
		tongues = v.tongues()
		if verb, _ := v.form.do(); verb == "open" {
			to, err := v.open(tongues)
			if err != nil {
				return nil, err
			}
			if v.form.right() {
				return &result{to: to}, nil
			}
		}
	}
	page.Form = v.formPage("programmes", v.p.T("open.title"))
	page.Tongues = tongues
	for _, l := range locale.Languages {
		page.Offered = append(page.Offered, TongueChoice{l, slices.Contains(tongues, l.Tag)})
	}
	page.Zones = []Choice{{Value: "", Text: v.p.T("open.zone-choose")}}
	for _, z := range zones {
		page.Zones = append(page.Zones, Choice{Value: z, Text: strings.ReplaceAll(z, "_", " ")})
	}
	return &result{page: page, name: "admin-open"}, nil
}

// tongues are the languages that were chosen and typed, the reader's own if none was.
func (v *visit) tongues() []string {
	var out []string
	add := func(tag string) {
		if !slices.Contains(out, tag) {
			out = append(out, tag)
		}
	}
	for _, tag := range v.form.all("languages[]") {
		if l, ok := locale.Find(tag); ok {
			add(l.Tag)
		}
	}
	for _, typed := range strings.FieldsFunc(v.form.get("languages-more"), func(r rune) bool { return r == ' ' || r == ',' || r == '،' || r == '、' || r == ';' }) {
		tag, err := language.Parse(typed)
		if err != nil || !locale.ValidTag(tag.String()) {
			v.form.say("languages-more", v.p.T("wording.tag", "Lang", typed))
			continue
		}
		add(tag.String())
	}
	if len(out) > locale.WordingLanguages {
		v.form.say("languages-more", v.p.T("wording.too-many", "Max", locale.WordingLanguages))
		out = out[:locale.WordingLanguages]
	}
	if len(out) == 0 {
		out = []string{v.p.Tag}
	}
	return out
}

// open opens the programme that was typed, and returns where to go on.
func (v *visit) open(tongues []string) (to string, err error) {
	d := programme.Programme{Name: v.form.get("short"), Title: v.form.wording("title", tongues), Goal: v.form.wording("goal", tongues),
		From: v.form.get("from"), Until: v.form.get("until"), Zone: v.form.get("zone"), Languages: tongues}
	if typed := v.form.get("zone-name"); typed != "" {
		d.Zone = typed
	}
	o := programme.Organisation{Code: v.form.get("code"), Name: v.form.wording("name", tongues)}
	if o.Code == "" {
		o.Code = officeCode(o.Name)
	}
	to = v.links().OfficeLink("programmes", "opened", d.Name)
	id := v.form.entryID("")
	if there, err := v.openedBefore(d.Name, id); err != nil || there {
		return to, err
	}
	v.checkOpening(d, o)
	if !v.form.right() {
		return "", nil
	}
	drafts := []ledger.Draft{
		{Kind: programme.KindProgramme, ID: id, Who: "org:" + o.Code, Data: d},
		{Kind: programme.KindOrganisation, ID: v.form.entryID("office"), Who: "org:" + o.Code, Data: o},
	}
	for _, draft := range drafts {
		act := staff.Act{Account: v.me.Account.ID, Programme: d.Name, What: draft.Kind, Entry: draft.ID}
		if err := v.server.desk.Act(v.ctx, act); err != nil {
			return "", err
		}
	}
	// What was sent is not given up because the reader goes away while it is being written.
	err = v.server.host.Open(context.WithoutCancel(v.ctx), d.Name, d.Zone, drafts)
	var problem *store.Problem
	switch refused := ledger.Refused(err); {
	case err == nil:
	case refused != nil:
		v.form.say(v.fieldOf(refused), v.refusal(refused))
	case errors.As(err, &problem): // for whoever runs the server, in his words
		v.server.log.Error("a programme could not be opened", "programme", d.Name, "error", err)
		v.form.say("", v.p.T("open.failed", "Cause", problem.What))
	default:
		return "", err
	}
	return to, nil
}

// openedBefore says whether this very form has opened the programme already: it was sent twice.
func (v *visit) openedBefore(name, id string) (there bool, err error) {
	_, err = v.inBook(name, func(tx *store.Tx) error {
		_, there, err = ledger.SeqOf(tx, id)
		return err
	})
	return there, err
}

// checkOpening notes what is wrong, beside its field.
func (v *visit) checkOpening(d programme.Programme, o programme.Organisation) {
	if store.CheckName(d.Name) != nil {
		v.form.say("short", v.p.T("open.short-bad"))
	} else if v.server.find(d.Name) != nil {
		v.form.say("short", v.p.T("open.short-taken"))
	}
	if _, err := time.LoadLocation(d.Zone); err != nil || d.Zone == "" || d.Zone == "Local" {
		v.form.say("zone", v.p.T("open.zone-bad"))
	}
	for field, words := range map[string]locale.Wording{"title": d.Title, "goal": d.Goal, "name": o.Name} {
		var wrong *locale.Error
		if errors.As(words.Check(), &wrong) {
			v.form.say(field, v.p.T(wrong.Code, wrong.Args...))
		}
	}
	for field, day := range map[string]string{"from": d.From, "until": d.Until} {
		if !schedule.ValidDay(day) {
			v.form.say(field, v.p.T("refused.day.bad"))
		}
	}
	if v.form.wrong["until"] == "" && v.form.wrong["from"] == "" && d.Until < d.From {
		v.form.say("until", v.p.T("refused.period.backwards"))
	}
	if programme.CheckCode("code", o.Code) != nil {
		v.form.say("code", v.p.T("refused.code.bad"))
	}
}

// officeCode proposes a code for an office: the letters of its name, if they are Latin ones.
func officeCode(name locale.Wording) string {
	var b strings.Builder
	text, _ := name.Best("en")
	for _, r := range strings.ToLower(text) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= 40 {
			break
		}
	}
	if code := strings.Trim(b.String(), "-"); len(code) > 1 {
		return code
	}
	return "office"
}
