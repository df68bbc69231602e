package web

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"kept/store"
	"kept/voice"
)

// This file is how a resident answers with a card. There is no session and no cookie, nothing of what is sent comes into an address, a
// log, a metric or an error, and every answer to a form has one status and one size (the safeguards S3, S4, S14 and S15).

// voiceRoutes are the addresses at which residents answer, behind /{programme}. TestRoleRoute has a row for each.
var voiceRoutes = slices.Concat(
	formPage("/"+voiceName, resident, nil, cardFields, nil),
	[]route{
		page("GET /"+voiceName+"/leave", resident, nil, nil),
		page("GET /"+voiceName+"/pictures/{sha256}", resident, nil, pictureFile),
	},
)

// cardFields are those of the form: the code, and one digit for each promise that a place can be asked about. All of them are
// always sent, so that every answer is as long as every other.
var cardFields = append([]string{"code"}, answerFields()...)

func answerFields() (names []string) {
	for i := range voice.MaxAsked {
		names = append(names, "a"+strconv.Itoa(101 + i)[1:])
	}
	return names
}

const (
	// mostOfCard is the largest form of a resident.
	mostOfCard = 4 << 10
	// paddedTo is the size of every answer to a form, or a multiple of it where that does not do.
	paddedTo = 32 << 10
)

// What a resident does.
const (
	doLook    = "look"    // what is the card good for?
	doChange  = "change"  // choose again
	doConfirm = "confirm" // look over what was chosen
	doSend    = "send"    // send it, for good
	doReport  = "report"  // it was not I who used this card
)

// cardForm is what a resident has sent.
type cardForm struct {
	do      string
	typed   string
	answers voice.Digits
	chosen  bool // it has answers
}

// resident answers a route of residents. The boxes are asked before a state of the book is read, since asking them takes its time.
func (s *Server) resident(rt *route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b := r.Context().Value(shelfKey{}).(*shelf)
		// A proxy that compresses these pages would let their sizes be told apart.
		w.Header().Set("Cache-Control", "no-store, no-transform")
		defer func() {
			if recover() != nil { // what it says may hold what was sent
				s.failed(w, withoutQuery(r), b, errors.New("panic at an address of residents"))
			}
		}()
		if err := s.serveResident(w, r, b, rt); err != nil {
			s.failed(w, withoutQuery(r), b, err)
		}
	})
}

// withoutQuery is a request without what was put into its address, which a page of an error would repeat.
func withoutQuery(r *http.Request) *http.Request {
	out := r.Clone(r.Context())
	out.URL.RawQuery = url.Values{"lang": {printer(r).Tag}}.Encode()
	return out
}

func (s *Server) serveResident(w http.ResponseWriter, r *http.Request, b *shelf, rt *route) error {
	switch {
	case unknownKey(r, rt) != "":
		return &fault{http.StatusBadRequest, "error.unknown-key"}
	case strings.HasSuffix(rt.Pattern, "/leave"):
		w.Header().Set("Clear-Site-Data", `"cache"`)
		redirect(w, r, "/"+b.name+"/places")
		return nil
	case rt.serve != nil:
		return s.sendUnkept(w, r, b, rt)
	case r.Method != http.MethodPost:
		return s.sendCardPage(w, r, b, http.StatusOK, step{name: stepCode})
	}
	form, err := readCardForm(w, r)
	if err != nil {
		return err
	}
	next, err := b.askBoxes(r.Context(), form)
	if errors.Is(err, voice.ErrNotStored) {
		s.stored.say(func() { s.log.Error("answers could not be stored", "programme", b.name, "error", whyNotStored(err)) })
	}
	status := http.StatusOK
	if next.name == stepAgain {
		status = http.StatusServiceUnavailable
	}
	return s.sendCardPage(w, r, b, status, next)
}

// sendUnkept sends a file that the browser must not keep.
func (s *Server) sendUnkept(w http.ResponseWriter, r *http.Request, b *shelf, rt *route) error {
	var out *result
	err := b.book.DB.Read(r.Context(), func(tx *store.Tx) error {
		v, err := s.visit(tx, b, r)
		if err == nil {
			out, err = rt.serve(v)
		}
		return err
	})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", out.media)
	send(w, r, http.StatusOK, out.bytes)
	return nil
}

