package imports_test

import (
	"testing"

	"kept/imports"
	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/promise"
)

// TestTranslated: what was translated here is no difference to the file, and goes over into what the file changes; what the
// file translates later is taken as a translation.
func TestTranslated(t *testing.T) {
	each(t, func(s *shelf) {
		s.read(first)
		wells := s.one("XX-V-1")
		receipts, err := s.book.Append(t.Context(), promise.Translate("org:XX-V", wells.ID,
			promise.Translation{Version: wells.Version, Path: "measure.0.name", Lang: "ug", Text: "قۇدۇق"}))
		if err != nil || receipts[0].Err != nil {
			t.Fatal(err, receipts)
		}
		same(t, "again", codes(s.read("")), []string(nil))
		r := s.read("amendment 1 import 1", `<target value="8"/>`, `<target value="6"/>`)
		now := func() promise.Terms { all := s.terms("XX-V-1"); return all[len(all)-1] }
		same(t, "translated", now().Measures[0].Name.In["ug"], "قۇدۇق")
		s.withdraw("amendment 1 import-withdrawal 1", r.Import)
		same(t, "translated", now().Measures[0].Name.In["ug"], "قۇدۇق")
		same(t, "target", now().Measures[0].Targets[1].Value, "8")

		const title = `<narrative xml:lang="sw">Visima vinane</narrative></title>`
		change := []string{title, `<narrative xml:lang="sw">Visima vinane</narrative><narrative xml:lang="fr">Huit puits</narrative></title>`}
		s.read("import 1 later-translation 1", change...)
		s.read("", change...)
		same(t, "title", now().Title.In["fr"], "Huit puits")
	})
}

// TestSentBackStaysRead: a publisher's report that was sent back is not read again, and its word is not brought back when a later
// import is withdrawn.
func TestSentBackStaysRead(t *testing.T) {
	each(t, func(s *shelf) {
		s.read(first)
		wells := s.one("XX-V-1")
		other := rows(s, programme.Organisations, "WHERE v.code <> 'XX-V' ORDER BY v.seq LIMIT 1")[0].Code
		for _, r := range rows(s, promise.Reports, "WHERE v.promise = $1", wells.Seq) {
			d, err := promise.SendBack("org:"+other, r.ID, locale.Plain("en", "not so"), ledger.NewSalt)
			if err != nil {
				t.Fatal(err)
			}
			receipts, err := s.book.Append(t.Context(), d)
			if err != nil || receipts[0].Err != nil {
				t.Fatal(err, receipts)
			}
		}
		s.read("")
		r := s.read("amendment 1 import 1 report 1", `<target value="8"/>`, `<target value="6"/>`, `<activity-status code="2"/>`, `<activity-status code="3"/>`)
		same(t, "state", s.one("XX-V-1").State, promise.StateDone)
		back := s.withdraw("amendment 1 import-withdrawal 1", r.Import)
		same(t, "findings", codes(back), []string{imports.CodeStateStays})
	})
}
