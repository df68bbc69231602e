package imports

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"kept/iati"
	"kept/ledger"
	"kept/programme"
	"kept/promise"
)

// plan is one import on its way: what the book said when it began, and the drafts so far.
type plan struct {
	file  *iati.File
	state *state
	o     Options
	res   *Result

	id      string            // of the import's entry
	fresh   bool              // that entry is not in the book yet
	main    string            // the organisation that publishes the file
	parents map[string]string // key of an activity that is only a parent, to its task
	above   map[string]string // key of one that such an activity names as its child, to that task

	things []planned // what belongs to the whole programme
	facts  []planned // what belongs to promises
}

// planned is a draft with what it came from.
type planned struct {
	ledger.Draft
	line     int
	activity string
}

// IATI reads a file into a book, or says in a dry run what it would append. The error is of the options or of the
// book's database; what is wrong with the file is in the result.
func IATI(ctx context.Context, book *ledger.Book, file *iati.File, o Options) (*Result, error) {
	p, err := newPlan(ctx, book, file, o)
	if err != nil {
		return nil, err
	}
	if p.res.Withdrawn {
		return p.res, nil
	}
	if err := p.all(); err != nil {
		return nil, err
	}
	if len(p.things)+len(p.facts) == 0 || p.res.sound == 0 {
		return p.res, nil
	}
	p.res.Import = p.id
	if p.fresh {
		p.thing(ledger.Draft{Kind: programme.KindImport, ID: p.id, Who: "org:" + p.main, Data: programme.Import{
			Format: "iati", SHA256: file.SHA256, Updated: file.LastUpdated}})
	}
	return p.res, p.append(ctx, book)
}

func newPlan(ctx context.Context, book *ledger.Book, file *iati.File, o Options) (*plan, error) {
	state, err := readState(ctx, book)
	if err != nil {
		return nil, err
	}
	p := &plan{file: file, state: state, o: o, parents: map[string]string{}, above: map[string]string{}, main: mainReporter(file)}
	p.res = &Result{Programme: o.Programme, New: state.home == nil, DryRun: o.DryRun, Version: file.Version, SHA256: file.SHA256,
		LastUpdated: file.LastUpdated, Activities: len(file.Activities) + len(file.LeftOut), ImportEntry: -1,
		Appended: map[string]int{}, Findings: []Finding{}, Counts: file.Counts}
	for _, f := range file.Findings {
		p.res.Findings = append(p.res.Findings, ofFile(f))
	}
	if state.home != nil {
		p.res.Programme = state.home.Name
	} else if err := o.check(); err != nil {
		return nil, err
	}
	p.nameImport()
	return p, nil
}

// check refuses options with which no programme can be opened.
func (o *Options) check() error {
	if err := programme.CheckCode("programme", o.Programme); err != nil {
		return err
	}
	if !o.Title.IsZero() {
		if err := o.Title.Check(); err != nil {
			return fmt.Errorf("title: %w", err)
		}
	}
	if !o.Goal.IsZero() {
		if err := o.Goal.Check(); err != nil {
			return fmt.Errorf("goal: %w", err)
		}
	}
	if _, err := time.LoadLocation(o.Zone); err != nil || o.Zone == "Local" {
		return fmt.Errorf("%q is no time zone; write one like Africa/Nairobi", o.Zone)
	}
	return nil
}

// nameImport settles which import this is: the last one that stands, if that was of the same bytes, so that one that
// was broken off is finished; else a new one. Bytes of which an import was withdrawn are not read again.
func (p *plan) nameImport() {
	n, latest := 0, programme.ImportRow{}
	for _, i := range p.state.imports {
		if i.SHA256 == p.file.SHA256 {
			n, latest = n+1, i
		}
	}
	if latest.Withdrawn != 0 {
		p.res.Withdrawn = true
		p.res.find(found(iati.Wrong, 0, "", CodeWithdrawn, strconv.FormatInt(latest.Withdrawn, 10)))
		return
	}
	if last := p.state.last(); last != nil && last.ID == latest.ID {
		p.id, p.res.ImportEntry = last.ID, last.Seq
		return
	}
	p.id, p.fresh = ledger.DeriveID(fmt.Sprintf("iati import\n%s\n%d", p.file.SHA256, n)), true
}

