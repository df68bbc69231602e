package review_test

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"kept/figures"
	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/locale"
	"kept/promise"
	"kept/review"
	"kept/schedule"
	"kept/store"
	"kept/store/storetest"
)

const (
	office   = "org:stone-bridge"
	stranger = "org:river-foundation"
)

// lately is the last two months of the demo.
var lately = review.Period{From: "2026-09-24", To: "2026-11-23"}

// published drafts a review of the book as it stands, with words on one section.
func published(t testing.TB, who string, number int64, d *review.Document, replaces int64) ledger.Draft {
	t.Helper()
	words := review.Words{{Section: "opening", Text: locale.Wording{Original: "en", In: map[string]string{
		"en": "Of {promises} promises {promises?standing=overdue} are overdue on {2026-11-24}.", "zh-Hans": "共有{promises}项承诺。"}}},
		{Section: "closing", Text: locale.Plain("ug", "رەھمەت")}}
	draft, err := review.Publish(who, review.Publication{Number: number, Document: d, Words: words, Replaces: replaces}, ledger.NewSalt)
	if err != nil {
		t.Fatal(err)
	}
	return draft
}

// steps has a draft for every rule of the entry.
var steps = []struct {
	name, code string
	who        string // empty: the office
	change     func(d *review.Review)
}{
	{"an unknown form", "review.form", "", func(d *review.Review) { d.Form = review.Form + 1 }},
	{"no form", "review.form", "", func(d *review.Review) { d.Form = 0 }},
	{"a team", "review.by-a-team", "team:lower-valley-team", nil},
	{"nobody known", "who.unknown", "org:nobody", nil},
	{"no day", "day.bad", "", func(d *review.Review) { d.From = "2026-02-30" }},
	{"no day of the figures", "day.bad", "", func(d *review.Review) { d.Day = "yesterday" }},
	{"a period backwards", "period.backwards", "", func(d *review.Review) { d.From, d.To = d.To, d.From }},
	{"a period that goes on", "review.period-open", "", func(d *review.Review) { d.To = d.Day }},
	{"an unknown place", "place.unknown", "", func(d *review.Review) { d.Places = []string{"atlantis"} }},
	{"a place twice", "review.places", "", func(d *review.Review) { d.Places = []string{"stone-well", "stone-well"} }},
	{"places out of order", "review.places", "", func(d *review.Review) { d.Places = []string{"three-springs", "stone-well"} }},
	{"too many places", "review.places", "", func(d *review.Review) {
		for i := range review.MaxPlaces + 1 {
			d.Places = append(d.Places, fmt.Sprintf("p-%03d", i))
		}
	}},
	{"more entries than there are", "review.size", "", func(d *review.Review) { d.Size += 1000 }},
	{"fewer than none", "review.size", "", func(d *review.Review) { d.Size = -1 }},
	{"before the programme", "review.size", "", func(d *review.Review) { d.Size = 1 }},
	{"another day", "review.day", "", func(d *review.Review) { d.Day, d.To = schedule.AddDays(d.Day, -1), "2026-10-01" }},
	{"a day to come", "review.day", "", func(d *review.Review) { d.Day = schedule.AddDays(d.Day, 1) }},
	{"the size of another day", "review.day", "", func(d *review.Review) { d.Size -= 100 }},
	{"old figures", "review.too-old", "", func(d *review.Review) { d.Day, d.To = schedule.AddDays(d.Day, -review.MaxAge-1), "2026-10-01" }},
	{"a number that was not reached", "review.number", "", func(d *review.Review) { d.Number = 7 }},
	{"the number of another", "review.number", "", func(d *review.Review) { d.Number = 1 }},
	{"instead of none", "review.unknown", "", func(d *review.Review) { d.Replaces = 9 }},
	{"instead of itself", "review.unknown", "", func(d *review.Review) { d.Replaces = d.Number }},
	{"instead of one that was replaced", "review.replaced-before", "", func(d *review.Review) { d.Replaces = 1 }},
	{"instead of somebody else's", "review.not-theirs", stranger, func(d *review.Review) { d.Replaces = 2 }},
	{"a section twice", "review.sections", "", func(d *review.Review) { d.Words[1].Section = d.Words[0].Section }},
	{"sections out of order", "review.sections", "", func(d *review.Review) { d.Words[0].Section, d.Words[1].Section = "closing", "opening" }},
	{"an unknown section", "review.sections", "", func(d *review.Review) { d.Words[0].Section = "people" }},
	{"another language", "text.language", "", func(d *review.Review) {
		d.Words[1].Text = &ledger.Hashed{Original: "ug", In: map[string]string{"ug": d.Words[1].Text.In["ug"], "Wang": d.Words[1].Text.In["ug"]}}
	}},
	{"an original that is not there", "text.no-original", "", func(d *review.Review) {
		d.Words[1].Text = &ledger.Hashed{Original: "en", In: d.Words[1].Text.In}
	}},
	{"nothing wrong", "", "", func(d *review.Review) {}},
	{"by somebody else", "", stranger, func(d *review.Review) { d.Number++ }},
	{"of a place", "", "", func(d *review.Review) { d.Number, d.Places = d.Number+2, []string{"stone-well", "three-springs"} }},
	{"somebody else's, by the office that opened the programme", "", "", func(d *review.Review) { d.Number, d.Replaces = d.Number+3, 4 }},
}

