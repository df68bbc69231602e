package web

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"time"

	"kept/ledger"
	"kept/locale"
	"kept/photo"
	"kept/promise"
	"kept/spool"
)

// sentPicture is a file that came as a picture: what was made of it, or why nothing was. Its own bytes are gone.
type sentPicture struct {
	name string
	body []byte
	why  photo.Refusal
}

// The bounds of a form with pictures. Each file is read, filtered and made anew before the next one is read; a form holds no
// more than one file at a time, and what was made of those before.
const (
	mostSent     = 20
	mostPictures = mostSent*15<<20 + smallForm
	timeOfOne    = 5 * time.Minute // so long may the reading of one file take
)

// pictureForms are the forms with pictures that are read at once; remaking, the pictures that are decoded at once.
var (
	pictureForms = make(chan struct{}, 12)
	remaking     = make(chan struct{}, 2)
)

// tooMany is why a picture is not taken that is one too many.
const tooMany photo.Refusal = "many"

// withPictures lets the form of a page bring pictures.
func withPictures(rows []route) []route {
	rows[len(rows)-1].pictures = true
	return rows
}

// readPictureForm reads the parts of a form with pictures. Of somebody who may not send any, only what was typed is read.
func (f *form) readPictureForm(w http.ResponseWriter, r *http.Request, rt *route, me *me) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return unclear
	}
	may, typed := me.allows(rt.Who), 0
	for {
		if may { // whoever sends may have a slow line; a server that cannot wait longer does not
			now, control := time.Now(), http.NewResponseController(w)
			_ = errors.Join(control.SetReadDeadline(now.Add(timeOfOne)), control.SetWriteDeadline(now.Add(2*timeOfOne)))
		}
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return sizeOf(err)
		}
		if part.FileName() == "" && part.Header.Get("Content-Type") == "" {
			body, err := io.ReadAll(io.LimitReader(part, int64(smallForm-typed+1)))
			if err != nil {
				return sizeOf(err)
			}
			if typed += len(body); typed > smallForm {
				return tooLarge
			}
			f.values.Add(part.FormName(), string(body))
			continue
		}
		if part.FormName() != "pictures" {
			return unclear
		}
		if may {
			err = f.readPicture(r, part)
		}
		if err != nil {
			return err
		}
	}
}

// readPicture makes a picture of a file, or notes why it cannot.
func (f *form) readPicture(r *http.Request, part *multipart.Part) error {
	p := sentPicture{name: locale.Tidy(part.FileName())}
	if len(f.sent) >= 2*mostSent { // nobody chooses so many by mistake
		return tooLarge
	}
	if len(f.sent) >= mostSent {
		p.why = tooMany
		f.sent = append(f.sent, p)
		return nil
	}
	read := &counted{r: part}
	clean, err := photo.Filter(read, photo.Usual)
	if read.n == 0 && p.name == "" { // no file was chosen
		return nil
	}
	var final *photo.Final
	if err == nil {
		select {
		case remaking <- struct{}{}:
			final, err = photo.Remake(clean)
			<-remaking
		case <-r.Context().Done():
			return r.Context().Err()
		}
	}
	if err != nil && !errors.As(err, &p.why) {
		return sizeOf(err)
	}
	if final != nil {
		p.body = final.Body
	}
	f.sent = append(f.sent, p)
	return nil
}

// counted knows how much was read.
type counted struct {
	r io.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// dropPictures lets the pictures of some reports leave, once what was decided about them stands in the book. If that fails, they are
// not shown all the same, and SweepPictures does it again.
func (v *visit) dropPictures(reports ...string) func() {
	return func() {
		if v.server.spool == nil {
			return
		}
		for _, id := range reports {
			if err := v.server.spool.Drop(v.shelf.name, id); err != nil {
				v.server.log.Error("pictures could not be removed", "error", err)
			}
		}
	}
}

// SweepPictures removes the pictures that have waited too long, and those of reports that were passed, sent back or never sent.
func (s *Server) SweepPictures(ctx context.Context) error {
	if s.spool == nil {
		return nil
	}
	var all []error
	for _, b := range s.shelves() {
		all = append(all, s.sweepPictures(ctx, b))
	}
	return errors.Join(all...)
}

// waitsToBeLookedAt says whether nobody has passed a report or sent it back.
func waitsToBeLookedAt(r *promise.ReportRow) bool { return r.Passed == 0 && r.SentBack == 0 }

// spoolPicture answers with a picture of the spool.
func (v *visit) spoolPicture(report, picture string) (*result, error) {
	if v.server.spool == nil {
		return nil, notFound
	}
	body, ok, err := v.server.madeAnew(v.ctx, v.shelf.name, report, picture)
	if err == nil && !ok {
		err = notFound
	}
	return &result{bytes: body, media: ledger.MediaType(body)}, err
}

// inSpool are the pictures of a report that are there, by id.
func (v *visit) inSpool(report string) (map[string]spool.Picture, error) {
	out := map[string]spool.Picture{}
	if v.server.spool == nil {
		return out, nil
	}
	list, err := v.server.spool.List(v.shelf.name, report)
	for _, p := range list {
		out[p.ID] = p
	}
	return out, err
}