// mainReporter is the organisation that reports most of the activities, of equals the lower code.
func mainReporter(f *iati.File) string {
	count, best := map[string]int{}, ""
	for _, a := range f.Activities {
		count[a.Reporter]++
	}
	for code, n := range count {
		if code != "" && (best == "" || n > count[best] || n == count[best] && code < best) {
			best = code
		}
	}
	return best
}

// all plans the whole file.
func (p *plan) all() error {
	p.findParents()
	if p.res.New {
		p.openProgramme()
	}
	if p.main != "" {
		p.organisations()
		p.places()
	}
	for i := range p.file.Activities {
		if err := p.activity(&p.file.Activities[i]); err != nil {
			return err
		}
	}
	p.gone()
	return nil
}

// id makes the id of a draft from all that stands in it, so that the same content of the same source has the same id.
func idOf(d *ledger.Draft, more string) string {
	data, err := json.Marshal(d.Data)
	if err != nil {
		panic(err) // the data of an entry can always be written
	}
	return ledger.DeriveID(strings.Join([]string{"iati", d.Kind, d.Day, d.Who, d.About, string(data), more}, "\n"))
}

// thing plans an entry of the whole programme.
func (p *plan) thing(d ledger.Draft) {
	if d.ID == "" {
		d.ID = idOf(&d, "")
	}
	p.things = append(p.things, planned{Draft: d})
}

// fact plans an entry of a promise and returns its id.
func (p *plan) fact(d ledger.Draft, a *iati.Activity, line int) string {
	d.ID = idOf(&d, "")
	p.facts = append(p.facts, planned{d, line, a.Identifier})
	return d.ID
}

// salt makes the salts of texts of an activity, which are published elsewhere.
func (p *plan) salt(a *iati.Activity) promise.Salt {
	return ledger.DerivedSalt("iati\n" + p.id + "\n" + a.Key)
}

// step is how many entries are appended at once, between two looks at the progress.
const step = 1000

// append appends what was planned, things first. What the book refuses is a finding; without the import's own entry
// nothing else is tried.
func (p *plan) append(ctx context.Context, book *ledger.Book) error {
	all := append(p.things, p.facts...)
	if p.o.DryRun {
		for _, d := range all {
			p.count(&d)
		}
		return nil
	}
	refused := map[string]bool{}
	for done := 0; done < len(all); {
		next := min(done+step, len(all))
		if done < len(p.things) {
			next = min(next, len(p.things))
		}
		if err := p.part(ctx, book, all[done:next], refused); err != nil {
			return err
		}
		if done = next; p.o.Progress != nil {
			p.o.Progress(int64(done), int64(len(all)))
		}
	}
	return nil
}

func (p *plan) count(d *planned) {
	p.res.Appended[d.Kind]++
	p.res.Entries++
}

func (p *plan) part(ctx context.Context, book *ledger.Book, part []planned, refused map[string]bool) error {
	drafts := make([]ledger.Draft, len(part))
	for i, d := range part {
		drafts[i] = d.Draft
	}
	receipts, err := book.Append(ctx, drafts...)
	if err != nil {
		return err
	}
	for i, r := range receipts {
		d := &part[i]
		switch {
		case r.Err == nil && d.Kind == programme.KindImport:
			p.res.ImportEntry = r.Seq
			fallthrough
		case r.Err == nil:
			if !r.Duplicate {
				p.count(d)
			}
		case d.Kind == programme.KindProgramme || d.Kind == programme.KindImport:
			return fmt.Errorf("the book refuses the %s: %w", d.Kind, r.Err)
		case refused[d.About]: // it follows from what was refused before
		default:
			refused[d.ID] = true
			p.refusal(d, r.Err)
		}
	}
	return nil
}

func (p *plan) refusal(d *planned, err error) {
	grade := iati.Wrong
	if d.Kind == promise.KindPromise {
		grade = iati.Critical
		p.res.Promises--
		p.res.sound--
	}
	p.res.find(found(grade, d.line, d.activity, CodeRefused, d.Kind, err.Error()))
}
