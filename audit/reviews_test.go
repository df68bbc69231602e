package audit_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"kept/audit"
	"kept/figures"
	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/locale"
	"kept/review"
	"kept/store"
)

// review publishes a review of the little programme; change may make it say something else than the entries do.
func (l *little) review(t *testing.T, number int64, change func(*review.Document)) (id string) {
	t.Helper()
	var d *review.Document
	err := l.DB.Read(t.Context(), func(tx *store.Tx) error {
		head, err := ledger.ReadHead(tx)
		if err != nil {
			return err
		}
		d, err = review.Draft(&figures.At{Tx: tx, Size: head.Size, Day: head.Day}, review.Period{From: "2026-01-01", To: "2026-02-28"}, nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(d)
	}
	words := review.Words{{Section: "opening", Text: locale.Plain("en", "Of {promises} promises we say")}, {Section: "closing", Text: locale.Plain("en", "Words that go")}}
	draft, err := review.Publish("org:office", review.Publication{Number: number, Document: d, Words: words}, ledger.NewSalt)
	id, _ = l.add(t, draft, err)
	return id
}

// TestRemoteReview: a review is computed again from what a server sends, and told to be identical; what was erased since is told; a server
// that lies about the review, its document, its words or its entries is found out.
func TestRemoteReview(t *testing.T) {
	l := newLittle(t, 1, "Wells")
	id := l.review(t, 1, nil)
	l.review(t, 2, func(d *review.Document) { d.All.Promises.Value = "9" })
	address := onNetwork(t, verified, l.site())
	o := audit.RemoteOptions{Seen: filepath.Join(t.TempDir(), "seen")}
	parts := map[string]bool{}
	o.Progress = func(part string, done, total int64) { parts[part] = true }
	c, seen, err := audit.RemoteReview(t.Context(), address, 1, l.Rules, o)
	if err != nil || !seen.First || c.Texts != 2 || c.Figures < 100 || len(c.Erased) != 0 || len(parts) != 2 {
		t.Errorf("checked %+v, %+v, %v; %v", c, seen, err, parts)
	}
	l.add(t, ledgertest.Erase(id, "words-closing/en"), nil)
	c, seen, err = audit.RemoteReview(t.Context(), strings.TrimSuffix(address, "/"), 1, l.Rules, o)
	if err != nil || seen.First || c.Texts != 1 || len(c.Erased) != 1 || c.Erased[0].What != "words-closing/en" {
		t.Errorf("with words erased: %+v, %+v, %v", c, seen, err)
	}
	_, _, err = audit.RemoteReview(t.Context(), address, 2, l.Rules, audit.RemoteOptions{})
	var differs *review.Differs
	if !errors.As(err, &differs) || differs.Figure != "promises" || differs.Frozen != "9" || differs.True != "1" || differs.Beside {
		t.Errorf("a review that says something else: %v", err)
	}
	if _, _, err := audit.RemoteReview(t.Context(), address, 3, l.Rules, audit.RemoteOptions{}); !errors.Is(err, review.ErrNone) {
		t.Errorf("a review that is none: %v", err)
	}
	for _, lie := range []struct {
		name, address, old, new, want string
	}{
		{"its document", "/pictures/", `"figure":"promises","value":"1"`, `"figure":"promises","value":"7"`, `its document was changed since it was published: figure promises (all.promises): it says "7", the entries say "1"`},
		{"its words", "/log/beside/", `Of {promises} promises we say`, `Of {promises} promises all say`, "text words-opening/en of entry"},
		{"its entry", "/log/tile/entries/", `"to":"2026-02-28"`, `"to":"2026-02-27"`, "entry 1"},
		{"the checkpoint", "/log/checkpoint", "kept/little", "kept/larger", "the checkpoint"},
	} {
		h := lying(l.site(), lie.address, func(b []byte) []byte { return bytes.Replace(b, []byte(lie.old), []byte(lie.new), 1) })
		if _, _, err := audit.RemoteReview(t.Context(), onNetwork(t, verified, h), 1, l.Rules, audit.RemoteOptions{}); err == nil || !strings.Contains(err.Error(), lie.want) {
			t.Errorf("%s: %v, should say %q", lie.name, err, lie.want)
		}
	}
	other := newLittle(t, 2, "Other wells")
	other.review(t, 1, nil)
	var broken *audit.Broken
	if _, _, err := audit.RemoteReview(t.Context(), onNetwork(t, verified, other.site()), 1, other.Rules, o); !errors.As(err, &broken) {
		t.Errorf("another book at the address: %v", err)
	}
}

// TestReviews: whoever verifies a book, where it lies or over the network, computes its reviews again.
func TestReviews(t *testing.T) {
	l := newLittle(t, 1, "Wells")
	l.review(t, 1, nil)
	checked, others, err := audit.Reviews(t.Context(), l.Book, nil)
	if err != nil || len(checked) != 1 || others != 0 {
		t.Errorf("%d checked, %d not, %v", len(checked), others, err)
	}
	address := onNetwork(t, verified, l.site())
	found, err := audit.Remote(t.Context(), address, l.Rules, quick)
	if err != nil || found.Reviews != 1 || found.OldReviews != 0 || found.Texts != 5 {
		t.Errorf("over the network: %+v, %v", found, err)
	}
	l.review(t, 2, func(d *review.Document) { d.All.GoingOn.Value = "5" })
	var differs *review.Differs
	if _, _, err := audit.Reviews(t.Context(), l.Book, nil); !errors.As(err, &differs) || differs.Review != 2 || !strings.HasPrefix(string(differs.Figure), "going-on?") {
		t.Errorf("a review that says something else: %v", err)
	}
	if _, err := audit.Remote(t.Context(), address, l.Rules, quick); !errors.As(err, &differs) {
		t.Errorf("over the network: %v", err)
	}
}
