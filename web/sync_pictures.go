package web

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"kept/device"
	"kept/ledger"
	"kept/photo"
	"kept/spool"
	"kept/store"
)

// What Kept-Picture says of a picture.
const (
	pictureHere   = "here"
	picturePartly = "partly"
	pictureNone   = "none"
)

// tusVersion is the version of tus whose words are used.
const tusVersion = "1.0.0"

// statusHash is what tus has for bytes with another hash.
const statusHash = 460

// phoneLimits are those of a picture from a phone, which it has made smaller itself.
var phoneLimits = photo.Limits{Bytes: device.MostPicture, Points: photo.Usual.Points, Memory: photo.Usual.Memory}

// upload reads which picture a request is about.
func (f *phone) upload() (device.Upload, error) {
	u := device.Upload{Programme: f.shelf.name, Device: f.device, Event: f.r.URL.Query().Get("event"), SHA256: f.r.PathValue("sha256")}
	if f.server.pieces == nil || !device.ValidHash(u.SHA256) {
		return u, syncNothing
	}
	if !device.ValidID(u.Event) {
		return u, syncUnclear
	}
	return u, nil
}

// arrived says whether a picture is there, or its event stands in the book, so that nothing more is to be sent; and how many pictures
// wait for the event.
func (f *phone) arrived(u device.Upload) (here bool, waiting int, err error) {
	entry := device.Entry(f.shelf.name, f.me.Grant.Who, u.Event)
	list, err := f.server.spool.List(f.shelf.name, entry)
	if err != nil {
		return false, 0, err
	}
	id := device.Picture(u.Event, u.SHA256)
	for _, p := range list {
		here = here || p.ID == id
	}
	if here {
		return true, len(list), nil
	}
	err = f.shelf.book.DB.Read(f.r.Context(), func(tx *store.Tx) error {
		_, here, err = ledger.SeqOf(tx, entry)
		return err
	})
	return here, len(list), err
}

// syncPictureAt says how far a picture has come.
func syncPictureAt(f *phone) error {
	u, err := f.upload()
	if err != nil {
		return err
	}
	h := f.w.Header()
	h.Set("Tus-Resumable", tusVersion)
	here, _, err := f.arrived(u)
	if err != nil {
		return err
	}
	offset, length, err := f.server.pieces.At(u)
	switch {
	case err != nil:
		return err
	case here:
		h.Set("Kept-Picture", pictureHere)
		f.w.WriteHeader(http.StatusOK)
	case length == 0:
		h.Set("Kept-Picture", pictureNone)
		f.w.WriteHeader(http.StatusNotFound)
	default:
		h.Set("Kept-Picture", picturePartly)
		h.Set("Upload-Offset", strconv.FormatInt(offset, 10))
		h.Set("Upload-Length", strconv.FormatInt(length, 10))
		f.w.WriteHeader(http.StatusOK)
	}
	return nil
}

// syncPicturePiece takes a piece of a picture.
func syncPicturePiece(f *phone) error {
	u, err := f.upload()
	if err != nil {
		return err
	}
	h := f.w.Header()
	h.Set("Tus-Resumable", tusVersion)
	if f.r.Header.Get("Tus-Resumable") != tusVersion {
		return &syncFault{status: http.StatusPreconditionFailed, code: "upload.tus"}
	}
	if f.r.Header.Get("Content-Type") != "application/offset+octet-stream" {
		return syncMedia
	}
	offset, ok := sizeIn(f.r, "Upload-Offset")
	length, both := sizeIn(f.r, "Upload-Length")
	if !ok || !both || f.r.ContentLength < 1 {
		return syncUnclear
	}
	tooLarge := &syncFault{status: http.StatusRequestEntityTooLarge, code: "upload.size", args: []any{"Max", device.MostPicture >> 20}}
	if f.r.ContentLength > device.MostPiece || length > device.MostPicture {
		return tooLarge
	}
	here, waiting, err := f.arrived(u)
	if err != nil {
		return err
	}
	if here {
		return f.pictureTaken(length, true)
	}
	if waiting >= device.MostPictures {
		return &syncFault{status: http.StatusTooManyRequests, code: "upload.too-many"}
	}
	f.patient()
	piece := make([]byte, f.r.ContentLength)
	n, _ := io.ReadFull(f.r.Body, piece) // what has come of it is taken, if the line is cut
	if n == 0 {
		return syncUnclear
	}
	at, whole, err := f.server.pieces.Put(u, offset, length, piece[:n])
	switch {
	case errors.Is(err, device.ErrOffset), errors.Is(err, device.ErrLength):
		h.Set("Upload-Offset", strconv.FormatInt(at, 10))
		return &syncFault{status: http.StatusConflict, code: "upload.offset"}
	case errors.Is(err, device.ErrSize):
		return tooLarge
	case errors.Is(err, device.ErrMany):
		return &syncFault{status: http.StatusTooManyRequests, code: "upload.too-many"}
	case errors.Is(err, device.ErrHash):
		return &syncFault{status: statusHash, code: "upload.other-hash"}
	case err != nil:
		return err
	case whole == nil:
		return f.pictureTaken(at, false)
	}
	if err := f.keepPicture(u, whole); err != nil {
		return err
	}
	return f.pictureTaken(at, true)
}

