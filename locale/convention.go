package locale

import (
	"strings"
	"time"

	"github.com/go-playground/locales"
	"github.com/go-playground/locales/en_GB"
	"github.com/go-playground/locales/ug"
	"github.com/go-playground/locales/zh_Hans_CN"
)

// convention is how a language writes days and lists; numbers it tells by
// example.
type convention struct {
	cldr      locales.Translator
	month     string // {year} and {month} stand for themselves
	separator string // between the members of a list
	decimal   string
	group     string
}

// conventions has a row for each of Languages. CLDR's data for Go lack the
// pattern of year and month and that of lists, so these stand here.
var conventions = func() map[string]convention {
	all := map[string]convention{
		"en":      {cldr: en_GB.New(), month: "{month} {year}", separator: ", "},
		"zh-Hans": {cldr: chinese{zh_Hans_CN.New()}, month: "{year}年{month}", separator: "、"},
		"ug":      {cldr: ug.New(), month: "{year} {month}", separator: "، "},
	}
	for tag, c := range all {
		example := c.cldr.FmtNumber(1234.5, 1) // the library has no other way to ask for them
		c.group = strings.TrimPrefix(example[:strings.Index(example, "234")], "1")
		c.decimal = strings.TrimSuffix(example[strings.Index(example, "234")+3:], "5")
		all[tag] = c
	}
	return all
}()

// chinese writes the month of a date with a digit; the name of a month that
// stands alone would be 二月.
type chinese struct{ locales.Translator }

func (c chinese) MonthWide(month time.Month) string { return c.MonthAbbreviated(month) }
