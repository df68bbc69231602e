// Package safety_test holds the tests of what Kept must never be able to do that look at more than one room; the others
// stand beside what they test. The number in a test's name is that of the safeguard in docs/safety.md.
package safety_test

import (
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kept/device"
	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/review"
	"kept/staff"
	"kept/store"
	"kept/store/storetest"
	"kept/voice"
)

// rules are those of every book, as the program has them.
func rules() *ledger.Rules {
	return ledger.NewRules(programme.Subject, promise.Subject, voice.Subject, review.Subject)
}

// allowlist is where every place stands that can hold anything, with what it is for. A line is looked at by a person
// before it is written there; that is the whole safeguard.
const allowlist = "testdata/allowlist.tsv"

// classes of lines: those of tables, and the fields of entries.
var classes = []string{string(store.Entries), string(store.View), string(store.Texts), string(store.Private), "field"}

// place is one line: a column as table.column, or a field of an entry as kind:path.
type place struct{ name, class, purpose string }

func readAllowlist(t *testing.T) map[string]place {
	t.Helper()
	content, err := os.ReadFile(allowlist)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]place{}
	last := ""
	for i, line := range strings.Split(strings.TrimSuffix(string(content), "\n"), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		part := strings.Split(line, "\t")
		if len(part) != 3 || !slices.Contains(classes, part[1]) || len(part[2]) < 4 {
			t.Fatalf("%s:%d: a line is name, class, purpose with tabs between: %q", allowlist, i+1, line)
		}
		if part[0] <= last {
			t.Errorf("%s:%d: %s stands twice or not in order", allowlist, i+1, part[0])
		}
		last = part[0]
		out[part[0]] = place{part[0], part[1], part[2]}
	}
	return out
}

// declared are the columns of every declared table, with class and purpose: those of a book and those of the server's own
// database.
func declared() []place {
	return slices.Concat(columns(bookTables()), columns(staff.Tables()), columns(device.Tables()))
}

func bookTables() []*store.Table { return append(ledger.BookTables(), rules().Tables()...) }

func columns(tables []*store.Table) []place {
	var out []place
	for _, table := range tables {
		for _, c := range table.Columns {
			out = append(out, place{table.Name + "." + c.Name, string(table.Class), c.Purpose})
		}
	}
	return out
}

// forms are structs that stand in several entries and look the same wherever they stand; their fields are listed once.
var forms = map[reflect.Type]string{
	reflect.TypeFor[locale.Wording](): "wording:", reflect.TypeFor[ledger.Hashed](): "hashed:", reflect.TypeFor[promise.Terms](): "terms:",
}

// fields are the JSON fields of every kind of entry.
func fields(t *testing.T) []place {
	t.Helper()
	var out []place
	for name, kind := range rules().Kinds() {
		walk(t, name+":", reflect.TypeOf(kind.Data()), &out)
	}
	for form, name := range forms {
		walk(t, name, form, &out)
	}
	// What the ledger itself writes around the data is not a struct, so an entry is written and read here.
	for _, name := range wire(t) {
		out = append(out, place{name: "entry:" + name, class: "field"})
	}
	return out
}

func walk(t *testing.T, path string, of reflect.Type, out *[]place) {
	t.Helper()
	for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
		of = of.Elem()
	}
	if of.Kind() != reflect.Struct {
		t.Fatalf("%s holds %s: data of an entry is made of structs, lists, texts, integers and truths", path, of)
	}
	for i := range of.NumField() {
		f := of.Field(i)
		name := jsonName(f)
		if !f.IsExported() || f.Anonymous || name == "" {
			t.Errorf("%s%s has no name in JSON", path, f.Name)
			continue
		}
		inner := f.Type
		for inner.Kind() == reflect.Pointer || inner.Kind() == reflect.Slice {
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Map && f.Type == inner && inner.Key().Kind() == reflect.String && strings.HasSuffix(path, ":") {
			inner = inner.Elem() // language to text, in the forms of a text and nowhere else
		}
		*out = append(*out, place{name: path + name, class: "field"})
		switch {
		case forms[inner] != "":
		case inner.Kind() == reflect.Struct:
			walk(t, path+name+".", inner, out)
		case inner.Kind() == reflect.String || inner.Kind() == reflect.Int || inner.Kind() == reflect.Int64 || inner.Kind() == reflect.Bool:
		default:
			t.Errorf("%s%s is %s, which could hold anything", path, name, f.Type)
		}
	}
}

