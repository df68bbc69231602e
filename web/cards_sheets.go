package web

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io"
	"math/rand/v2"
	"strings"
	"unicode/utf8"

	"github.com/boombuler/barcode/qr"

	"kept/locale"
	"kept/programme"
	"kept/voice"
)

// cardsOnSheet is how many cards there are on a sheet of A4. All are of one size, and nothing on or around a card tells it from
// another of its village but the code.
const cardsOnSheet = 3

// cardSum is what so many cards of a village take: the sheet for whoever holds them, the cards, and the strip that ends them.
func cardSum(cards int64) CardSum {
	return CardSum{cards, 1 + (cards+1+cardsOnSheet-1)/cardsOnSheet}
}

// CardSheets is the page of the cards. It is written as the cards come, and stands nowhere.
type CardSheets struct {
	Page
	Round   voice.Row
	LastDay string
	Printer locale.Wording
	Keeper  locale.Wording
	Office  locale.Wording
	Address string
	Hatch   template.HTML // the panel that nobody sees through
	Code    template.HTML // the address as a picture, once; cards refer to it
	Tongues []*locale.Printer
	Village CardVillage // whose cards are written
	Names   []CardName  // of that village

	sheets        []voice.Sheet
	villages      map[string]CardVillage
	onSheet       int    // how many cards stand on the sheet that was begun
	before, after []byte // what stands around the code of every card of the village
}

// CardName is a name with its language.
type CardName struct{ Tag, Dir, Text string }

// newSheets reads what all cards of a round have in common.
func newSheets(v *visit, p *Cards) (*CardSheets, error) {
	s := &CardSheets{Page: v.page("rounds", v.p.T("cards.sheets-title")), Round: p.Round, LastDay: p.LastDay, Printer: p.Printer, Keeper: p.Keeper,
		Address: p.Address, Hatch: hatch, villages: map[string]CardVillage{}}
	for _, tag := range v.languages() {
		if _, known := locale.Find(tag); known {
			s.Tongues = append(s.Tongues, locale.For(tag))
		}
	}
	if len(s.Tongues) == 0 {
		s.Tongues = []*locale.Printer{v.p}
	}
	for _, g := range p.Chosen {
		for _, village := range g.Villages {
			s.villages[village.Place.Code] = village
			s.sheets = append(s.sheets, village.Sheet)
		}
	}
	var err error
	if s.Office, _, err = wordsOf(v.Tx, "org:"+p.Round.Office); err == nil {
		s.Code, err = codeSymbol(s.Address)
	}
	return s, err
}

// deal returns what makes the cards and writes the sheets, when the book has been let go.
func (s *CardSheets) deal(v *visit, made map[string]string) func(io.Writer) error {
	ctx, boxes, db, who, server := v.ctx, v.shelf.boxes, v.shelf.book.DB, v.me.Grant.Who, v.server
	return func(w io.Writer) error {
		defer server.tendNow(v) // a round that is open takes answers from its new cards
		for c, err := range boxes.DealOver(ctx, db, who, s.Round.ID, s.sheets, made) {
			if err == nil && c.Village != s.Village.Place.Code {
				err = s.turn(w, c.Village)
			}
			if err == nil {
				err = s.card(w, c.Code)
			}
			if err != nil {
				return err
			}
		}
		if err := s.end(w); err != nil {
			return err
		}
		return s.part(w, "bottom")
	}
}

func (s *CardSheets) part(w io.Writer, name string) error {
	return templates["cards-sheets"].ExecuteTemplate(w, name, s)
}

// turn ends the cards of the village before, if there was one, and begins those of the next with the sheet for whoever holds them.
func (s *CardSheets) turn(w io.Writer, village string) error {
	err := error(nil)
	if s.Village.Place.Code == "" {
		err = s.part(w, "top")
	} else {
		err = s.end(w)
	}
	if err != nil {
		return err
	}
	s.Village, s.onSheet = s.villages[village], 0
	s.Names = s.names(programme.ParseWords(s.Village.Place.Name))
	var before, after bytes.Buffer
	if err := errors.Join(s.part(&before, "card"), s.part(&after, "card-rest")); err != nil {
		return err
	}
	s.before, s.after = before.Bytes(), after.Bytes()
	return s.part(w, "cover")
}

// names are the names of a place in the languages of the cards, each once.
func (s *CardSheets) names(name locale.Wording) (out []CardName) {
	seen := map[string]bool{}
	for _, p := range s.Tongues {
		text, tag := name.Best(p.Tag)
		if seen[text] {
			continue
		}
		seen[text] = true
		l, known := locale.Find(tag)
		if !known {
			l = locale.Language{Tag: tag, Dir: "auto"}
		}
		out = append(out, CardName{l.Tag, l.Dir, text})
	}
	return out
}

const (
	sheetBegins = `<section class="sheet">` + "\n"
	sheetEnds   = "</section>\n"
)

