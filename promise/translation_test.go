package promise_test

import (
	"fmt"
	"slices"
	"testing"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/locale"
	"kept/promise"
)

// TestTranslation: a later translation changes the words that are shown and searched, and nothing else.
func TestTranslation(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		terms := wells()
		terms.Milestones = []promise.Milestone{{Title: en("drill"), Due: "2026-03-01"}}
		id := b.promise(terms)
		b.clock.Set("2026-07-03")
		before := b.row(id)
		say := func(path, lang, text string) {
			b.add(promise.Translate("org:office", id, promise.Translation{Version: b.row(id).Version, Path: path, Lang: lang, Text: text}))
		}
		say("title", "zh-Hans", "井")
		say("title", "zh-Hans", "水井")
		say("title", "ug", "قۇدۇق")
		say("measure.0.name", "ug", "قۇدۇق سانى")
		say("measure.0.unit", "ug", "دانە")
		say("milestone.0.title", "ug", "بۇرغىلاش")

		after := b.row(id)
		if after.Translated != 6 {
			t.Errorf("%d translations", after.Translated)
		}
		after.Translated = 0
		if after != before {
			t.Errorf("the promise was %+v, is %+v", before, after)
		}
		now := func() promise.Terms {
			rows := rows(b, promise.Versions, "WHERE v.promise = $1 ORDER BY v.version", b.row(id).Seq)
			terms, err := promise.ParseTerms(rows[len(rows)-1].Terms)
			if err != nil {
				t.Fatal(err)
			}
			return terms
		}
		got := now()
		b.want("words", fmt.Sprint(got.Title.In, got.Measures[0].Name.In["ug"], got.Measures[0].Unit.In, got.Milestones[0].Title.In["ug"]),
			"map[en:Wells ug:قۇدۇق zh-Hans:水井]قۇدۇق سانىmap[en:wells ug:دانە]بۇرغىلاش")
		if !terms.Same(&got) || len(promise.Changes(&terms, &got)) > 0 {
			t.Errorf("a translation is a change: %+v", promise.Changes(&terms, &got))
		}
		found := func(word string) bool {
			return slices.ContainsFunc(rows(b, promise.Words, ""), func(w promise.WordRow) bool { return slices.Contains(locale.Words(word), w.Word) })
		}
		for _, word := range []string{"wells", "水井", "قۇدۇق"} {
			if !found(word) {
				t.Errorf("%q does not find the promise", word)
			}
		}

		// A form that was opened before the translations changes nothing, and says so; its translations are no change either.
		ledgertest.Refused(t, b.Book, "amendment.nothing", b.amend(id, 1, terms))
		ledgertest.Refused(t, b.Book, "amendment.nothing", b.amend(id, 1, got))
		// A report in the same batch sees the terms as the translation left them.
		fewer := got
		fewer.Plan.Due = "2026-12-01"
		batch := []ledger.Draft{promise.Translate("org:office", id, promise.Translation{Version: 1, Path: "title", Lang: "ug", Text: "قۇدۇقلار"}),
			b.report(id, "2026-02-01", promise.Report{Readings: []promise.Reading{{Value: "2"}}}), b.amend(id, 1, fewer),
			promise.Translate("org:office", id, promise.Translation{Version: 2, Path: "title", Lang: "ug", Text: "ئون ئىككى قۇدۇق"}),
			b.report(id, "2026-02-01", promise.Report{Readings: []promise.Reading{{Value: "3"}}})}
		b.add(batch...)
		got = now()
		b.want("the title", got.Title.In["ug"], "ئون ئىككى قۇدۇق")
		if p := b.row(id); p.Amended != 1 || p.Translated != 8 || p.OpenDue != "2026-12-01" {
			t.Errorf("%+v", p)
		}
		ledgertest.Refused(t, b.Book, "translated.stale", promise.Translate("org:office", id, promise.Translation{Version: 1, Path: "title", Lang: "ug", Text: "a"}))
	})
}

// TestTranslated: translations go over to other terms where the words of the original are the same, and replace none.
func TestTranslated(t *testing.T) {
	old, now := wells(), wells()
	old.Title.In["ug"], old.Measures[0].Name.In["ug"], old.Measures[0].Unit.In["ug"] = "قۇدۇق", "سانى", "دانە"
	old.Measures[0].Unit.In["zh-Hans"] = "眼"
	now.Title, now.Measures[0].Unit.In["ug"] = en("Taps"), "جۈمەك"
	now.Translated(&old)
	got := fmt.Sprint(now.Title.In, now.Measures[0].Name.In, now.Measures[0].Unit.In)
	if want := "map[en:Taps] map[en:wells ug:سانى] map[en:wells ug:جۈمەك zh-Hans:眼]"; got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}