// readCardForm reads what a resident has sent: exactly the fields of the step, each once.
func readCardForm(w http.ResponseWriter, r *http.Request) (*cardForm, error) {
	r.Body = http.MaxBytesReader(w, r.Body, mostOfCard)
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/x-www-form-urlencoded" {
		return nil, unclear
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, sizeOf(err)
	}
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, unclear
	}
	f := &cardForm{do: values.Get(formDo), typed: values.Get("code")}
	want := []string{formDo, "code"}
	switch f.do {
	case doLook, doReport:
	case doChange, doConfirm, doSend:
		want, f.chosen = append(want, answerFields()...), true
	default:
		return nil, unclear
	}
	digits := ""
	for _, name := range want {
		if len(values[name]) != 1 || !utf8.ValidString(values[name][0]) || strings.ContainsRune(values[name][0], 0) {
			return nil, unclear
		}
		if name[0] == 'a' {
			digits += values[name][0]
		}
	}
	if len(values) != len(want) {
		return nil, unclear
	}
	if f.chosen {
		if f.answers, f.chosen = voice.ParseAnswers(digits); !f.chosen {
			return nil, unclear
		}
	}
	return f, nil
}

// askBoxes finds out what comes next. It holds no state of the book meanwhile.
func (b *shelf) askBoxes(ctx context.Context, f *cardForm) (step, error) {
	if b.boxes == nil {
		return step{name: stepElsewhere}, nil
	}
	code, ok := voice.ParseCode(f.typed)
	if !ok {
		return step{name: stepCode, typed: f.typed, wrong: "card.mistyped"}, nil
	}
	next := step{code: code, do: f.do, answers: f.answers, chosen: f.chosen}
	var outcome voice.Outcome
	var err error
	switch f.do {
	case doSend:
		outcome, err = b.boxes.Receive(ctx, code, f.answers)
	case doReport:
		_, err = b.boxes.Report(ctx, code)
	}
	if err == nil && f.do != doReport && (f.do != doSend || outcome == voice.NotOpen) {
		next.seen, outcome, err = b.boxes.Look(ctx, code)
	}
	switch {
	case err != nil:
		next.name = stepAgain
	case f.do == doReport: // the same, whatever became of it
		next.name = stepReported
	case outcome == voice.Received || outcome == voice.AlreadyReceived:
		next.name = stepReceived
	case outcome == voice.NotOpen:
		next.name = stepNotOpen
	case outcome == voice.Unknown:
		next.name, next.typed, next.wrong = stepCode, f.typed, "card.unknown"
	case f.do == doLook || f.do == doChange:
		next.name = stepBallot
	default: // also what was sent while the round was stopped, and is open again
		next.name = stepConfirm
	}
	return next, err
}

// sendCardPage makes the page of a step and sends it. What answers a form has one size and is not compressed.
func (s *Server) sendCardPage(w http.ResponseWriter, r *http.Request, b *shelf, status int, next step) error {
	var page *CardPage
	err := b.book.DB.Read(r.Context(), func(tx *store.Tx) error {
		v, err := s.visit(tx, b, r)
		if err == nil {
			page, err = v.cardPage(next)
		}
		return err
	})
	if err != nil {
		return err
	}
	var body bytes.Buffer
	if err := templates["card"].Execute(&body, page); err != nil {
		return errors.New("the page of a card cannot be made") // the error may show what it was made of
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if r.Method != http.MethodPost {
		send(w, r, status, body.Bytes())
		return nil
	}
	pad(&body)
	w.Header().Set("Content-Length", strconv.Itoa(body.Len()))
	w.WriteHeader(status)
	w.Write(body.Bytes()) // an error means that the reader has gone
	return nil
}

// pad makes a page as long as the others, by a comment at its end.
func pad(body *bytes.Buffer) {
	const before, after = "<!-- ", " -->\n"
	size := (body.Len() + len(before) + len(after) + paddedTo - 1) / paddedTo * paddedTo
	body.WriteString(before)
	body.WriteString(strings.Repeat(".", size-body.Len()-len(after)))
	body.WriteString(after)
}

// complaint is an error that is logged once a minute at most, however often it happens: a line each time would say when
// somebody wanted to answer.
type complaint struct {
	mu   sync.Mutex
	last time.Time
}

func (c *complaint) say(log func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); now.Sub(c.last) >= time.Minute {
		c.last = now
		log()
	}
}

// whyNotStored is what the disk says, without the name of the file, which is that of a village's box.
func whyNotStored(err error) error {
	var file *fs.PathError
	if errors.As(err, &file) {
		return file.Err
	}
	return voice.ErrNotStored
}
