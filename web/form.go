package web

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"kept/ledger"
	"kept/locale"
	"kept/programme"
)

// form is what was sent. Every field of it is one that its page has: others are refused (TestS2UnknownFields).
type form struct {
	values url.Values
	files  map[string]upload
	sent   []sentPicture     // pictures, made anew already
	wrong  map[string]string // by field, what is wrong with it, in words; the empty field is the whole form
}

// upload is a file that came with a form.
type upload struct {
	name string
	body []byte
}

// The largest forms of somebody who is signed in, and with a file.
const (
	mostTyped = 36 << 20 // 10 MB of any script, as a browser writes it
	mostFile  = 24 << 20
)

// smallForm is the largest form of anybody who is not signed in. Larger ones are read two at once; the others wait, so that nobody
// can fill the memory with them.
const smallForm = 1 << 20

var largeForms = make(chan struct{}, 2)

// Every form has these: an id that makes sending twice once, and which of its buttons was pressed.
const (
	formID = "form"
	formDo = "do"
)

var (
	tooLarge  = &fault{http.StatusRequestEntityTooLarge, "error.too-large"}
	unclear   = &fault{http.StatusBadRequest, "error.unknown-field"}
	validForm = regexp.MustCompile(`^[0-9a-f]{32}$`)
)

// readForm reads what was sent, and refuses fields that the route does not know, that stand there twice where they cannot, or
// that are no text.
func readForm(w http.ResponseWriter, r *http.Request, rt *route, me *me) (*form, error) {
	most, slots, signedIn := int64(mostTyped), largeForms, me != nil
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	pictures := rt.pictures && err == nil && media == "multipart/form-data"
	switch {
	case pictures && !signedIn:
		most, slots = mostPictures, nil // the pictures are let go, so nothing of it stays in memory but what was typed
	case pictures && me.allows(rt.Who):
		most, slots = mostPictures, pictureForms
	case rt.files && signedIn:
		most = mostFile
	case !signedIn:
		most = smallForm // so much of what was typed before a session ended comes along to the door
	}
	if slots != nil && (r.ContentLength < 0 || r.ContentLength > smallForm) {
		select {
		case slots <- struct{}{}:
			defer func() { <-slots }()
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	r.Body = http.MaxBytesReader(w, r.Body, most)
	f := &form{values: url.Values{}, files: map[string]upload{}, wrong: map[string]string{}}
	switch {
	case err != nil:
		return nil, unclear
	case media == "application/x-www-form-urlencoded":
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, sizeOf(err)
		}
		if f.values, err = url.ParseQuery(string(body)); err != nil {
			return nil, unclear
		}
	case pictures:
		if err := f.readPictureForm(w, r, rt, me); err != nil {
			return nil, err
		}
	case media == "multipart/form-data" && rt.files:
		if err := f.readParts(r); err != nil {
			return nil, err
		}
	default:
		return nil, unclear
	}
	for name, values := range f.values {
		if !rt.knows(name) || len(values) > 1 && !strings.HasSuffix(name, "[]") {
			return nil, unclear
		}
		for i, v := range values {
			if !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
				return nil, unclear
			}
			values[i] = strings.ReplaceAll(v, "\r\n", "\n")
		}
	}
	if id := f.values.Get(formID); id != "" && !validForm.MatchString(id) {
		return nil, unclear
	}
	return f, nil
}

func (f *form) readParts(r *http.Request) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return unclear
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return sizeOf(err)
		}
		body, err := io.ReadAll(part)
		if err != nil {
			return sizeOf(err)
		}
		if part.FileName() == "" && part.Header.Get("Content-Type") == "" {
			f.values.Add(part.FormName(), string(body))
		} else {
			f.files[part.FormName()] = upload{part.FileName(), body}
		}
	}
}

func sizeOf(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return tooLarge
	}
	return unclear
}

// knows says whether a field belongs to the route's form.
func (rt *route) knows(name string) bool {
	return name == formID || name == formDo || slices.ContainsFunc(rt.fields, func(pattern string) bool { return fits(pattern, name) })
}

// fits says whether a name is of a pattern, in which a star stands for one part between dots.
func fits(pattern, name string) bool {
	want, have := strings.Split(pattern, "."), strings.Split(name, ".")
	if len(want) != len(have) {
		return false
	}
	for i, w := range want {
		if w != have[i] && (w != "*" || have[i] == "" || len(have[i]) > 80) {
			return false
		}
	}
	return true
}

// get is what was typed into a field of one line, without the space around it.
func (f *form) get(name string) string { return locale.Tidy(f.values.Get(name)) }

// text is what was typed into a field of several lines.
func (f *form) text(name string) string { return strings.TrimSpace(f.values.Get(name)) }

// all are the values of a field that can be chosen several times; its name ends in [].
func (f *form) all(name string) []string { return f.values[name] }

// set puts a value in place of what was typed.
func (f *form) set(name, value string) { f.values.Set(name, value) }

