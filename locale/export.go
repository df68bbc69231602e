package locale

import (
	"strings"
	"time"

	"golang.org/x/text/feature/plural"
)

// Export is what a page that speaks without a server needs of a language: its messages, and how it writes days and numbers.
type Export struct {
	Tag      string `json:"tag"`
	Dir      string `json:"dir"`
	Reviewed bool   `json:"reviewed"`
	// Messages by key. A placeholder is a name in braces. One that is counted has two forms, for one and for others.
	Messages map[string]any `json:"messages"`
	Days     []string       `json:"days"`     // how a day of each month is written; {d} and {y} stand for themselves
	Weekdays []string       `json:"weekdays"` // beginning with Sunday
	Decimal  string         `json:"decimal"`
	Group    string         `json:"group"`
	Comma    string         `json:"comma"` // between the members of a list
	Minor    map[string]int `json:"minor"` // how many digits amounts of a currency have after the point, where it is not two
}

// Export gives the messages with these keys. One that ends with a point stands for all that begin with it.
func (p *Printer) Export(keys ...string) *Export {
	e := &Export{Tag: p.Tag, Dir: p.Dir, Reviewed: p.Reviewed, Messages: map[string]any{}, Decimal: p.decimal, Group: p.group, Comma: p.separator, Minor: map[string]int{}}
	for currency, digits := range minorDigits {
		if digits != MinorDigits("") {
			e.Minor[currency] = digits
		}
	}
	for key := range p.fallback.messages {
		for _, asked := range keys {
			if key == asked || strings.HasSuffix(asked, ".") && strings.HasPrefix(key, asked) {
				e.Messages[key] = p.exported(key)
			}
		}
	}
	for month := time.January; month <= time.December; month++ {
		day := p.cldr.FmtDateMedium(time.Date(2001, month, 23, 0, 0, 0, 0, time.UTC))
		e.Days = append(e.Days, strings.NewReplacer("2001", "{y}", "23", "{d}").Replace(day))
	}
	for day := time.Sunday; day <= time.Saturday; day++ {
		e.Weekdays = append(e.Weekdays, p.cldr.WeekdayWide(day))
	}
	return e
}

// exported is a message, or its two forms. A language that counts without forms says the same twice.
func (p *Printer) exported(key string) any {
	counted := p.fallback.messages[key].plural()
	_, m := p.find(key, counted)
	other := m.forms[plural.Other].exported()
	if !counted {
		return other
	}
	if m.forms[plural.One] == nil {
		return []string{other, other}
	}
	return []string{m.forms[plural.One].exported(), other}
}

func (p pattern) exported() string {
	var b strings.Builder
	for i, part := range p {
		if i%2 == 1 {
			part = "{" + part + "}"
		}
		b.WriteString(part)
	}
	return b.String()
}
