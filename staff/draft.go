package staff

import (
	"context"

	"kept/locale"
	"kept/store"
)

// Draft is what an office or a team has begun to write and not promised yet. Every account of that office or team sees it.
type Draft struct {
	ID        string // "" before it is put for the first time
	Programme string
	Who       string // "org:CODE" or "team:CODE"
	Kind      string // of the entry it may become
	About     string // id of an entry, or ""
	Title     string // for lists; may be empty
	Form      string // as the browser sent it, url-encoded
	Changed   string // day; set by PutDraft
	By        string // id of the account that changed it last
}

// Limits of drafts.
const (
	DraftLongest = 256 << 10 // bytes of its form
	DraftsMost   = 500       // of one office or team in a programme
)

// titleLongest is how much of a title is kept, in bytes.
const titleLongest = 1000

// PutDraft keeps a draft, or what it has become, and returns its id. Refusals: staff.draft-long (over 256 KiB),
// staff.draft-many (over 500 of one office or team), staff.no-draft (it is not there any more, or another's).
func (d *Desk) PutDraft(ctx context.Context, draft Draft) (id string, err error) {
	if len(draft.Form) > DraftLongest {
		return "", refuse("draft-long")
	}
	if draft.Title = locale.Tidy(draft.Title); len(draft.Title) > titleLongest {
		draft.Title = locale.Tidy(cut(draft.Title, titleLongest))
	}
	row := func() []any {
		return []any{draft.ID, draft.Programme, draft.Who, draft.Kind, draft.About, draft.Title, draft.Form, d.day(), draft.By}
	}
	if draft.ID == "" {
		draft.ID = newID()
		return draft.ID, d.write(ctx, func(tx *store.Tx) error {
			var n int64
			if _, err := tx.One([]any{&n}, "SELECT count(*) FROM draft WHERE programme = $1 AND who = $2", draft.Programme, draft.Who); err != nil {
				return err
			}
			if n >= DraftsMost {
				return refuse("draft-many", "Max", DraftsMost)
			}
			return tx.Insert(draftTable, [][]any{row()})
		})
	}
	if !isID(draft.ID) {
		return "", refuse("no-draft")
	}
	return draft.ID, d.write(ctx, func(tx *store.Tx) error {
		var one int64
		there, err := tx.One([]any{&one}, "SELECT 1 FROM draft WHERE id = $1 AND programme = $2 AND who = $3", draft.ID, draft.Programme, draft.Who)
		if err != nil {
			return err
		}
		if !there {
			return refuse("no-draft")
		}
		return tx.Put(draftTable, [][]any{row()})
	})
}

// cut shortens a text to so many bytes, at the end of a character.
func cut(s string, most int) string {
	end := 0
	for i := range s {
		if i > most {
			break
		}
		end = i
	}
	return s[:end]
}

// Draft finds one of an office or a team. Another's is not found.
func (d *Desk) Draft(ctx context.Context, programme, who, id string) (f Draft, found bool, err error) {
	if !isID(id) {
		return f, false, nil
	}
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		found, err = tx.One([]any{&f.ID, &f.Programme, &f.Who, &f.Kind, &f.About, &f.Title, &f.Form, &f.Changed, &f.By},
			`SELECT id, programme, who, kind, about, title, form, changed, account FROM draft
				WHERE id = $1 AND programme = $2 AND who = $3`, id, programme, who)
		return err
	})
	return f, found, err
}

// Drafts are those of an office or a team, without their forms, the last changed first.
func (d *Desk) Drafts(ctx context.Context, programme, who string) (out []Draft, err error) {
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		out, err = store.Select(tx, func(f *Draft) []any {
			return []any{&f.ID, &f.Programme, &f.Who, &f.Kind, &f.About, &f.Title, &f.Changed, &f.By}
		}, `SELECT id, programme, who, kind, about, title, changed, account FROM draft
			WHERE programme = $1 AND who = $2 ORDER BY changed DESC, title, id`, programme, who)
		return err
	})
	return out, err
}

// DropDraft throws one away. One that is not there is no mistake.
func (d *Desk) DropDraft(ctx context.Context, programme, who, id string) error {
	if !isID(id) {
		return nil
	}
	return d.write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec("DELETE FROM draft WHERE id = $1 AND programme = $2 AND who = $3", id, programme, who)
		return err
	})
}

// MarkSeen remembers that an account has looked at entries, by their places in the programme's book.
func (d *Desk) MarkSeen(ctx context.Context, account, programme string, entries ...int64) error {
	return d.write(ctx, func(tx *store.Tx) error {
		rows := [][]any{}
		once := map[int64]bool{}
		for _, e := range entries {
			if !once[e] {
				once[e] = true
				rows = append(rows, []any{account, programme, e})
			}
		}
		return tx.Put(seenTable, rows)
	})
}

// Seen says which of these entries an account has looked at.
func (d *Desk) Seen(ctx context.Context, account, programme string, entries ...int64) (map[int64]bool, error) {
	seen := map[int64]bool{}
	keys := [][]any{}
	for _, e := range entries {
		if _, twice := seen[e]; !twice {
			seen[e] = false
			keys = append(keys, []any{account, programme, e})
		}
	}
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		found, err := tx.Load(seenTable, keys)
		for _, row := range found {
			seen[row[2].(int64)] = true
		}
		return err
	})
	return seen, err
}
