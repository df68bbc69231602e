package web

import (
	"bytes"
	"encoding/json"
	"html/template"

	"kept/locale"
	"kept/promise"
	"kept/schedule"
)

// Said is a text in one of its languages.
type Said struct {
	locale.Language
	Text     string
	Original bool
}

// InAll is a text in every language in which it is written, the original first.
func (f Form) InAll(w locale.Wording) []Said {
	say := func(tag string) Said {
		l, ok := locale.Find(tag)
		if !ok {
			l = locale.Language{Tag: tag, Name: tag, Dir: "auto"}
		}
		return Said{l, w.In[tag], tag == w.Original}
	}
	var out []Said
	for _, tag := range w.Tags() {
		if tag == w.Original {
			out = append([]Said{say(tag)}, out...)
		} else {
			out = append(out, say(tag))
		}
	}
	return out
}

// Coming are the days on which something comes due, for showing.
type Coming struct {
	All  int
	Next []string // the next ones, or the first ones if all are over
	Last string
}

// mostComing is how many days are named.
const mostComing = 8

func coming(days []string, today string) *Coming {
	if len(days) == 0 {
		return nil
	}
	from := 0
	for from < len(days) && days[from] < today {
		from++
	}
	if from == len(days) {
		from = 0
	}
	return &Coming{len(days), days[from:min(len(days), from+mostComing)], days[len(days)-1]}
}

// WithWeekday is a day with its weekday, in words.
func (p Page) WithWeekday(day string) string {
	return p.T("plan.day", "Weekday", p.Weekday(day), "Day", p.Day(day))
}

// PlanText says in words how something comes due.
func (p Page) PlanText(plan promise.Plan) template.HTML {
	escaped := func(text string) template.HTML { return template.HTML(template.HTMLEscapeString(text)) }
	switch {
	case plan.Kind == promise.Once && plan.Due == "":
		return escaped(p.T("no-day"))
	case plan.Kind == promise.Once:
		return escaped(p.WithWeekday(plan.Due))
	case plan.Rule == nil || plan.Rule.Every == "" || plan.Rule.Interval == 0 || !schedule.ValidDay(plan.Rule.From):
		return ""
	case plan.Kind == promise.ServiceLevel:
		return escaped(p.N("plan.within", int64(plan.Within)) + p.Comma() + p.T("plan.counted", "Rule", p.Every(plan.Rule)))
	}
	return escaped(p.Every(plan.Rule))
}

// Piece shows a piece of some terms, for comparing.
func (p Promise) Piece(t *promise.Terms, piece string) template.HTML {
	out := template.HTML("")
	line := func(parts ...template.HTML) {
		out += "<div>"
		for i, part := range parts {
			if i > 0 {
				out += " "
			}
			out += part
		}
		out += "</div>"
	}
	text := func(s string) template.HTML { return template.HTML(template.HTMLEscapeString(s)) }
	switch piece {
	case "title":
		for _, tag := range t.Title.Tags() {
			line(p.In(tag, t.Title.In[tag]))
		}
	case "task":
		line(p.Words(p.Names.Tasks[t.Task]))
	case "team":
		line(p.Words(p.Names.Teams[t.Team]))
	case "office":
		line(p.Words(p.Names.Organisations[t.Office]))
	case "places":
		for _, code := range t.Places {
			line(p.Words(p.Names.Places[code]))
		}
	case "plan":
		line(p.PlanText(t.Plan))
		if r := t.Plan.Rule; r != nil && schedule.ValidDay(r.From) {
			line(p.HTML("plan.begins", "Day", p.Date(r.From)), p.Date(r.Until))
		}
	case "money":
		for _, m := range t.Money {
			line(text(p.Printer.Money(m.Minor, m.Currency)), p.Words(p.Names.Organisations[m.Source]), text(p.during(m.From, m.To)))
		}
	case "milestone":
		for _, m := range t.Milestones {
			line(p.Words(m.Title), p.Date(m.Due))
		}
	default:
		if n, _, ok := rowOf("measure", piece); ok && n < len(t.Measures) {
			m := t.Measures[n]
			line(p.Words(m.Name), p.Words(m.Unit))
			if m.Down {
				line(text(p.T("promise.less-is-better")))
			}
			if m.Baseline != nil {
				line(p.HTML("promise.baseline", "Value", p.Decimal(m.Baseline.Value), "Year", itoa(int64(m.Baseline.Year))))
			}
			for _, target := range m.Targets {
				line(text(p.during(target.From, target.To)), text(p.Decimal(target.Value)))
			}
		}
	}
	if out == "" {
		return text(p.T("change.nothing"))
	}
	return out
}

// during says a period, if it is one.
func (p Promise) during(from, to string) string {
	if !schedule.ValidDay(from) || !schedule.ValidDay(to) {
		return ""
	}
	return p.PeriodText(from, to)
}

// samePiece says whether a piece of two terms is the same, with its translations.
func samePiece(a, b *promise.Terms, piece string) bool {
	return pieceJSON(a, piece) == pieceJSON(b, piece)
}

func pieceJSON(t *promise.Terms, piece string) string {
	var of any
	switch piece {
	case "title":
		of = t.Title
	case "task":
		of = t.Task
	case "team":
		of = t.Team
	case "office":
		of = t.Office
	case "places":
		of = t.Places
	case "plan":
		of = t.Plan
	case "money":
		of = t.Money
	case "milestone":
		of = t.Milestones
	default:
		if n, _, ok := rowOf("measure", piece); ok && n < len(t.Measures) {
			of = t.Measures[n]
		}
	}
	return string(compact(of))
}

// compact is JSON as it stands in the book.
func compact(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err) // these are texts and numbers
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// spread is JSON for reading: the same, with line breaks.
func spread(raw []byte) string {
	var b bytes.Buffer
	if err := json.Indent(&b, raw, "", "  "); err != nil {
		panic(err) // compact wrote it
	}
	return b.String()
}

// ComingPart are the days on which something comes due, with their page.
type ComingPart struct {
	Page
	Coming *Coming
}

// WithComing gives a part the days on which something comes due.
func (p Page) WithComing(c *Coming) ComingPart { return ComingPart{p, c} }

// SaidPart is a text in all its languages, with its page.
type SaidPart struct {
	Page
	Texts []Said
}

// Several says whether it is written in more than one language.
func (s SaidPart) Several() bool { return len(s.Texts) > 1 }

// WithSaid gives a part a text in all its languages.
func (f Form) WithSaid(w locale.Wording) SaidPart { return SaidPart{f.Page, f.InAll(w)} }

// After is the next number.
func (f Form) After(n int) int { return n + 1 }

// Tongue is a language by its tag.
func (f Form) Tongue(tag string) locale.Language { return Field{Form: f}.LanguageName(tag) }