// TestSteps: what the rules of the entry refuse and what they take.
func TestSteps(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		b, _ := sample(t, e)
		d := drafted(t, b, lately)
		ledgertest.Append(t, b, published(t, office, 1, d, 0), published(t, office, 2, d, 1))
		for _, s := range steps {
			draft := published(t, office, 3, d, 0)
			if s.who != "" {
				draft.Who = s.who
			}
			data := draft.Data.(review.Review)
			if s.change != nil {
				s.change(&data)
			}
			draft.Data = data
			draft.Texts = beside(draft.Texts, &data)
			receipts, err := b.Append(t.Context(), draft)
			if err != nil {
				t.Fatal(err)
			}
			refused := ledger.Refused(receipts[0].Err)
			if s.code == "" && refused != nil || s.code != "" && (refused == nil || refused.Code != s.code) {
				t.Errorf("%s: %v, should be refused with %q", s.name, receipts[0].Err, s.code)
			}
		}
		ledgertest.Check(t, b)
		look(t, b, nil, func(at *figures.At) {
			n, err := review.NextNumber(at.Tx)
			if err != nil || n != 7 {
				t.Errorf("the next review has the number %d, %v", n, err)
			}
			list, err := review.List(at.Tx, 0, 10)
			if err != nil || len(list) != 6 || list[0].Number != 6 || list[5].Replaced != 2 || list[4].Replaces != 1 || list[2].Replaced != 6 {
				t.Errorf("the reviews: %+v, %v", list, err)
			}
			one, ok, err := review.One(at.Tx, 5)
			if err != nil || !ok || fmt.Sprint(one.Places) != "[stone-well three-springs]" || len(one.Words) != 2 || one.Words[0].Section != "opening" ||
				!strings.HasPrefix(one.Words[0].Text.In["en"], "Of {promises}") || one.Words[1].Text.Original != "ug" {
				t.Errorf("a review: %+v, %v", one, err)
			}
			public, err := review.TextsPublic(at.Tx, 0, at.Size)
			if err != nil || !public(one.Seq, "words-opening/en") || public(one.Seq, "note/en") || public(one.Seq-100, "words-opening/en") {
				t.Errorf("what is public: %v", err)
			}
		})
	})
}

// beside are texts for all the hashes that an entry names, so that what is refused is the entry.
func beside(texts []ledger.Text, d *review.Review) (out []ledger.Text) {
	seen := map[string]bool{}
	for _, w := range d.Words {
		for lang, sum := range w.Text.In {
			for _, x := range texts {
				field := review.Field(w.Section) + "/" + lang
				if ledger.HashText(x.Salt, x.Body) == sum && !seen[field] {
					seen[field] = true
					out = append(out, ledger.Text{Field: field, Salt: x.Salt, Body: x.Body})
				}
			}
		}
	}
	return out
}