func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// wire lists the members of an entry in its bytes.
func wire(t *testing.T) []string {
	t.Helper()
	b := ledgertest.Create(t, storetest.Engines()[0].New(t), ledger.Options{}, ledgertest.Toy())
	first := ledgertest.Add("a", 1)
	ledgertest.Append(t, b, first, ledgertest.Note("a", first.ID))
	var body []byte
	err := b.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
		body, _, err = ledger.Body(tx, 2)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	before, _, _ := strings.Cut(string(body), `"data":`)
	var out []string
	for _, m := range regexp.MustCompile(`"([a-z]+)":`).FindAllStringSubmatch(before, -1) {
		out = append(out, m[1])
	}
	return append(out, "data")
}

// TestS1EveryColumnIsOnTheAllowlist: nothing can hold anything that is not on the reviewed list with its purpose.
func TestS1EveryColumnIsOnTheAllowlist(t *testing.T) {
	allowed := readAllowlist(t)
	known := map[string]bool{}
	for _, p := range append(declared(), fields(t)...) {
		if known[p.name] = true; allowed[p.name].class != p.class {
			t.Errorf("not on the list, or as something else. If nobody can be harmed by it, add to %s:\n%s\t%s\t%s", allowlist, p.name, p.class, p.purpose)
		}
	}
	for name := range allowed {
		if !known[name] {
			t.Errorf("%s: %s is in no database any more; remove the line", allowlist, name)
		}
	}
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		b := ledgertest.Create(t, e.New(t), ledger.Options{}, programme.Subject, promise.Subject, voice.Subject, review.Subject)
		server := e.New(t)
		if _, err := staff.Open(t.Context(), server, time.Now); err != nil {
			t.Fatal(err)
		}
		for of, db := range map[string]struct {
			store.DB
			declared []place
		}{"book": {b.DB, columns(bookTables())}, "server": {server, slices.Concat(columns(staff.Tables()), columns(device.Tables()))}} {
			var real []string
			err := db.Read(t.Context(), func(tx *store.Tx) (err error) {
				real, err = tx.Columns()
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			// What is declared is on the list, as was seen above; so nothing of staff can get into a book either.
			for _, column := range real {
				if !slices.ContainsFunc(db.declared, func(p place) bool { return p.name == column }) {
					t.Errorf("the database of the %s has the column %s, which is not declared for it", of, column)
				}
			}
			for _, p := range db.declared {
				if !slices.Contains(real, p.name) {
					t.Errorf("%s is declared, but the database of the %s has no such column", p.name, of)
				}
			}
		}
	})
}

// net is a second look: words that no name of a column or a field may have, since they speak of people or ask for
// something that Kept has no need of.
var net = strings.Fields(`name names who whom person persons people resident residents citizen citizens individual individuals
	user users staff worker workers cadre cadres villager villagers household households family families relative relatives
	phone telephone mobile email mail address addresses contact contacts passport identity national nationality
	birth birthday born age gender sex marital married ethnic ethnicity race tribe minority religion religious faith mosque
	language-spoken party parties member members membership political politics opinion opinions belief loyalty vote votes voter
	attendance attendee attendees attended absent score scores rank ranking rating credit behaviour
	movement movements location locations latitude longitude gps position photo photos face faces voice fingerprint biometric
	ip agent browser referer cookie session device imei mac token password card cards code-of-card health disability income
	time timestamp created_at updated_at ip_address user_agent created_by`)

