package web

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"kept/ledger"
	"kept/locale"
	"kept/programme"
)

// doneOf is the name of what the form before this page wrote, if it is there.
func doneOf[T any](v *visit, view *ledger.View[T], name func(*T) string) (locale.Wording, error) {
	row, ok, err := view.One(v.Tx, v.r.URL.Query().Get(doneKey))
	if err != nil || !ok {
		return locale.Wording{}, err
	}
	return programme.ParseWords(name(&row)), nil
}

// known says whether a view has a row with this code.
func known[T any](v *visit, view *ledger.View[T]) func(code string) (bool, error) {
	return func(code string) (bool, error) {
		_, ok, err := view.One(v.Tx, code)
		return ok, err
	}
}

// pageNumber reads the number of a page of a list.
func (v *visit) pageNumber() (int, error) {
	text := v.r.URL.Query().Get("page")
	if text == "" {
		return 1, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 1_000_000 {
		return 0, &fault{400, "error.bad-query"}
	}
	return n, nil
}

// Pager leads through the pages of a list.
type Pager struct {
	Number, Pages  int
	Previous, Next string
}

// settlePerPage is how many lines one page of a list has.
const settlePerPage = 100

// pager leads through so many lines; link makes the address of a page.
func pager(number int, lines int64, link func(page string) string) (Pager, error) {
	p := Pager{Number: number, Pages: max(1, int((lines+settlePerPage-1)/settlePerPage))}
	if number > p.Pages {
		return p, notFound
	}
	if number > 1 {
		p.Previous = link(strconv.Itoa(number - 1))
	}
	if number < p.Pages {
		p.Next = link(strconv.Itoa(number + 1))
	}
	return p, nil
}

// sayError puts an error of a rule beside its field, and returns any other.
func (v *visit) sayError(field string, err error) error {
	var words *locale.Error
	var refused *ledger.Refusal
	switch {
	case errors.As(err, &words):
		v.form.say(field, v.p.T(words.Code, v.spoken(words.Args)...))
	case errors.As(err, &refused):
		v.form.say(field, v.refusal(refused))
	default:
		return err
	}
	return nil
}

// spoken names languages by their own names instead of their tags.
func (v *visit) spoken(args []any) []any {
	args = slices.Clone(args)
	for i := 0; i+1 < len(args); i += 2 {
		if tag, ok := args[i+1].(string); ok && args[i] == "Lang" {
			if l, found := locale.Find(tag); found {
				args[i+1] = l.Name
			}
		}
	}
	return args
}

// typedName reads a name, and says what is wrong with it.
func (v *visit) typedName(languages []string) locale.Wording {
	name := v.form.wording("name", languages)
	for lang, text := range name.In {
		name.In[lang] = strings.TrimSpace(text)
	}
	if err := name.Check(); err != nil {
		v.sayError("name", err)
	}
	return name
}

// newThing reads the name and the code of something new. Proposed says that there was no code and one was made of the
// name: it stays for ever, so it is looked at before it is sent.
func (v *visit) newThing(otherwise string, taken func(code string) (bool, error)) (name locale.Wording, code string, proposed bool, err error) {
	name, code = v.typedName(strings.Fields(v.home.Languages)), v.form.get("code")
	if code != "" {
		if err := programme.CheckCode("code", code); err != nil {
			v.sayError("code", err)
		}
		return name, code, false, nil
	}
	if !v.form.right() {
		return name, "", false, nil
	}
	code, err = freeCode(proposal(name), otherwise, taken)
	v.form.set("code", code)
	return name, code, true, err
}

// proposal makes a code of the letters and digits of a name, if they are Latin ones.
func proposal(name locale.Wording) string {
	texts := []string{name.In["en"], name.In[name.Original]}
	for _, tag := range name.Tags() {
		texts = append(texts, name.In[tag])
	}
	for _, text := range texts {
		if code := latinCode(text); code != "" {
			return code
		}
	}
	return ""
}

// longestProposal is how long a code may be that is made of a name. Whoever wants a longer one can type it.
const longestProposal = 40

func latinCode(text string) string {
	var b strings.Builder
	letters := 0
	for _, r := range norm.NFKD.String(strings.ToLower(text)) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			if r >= 'a' {
				letters++
			}
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r) || r == '\'' || r == '’': // é is e, people's is peoples
		case unicode.IsLetter(r): // a name that is only half Latin gives half a code
			return ""
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= longestProposal {
			break
		}
	}
	if letters < 2 {
		return ""
	}
	return strings.Trim(b.String(), "-")
}

// freeCode is a code like the one proposed that nothing has yet; without a proposal, a word with a number.
func freeCode(proposed, otherwise string, taken func(code string) (bool, error)) (string, error) {
	next := func(n int) string {
		switch {
		case proposed == "":
			return otherwise + "-" + strconv.Itoa(n)
		case n == 1:
			return proposed
		}
		return proposed + "-" + strconv.Itoa(n)
	}
	// What is free is found by doubling and halving, since a programme can have thousands of places with one name.
	free := func(n int) (bool, error) { there, err := taken(next(n)); return !there, err }
	high := 1
	for {
		ok, err := free(high)
		if err != nil {
			return "", err
		}
		if ok {
			break
		}
		high *= 2
	}
	low := high / 2 // taken, or 0
	for high-low > 1 {
		middle := (low + high) / 2
		ok, err := free(middle)
		if err != nil {
			return "", err
		}
		if ok {
			high = middle
		} else {
			low = middle
		}
	}
	return next(high), nil
}