// TestHashOfTheFigures: an entry whose hash is none is refused where the document is not there to be compared with.
func TestHashOfTheFigures(t *testing.T) {
	b, _ := sample(t, storetest.Engines()[0])
	ledgertest.Append(t, b, published(t, office, 1, drafted(t, b, lately), 0))
	look(t, b, nil, func(at *figures.At) {
		bodies, err := ledger.Bodies(at.Tx, 0, at.Size)
		if err != nil {
			t.Fatal(err)
		}
		last := len(bodies) - 1
		before, after, _ := bytes.Cut(bodies[last], []byte(`"figures":"`))
		bodies[last] = append(append(before, []byte(`"figures":"`+strings.Repeat("Z", 64))...), after[64:]...)
		db, err := store.CreateScratch(t.Context(), filepath.Join(t.TempDir(), "mirror.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		key, err := ledger.PublicKey(b.Key.Verifier)
		if err != nil {
			t.Fatal(err)
		}
		m, err := ledger.NewMirror(t.Context(), db, rules(), key)
		if err != nil {
			t.Fatal(err)
		}
		var entries []ledger.Copied
		for _, body := range bodies {
			c, err := rules().Bare(body)
			if err != nil {
				t.Fatal(err)
			}
			entries = append(entries, c)
		}
		if err := m.Add(t.Context(), 0, entries); err == nil || !strings.Contains(err.Error(), "review.not-a-hash") {
			t.Errorf("a hash that is none: %v", err)
		}
	})
}

// TestPastSize: what was looked at is what is published, though others went on writing meanwhile; and it is what the entries
// said then.
func TestPastSize(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		b, clock := sample(t, e)
		d := drafted(t, b, lately)
		clock.Set(schedule.AddDays(today, 9))
		for range 3 {
			goOn(t, b)
		}
		if later := drafted(t, b, lately); bytes.Equal(bytesOf(t, later), bytesOf(t, d)) || later.All.Promises == d.All.Promises {
			t.Fatal("nothing went on")
		}
		ledgertest.Append(t, b, published(t, office, 1, d, 0))
		goOn(t, b)
		look(t, b, nil, func(at *figures.At) {
			steps := 0
			c, err := review.Check(t.Context(), at.Tx, b.Rules, 1, func(done, total int64) { steps++ })
			if err != nil || c.Figures < 500 || c.Texts != 3 || len(c.Erased) > 0 || c.Size != d.Size || steps < 2 {
				t.Errorf("checked: %+v in %d steps, %v", c, steps, err)
			}
			row, _, err := review.One(at.Tx, 1)
			if err != nil {
				t.Fatal(err)
			}
			frozen, err := review.DocumentOf(at.Tx, &row.Row)
			if err != nil || !bytes.Equal(bytesOf(t, frozen), bytesOf(t, d)) {
				t.Errorf("what is read is not what was published: %v", err)
			}
			if _, err := review.Check(t.Context(), at.Tx, b.Rules, 2, nil); !errors.Is(err, review.ErrNone) {
				t.Errorf("a review that is none: %v", err)
			}
		})
		// A day later than MaxAge after it, the same figures are too old.
		clock.Set(schedule.AddDays(today, review.MaxAge+1))
		ledgertest.Refused(t, b, "review.too-old", published(t, office, 2, d, 0))
	})
}

// goOn makes another promise, and changes the first one of water.
func goOn(t *testing.T, b *ledger.Book) {
	t.Helper()
	terms := promise.Terms{Title: locale.Plain("en", "One more"), Task: "water", Places: []string{"three-springs"}, Office: "stone-bridge", Plan: promise.Plan{Kind: promise.Once, Due: "2027-02-01"}}
	ledgertest.Append(t, b, promise.Promise(office, promise.Promised{Terms: terms}))
}
