package web

import (
	"context"
	"errors"
	"slices"

	"kept/figures"
	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/spool"
	"kept/store"
)

// WaitingPicture is a picture of a report that nobody has passed yet.
type WaitingPicture struct {
	ID      string
	I       int    // its place, from 0
	Here    bool   // it is in the spool; otherwise it was deleted, since nobody looked at it in time
	Until   string // the day on which it will be
	Address string
}

// waitingPictures are those that a report names, in the order of their ids.
func (v *visit) waitingPictures(r *promise.ReportRow) (out []WaitingPicture, err error) {
	if r.Pictures == 0 {
		return nil, nil
	}
	rows, err := promise.Pictures.Select(v.Tx, "WHERE v.report = $1 ORDER BY v.id", r.Seq)
	if err != nil {
		return nil, err
	}
	here, err := v.inSpool(r.ID)
	if err != nil {
		return nil, err
	}
	for i, row := range rows {
		p, ok := here[row.ID]
		out = append(out, WaitingPicture{row.ID, i, ok, p.Until, v.links().OfficeLink("reports/" + r.ID + "/pictures/" + row.ID)})
	}
	return out, nil
}

// waitingPicture is the file of a picture that nobody has passed yet, for those who may look at its report.
func waitingPicture(v *visit) (*result, error) {
	row, _, err := v.reportBy(v.r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	_, named, err := promise.Pictures.One(v.Tx, row.Seq, v.r.PathValue("picture"))
	if err != nil {
		return nil, err
	}
	if !named || !waitsToBeLookedAt(&row) {
		return nil, notFound
	}
	return v.spoolPicture(row.ID, v.r.PathValue("picture"))
}

// readPassing reads which pictures may be shown, and what they show; and why others may not, if that is said.
func (v *visit) readPassing(row *promise.ReportRow, pictures []WaitingPicture) (ledger.Draft, error) {
	f := v.form
	var passed []promise.Passed
	var refused []promise.Refused
	var bodies []ledger.Picture
	for _, p := range pictures {
		why := f.get("why." + p.ID)
		switch show := f.get("show."+p.ID) != ""; {
		case show && why != "":
			f.say("show."+p.ID, v.p.T("picture.both"))
		case show && !p.Here:
			f.say("show."+p.ID, v.p.T("picture.deleted"))
		case show:
			words, ok := v.whatItShows(p.ID)
			if !ok {
				continue
			}
			body, there, err := v.server.madeAnew(v.ctx, v.shelf.name, row.ID, p.ID)
			if err != nil {
				return ledger.Draft{}, err
			}
			if !there {
				f.say("show."+p.ID, v.p.T("picture.deleted"))
				continue
			}
			sum := ledger.HashBytes(body)
			passed = append(passed, promise.Passed{ID: p.ID, SHA256: sum, Shows: words})
			if !slices.ContainsFunc(bodies, func(b ledger.Picture) bool { return b.SHA256 == sum }) {
				bodies = append(bodies, ledger.Picture{SHA256: sum, Media: ledger.MediaType(body), Body: body})
			}
		case why != "":
			if !slices.Contains(promise.PictureReasons, why) {
				return ledger.Draft{}, unclear
			}
			refused = append(refused, promise.Refused{ID: p.ID, Reason: why})
		}
	}
	return promise.Pass(v.me.Grant.Who, row.ID, row.HasNote == 1, passed, bodies, refused...), nil
}

// whatItShows reads what is to be seen in a picture. It is for those who cannot see it, so none is shown without.
func (v *visit) whatItShows(id string) (locale.Wording, bool) {
	field := "shows." + id
	words := v.form.wording(field, v.languages())
	if words.IsZero() {
		v.form.say(field, v.p.T("picture.shows-needed"))
		return words, false
	}
	var wrong *locale.Error
	if err := words.Check(); errors.As(err, &wrong) {
		v.form.say(field, v.p.T(wrong.Code, wrong.Args...))
		return words, false
	}
	return words, true
}

// Reasons are why a picture may not be shown, for its choice.
func (p Looking) Reasons() []Choice {
	out := []Choice{{Text: p.T("picture.why-none")}}
	for _, r := range promise.PictureReasons {
		out = append(out, Choice{Value: r, Text: p.T("picture.why-" + r)})
	}
	return out
}

// PictureName is what a picture is called as long as nobody has said what it shows.
func (f Form) PictureName(i int) string { return f.T("picture.number", "N", i+1) }

// NotHere is how many pictures were deleted before anybody looked at them.
func (p Looking) NotHere() (n int64) {
	for _, w := range p.Pictures {
		if !w.Here {
			n++
		}
	}
	return n
}

// NotShown says that pictures were looked at and are not shown, and why, as far as that was said.
func (p Page) NotShown(w figures.Work) []string {
	var out []string
	silent := int64(0)
	for _, pic := range w.NotShown {
		if pic.Reason == "" {
			silent++
		} else {
			out = append(out, p.T("picture.not-shown", "Reason", p.T("picture.why-"+pic.Reason)))
		}
	}
	if silent > 0 {
		out = append(out, p.N("picture.not-shown-silent", silent))
	}
	return out
}

// Shows is what a picture that is public shows.
func (p Page) Shows(pic promise.PictureRow) string { return p.Plain(programme.ParseWords(pic.Shows)) }

// sweepPictures removes from one programme's spool what does not belong there any more.
func (s *Server) sweepPictures(ctx context.Context, b *shelf) error {
	return s.spool.Sweep(b.name, func(report string) (state spool.State, err error) {
		err = b.book.DB.Read(ctx, func(tx *store.Tx) error {
			seq, ok, err := ledger.SeqOf(tx, report)
			if err != nil || !ok {
				return err
			}
			row, ok, err := promise.Reports.One(tx, seq)
			switch {
			case err != nil || !ok:
			case waitsToBeLookedAt(&row):
				state = spool.Waiting
			default:
				state = spool.Settled
			}
			return err
		})
		return state, err
	})
}