// excepted are the names that the net catches though they are harmless, each with why.
var excepted = map[string]string{
	"alias.name":                       "a second name of an organisation",
	"alias:name":                       "a second name of an organisation",
	"entry:who":                        "a team or an office; the ledger takes nothing else",
	"organisation.name":                "an organisation",
	"organisation:name":                "an organisation",
	"place.name":                       "a village or what it lies in",
	"place.position":                   "where a published source says a place is; of the place, and of nobody in it",
	"place:name":                       "a village or what it lies in",
	"place:position":                   "where a published source says a place is; of the place, and of nobody in it",
	"programme.name":                   "short name in addresses",
	"programme:name":                   "short name in addresses",
	"terms:measures.name":              "what is counted",
	"terms:parties":                    "organisations that take part, as published; no political ones are meant",
	"terms:parties.organisation":       "code of an organisation that takes part",
	"terms:parties.role":               "the published role of an organisation",
	"report.who":                       "a team or an office; the ledger takes nothing else",
	"naming:name":                      "a task, a place, an organisation, a team, or the programme and its goal",
	"secret.name":                      "which secret of the server",
	"task.name":                        "an area of work",
	"task:name":                        "an area of work",
	"team.name":                        "a team, never one of its people",
	"team:name":                        "a team, never one of its people",
	"document.address":                 "a link that a published source names",
	"promise:source.documents.address": "a link that a published source names",
	"import.who":                       "an organisation; the ledger takes nothing else",
	"terms.who":                        "a team or an office; the ledger takes nothing else",
	"device.account":                   "whose phone it is; in no book, and gone 180 days after it was last heard of",
	"device.id":                        "drawn at random by a phone, one for each account and programme; not that of the apparatus",
	"device.last":                      "a count",
	"device.programme":                 "a programme",
	"device.seen":                      "a day",
	"device.upto":                      "a count",
	"device_event.day":                 "a day",
	"device_event.decide":              "an entry",
	"device_event.device":              "as device.id",
	"device_event.entry":               "an entry",
	"device_event.event":               "drawn at random",
	"device_event.n":                   "a count",
	"device_event.unreadable":          "a count",
	"account.name":                     "of staff, who choose it to sign in with; the only personal data that Kept holds, and in no book",
	"account.password":                 "a hash, of staff only",
	"account_grant.who":                "code of an office or a team",
	"programme.who":                    "code of the organisation that opened it",
	"ceremony.name":                    "account.name for five minutes, while it is being made",
	"review.who":                       "an organisation; the book takes nothing else",
	"draft.who":                        "code of an office or a team",
}

// caught returns the word of the net that a name has.
func caught(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune(".:-", r) })
	for _, w := range slices.Clone(words) {
		words = append(words, strings.Split(w, "_")...)
	}
	for _, w := range words {
		if slices.Contains(net, w) {
			return w
		}
	}
	return ""
}

func TestS1NoNameSpeaksOfPeople(t *testing.T) {
	all := map[string]bool{}
	for _, p := range append(declared(), fields(t)...) {
		all[p.name] = true
		if word := caught(p.name); word != "" && excepted[p.name] == "" {
			t.Errorf("%s has the word %q. If it holds nothing of a person, say why in excepted; else it cannot be", p.name, word)
		}
	}
	for name := range excepted {
		if !all[name] || caught(name) == "" {
			t.Errorf("%s needs no exception any more", name)
		}
	}
	for _, name := range []string{"answer.phone", "visit.user_agent", "report:attendees", "household.code", "promise:terms.contact.email", "place.ethnicity", "x.created_at"} {
		if caught(name) == "" {
			t.Errorf("the net lets %s through", name)
		}
	}
}

// TestS1TheListWouldFail: a column and a field that nobody has looked at are found.
func TestS1TheListWouldFail(t *testing.T) {
	type extra struct {
		Terms struct {
			Contact []struct {
				Phone string `json:"phone"`
			} `json:"contact"`
		} `json:"terms"`
	}
	var got []place
	walk(t, "promise:", reflect.TypeFor[extra](), &got)
	if fmt.Sprint(got) != "[{promise:terms field } {promise:terms.contact field } {promise:terms.contact.phone field }]" {
		t.Errorf("found %v", got)
	}
	allowed := readAllowlist(t)
	if allowed["promise:terms.contact.phone"].name != "" || allowed["promise:terms"].name == "" {
		t.Error("the list allows what it should not")
	}
}
