package iati

import (
	"regexp"
	"strconv"
	"strings"

	"kept/schedule"
)

// schemaTable is what version 2.03 of the standard's schema asks of an element, in
// our own short form; the earlier versions ask for less or the same. One line an
// element: its name, after a slash-separated parent where the same name means
// something else elsewhere; attributes; children; and what text it takes.
//
//	@name optional   @name! required   @name:form with that form
//	child! once   child? at most once   child+ at least once   child* any number
//	=form its text has that form; without it there is no text
//
// The order of children, which the schema fixes, is left out on purpose.
const schemaTable = `
iati-activity @last-updated-datetime:datetime @default-currency @humanitarian:boolean @hierarchy:int @linked-data-uri @budget-not-provided iati-identifier! reporting-org! title! description+ participating-org+ other-identifier* activity-status! activity-date+ contact-info* activity-scope? recipient-country* recipient-region* location* sector* tag* country-budget-items? humanitarian-scope* policy-marker* collaboration-type? default-flow-type? default-finance-type? default-aid-type* default-tied-status? budget* planned-disbursement* capital-spend? transaction* document-link* related-activity* legacy-data* conditions? result* crs-add? fss?
iati-identifier =string
narrative =string
reporting-org @ref! @type! @secondary-reporter:boolean narrative+
title narrative+
iati-activity/description @type narrative+
description narrative+
activity-description narrative+
name narrative+
comment narrative+
participating-org @ref @type @role! @activity-id @crs-channel-code narrative*
other-identifier @ref! @type! owner-org?
owner-org @ref narrative*
activity-status @code!
activity-date @type! @iso-date!:day narrative*
contact-info organisation? department? person-name? job-title? telephone* email* website* mailing-address*
organisation narrative+
department narrative+
person-name narrative+
job-title narrative+
mailing-address narrative+
telephone =string
email =string
website =string
activity-scope @code!
recipient-country @code! @percentage:decimal narrative*
recipient-region @code! @vocabulary @vocabulary-uri @percentage:decimal narrative*
location @ref location-reach? location-id* name? description? activity-description? administrative* point? exactness? location-class? feature-designation?
location-reach @code!
location-id @code! @vocabulary!
administrative @code! @vocabulary! @level:natural
point @srsName! pos!
pos =string
exactness @code!
location-class @code!
feature-designation @code!
sector @vocabulary @vocabulary-uri @code! @percentage:decimal narrative*
tag @code! @vocabulary! @vocabulary-uri narrative*
country-budget-items @vocabulary! budget-item+
budget-item @code! @percentage:decimal description?
humanitarian-scope @type! @vocabulary! @vocabulary-uri @code! narrative*
policy-marker @vocabulary @vocabulary-uri @code! @significance narrative*
collaboration-type @code!
default-flow-type @code!
default-finance-type @code!
default-aid-type @code! @vocabulary
default-tied-status @code!
budget @type @status period-start! period-end! value!
period-start @iso-date!:day
period-end @iso-date!:day
value @currency @value-date!:day =decimal
planned-disbursement @type period-start! period-end? value! provider-org? receiver-org?
capital-spend @percentage!:decimal
transaction @ref @humanitarian:boolean transaction-type! transaction-date! value! description? provider-org? receiver-org? disbursement-channel? sector* recipient-country? recipient-region? flow-type? finance-type? aid-type* tied-status?
transaction-type @code!
transaction-date @iso-date!:day
provider-org @ref @provider-activity-id @type narrative*
receiver-org @ref @receiver-activity-id @type narrative*
disbursement-channel @code!
transaction/sector @vocabulary @vocabulary-uri @code! narrative*
transaction/recipient-country @code! narrative*
transaction/recipient-region @code! @vocabulary @vocabulary-uri narrative*
flow-type @code!
finance-type @code!
aid-type @code! @vocabulary
tied-status @code!
document-link @url! @format! title! description? category+ language* document-date?
category @code!
language @code!
document-date @iso-date!:day
related-activity @ref! @type!
legacy-data @name! @value! @iati-equivalent
conditions @attached!:boolean condition*
condition @type! narrative+
result @type! @aggregation-status:boolean title! description? document-link* reference* indicator+
result/reference @code! @vocabulary! @vocabulary-uri
reference @code! @vocabulary! @indicator-uri
indicator @measure! @ascending:boolean @aggregation-status:boolean title! description? document-link* reference* baseline* period*
baseline @iso-date:day @year!:positive @value location* dimension* document-link* comment?
baseline/location @ref
target/location @ref
actual/location @ref
dimension @name @value
period period-start! period-end! target* actual*
target @value location* dimension* comment? document-link*
actual @value location* dimension* comment? document-link*
crs-add other-flags* loan-terms? loan-status? channel-code?
other-flags @code! @significance!:boolean
loan-terms @rate-1:decimal @rate-2:decimal repayment-type? repayment-plan? commitment-date? repayment-first-date? repayment-final-date?
repayment-type @code!
repayment-plan @code!
commitment-date @iso-date!:day
repayment-first-date @iso-date!:day
repayment-final-date @iso-date!:day
loan-status @year!:decimal @currency @value-date!:day interest-received? principal-outstanding? principal-arrears? interest-arrears?
interest-received =decimal
principal-outstanding =decimal
principal-arrears =decimal
interest-arrears =decimal
channel-code =string
fss @extraction-date!:day @priority:boolean @phaseout-year:decimal forecast*
forecast @year!:decimal @currency @value-date:day =decimal
`