// do is the button that was pressed, and what stands behind its colon.
func (f *form) do() (verb, object string) {
	verb, object, _ = strings.Cut(f.values.Get(formDo), ":")
	return verb, object
}

// say notes what is wrong with a field; the first mistake stays.
func (f *form) say(field, sentence string) {
	if f.wrong[field] == "" {
		f.wrong[field] = sentence
	}
}

// right says whether nothing is wrong so far.
func (f *form) right() bool { return len(f.wrong) == 0 }

// wording reads a text in several languages: name.LANG for each, and name.original. A text in one language only needs no
// choice: it is the original.
func (f *form) wording(name string, languages []string) locale.Wording {
	return wordingOf(languages, f.values.Get(name+".original"), func(lang string) string { return f.text(name + "." + lang) })
}

// wordingOf is a text in those languages in which something was written; without any it is none. The original is the one that was
// chosen, or else the first.
func wordingOf(languages []string, original string, text func(lang string) string) locale.Wording {
	w := locale.Wording{In: map[string]string{}}
	for _, lang := range languages {
		if t := text(lang); t != "" {
			w.In[lang] = t
			if w.Original == "" || original == lang {
				w.Original = lang
			}
		}
	}
	if len(w.In) == 0 {
		return locale.Wording{}
	}
	return w
}

// setWording puts a wording into the fields that wording reads.
func (f *form) setWording(name string, w locale.Wording) {
	for lang, text := range w.In {
		f.set(name+"."+lang, text)
	}
	f.set(name+".original", w.Original)
}

// newFormID is a random id for a form that has not been sent.
func newFormID() string {
	b := make([]byte, 16)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// entryID is the id of the entry that the form asks for, and of each further one. Sending the form again gives the same ids, so it
// is there once.
func (f *form) entryID(further string) string {
	return ledger.DeriveID("form " + f.values.Get(formID) + " " + further)
}

// Form is a page with a form: what was typed, and what is wrong with it.
type Form struct {
	Page
	typed   *form
	Tongues []string // in which texts can be written
}

// form makes the base of a page with a form. What was typed is shown again; a form that was not sent begins empty.
func (v *visit) formPage(nav, title string) Form {
	f := v.form
	if f == nil {
		f = &form{values: url.Values{}, wrong: map[string]string{}}
	}
	if f.values.Get(formID) == "" {
		f.set(formID, newFormID())
	}
	if v.failed != nil {
		f.say(v.fieldOf(v.failed), v.refusal(v.failed))
	}
	return Form{Page: v.page(nav, title), typed: f, Tongues: strings.Fields(v.home.Languages)}
}

// refusal is a refusal of the book in words.
func (v *visit) refusal(r *ledger.Refusal) string {
	var words *locale.Error
	if errors.As(r.Cause, &words) {
		return v.p.T(words.Code, words.Args...)
	}
	key := "refused." + r.Code
	if !v.p.Has(key) {
		v.server.log.Error("a refusal has no words", "code", r.Code)
		return v.p.T("refused.unknown", "Code", r.Code)
	}
	args := slices.Clone(r.Args)
	for i := 0; i+1 < len(args); i += 2 {
		if name, ok := args[i].(string); ok && name != "" {
			args[i] = strings.ToUpper(name[:1]) + name[1:]
			args[i+1] = v.named(name, args[i+1])
		}
	}
	return v.p.T(key, args...)
}

// named puts the name of a place where a refusal has its code.
func (v *visit) named(arg string, value any) any {
	code, ok := value.(string)
	if !ok || v.At == nil || arg != "place" && arg != "village" {
		return value
	}
	row, there, err := programme.Places.One(v.Tx, code)
	if err != nil || !there { // the code says it too
		return value
	}
	name, _ := programme.ParseWords(row.Name).Best(v.p.Tag)
	return cmp.Or(name, code)
}

// fieldOf is the field beside which a refusal is shown: the one it names, if the form has it.
func (v *visit) fieldOf(r *ledger.Refusal) string {
	for i := 0; i+1 < len(r.Args); i += 2 {
		if r.Args[i] == "field" {
			if field, ok := r.Args[i+1].(string); ok {
				return field
			}
		}
	}
	return ""
}

// ID is the form's own id.
func (f Form) ID() string { return f.typed.values.Get(formID) }

// Typed is what stands in a field.
func (f Form) Typed(name string) string { return f.typed.values.Get(name) }

// Chosen says whether a value of a field with several was chosen.
func (f Form) Chosen(name, value string) bool { return slices.Contains(f.typed.values[name], value) }

// Wrong is what is wrong with a field; with none, what is wrong with the whole form.
func (f Form) Wrong(name string) string { return f.typed.wrong[name] }

// AnyWrong says whether anything is.
func (f Form) AnyWrong() bool { return !f.typed.right() }

// Mistakes are the fields with something wrong, so that the page can begin with them.
func (f Form) Mistakes() []string {
	var out []string
	for field := range f.typed.wrong {
		out = append(out, field)
	}
	slices.Sort(out)
	return out
}
