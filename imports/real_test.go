package imports_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kept/figures"
	"kept/iati"
	"kept/imports"
	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/programme"
	"kept/promise"
	"kept/store"
	"kept/store/storetest"
)

// published are files that no one here wrote; they lie beside the project, and not everywhere.
const published = "../../shared/data/iati/"

func readPublished(t *testing.T, name string) (*iati.File, []byte) {
	t.Helper()
	b, err := os.ReadFile(published + name)
	if err != nil {
		t.Skipf("SKIPPED: the published file %s is not here: %v", name, err)
	}
	file, err := iati.Read(bytes.NewReader(b), iati.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return file, b
}

func (s *shelf) published(file *iati.File) *imports.Result {
	s.Helper()
	r, err := imports.IATI(s.Context(), s.book, file, imports.Options{Programme: "afdb"})
	if err != nil {
		s.Fatal(err)
	}
	return r
}

// TestRuralProjects reads ten real projects of the African Development Bank. Its numbers were counted by script.
func TestRuralProjects(t *testing.T) {
	file, _ := readPublished(t, "afdb-rural-projects.xml")
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := newShelf(t, e)
		s.clock.Set("2026-11-23")
		r := s.published(file)
		same(t, "appended", r.Appended, map[string]int{"programme": 1, "organisation": 20, "alias": 1, "place": 80, "task": 5, "import": 1, "promise": 10, "report": 10, "payment": 194})
		same(t, "result", []any{r.Exit(), r.Promises, r.Counts}, []any{imports.ExitClean, 10, file.Counts})
		s.asks(map[string]string{
			"promises": "10", "measures": "29", "periods": "29", "periods?reported=no": "29", "periods?reported=yes": "0",
			"places": "80", "places?level=country": "8", "tasks": "5", "organisations": "20", "teams": "0",
			"promises?standing=reported-done": "1", "promises?standing=overdue": "9", "promises?mark=amended": "0",
			"money?currency=XDR&type=committed": "33016291467", "money?currency=XDR&type=disbursed": "6800573825",
			"money?currency=XDR&type=interest": "307441785", "money?currency=XDR&type=repaid": "622146587", "money?currency=XDR&type=paid": "6800573825",
		})
		if done := s.one("46002-P-TN-AAC-009"); done.Done != "2026-11-23" || done.State != promise.StateDone {
			t.Errorf("%+v", done)
		}
		same(t, "places of Uganda's promise", s.terms("46002-P-UG-AAD-001")[0].Places, []string{"UG"})
		if n := len(rows(s, promise.Readings, "WHERE v.early = 1")); n != 29 {
			t.Errorf("%d early values", n)
		}
		s.governments()
		s.clock.Set("2026-11-24")
		if r := s.published(file); r.Entries != 0 || r.Exit() != imports.ExitClean {
			t.Errorf("a second reading appended %v", r.Appended)
		}
		ledgertest.Check(t, s.book)
	})
}

func (s *shelf) asks(want map[string]string) {
	s.Helper()
	s.look(func(tx *store.Tx) error {
		head, err := ledger.ReadHead(tx)
		if err != nil {
			return err
		}
		for name, value := range want {
			got, err := figures.Ask(&figures.At{Tx: tx, Size: head.Size, Day: head.Day}, figures.Name(name))
			if err != nil || got != value {
				s.Errorf("figure %s is %q, should be %q: %v", name, got, value, err)
			}
		}
		return nil
	})
}

// governments checks what governments committed: seven of the commitments name one as the payer.
func (s *shelf) governments() {
	s.Helper()
	n, sum := 0, int64(0)
	for _, p := range rows(s, promise.Payments, "WHERE v.type = 'committed'") {
		if strings.Contains(p.Payer, "government") {
			n, sum = n+1, sum+p.Minor
		}
	}
	same(s, "committed by governments", []int64{int64(n), sum}, []int64{7, 4615938835})
}

func TestTanzania(t *testing.T) {
	file, _ := readPublished(t, "us-tz-agriculture.xml")
	each(t, func(s *shelf) {
		r := s.published(file)
		same(t, "result", []any{r.Exit(), r.Promises, r.Appended["payment"]}, []any{imports.ExitParts, 1, 4})
		s.asks(map[string]string{"promises": "1", "measures": "2", "periods": "0"})
		if r := s.published(file); r.Entries != 0 {
			t.Errorf("a second reading appended %v", r.Appended)
		}
	})
}

// person matches what a contact person of a file says of itself.
var person = regexp.MustCompile(`<(?:person-name|email|telephone|mailing-address)[^>]*>(?:\s*<narrative[^>]*>)?\s*([^<]+?)\s*</`)

// TestS1ContactPersons looks for every contact person of the files in the bytes of the database and of the folder
// beside it.
func TestS1ContactPersons(t *testing.T) {
	own := []byte(villages(t))
	files := map[string][]byte{"villages.xml": own}
	for _, name := range []string{"afdb-rural-projects.xml", "us-tz-agriculture.xml"} {
		if b, err := os.ReadFile(published + name); err == nil {
			files[name] = b
		} else {
			t.Logf("SKIPPED: %s is not here", name)
		}
	}
	for name, b := range files {
		t.Run(name, func(t *testing.T) {
			var secrets []string
			for _, m := range person.FindAllSubmatch(b, -1) {
				if text := string(m[1]); len(text) > 5 {
					secrets = append(secrets, text)
				}
			}
			if len(secrets) < 2 {
				t.Fatalf("the file names %d contact persons: %q", len(secrets), secrets)
			}
			folder := importInto(t, parse(t, string(b)))
			seen := 0
			err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() {
					return err
				}
				content, err := os.ReadFile(path)
				seen += len(content)
				for _, secret := range secrets {
					if bytes.Contains(content, []byte(secret)) {
						t.Errorf("%s holds the contact person %q", filepath.Base(path), secret)
					}
				}
				return err
			})
			if err != nil || seen < 10_000 {
				t.Fatalf("%d bytes were looked at: %v", seen, err)
			}
		})
	}
}

// importInto reads a file into a book on disk and returns its folder, with the journal as a crash would leave it.
func importInto(t *testing.T, file *iati.File) string {
	t.Helper()
	folder := t.TempDir()
	location, err := store.At(folder, folder)
	if err != nil {
		t.Fatal(err)
	}
	db, err := location.Create(t.Context(), "p")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	book := ledgertest.Create(t, db, ledger.Options{Folder: location.Beside("p")}, programme.Subject, promise.Subject)
	if _, err := imports.IATI(t.Context(), book, file, imports.Options{Programme: "p"}); err != nil {
		t.Fatal(err)
	}
	return folder
}