// card writes one card, on a new sheet if the last one is full.
func (s *CardSheets) card(w io.Writer, code voice.Code) error {
	b := s.room(nil)
	b = append(b, s.before...)
	groups := code.Groups() // in two lines
	b = append(append(append(append(append(b, "<span>"...), groups[:9]...), "</span> <span>"...), groups[10:]...), "</span>"...)
	_, err := w.Write(append(b, s.after...))
	return err
}

// room begins a sheet if there is none, or the last one is full.
func (s *CardSheets) room(b []byte) []byte {
	if s.onSheet == cardsOnSheet {
		b, s.onSheet = append(b, sheetEnds...), 0
	}
	if s.onSheet == 0 {
		b = append(b, sheetBegins...)
	}
	s.onSheet++
	return b
}

// end writes the strip that ends the cards of a village, in the place of one more card.
func (s *CardSheets) end(w io.Writer) error {
	if _, err := w.Write(s.room(nil)); err != nil {
		return err
	}
	if err := s.part(w, "end"); err != nil {
		return err
	}
	s.onSheet = 0
	_, err := io.WriteString(w, sheetEnds)
	return err
}

// broken ends the page where something failed in the middle of it.
func (s *CardSheets) broken(w io.Writer) {
	if s.onSheet > 0 {
		io.WriteString(w, sheetEnds)
	}
	s.part(w, "broken") // what cannot be written now is seen by the strip that is missing
	s.part(w, "bottom")
}

// Days are the days of asking in one of the languages of a card.
func (s *CardSheets) Days(p *locale.Printer) string {
	return p.T("paper.days", "From", p.ShortDay(s.Round.Opens), "Until", p.ShortDay(s.LastDay))
}

// Typed is the address as somebody types it, broken where it is easiest to read.
func (s *CardSheets) Typed() template.HTML {
	scheme, rest, _ := strings.Cut(s.Address, "://")
	text := strings.ReplaceAll(template.HTMLEscapeString(rest), "/", "/<wbr>")
	if scheme != "https" {
		text = template.HTMLEscapeString(scheme) + "://<wbr>" + text
	}
	return template.HTML(text)
}

// Titles are the name of the programme in the languages of the cards.
func (s *CardSheets) Titles() []CardName { return s.names(s.Name) }

// Long says whether the names of the village are too long to be written large.
func (s *CardSheets) Long() bool {
	runes := 0
	for _, n := range s.Names {
		runes += utf8.RuneCountInString(n.Text)
	}
	return runes > 20 && len(s.Tongues) == 1 || runes > 42
}

// CardStep is one thing that somebody with a card does, drawn and in few words.
type CardStep struct {
	Name    string
	Tongues []*locale.Printer
}

// Before are the steps on the cover. Going to the address is one too, beside its picture.
func (s *CardSheets) Before() []string { return []string{"draw", "open"} }

// After are the steps beside the code.
func (s *CardSheets) After() []string { return []string{"type", "choose", "burn"} }

// Step is a step in the languages of the cards.
func (s *CardSheets) Step(name string) CardStep { return CardStep{name, s.Tongues} }

// First is the language of a card as a whole, which gives it its direction. It may not be that of whoever makes the cards, or they could
// be told apart by that.
func (s *CardSheets) First() *locale.Printer { return s.Tongues[0] }

// codeSymbol is the address as a picture to refer to, with the quiet margin that readers want.
func codeSymbol(address string) (template.HTML, error) {
	code, err := qr.Encode(address, qr.M, qr.Unicode)
	if err != nil {
		return "", err
	}
	return template.HTML(fmt.Sprintf(`<symbol id="c-code" viewBox="-3 -3 %[1]d %[1]d"><path shape-rendering="crispEdges" d="%[2]s"/></symbol>`, code.Bounds().Dx()+6, modules(code))), nil
}

// hatch is the panel that is folded over the code: where the code lies strokes as thick as those of its digits and in all directions,
// half of it black, so that the digits cannot be read against the light; fine ones around that. It is always the same.
var hatch = func() template.HTML {
	const wide, high, pitch, from, to = 64.0, 92.5, 2.1, 4.0, 40.0
	r := rand.New(rand.NewPCG(1, 2))
	var thick, fine strings.Builder
	for y := pitch / 2; y < high; y += pitch {
		for x := pitch / 2; x < wide; x += pitch {
			b := &fine
			if y > from && y < to {
				b = &thick
			}
			dx, dy := r.Float64()*4.4-2.2, r.Float64()*4.4-2.2
			fmt.Fprintf(b, "M%.1f %.1fq%.1f %.1f %.1f %.1f", x+r.Float64()*1.2-.6-dx/2, y+r.Float64()*1.2-.6-dy/2, r.Float64()*2.4-1.2, r.Float64()*2.4-1.2, dx, dy)
		}
	}
	return template.HTML(`<symbol id="c-hatch" viewBox="0 0 64 92.5"><path class="thick" d="` + thick.String() + `"/><path class="fine" d="` + fine.String() + `"/></symbol>`)
}()
