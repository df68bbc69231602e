package audit

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"golang.org/x/net/html"

	"kept/figures"
	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/store"
)

// Wrong is a number on a page that is not the figure it says it is.
type Wrong struct {
	Page, Figure, Shown, True string
}

func (w *Wrong) Error() string {
	return fmt.Sprintf("figure %s on page %s: it shows %q, the entries say %q", w.Figure, w.Page, w.Shown, w.True)
}

// Count is how much was checked.
type Count struct{ Pages, Figures int }

// Pages renders every page of a programme and asks anew for every figure on it; a figure that a review froze is looked up in the
// review's document. The first that is wrong comes back as a *Wrong. Site serves the programme under name.
func Pages(ctx context.Context, site http.Handler, book *ledger.Book, name string, progress func(done, total int64)) (Count, error) {
	addresses, err := addressesOf(ctx, book)
	if err != nil {
		return Count{}, err
	}
	var n Count
	for i, address := range addresses {
		if progress != nil {
			progress(int64(i), int64(len(addresses)))
		}
		address = "/" + name + "/" + address
		shown, err := onPage(site, address)
		if err != nil {
			return n, err
		}
		if err := check(ctx, book, address, shown); err != nil {
			return n, err
		}
		n.Pages++
		n.Figures += len(shown)
	}
	if progress != nil {
		progress(int64(len(addresses)), int64(len(addresses)))
	}
	return n, nil
}

// manyPages is from how many pages on only one language is rendered: the numbers are the same in all.
const manyPages = 3000

// addressesOf lists the pages of a programme, behind its short name, in every language.
func addressesOf(ctx context.Context, book *ledger.Book) ([]string, error) {
	paths, err := pathsOf(ctx, book)
	languages := locale.Languages
	if len(paths) > manyPages {
		languages = languages[:1]
	}
	var out []string
	for _, l := range languages {
		for _, p := range paths {
			out = append(out, in(p, l.Tag))
		}
	}
	return out, err
}

// in is a page in a language.
func in(path, lang string) string {
	if strings.Contains(path, "?") {
		return path + "&lang=" + lang
	}
	return path + "?lang=" + lang
}

// pathsOf lists the pages of a programme: its lists by standing and task, every place and its poster, the teams, every
// round with what each place said, every promise, every review, the book.
func pathsOf(ctx context.Context, book *ledger.Book) ([]string, error) {
	paths := []string{"", "places", "teams", "rounds", "log/"}
	for _, s := range promise.Standings {
		paths = append(paths, "?standing="+string(s))
	}
	for _, m := range figures.Marks {
		paths = append(paths, "?mark="+m)
	}
	err := book.DB.Read(ctx, func(tx *store.Tx) error {
		tasks, err := programme.Tasks.Select(tx, "ORDER BY v.seq")
		if err != nil {
			return err
		}
		for _, t := range tasks {
			paths = append(paths, "?task="+url.QueryEscape(t.Code))
		}
		places, err := programme.Places.Select(tx, "ORDER BY v.seq")
		if err != nil {
			return err
		}
		for _, p := range places {
			paths = append(paths, "places/"+url.PathEscape(p.Code), "places/"+url.PathEscape(p.Code)+"/poster")
		}
		var teams int
		if _, err := tx.One([]any{&teams}, "SELECT count(*) FROM team"); err != nil {
			return err
		}
		for from := figures.TeamsPerPage; from < teams; from += figures.TeamsPerPage {
			paths = append(paths, fmt.Sprintf("teams?page=%d", from/figures.TeamsPerPage+1))
		}
		reviews, err := reviewPaths(tx)
		if err != nil {
			return err
		}
		paths = append(paths, reviews...)
		var round int64
		var asked string
		last := int64(-1)
		if err := tx.Each([]any{&round, &asked}, func() error {
			if round != last {
				paths, last = append(paths, fmt.Sprintf("rounds/%d", round)), round
			}
			paths = append(paths, fmt.Sprintf("rounds/%d/places/%s/poster", round, url.PathEscape(asked)))
			return nil
		}, "SELECT round, place FROM round_place ORDER BY round, place"); err != nil {
			return err
		}
		var number int64
		return tx.Each([]any{&number}, func() error {
			paths = append(paths, fmt.Sprintf("promises/%d", number))
			if number%25 == 1 && number > 25 {
				paths = append(paths, fmt.Sprintf("?page=%d", number/25+1))
			}
			return nil
		}, "SELECT number FROM promise ORDER BY number")
	})
	return paths, err
}

// shown is a number as a page shows it; one that was frozen says of which size and day.
type shown struct {
	figure, value string
	frozen        bool
	size, day     string
}

// onPage renders a page and reads its numbers.
func onPage(site http.Handler, address string) ([]shown, error) {
	rec := httptest.NewRecorder()
	site.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, address, nil))
	if rec.Code != http.StatusOK {
		return nil, fmt.Errorf("page %s: the server answers %d", address, rec.Code)
	}
	return numbersOf(rec.Body), nil
}

// numbersOf reads the numbers of a page.
func numbersOf(page io.Reader) []shown {
	var out []shown
	for z := html.NewTokenizer(page); ; {
		switch z.Next() {
		case html.ErrorToken:
			return out // the end of the page
		case html.StartTagToken, html.SelfClosingTagToken:
			var s shown
			for _, a := range z.Token().Attr {
				switch a.Key {
				case "data-figure":
					s.figure = a.Val
				case "data-frozen":
					s.figure, s.frozen = a.Val, true
				case "data-size":
					s.size = a.Val
				case "data-day":
					s.day = a.Val
				case "value":
					s.value = a.Val
				}
			}
			if s.figure != "" {
				out = append(out, s)
			}
		}
	}
}

func check(ctx context.Context, book *ledger.Book, address string, all []shown) error {
	return book.DB.Read(ctx, func(tx *store.Tx) error {
		head, err := ledger.ReadHead(tx)
		if err != nil {
			return err
		}
		at := &figures.At{Tx: tx, Size: head.Size, Day: head.Day}
		frozen, err := frozenOf(tx, address)
		if err != nil {
			return fmt.Errorf("page %s: %w", address, err)
		}
		known := map[string]string{}
		for _, s := range all {
			if s.frozen {
				if err := frozen.check(address, s); err != nil {
					return err
				}
				continue
			}
			truth, ok := known[s.figure]
			if !ok {
				if truth, err = figures.Ask(at, figures.Name(s.figure)); err != nil {
					return fmt.Errorf("page %s: %w", address, err)
				}
				known[s.figure] = truth
			}
			if truth != s.value {
				return &Wrong{address, s.figure, s.value, truth}
			}
		}
		return nil
	})
}