// SettleName is the page on which the words for a thing are put right or written in more languages.
type SettleName struct {
	Form
	Now  locale.Wording
	Code string
	What string // what it is, in words
	Long bool   // it may have several lines
	Back string
}

// renaming serves that page for one of programme.Named.
func renaming(of string) func(*visit) (*result, error) {
	return func(v *visit) (*result, error) {
		code := v.r.PathValue("code")
		now, err := v.wordsOf(of, code)
		if err != nil {
			return nil, err
		}
		languages := v.namingLanguages(now)
		back, err := v.afterNaming(of, code)
		if err != nil {
			return nil, err
		}
		if v.form != nil && v.failed == nil {
			name := v.typedName(languages)
			if v.form.right() {
				d := programme.Rename(v.me.Grant.Who, of, code, name)
				d.ID = v.form.entryID("")
				return &result{drafts: []ledger.Draft{d}, to: back}, nil
			}
		}
		page := SettleName{Form: v.formPage("parts", v.p.T("settle.name-title")), Now: now, Code: code, What: v.p.T("settle.of-" + of),
			Long: of == programme.OfGoal, Back: back}
		page.Tongues = languages
		if v.form == nil {
			page.typed.setWording("name", now)
		}
		return &result{page: page, name: "settle-name"}, nil
	}
}

// afterNaming is the address of the page that shows the thing.
func (v *visit) afterNaming(of, code string) (string, error) {
	p := v.links()
	switch of {
	case programme.OfTask:
		return p.OfficeLink("tasks", doneKey, code), nil
	case programme.OfOrganisation:
		return p.OfficeLink("organisations", doneKey, code), nil
	case programme.OfTeam:
		return p.SettleLink("teams", code, "postings"), nil
	case programme.OfPlace:
		row, _, err := programme.Places.One(v.Tx, code)
		return p.OfficeLink("places", "in", v.reachable(row.Parent), doneKey, code), err
	}
	return p.OfficeLink("parts"), nil
}

// SettleLink is the address of a page about one thing with a code.
func (p Page) SettleLink(sort, code, which string, pairs ...string) string {
	return p.OfficeLink(sort+"/"+url.PathEscape(code)+"/"+which, pairs...)
}

// wordsOf reads the words of a thing that who asks may put right.
func (v *visit) wordsOf(of, code string) (locale.Wording, error) {
	var words string
	var ok bool
	var err error
	switch of {
	case programme.OfTask:
		words, ok, err = nameIn(v, programme.Tasks, code, func(r *programme.TaskRow) string { return r.Name })
	case programme.OfPlace:
		if words, ok, err = nameIn(v, programme.Places, code, func(r *programme.PlaceRow) string { return r.Name }); err == nil && ok {
			err = v.maySettle(code)
		}
	case programme.OfOrganisation:
		words, ok, err = nameIn(v, programme.Organisations, code, func(r *programme.OrganisationRow) string { return r.Name })
	case programme.OfTeam:
		words, ok, err = nameIn(v, programme.Teams, code, func(r *programme.TeamRow) string { return r.Name })
	case programme.OfProgramme:
		words, ok, err = v.home.Title, true, v.maySettle("")
	case programme.OfGoal:
		words, ok, err = v.home.Goal, true, v.maySettle("")
	}
	if err == nil && !ok {
		err = notFound
	}
	return programme.ParseWords(words), err
}

func nameIn[T any](v *visit, view *ledger.View[T], code string, name func(*T) string) (string, bool, error) {
	row, ok, err := view.One(v.Tx, code)
	return name(&row), ok, err
}

// namingLanguages are those of the programme, those in which the words stand, and those of these pages.
func (v *visit) namingLanguages(now locale.Wording) []string {
	out := strings.Fields(v.home.Languages)
	add := func(tag string) {
		if !slices.Contains(out, tag) {
			out = append(out, tag)
		}
	}
	for _, tag := range now.Tags() {
		add(tag)
	}
	for _, l := range locale.Languages {
		add(l.Tag)
	}
	return out
}

// NamePart is a name with its page.
type NamePart struct {
	Form
	Of locale.Wording
}

// WithName gives a part a name.
func (f Form) WithName(w locale.Wording) NamePart { return NamePart{f, w} }

// Lacking are the programme's languages in which the name is not written.
func (p NamePart) Lacking() (out []locale.Language) {
	for _, tag := range p.Tongues {
		if l, ok := locale.Find(tag); ok && p.Of.In[tag] == "" {
			out = append(out, l)
		}
	}
	return out
}

// PagerPart is a pager with its page.
type PagerPart struct {
	Page
	Pager
}

// WithPager gives a part a pager.
func (p Page) WithPager(to Pager) PagerPart { return PagerPart{p, to} }
