package web

import (
	"encoding/hex"
	"slices"

	"kept/ledger"
	"kept/promise"
)

// FormPicture is a picture that has arrived with a form, which was not sent yet for another reason.
type FormPicture struct {
	ID      string
	Address string
}

// RefusedFile is a file of which no picture could be made, and why.
type RefusedFile struct {
	Name, Why string
}

// readPictures takes the pictures that came with a report. Those that could be made wait in the spool from now on, under the id that
// the report will have, so that they need not be chosen again; those that were taken out leave it at once.
func (v *visit) readPictures(r *promise.Report) error {
	f := v.form
	kept, drop := f.all("kept[]"), f.all("drop[]")
	if len(kept)+len(f.sent) == 0 {
		return nil
	}
	if v.server.spool == nil || f.values.Get(formID) == "" {
		return unclear
	}
	report := f.entryID("")
	_, sent, err := ledger.SeqOf(v.Tx, report) // then it is only said once more, and what has become of the pictures is not touched
	if err != nil {
		return err
	}
	here, err := v.inSpool(report)
	if err != nil {
		return err
	}
	for _, id := range kept {
		if raw, err := hex.DecodeString(id); err != nil || len(raw) != 16 {
			return unclear
		}
		_, there := here[id]
		switch {
		case slices.Contains(drop, id), slices.Contains(r.Pictures, id):
		case sent || there:
			r.Pictures = append(r.Pictures, id)
		default:
			f.say("pictures", v.p.T("picture.gone"))
		}
	}
	for i := range f.sent {
		p := &f.sent[i]
		if p.why != "" {
			f.say("pictures", v.p.T("picture.some-refused"))
			continue
		}
		id := ledger.DeriveID("picture " + f.values.Get(formID) + " " + ledger.HashBytes(p.body))
		if slices.Contains(r.Pictures, id) {
			continue
		}
		if len(r.Pictures) >= mostSent {
			p.why = tooMany
			f.say("pictures", v.p.T("picture.some-refused"))
			continue
		}
		if !sent {
			if err := v.server.spool.Put(v.shelf.name, report, id, p.body); err != nil {
				return err
			}
		}
		r.Pictures = append(r.Pictures, id)
	}
	f.values["kept[]"] = r.Pictures
	f.values.Del("drop[]")
	if len(r.Pictures) > 0 && f.get("nobody") == "" {
		f.say("nobody", v.p.T("picture.nobody-needed"))
	}
	if sent {
		return nil
	}
	return v.server.spool.Keep(v.shelf.name, report, r.Pictures)
}

// addPictures shows what came of the pictures that were sent.
func (p *Reporting) addPictures(v *visit) error {
	p.Takes = v.server.spool != nil
	here, err := v.inSpool(p.typed.entryID(""))
	if err != nil {
		return err
	}
	for _, id := range p.typed.all("kept[]") {
		if _, ok := here[id]; ok {
			p.Pictures = append(p.Pictures, FormPicture{id, p.OfficeLink("reports/new/pictures/"+id, formID, p.ID())})
		}
	}
	for _, s := range p.typed.sent {
		if s.why != "" {
			p.Refused = append(p.Refused, RefusedFile{s.name, v.p.T("picture.refused-"+string(s.why), "Max", mostSent)})
		}
	}
	return nil
}

// formPicture is a picture of a form that was not sent yet, for who knows the form's id: whoever fills it in.
func formPicture(v *visit) (*result, error) {
	id := v.r.URL.Query().Get(formID)
	if !validForm.MatchString(id) {
		return nil, notFound
	}
	report := ledger.DeriveID("form " + id + " ")
	_, sent, err := ledger.SeqOf(v.Tx, report)
	if err != nil {
		return nil, err
	}
	if sent {
		return nil, notFound
	}
	return v.spoolPicture(report, v.r.PathValue("picture"))
}
