package review_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"kept/demo"
	"kept/figures"
	"kept/ledger"
	"kept/programme"
	"kept/promise"
	"kept/review"
	"kept/store"
	"kept/store/storetest"
	"kept/voice"
)

const today = "2026-11-24"

func rules() *ledger.Rules {
	return ledger.NewRules(programme.Subject, promise.Subject, voice.Subject, review.Subject)
}

// sample is the demo, with its clock.
func sample(t testing.TB, e storetest.Engine) (*ledger.Book, *demo.Clock) {
	t.Helper()
	key, err := demo.Key()
	if err != nil {
		t.Fatal(err)
	}
	clock := &demo.Clock{}
	b, err := ledger.Create(t.Context(), e.New(t), rules(), key, ledger.Options{Today: clock.Today})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	if err := demo.Write(t.Context(), b, clock, today); err != nil {
		t.Fatal(err)
	}
	return b, clock
}

// drafted is the document of a period as the book stands.
func drafted(t testing.TB, b *ledger.Book, period review.Period, places ...string) (d *review.Document) {
	t.Helper()
	look(t, b, &figures.Memo{}, func(at *figures.At) {
		var err error
		if d, err = review.Draft(at, period, places); err != nil {
			t.Fatal(err)
		}
	})
	return d
}

func bytesOf(t testing.TB, d *review.Document) []byte {
	t.Helper()
	body, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func look(t testing.TB, b *ledger.Book, memo *figures.Memo, see func(at *figures.At)) {
	t.Helper()
	err := b.DB.Read(t.Context(), func(tx *store.Tx) error {
		head, err := ledger.ReadHead(tx)
		if err == nil {
			see(&figures.At{Tx: tx, Size: head.Size, Day: head.Day, Memo: memo})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// scopes are some periods and places of the demo.
var scopes = []struct {
	period review.Period
	places []string
}{
	{review.Period{From: "2026-09-01", To: "2026-10-31"}, nil},
	{review.Period{From: "2026-01-01", To: "2026-11-23"}, nil},
	{review.Period{From: "2026-09-01", To: "2026-10-31"}, []string{"stone-well", "three-springs"}},
	{review.Period{From: "2025-01-01", To: "2025-01-31"}, nil},
}

// TestEveryFigureIsAsked: each figure of a document is what Ask says of its name; and the list behind it, where it has one, adds up to
// it.
func TestEveryFigureIsAsked(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		b, _ := sample(t, e)
		for _, s := range scopes {
			d := drafted(t, b, s.period, s.places...)
			look(t, b, nil, func(at *figures.At) {
				n, lists := 0, 0
				d.Each(func(path string, f review.Figure) {
					n++
					if truth, err := figures.Ask(at, f.Name); err != nil || truth != f.Value {
						t.Errorf("%v %s: %s is %q, asked for it is %q, %v", s, path, f.Name, f.Value, truth, err)
					}
					list, err := at.Behind(f.Name, 0, 0)
					if errors.Is(err, figures.ErrNoList) {
						return
					}
					lists++
					sum := int64(0)
					for _, c := range list {
						sum += c.Adds
					}
					if err != nil || sum != f.Int() {
						t.Errorf("%v %s: %s is %q, its list adds up to %d, %v", s, path, f.Name, f.Value, sum, err)
					}
				})
				if n < 500 || lists < n*4/5 {
					t.Errorf("%v: %d figures, %d lists", s, n, lists)
				}
			})
			again, err := review.Parse(bytesOf(t, d))
			if err != nil || !bytes.Equal(bytesOf(t, again), bytesOf(t, d)) {
				t.Errorf("%v: read and written again it is another: %v", s, err)
			}
		}
	})
}

// TestSameBytes: the document is the same on both engines, counted from an index or by queries, whatever the time zone and the language
// of the machine, and in a book that was made again from the entries.
func TestSameBytes(t *testing.T) {
	found := make([]map[string][]string, len(scopes)) // by scope: how a document came about, by the document
	for i := range found {
		found[i] = map[string][]string{}
	}
	add := func(i int, d *review.Document, how ...string) {
		body := string(bytesOf(t, d))
		found[i][body] = append(found[i][body], strings.Join(how, " "))
	}
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		b, _ := sample(t, e)
		local := time.Local
		defer func() { time.Local = local }()
		for _, machine := range [][2]string{{"UTC", "C"}, {"Asia/Kashgar", "ug_CN.UTF-8"}, {"Pacific/Kiritimati", "ar_EG.UTF-8"}, {"America/Anchorage", "tr_TR.UTF-8"}} {
			zone, lang := machine[0], machine[1]
			place, err := time.LoadLocation(zone)
			if err != nil {
				t.Fatal(err)
			}
			time.Local = place
			t.Setenv("TZ", zone)
			t.Setenv("LANG", lang)
			t.Setenv("LC_ALL", lang)
			for i, s := range scopes {
				add(i, drafted(t, b, s.period, s.places...), e.Name, zone, lang)
			}
		}
		look(t, b, nil, func(at *figures.At) {
			every := func(at *figures.At, how string) error {
				for i, s := range scopes {
					d, err := review.Draft(at, s.period, s.places)
					if err != nil {
						return err
					}
					add(i, d, e.Name, how)
				}
				return nil
			}
			err := errors.Join(every(at, "counted by queries"),
				figures.Past(t.Context(), at.Tx, b.Rules, at.Size, func(past *figures.At) error { return every(past, "folded again") }))
			if err != nil {
				t.Fatal(err)
			}
		})
	})
	for i, all := range found {
		if len(all) != 1 {
			t.Errorf("%v: %d documents", scopes[i], len(all))
			for _, how := range all {
				t.Log(how)
			}
		}
	}
}

// TestNoTextBesideTheBook: no word that lies beside the book stands in a document, so that one that is erased is gone.
func TestNoTextBesideTheBook(t *testing.T) {
	b, _ := sample(t, storetest.Engines()[0])
	body := string(bytesOf(t, drafted(t, b, scopes[1].period)))
	look(t, b, nil, func(at *figures.At) {
		texts, err := ledger.TextsBetween(at.Tx, 0, at.Size)
		if err != nil || len(texts) < 50 {
			t.Fatalf("%d texts, %v", len(texts), err)
		}
		for _, x := range texts {
			line, _, _ := strings.Cut(x.Body, "\n")
			if len(line) > 12 && strings.Contains(body, line) {
				t.Errorf("%s of entry %d stands in the document: %s", x.Field, x.Entry, line)
			}
		}
	})
}

// TestDocumentTellsTheStory: what the demo tells stands in its review.
func TestDocumentTellsTheStory(t *testing.T) {
	b, _ := sample(t, storetest.Engines()[0])
	d := drafted(t, b, review.Period{From: "2026-09-24", To: "2026-11-23"})
	find := func(number int64) *review.Promise {
		for _, list := range [][]review.Promise{d.Matters.Kept, d.Matters.NotKept} {
			for i := range list {
				if list[i].Number == number {
					return &list[i]
				}
			}
		}
		t.Fatalf("promise %d does not matter", number)
		return nil
	}
	wells := find(1)
	if wells.Says != "not-kept" || wells.Standing != "reported-done" || !slices.Contains(wells.Marks, "lowered") || wells.Measure.Reading.Value != "7" || wells.Measure.First.Value != "12" || wells.Measure.Target.Value != "8" {
		t.Errorf("the wells: %+v", wells)
	}
	if road := find(2); road.Overdue.Value != "41" || !slices.Contains(road.Why, figures.ForDispute) {
		t.Errorf("the road: %+v", road)
	}
	if len(d.Stories.Reports) < 3 || len(d.Stories.Reports[0].Pictures) == 0 || len(d.Next.First) == 0 || len(d.Answers.Owed) == 0 || len(d.Grid.Places) != 12 {
		t.Errorf("%d stories, %d to come, %d answers owed, %d places", len(d.Stories.Reports), len(d.Next.First), len(d.Answers.Owed), len(d.Grid.Places))
	}
	var currencies []string
	for _, m := range d.All.Money {
		currencies = append(currencies, m.Currency)
	}
	if !slices.Equal(currencies, []string{"CNY", "USD"}) {
		t.Errorf("money in %q", currencies)
	}
	for _, code := range append(slices.Clone(d.Grid.Places), wells.Places...) {
		if d.Names.Place(code).IsZero() {
			t.Errorf("the place %s has no name", code)
		}
	}
	if d.Names.Organisation(d.Answers.Offices[0].Code).IsZero() {
		t.Errorf("no name of %s", d.Answers.Offices[0].Code)
	}
}