// shape is one line of the table.
type shape struct {
	attrs    map[string]string // name -> form
	needs    []string          // required attributes
	kids     map[string]bool   // name -> may be repeated
	needKids []string
	text     string // form, "" none allowed
}

var schema = parseSchema(schemaTable)

func parseSchema(table string) map[string]shape {
	shapes := map[string]shape{}
	for line := range strings.Lines(strings.TrimSpace(table)) {
		words := strings.Fields(line)
		s := shape{attrs: map[string]string{}, kids: map[string]bool{}}
		for _, word := range words[1:] {
			last := word[len(word)-1]
			switch {
			case word[0] == '@':
				name, form, _ := strings.Cut(word[1:], ":")
				if strings.HasSuffix(name, "!") {
					name = strings.TrimSuffix(name, "!")
					s.needs = append(s.needs, name)
				}
				s.attrs[name] = form
			case word[0] == '=':
				s.text = word[1:]
			default:
				name := word[:len(word)-1]
				s.kids[name] = last == '*' || last == '+'
				if last == '!' || last == '+' {
					s.needKids = append(s.needKids, name)
				}
			}
		}
		shapes[words[0]] = s
	}
	return shapes
}

func shapeOf(n *node) (shape, bool) {
	if n.up != nil {
		if s, ok := schema[n.up.name+"/"+n.name]; ok {
			return s, true
		}
	}
	s, ok := schema[n.name]
	return s, ok
}

// checkSchema tells note about every departure of n and what is below it from the
// schema. It says what is there, not what is done about it.
func checkSchema(n *node, note func(n *node, code string, args ...string)) {
	s, ok := shapeOf(n)
	if !ok {
		return // its parent says that it is unknown
	}
	for _, a := range n.attrs {
		form, known := s.attrs[a.name]
		if !known {
			note(n, CodeUnknownAttr, excerpt(a.name))
		} else if !hasForm(a.value, form) {
			note(n, CodeForm, excerpt(a.value), form)
		}
	}
	for _, name := range s.needs {
		// The attributes of contact persons are dropped; none is required there.
		if _, there := n.attrSet(name); !there {
			note(n, CodeMissingAttr, name)
		}
	}
	if s.text == "" && n.text != "" {
		note(n, CodeText)
	} else if s.text != "" && !hasForm(n.text, s.text) {
		note(n, CodeForm, excerpt(n.text), s.text)
	}
	counts := map[string]int{}
	for _, kid := range n.kids {
		repeats, known := s.kids[kid.name]
		if !known {
			note(kid, CodeUnknown, excerpt(kid.name))
			continue
		}
		if counts[kid.name]++; counts[kid.name] == 2 && !repeats {
			note(kid, CodeRepeated, kid.name)
		}
		checkSchema(kid, note)
	}
	for _, name := range s.needKids {
		if counts[name] == 0 {
			note(n, CodeMissing, name)
		}
	}
}

var (
	decimalForm  = regexp.MustCompile(`^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$`)
	dateTimeForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?$`)
	zoneForm     = regexp.MustCompile(`^(Z|[+-][0-9]{2}:[0-9]{2})$`)
)

// hasForm says whether a value has the named form of the schema.
func hasForm(value, form string) bool {
	value = strings.TrimSpace(value)
	switch form {
	case "decimal":
		return decimalForm.MatchString(value)
	case "day":
		_, ok := dayOf(value)
		return ok
	case "datetime":
		_, ok := dayOf(value[:min(len(value), 10)])
		return ok && dateTimeForm.MatchString(value)
	case "boolean":
		_, ok := truth(value)
		return ok
	case "int", "natural", "positive":
		n, err := strconv.Atoi(value)
		return err == nil && (form == "int" || n > 0 || form == "natural" && n == 0)
	}
	return true // any text
}

// dayOf reads a date of the schema: a day that may carry a time zone, which is
// dropped.
func dayOf(value string) (string, bool) {
	if len(value) > 10 && zoneForm.MatchString(value[10:]) {
		value = value[:10]
	}
	return value, schedule.ValidDay(value)
}

// dayOfTime reads the day of a date and time as it is written there.
func dayOfTime(value string) string {
	if len(value) > 10 && value[10] == 'T' {
		value = value[:10]
	}
	day, ok := dayOf(value)
	if !ok {
		return ""
	}
	return day
}

func truth(value string) (yes, ok bool) {
	switch value {
	case "1", "true":
		return true, true
	case "0", "false":
		return false, true
	}
	return false, false
}
