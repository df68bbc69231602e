package promise_test

import (
	"fmt"
	"testing"

	"kept/ledger"
	"kept/promise"
)

// TestServiceLevel: of each period there is nothing reported, or what came in, was answered and was late. It is held if
// nothing was late.
func TestServiceLevel(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		id := b.promise(service())
		counts := func(due string, received, answered, late int64) string {
			return b.add(b.report(id, "", promise.Report{Service: &promise.Service{Due: due, Received: received, Answered: answered, Late: late}}))
		}
		b.want("as promised", b.held(id), "0 of 4 held, 0 not, open 2026-03-31: 03-31  06-30  09-30  12-31 ")
		counts("2026-03-31", 0, 0, 0)
		b.want("nothing came in, nothing was late", b.held(id), "1 of 4 held, 0 not, open 2026-06-30: 03-31 held 06-30  09-30  12-31 ")
		counts("2026-06-30", 40, 45, 0) // some came in before
		wrong := counts("2026-06-30", 40, 38, 2)
		b.want("corrected", b.held(id), "1 of 4 held, 1 not, open 2026-09-30: 03-31 held 06-30 not-held 09-30  12-31 ")
		stands := func() (out string) {
			for _, o := range rows(b, promise.Occurrences, "WHERE v.promise = $1 ORDER BY v.due", b.row(id).Seq) {
				for _, s := range rows(b, promise.Services, "WHERE v.promise = $1 AND v.due = $2 AND v.seq = $3", o.Promise, o.Due, o.Seq) {
					out += fmt.Sprint(s.Due[5:], " ", s.Received, " ", s.Answered, " ", s.Late, "; ")
				}
			}
			return out
		}
		b.want("what stands", stands(), "03-31 0 0 0; 06-30 40 38 2; ")
		b.add(b.must(promise.SendBack("org:office", wrong, en("two of them were another office's"), ledger.NewSalt)))
		b.want("sent back", b.held(id)+stands(), "2 of 4 held, 0 not, open 2026-09-30: 03-31 held 06-30 held 09-30  12-31 03-31 0 0 0; 06-30 40 45 0; ")
		p := b.row(id)
		if said := promise.Say(&p, "2026-10-01", promise.Village{}); said.Team != promise.Overdue || said.OverdueDays != 1 || p.Plan != promise.ServiceLevel {
			t.Errorf("a period without counts: %+v", said)
		}
	})
}

// TestAmendedServiceLevel: more days for an answer is made later, fewer periods is lowered.
func TestAmendedServiceLevel(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		id := b.promise(service())
		version := int64(0)
		amended := func(change func(*promise.Plan), want string) {
			t.Helper()
			now := service()
			rule := *now.Plan.Rule
			now.Plan.Rule = &rule
			change(&now.Plan)
			version++
			b.add(b.amend(id, version, now))
			p := b.row(id)
			b.want("marks", fmt.Sprintf("lowered %d later %d", p.Lowered, p.Later), want)
		}
		amended(func(p *promise.Plan) { p.Within = 30 }, "lowered 0 later 1")
		amended(func(p *promise.Plan) {}, "lowered 0 later 1") // back to 20 days
		amended(func(p *promise.Plan) { p.Rule.Until = "2026-09-30" }, "lowered 1 later 1")
		amended(func(p *promise.Plan) { p.Within = 10; p.Rule.Until = "2026-09-30" }, "lowered 1 later 1")
	})
}