func (f *phone) pictureTaken(at int64, here bool) error {
	h := f.w.Header()
	h.Set("Upload-Offset", strconv.FormatInt(at, 10))
	h.Set("Kept-Picture", picturePartly)
	if here {
		h.Set("Kept-Picture", pictureHere)
	}
	f.w.WriteHeader(http.StatusNoContent)
	return nil
}

// sizeIn reads a number of bytes from a header.
func sizeIn(r *http.Request, name string) (int64, bool) {
	n, err := strconv.ParseUint(r.Header.Get(name), 10, 62)
	return int64(n), err == nil
}

// keepPicture filters a picture that is whole and keeps it in the spool. It is made anew once its report stands, before anybody sees it:
// a phone does not wait for that, and what is never sent is never decoded.
func (f *phone) keepPicture(u device.Upload, whole []byte) error {
	clean, err := photo.Filter(bytes.NewReader(whole), phoneLimits)
	if why := photo.Refusal(""); errors.As(err, &why) {
		return &syncFault{status: http.StatusUnprocessableEntity, code: "upload.refused", key: "picture.refused-" + string(why)}
	}
	if err != nil {
		return err
	}
	entry, id := device.Entry(f.shelf.name, f.me.Grant.Who, u.Event), device.Picture(u.Event, u.SHA256)
	return f.server.spool.PutRaw(f.shelf.name, entry, id, clean.Body, clean.Turn)
}

// remade makes a picture anew when its turn has come.
func remade(ctx context.Context, clean *photo.Clean) (*photo.Final, error) {
	select {
	case remaking <- struct{}{}:
		defer func() { <-remaking }()
		return photo.Remake(clean)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// madeAnew reads a picture of the spool, which is made anew first if that has not been done. One that cannot be decoded leaves.
func (s *Server) madeAnew(ctx context.Context, programme, report, id string) (body []byte, ok bool, err error) {
	if body, ok, err = s.spool.Read(programme, report, id); err != nil || ok {
		return body, ok, err
	}
	raw, turn, ok, err := s.spool.ReadRaw(programme, report, id)
	if err != nil || !ok {
		return nil, false, err
	}
	var final *photo.Final
	clean, err := photo.Filter(bytes.NewReader(raw), phoneLimits)
	if err == nil {
		clean.Turn = turn
		final, err = remade(ctx, clean)
	}
	var why photo.Refusal
	switch {
	case errors.As(err, &why):
		return nil, false, s.unreadable(ctx, programme, report, id)
	case err != nil:
		return nil, false, err
	}
	if err := s.spool.Replace(programme, report, id, final.Body); err != nil {
		return nil, false, err
	}
	return s.spool.Read(programme, report, id)
}

// unreadable lets a picture go that cannot be decoded. The phone that has sent it is told; if that cannot be written down, the picture stays, and is tried again.
func (s *Server) unreadable(ctx context.Context, programme, report, id string) error {
	s.leaving.Lock()
	defer s.leaving.Unlock()
	if _, _, ok, err := s.spool.ReadRaw(programme, report, id); err != nil || !ok { // somebody else has just tried it too
		return err
	}
	if s.devices != nil {
		if err := s.devices.Unreadable(ctx, report); err != nil {
			return err
		}
	}
	return s.spool.Replace(programme, report, id, nil)
}

// mostRemade is how many pictures are looked for in one go; restsAfter, how long making them anew rests after each, as a share of the time that took: it
// leaves three quarters of one processor to those who wait for an answer.
const (
	mostRemade = 200
	restsAfter = 3
)

// RemakePictures makes those pictures anew that were only filtered when they arrived and whose report stands in the book, one after the
// other. Whoever runs a server calls it every now and then; one that somebody wants to see before is made anew at once.
func (s *Server) RemakePictures(ctx context.Context) error {
	if s.spool == nil {
		return nil
	}
	var all []error
	for _, b := range s.shelves() {
		raws, err := s.raws(ctx, b)
		all = append(all, err)
		for _, raw := range raws {
			began := time.Now()
			_, _, err := s.madeAnew(ctx, b.name, raw.Report, raw.ID)
			all = append(all, err)
			select {
			case <-ctx.Done():
				return errors.Join(all...)
			case <-time.After(restsAfter * time.Since(began)):
			}
		}
	}
	return errors.Join(all...)
}

// raws are pictures that wait to be made anew, of reports that stand in the book.
func (s *Server) raws(ctx context.Context, b *shelf) ([]spool.Raw, error) {
	raws, err := s.spool.Raws(b.name)
	if err != nil || len(raws) == 0 {
		return nil, err
	}
	var reports []string
	for _, raw := range raws {
		reports = append(reports, raw.Report)
	}
	var there map[string]int64
	err = b.book.DB.Read(ctx, func(tx *store.Tx) error {
		there, err = ledger.SeqsOf(tx, reports)
		return err
	})
	raws = slices.DeleteFunc(raws, func(raw spool.Raw) bool { _, ok := there[raw.Report]; return !ok })
	return raws[:min(len(raws), mostRemade)], err
}

// SweepDevices forgets devices and pieces of pictures that are too old.
func (s *Server) SweepDevices(ctx context.Context) error {
	if s.devices == nil {
		return nil
	}
	all := []error{s.devices.Sweep(ctx)}
	for _, b := range s.shelves() {
		if s.pieces != nil {
			all = append(all, s.pieces.Sweep(b.name))
		}
	}
	return errors.Join(all...)
}
