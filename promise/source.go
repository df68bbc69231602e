package promise

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"kept/ledger"
	"kept/locale"
	"kept/programme"
)

// Limits of what a source names. They are rules of the book: making one smaller would make old entries unreadable.
const (
	MaxDocuments = 60   // links of one promise
	MaxAddress   = 2000 // bytes of the address of one
)

func needImport(n *ledger.Need, id string) {
	if id != "" {
		programme.Imports.Need(n, id)
	}
}

// imported notes in which import an entry was read, so that the import can be looked at, and taken back, as a whole.
func imported(r *ledger.Rows, e *ledger.Entry, id string, promise int64) {
	if id != "" {
		Imported.Put(r, ImportedRow{id, e.Seq, e.Kind, promise})
	}
}

func (s *Source) check() error {
	if s.Identifier == "" || len(s.Identifier) > 200 || len(s.Status) > 10 || s.Format != "iati" || len(s.Documents) > MaxDocuments {
		return ledger.Refuse("source.bad")
	}
	for _, d := range s.Documents {
		if !ValidAddress(d.Address) || utf8.RuneCountInString(d.Title) > locale.WordingRunes || locale.Tidy(d.Title) != d.Title {
			return ledger.Refuse("source.document")
		}
	}
	return nil
}

// ValidAddress says whether an address may stand in the book as the link to a document: of a site, without the name and
// password of anyone.
func ValidAddress(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil &&
		len(address) <= MaxAddress && !strings.ContainsFunc(address, func(c rune) bool { return c <= ' ' || c >= 0x7f && c < 0xa0 })
}

func addSource(r *ledger.Rows, e *ledger.Entry, p *Row, s *Source) error {
	if err := programme.First(s.check(), programme.CheckImport(r, s.Import)); err != nil {
		return err
	}
	// What was read in an import that was withdrawn since may be read again: then it is another promise.
	if was, ok := Sources.Get(r, s.Identifier); ok {
		if old, _ := programme.Imports.Get(r, was.Import); old.Withdrawn == 0 {
			return ledger.Refuse("source.there-already")
		}
	}
	p.Source, p.SourceCode = s.Identifier, s.Status
	Sources.Put(r, SourceRow{s.Identifier, p.Seq, s.Import})
	for i, d := range s.Documents {
		Documents.Put(r, DocumentRow{p.Seq, int64(i), d.Title, d.Address})
	}
	imported(r, e, s.Import, p.Seq)
	return nil
}
