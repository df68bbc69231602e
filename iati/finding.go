package iati

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Grade says how much a finding costs.
type Grade string

// The grades, worst first.
const (
	Critical Grade = "critical" // the activity is refused
	Wrong    Grade = "error"    // that part is left out
	Warning  Grade = "warning"
)

func (g Grade) worse(than Grade) bool {
	return g != than && (g == Critical || than == Warning)
}

// MaxFindings is how many findings of one file are listed; the rest is counted.
const MaxFindings = 10_000

// Finding is one thing found in a file that was read.
type Finding struct {
	Grade    Grade    `json:"grade"`
	Line     int      `json:"line"`
	Element  string   `json:"element"`            // path from iati-activity on
	Activity string   `json:"activity,omitempty"` // iati-identifier
	Code     string   `json:"code"`               // one of Codes
	Args     []string `json:"args,omitempty"`
}

// Counts is how many findings of each grade there were.
type Counts struct {
	Critical int `json:"critical"`
	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
}

func (c *Counts) add(g Grade) {
	switch g {
	case Critical:
		c.Critical++
	case Wrong:
		c.Errors++
	default:
		c.Warnings++
	}
}

// String is the finding as a line for the terminal, in English.
func (f Finding) String() string {
	text := fmt.Sprintf("line %d: %s: ", f.Line, f.Grade)
	if f.Activity != "" {
		text += plain(f.Activity) + ": "
	}
	if f.Element != "" {
		text += plain(f.Element) + ": "
	}
	return text + sentence(f.Code, f.Args)
}

// Error refuses a whole file.
type Error struct {
	Code string
	Line int // 0 unknown
	Args []string
	err  error
}

func (e *Error) Error() string {
	text := "iati: "
	if e.Line > 0 {
		text += fmt.Sprintf("line %d: ", e.Line)
	}
	return text + sentence(e.Code, e.Args)
}

// Unwrap is the cause, for the operator.
func (e *Error) Unwrap() error { return e.err }

// Codes of errors that refuse a file.
const (
	CodeRead         = "iati.file.read"
	CodeTooLarge     = "iati.file.too-large"
	CodeCutOff       = "iati.file.cut-off"
	CodeNotXML       = "iati.file.not-xml"
	CodeEncoding     = "iati.file.encoding"
	CodeDoctype      = "iati.file.doctype"
	CodeEntity       = "iati.file.entity"
	CodeRoot         = "iati.file.root"
	CodeVersion      = "iati.file.version"
	CodeAssumed      = "iati.file.assumed-version"
	CodeDepth        = "iati.file.depth"
	CodeAttributes   = "iati.file.attributes"
	CodeToken        = "iati.file.token"
	CodeElements     = "iati.file.elements"
	CodeManyActivity = "iati.file.activities"
)

// Codes of findings.
const (
	CodeVersionAssumed = "iati.version-assumed"
	CodeNoActivity     = "iati.no-activity"
	CodeMangled        = "iati.mangled"
	CodeMangledContact = "iati.mangled-contact"

	CodeMissing       = "iati.schema.missing"
	CodeRepeated      = "iati.schema.repeated"
	CodeUnknown       = "iati.schema.unknown"
	CodeUnknownAttr   = "iati.schema.unknown-attribute"
	CodeMissingAttr   = "iati.schema.missing-attribute"
	CodeText          = "iati.schema.text"
	CodeForm          = "iati.schema.form"
	CodeContactSchema = "iati.schema.contact"

	CodeEmptyIdentifier = "iati.identifier.empty"
	CodeSameIdentifier  = "iati.identifier.repeated"
	CodeTooManyParts    = "iati.activity.too-many-parts"
	CodePipeline        = "iati.status.pipeline"
	CodeStatus          = "iati.status.unknown"
	CodeEmptyText       = "iati.text.empty"
	CodeNoLang          = "iati.text.language"
	CodeAfterwards      = "iati.day.after-publication"
	CodeDayType         = "iati.day.type"
	CodeDayRepeated     = "iati.day.repeated"
	CodeNoDue           = "iati.day.no-due"
	CodePeriod          = "iati.period"
	CodeHierarchy       = "iati.hierarchy"
	CodeLink            = "iati.document.address"

	CodeNamelessOrg   = "iati.organisation.nameless"
	CodeCountry       = "iati.place.country"
	CodeNowhere       = "iati.place.none"
	CodeNamelessPlace = "iati.place.nameless"
	CodePosition      = "iati.place.position"
	CodeComma         = "iati.place.comma"

	CodeVocabulary = "iati.sector.vocabulary"
	CodePercentage = "iati.percentage"
	CodeNoSector   = "iati.sector.none"

	CodeMeasureKind    = "iati.measure.kind"
	CodeMeasureNumeric = "iati.measure.not-counted"
	CodeUntitled       = "iati.measure.untitled"
	CodeValue          = "iati.measure.value"
	CodeNoValue        = "iati.measure.no-value"
	CodeDimension      = "iati.measure.dimension"
	CodePlaceValue     = "iati.measure.place"
	CodeContradiction  = "iati.measure.contradiction"

	CodeDigits         = "iati.money.digits"
	CodeRange          = "iati.money.range"
	CodeNoCurrency     = "iati.money.no-currency"
	CodeCurrency       = "iati.money.currency"
	CodeMoveType       = "iati.money.type"
	CodeBudgetType     = "iati.budget.type"
	CodeBudgetTwice    = "iati.budget.repeated"
	CodeBudgetCurrency = "iati.budget.currency"
)

