package programme_test

import (
	"testing"

	"kept/ledger/ledgertest"
	"kept/locale"
	"kept/programme"
	"kept/store"
	"kept/store/storetest"
)

// TestNaming puts the words of one thing of each sort right. The row shows the new ones, a place is found by old and new
// words, and nothing else of any row has changed.
func TestNaming(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		b := open(t, e)
		furnish(t, b)
		codes := map[string]string{programme.OfTask: "water", programme.OfPlace: "ford", programme.OfOrganisation: "office", programme.OfTeam: "team"}
		places := rowsOf(t, b, programme.Places, "ORDER BY v.seq")
		for _, of := range programme.Named {
			name := locale.Wording{Original: "ug", In: map[string]string{"ug": "سۆگەت كېچىكى", "zh-Hans": "柳渡", "en": "Willow " + of}}
			ledgertest.Append(t, b, programme.Rename("team:team", of, codes[of], name))
			ledgertest.Refused(t, b, "naming.nothing", programme.Rename("org:office", of, codes[of], name))
		}
		var got []string
		err := b.DB.Read(t.Context(), func(tx *store.Tx) error {
			for _, q := range []string{"SELECT title FROM programme", "SELECT goal FROM programme", "SELECT name FROM task WHERE code = 'water'",
				"SELECT name FROM place WHERE code = 'ford'", "SELECT name FROM organisation WHERE code = 'office'", "SELECT name FROM team WHERE code = 'team'"} {
				var words string
				if _, err := tx.One([]any{&words}, q); err != nil {
					return err
				}
				text, _ := programme.ParseWords(words).Best("en")
				got = append(got, text)
			}
			return nil
		})
		want := []string{"Willow programme", "Willow goal", "Willow task", "Willow place", "Willow organisation", "Willow team"}
		for i := range want {
			if err != nil || got[i] != want[i] {
				t.Errorf("%q, should be %q, %v", got[i], want[i], err)
			}
		}
		for i, now := range rowsOf(t, b, programme.Places, "ORDER BY v.seq") {
			if places[i].Code == "ford" {
				now.Name = places[i].Name
			}
			if now != places[i] {
				t.Errorf("%+v has become %+v", places[i], now)
			}
		}
		found := map[string]bool{}
		for _, w := range rowsOf(t, b, programme.PlaceWords, "WHERE v.place = 'ford'") {
			found[w.Word] = true
		}
		for _, word := range []string{"ford", "willow", "柳渡", "سۆگەت"} {
			if !found[word] {
				t.Errorf("the place is not found by %q", word)
			}
		}
		ledgertest.Check(t, b)
	})
}
