package staff

import (
	"context"
	"testing"

	"kept/store"
	"kept/store/storetest"
)

// TestOpenTogether: several processes find the database empty at once.
func TestOpenTogether(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		place := *h.place
		place.Book += "x"
		dbs := []store.DB{place.Create(t)}
		if h.db.Engine() == store.PostgreSQL {
			t.Cleanup(func() {
				for _, e := range storetest.Engines() {
					if e.Kind == store.PostgreSQL {
						e.Drop(t, place.Book)
					}
				}
			})
			dbs = append(dbs, place.Open(t), place.Open(t))
		} else {
			dbs = append(dbs, dbs[0], dbs[0]) // SQLite has one process only
		}
		type opened struct {
			*Desk
			error
		}
		results := make(chan opened)
		for _, db := range dbs {
			go func() {
				d, err := Open(context.WithoutCancel(t.Context()), db, h.clock.now)
				results <- opened{d, err}
			}()
		}
		salts := map[string]bool{}
		for range dbs {
			o := <-results
			if o.error != nil {
				t.Fatal(o.error)
			}
			salts[string(o.salt)] = true
		}
		same(t, len(salts), 1)
	})
}

// TestEnter: without proof one still gets in only where one has a grant.
func TestEnter(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		root := h.admin()
		a := h.person(root, "Aygul", asOffice)
		in := must(h.Enter(ctx, "wells", a.ID))(t)
		same(t, h.isIn("wells", in.Token), true)
		h.enters("wells", "Aygul", secret, in.Device)
		for _, to := range [][2]string{{"roads", a.ID}, {"", a.ID}, {"wells", "nobody"}, {"wells", root.ID}} {
			_, err := h.Enter(ctx, to[0], to[1])
			refused(t, err, "wrong")
		}
		ok(t, h.EndAccount(ctx, root, a.ID))
		_, err := h.Enter(ctx, "wells", a.ID)
		refused(t, err, "wrong")
	})
}

func BenchmarkHash(b *testing.B) {
	d := &Desk{hashing: make(chan struct{}, hashers)}
	for b.Loop() {
		must(d.hash(b.Context(), secret))(b)
	}
}
