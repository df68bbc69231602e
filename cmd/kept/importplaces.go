package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"kept/imports"
	"kept/imports/places"
	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/store"
)

// ImportPlacesCmd enters the places of a table or a map.
type ImportPlacesCmd struct {
	DataFlags `embed:""`
	File      string `arg:"" help:"The file, or - for the standard input." placeholder:"FILE"`
	Programme string `required:"" help:"Short name of the programme." placeholder:"NAME"`
	Office    string `required:"" help:"Code of the organisation that enters them." placeholder:"CODE"`
	Language  string `help:"Language of the names of which the file does not say it, such as ug or zh-Hans." placeholder:"TAG"`
	DryRun    bool   `help:"Only say what would be appended, and what is wrong."`
	JSON      bool   `name:"json" help:"Print everything as JSON, with every mistake."`
}

// Help is the long help of the command.
func (cmd *ImportPlacesCmd) Help() string {
	return `The file is CSV, in UTF-8, UTF-16, GB18030 or GBK, with a line of headers: code, parent, level, name, name:LANGUAGE, latitude, longitude, in any order; or a table of administrative units (adm1_pcode, adm1_en, adm2_pcode, ...); or a GeoJSON FeatureCollection whose features have these as properties. Levels are country, region, district, township, village and site.

Everything in it is checked, also against the book, before anything is written; of a file with a mistake nothing is. Places that the book has already, with the same content, are not entered again.

Exit code: 0 all places of the file are in the book, or would be; 3 nothing was appended.`
}

// placesResult is what came of it.
type placesResult struct {
	Programme string          `json:"programme"`
	Format    string          `json:"format"`
	Encoding  string          `json:"encoding"`
	DryRun    bool            `json:"dryRun"`
	Places    int             `json:"places"`  // in the file
	There     int             `json:"there"`   // of them in the book before
	Entries   int             `json:"entries"` // appended, or in a dry run to be appended; without a day mark
	Ignored   []string        `json:"ignored"` // columns that were not read
	Mistakes  []placesMistake `json:"mistakes"`
}

type placesMistake struct {
	Line  int    `json:"line"`
	Place string `json:"place"`
	Code  string `json:"code"`
	Text  string `json:"text"`
}

// Run enters the places.
func (cmd *ImportPlacesCmd) Run(ctx context.Context, c *console) error {
	r, err := cmd.run(ctx, c)
	if err != nil {
		if errors.As(err, new(*midway)) {
			return err
		}
		return &exit{imports.ExitNothing, fmt.Errorf("%w; nothing was appended", inEnglish(err))}
	}
	if cmd.JSON {
		if err := tellJSON(c.out, r); err != nil {
			return err
		}
	} else {
		r.tell(c.out)
	}
	if n := len(r.Mistakes); n > 0 {
		return &exit{imports.ExitNothing, fmt.Errorf("nothing was appended: the file has %s", count(n, "mistake", "mistakes"))}
	}
	return nil
}

// inEnglish puts an error that has words for a person into them.
func inEnglish(err error) error {
	var words *locale.Error
	if errors.As(err, &words) {
		return errors.New(strings.TrimSuffix(locale.For("en").T(words.Code, words.Args...), "."))
	}
	return err
}

// tell says it for the terminal.
func (r *placesResult) tell(w io.Writer) {
	for i, m := range r.Mistakes {
		if i == manyMistakes {
			fmt.Fprintf(w, "  ... and %d more; all of them: add --json\n", len(r.Mistakes)-i)
			break
		}
		at := fmt.Sprintf("line %d", m.Line)
		if m.Place != "" {
			at += ": " + m.Place
		}
		fmt.Fprintf(w, "  %s: %s\n", at, m.Text)
	}
	fmt.Fprintf(w, "%s: read %s (%s, %s)\n", r.Programme, count(r.Places, "place", "places"), r.Format, r.Encoding)
	if len(r.Ignored) > 0 {
		fmt.Fprintf(w, "Not read: %s\n", strings.Join(r.Ignored, ", "))
	}
	if len(r.Mistakes) > 0 {
		return
	}
	if r.There > 0 {
		fmt.Fprintf(w, "%s in the book already\n", count(r.There, "of them is", "of them are"))
	}
	verb := "appended"
	if r.DryRun {
		verb = "would append"
	}
	fmt.Fprintf(w, "%s: %s %s\n", r.Programme, verb, count(r.Entries, "place", "places"))
}

// manyMistakes is how many mistakes are told; --json gives all.
const manyMistakes = 50

func (cmd *ImportPlacesCmd) run(ctx context.Context, c *console) (_ *placesResult, err error) {
	found, err := cmd.read()
	if err != nil {
		return nil, err
	}
	location, _, err := cmd.location()
	if err != nil {
		return nil, err
	}
	book, err := openBook(ctx, location, cmd.Programme, !cmd.DryRun)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, book.close()) }()
	if err := cmd.known(ctx, book.Book); err != nil {
		return nil, err
	}
	if err := found.CheckBook(ctx, book.Book); err != nil {
		return nil, err
	}
	r := &placesResult{Programme: cmd.Programme, Format: found.Format, Encoding: found.Encoding, DryRun: cmd.DryRun, Places: len(found.Rows),
		There: len(found.Rows) - found.New(), Ignored: append([]string{}, found.Ignored...), Mistakes: []placesMistake{}}
	english := locale.For("en")
	for _, m := range found.Mistakes {
		r.Mistakes = append(r.Mistakes, placesMistake{m.Line, m.Place, m.Error.Code, english.T(m.Error.Code, m.Error.Args...)})
	}
	switch {
	case !found.Clean():
	case cmd.DryRun:
		r.Entries = found.New()
	default:
		bar := newBar(c, "appending")
		r.Entries, err = found.Append(ctx, book.Book, "org:"+cmd.Office, bar.at)
		bar.done()
		if err != nil && (r.Entries > 0 || ledger.Refused(err) == nil) {
			err = &midway{err}
		}
	}
	return r, err
}

// known refuses an office that the programme does not have.
func (cmd *ImportPlacesCmd) known(ctx context.Context, book *ledger.Book) error {
	return book.DB.Read(ctx, func(tx *store.Tx) error {
		_, ok, err := programme.Organisations.One(tx, cmd.Office)
		if err == nil && !ok {
			err = fmt.Errorf("the programme has no organisation with the code %q", cmd.Office)
		}
		return err
	})
}

// read reads the file, but no more of it than may be read.
func (cmd *ImportPlacesCmd) read() (*places.Found, error) {
	in := io.Reader(os.Stdin)
	if cmd.File != "-" {
		f, err := os.Open(cmd.File)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, places.MaxBytes+1))
	if err != nil {
		return nil, err
	}
	found, err := places.Read(filepath.Base(cmd.File), data)
	if err == nil && cmd.Language != "" {
		err = found.NamesIn(cmd.Language)
	}
	return found, err
}