// sentences holds the English of every code; %s stands for an argument.
var sentences = map[string]string{
	CodeRead:         "the file could not be read to its end",
	CodeTooLarge:     "the file is larger than %s bytes",
	CodeCutOff:       "the file ends in the middle: it was cut off",
	CodeNotXML:       "this is not well-formed XML: %s",
	CodeEncoding:     "only UTF-8 is read; the file is in another encoding",
	CodeDoctype:      "a document type declaration is not accepted",
	CodeEntity:       "an own entity is not accepted",
	CodeRoot:         "this is no IATI activities file: it starts with %s",
	CodeVersion:      "version %s is not read; known are 2.01, 2.02 and 2.03",
	CodeAssumed:      "version %s cannot be assumed; known are 2.01, 2.02 and 2.03",
	CodeDepth:        "elements lie deeper than %s in one another",
	CodeAttributes:   "an element has more than %s attributes",
	CodeToken:        "one name, text, tag or comment is longer than %s bytes",
	CodeElements:     "the file has more than %s elements",
	CodeManyActivity: "the file has more than %s activities",

	CodeVersionAssumed: "the file says version %s; it is read as %s",
	CodeNoActivity:     "the file holds no activity",
	CodeMangled:        "%s characters were lost before publication (U+FFFD)",
	CodeMangledContact: "%s characters were lost in a contact person, which is dropped anyway",

	CodeMissing:       "%s is missing",
	CodeRepeated:      "%s stands here more often than allowed",
	CodeUnknown:       "the standard has no element %s here",
	CodeUnknownAttr:   "the standard has no attribute %s here",
	CodeMissingAttr:   "the attribute %s is missing",
	CodeText:          "text stands where none is allowed",
	CodeForm:          "%s is not of the form %s",
	CodeContactSchema: "a contact person departs from the schema; it is dropped anyway",

	CodeEmptyIdentifier: "the iati-identifier is empty; the activity is known by its reporting organisation and title",
	CodeSameIdentifier:  "an activity with this identifier came before; this one is refused",
	CodeTooManyParts:    "the activity has more than %s elements and is refused",
	CodePipeline:        "the activity is only planned (pipeline) and is left out",
	CodeStatus:          "activity status %s is unknown and left out",
	CodeEmptyText:       "the text is empty and counts as absent",
	CodeNoLang:          "texts without a language are kept as of unknown language",
	CodeAfterwards:      "an actual date, %s, lies after the last update, %s, and is ignored",
	CodeDayType:         "date type %s is unknown and left out",
	CodeDayRepeated:     "this date was given before with another day; %s is left out",
	CodeNoDue:           "there is no planned end, so no due day",
	CodePeriod:          "the period from %s to %s ends before it starts",
	CodeHierarchy:       "hierarchy %s is not a positive number; 1 is taken",
	CodeLink:            "the address of a document is not http or https; the link is left out",

	CodeNamelessOrg:   "an organisation without ref and name is left out",
	CodeCountry:       "%s is not a country code and is left out",
	CodeNowhere:       "the activity names no country and no location",
	CodeNamelessPlace: "a location without code and name is left out",
	CodePosition:      "position %s is not latitude and longitude and is left out",
	CodeComma:         "a comma stands in the position %s; it is read without",

	CodeVocabulary: "vocabulary %s is read as 1",
	CodePercentage: "percentage %s is not between 0 and 100 and is left out",
	CodeNoSector:   "the activity has no sector, so no task",

	CodeMeasureKind:    "measure code %s is unknown; the measure is left out",
	CodeMeasureNumeric: "a ranking or qualitative measure (code %s) is left out",
	CodeUntitled:       "a measure without a title of its result or indicator is left out",
	CodeValue:          "value %s is not a decimal number and is left out",
	CodeNoValue:        "no value is given",
	CodeDimension:      "a value with a dimension (%s) is left out",
	CodePlaceValue:     "a value of one of several places is left out",
	CodeContradiction:  "several values contradict each other for %s to %s; none is taken",

	CodeDigits:         "amount %s has more digits than %s allows and is left out",
	CodeRange:          "amount %s is too large and is left out",
	CodeNoCurrency:     "an amount without currency is left out",
	CodeCurrency:       "%s is not a currency code; the amount is left out",
	CodeMoveType:       "transaction type %s is unknown; it is listed and not summed",
	CodeBudgetType:     "budget type %s is unknown; the budget is left out",
	CodeBudgetTwice:    "%s budgets for %s to %s in %s are added together",
	CodeBudgetCurrency: "the budget for %s to %s was revised from %s to %s",
}

// Codes lists every code of a Finding or Error, sorted: the keys a catalogue of
// sentences must have.
func Codes() []string {
	codes := make([]string, 0, len(sentences))
	for code := range sentences {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return codes
}

// sentence fills the English of a code. Arguments come from the file, so they are
// made fit for a terminal.
func sentence(code string, args []string) string {
	text, known := sentences[code]
	if !known {
		return code
	}
	var b strings.Builder
	for i, part := range strings.Split(text, "%s") {
		if i > 0 && i <= len(args) {
			b.WriteString(plain(args[i-1]))
		}
		b.WriteString(part)
	}
	return b.String()
}

// plain takes out of a text what could command a terminal or turn its line
// around, and shows an empty one.
func plain(s string) string {
	if s == "" {
		return `""`
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs) {
			return '·'
		}
		return r
	}, s)
}

// excerpt keeps a quotation from the file short.
func excerpt(s string) string {
	const most = 80
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most]) + "…"
}
