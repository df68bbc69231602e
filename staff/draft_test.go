package staff

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kept/store"
)

func TestDrafts(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		f := Draft{Programme: "wells", Who: "org:county", Kind: "promise", Title: "  Ten\nwells ", Form: "title=Ten+wells&due=", By: "a"}
		f.ID = must(h.PutDraft(ctx, f))(t)
		f.Title, f.Changed = "Ten wells", "2026-02-04"
		h.restart()
		got, found, err := h.Draft(ctx, "wells", "org:county", f.ID)
		ok(t, err)
		same(t, found, true)
		same(t, got, f)

		// It is its office's, and nobody else's.
		for _, of := range [][3]string{{"roads", "org:county", f.ID}, {"wells", "team:county", f.ID}, {"wells", "org:county", "x\x00"}} {
			_, found, err := h.Draft(ctx, of[0], of[1], of[2])
			ok(t, err)
			same(t, found, false)
			ok(t, h.DropDraft(ctx, of[0], of[1], of[2]))
			_, err = h.PutDraft(ctx, Draft{ID: of[2], Programme: of[0], Who: of[1]})
			refused(t, err, "no-draft")
		}
		h.later(24 * time.Hour)
		f.Form, f.By = "title=Twelve", "b"
		same(t, must(h.PutDraft(ctx, f))(t), f.ID)
		later := Draft{Programme: "wells", Who: "org:county", Kind: "report", Title: strings.Repeat("井", 1000)}
		later.ID = must(h.PutDraft(ctx, later))(t)
		list := must(h.Drafts(ctx, "wells", "org:county"))(t)
		same(t, len(list), 2)
		same(t, list[0], Draft{ID: f.ID, Programme: "wells", Who: "org:county", Kind: "promise", Title: "Ten wells", Changed: "2026-02-05", By: "b"})
		same(t, list[1].Title, strings.Repeat("井", 333))
		same(t, must(h.Drafts(ctx, "roads", "org:county"))(t), nil)
		ok(t, h.DropDraft(ctx, "wells", "org:county", f.ID))
		_, err = h.PutDraft(ctx, f)
		refused(t, err, "no-draft")
		_, err = h.PutDraft(ctx, Draft{Programme: "wells", Who: "org:county", Form: strings.Repeat("a", DraftLongest+1)})
		refused(t, err, "draft-long")
		ok(t, h.db.Write(ctx, func(tx *store.Tx) error {
			var rows [][]any
			for i := 1; i < DraftsMost-1; i++ { // one more than these is there
				rows = append(rows, []any{fmt.Sprint(i), "wells", "org:county", "", "", "", "", "2026-02-05", ""})
			}
			return tx.Insert(draftTable, rows)
		}))
		must(h.PutDraft(ctx, Draft{Programme: "wells", Who: "org:county"}))(t)
		_, err = h.PutDraft(ctx, Draft{Programme: "wells", Who: "org:county"})
		refused(t, err, "draft-many")
		must(h.PutDraft(ctx, Draft{Programme: "wells", Who: "org:other"}))(t)
	})
}

func TestSeen(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		ok(t, h.MarkSeen(ctx, "a", "wells", 3, 5, 3))
		ok(t, h.MarkSeen(ctx, "a", "wells", 5, 6))
		ok(t, h.MarkSeen(ctx, "a", "wells"))
		same(t, must(h.Seen(ctx, "a", "wells", 3, 4, 5, 5, 7))(t), map[int64]bool{3: true, 4: false, 5: true, 7: false})
		same(t, must(h.Seen(ctx, "b", "wells", 3))(t), map[int64]bool{3: false})
		same(t, must(h.Seen(ctx, "a", "roads", 3))(t), map[int64]bool{3: false})
		same(t, must(h.Seen(ctx, "a", "wells"))(t), map[int64]bool{})
	})
}

// TestSweep: what is too old goes, each on its day and not before.
func TestSweep(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		began := h.Time
		root := h.admin()
		h.enters("", "Root", secret, "")
		must(h.Invite(ctx, root, []Grant{asTeam}))(t)
		must(h.Reset(ctx, root, root.ID))(t)
		must(h.BeginSignIn(ctx, rp))(t)
		must(h.PutDraft(ctx, Draft{Programme: "wells", Who: "org:county"}))(t)
		ok(t, h.Act(ctx, Act{Account: root.ID, Programme: "wells", What: "promise", Entry: "aa"}))
		for _, step := range []struct {
			table *store.Table
			after time.Duration // the last moment at which it is there
			rows  int
		}{
			{ceremonyTable, CeremonyLasts - time.Second, 1},
			{throttleTable, forgotten - time.Second, 1},
			{invitationTable, ResetLasts - time.Second, 2},
			{invitationTable, InvitationLasts - time.Second, 1},
			{signInTable, SessionIdle - time.Second, 1},
			{familiarTable, DeviceLasts - time.Second, 1},
			{draftTable, began.AddDate(1, 0, 0).Sub(began), 1},
			{actTable, began.AddDate(2, 0, 0).Sub(began), 4},
		} {
			h.Time = began.Add(step.after)
			ok(t, h.Sweep(ctx))
			if n := h.rows(step.table); n != step.rows {
				t.Errorf("%s has %d rows after %v, not %d", step.table.Name, n, step.after, step.rows)
			}
			if step.table == draftTable || step.table == actTable {
				h.later(24 * time.Hour)
			}
			h.later(time.Second)
			ok(t, h.Sweep(ctx))
			left := 0
			if step.rows == 2 {
				left = 1
			}
			if n := h.rows(step.table); n != left {
				t.Errorf("%s has %d rows a moment after %v, not %d", step.table.Name, n, step.after, left)
			}
		}
		same(t, len(must(h.Accounts(ctx))(t)), 1)
	})
}
