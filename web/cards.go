package web

import (
	"cmp"
	"strconv"
	"strings"

	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/schedule"
	"kept/staff"
	"kept/voice"
)

// cardsRoutes are those of the sheets of cards. What is typed on their page is used for the sheets and kept nowhere.
var cardsRoutes = formPage("/office/rounds/{id}/cards", hold, nil, []string{"households.*", "spares.*", "made.*"}, cardsPage)

// Cards is the page on which the reviewer of a round makes its cards.
type Cards struct {
	Form
	Round    voice.Row
	LastDay  string // of asking
	Printer  locale.Wording
	Keeper   locale.Wording
	Closed   string // why no cards can be made, in words; empty if they can
	Address  string // that stands on the cards
	Groups   []CardGroup
	Chosen   []CardGroup // what is about to be made, on the second page
	Unmade   int64       // groups of which no cards were made
	Total    CardSum     // of those chosen
	Replaces bool        // one of them has cards already
}

// CardGroup is a place that a result is published of, with its villages: their cards go into one box, so they are made at once.
type CardGroup struct {
	N        int // its first village, which stands for it in the form
	Place    programme.PlaceRow
	Township bool
	Villages []CardVillage
	Made     string // which cards were made, empty if none were
	Total    CardSum
}

// CardVillage is a village of the round.
type CardVillage struct {
	N       int
	Place   programme.PlaceRow
	Sheet   voice.Sheet
	Default bool // the spares are those that are made where nothing is typed
	Total   CardSum
}

// CardSum is how many cards there are, and the sheets of paper that they take.
type CardSum struct{ Cards, Sheets int64 }

func (s CardSum) plus(o CardSum) CardSum { return CardSum{s.Cards + o.Cards, s.Sheets + o.Sheets} }

// Size is how many villages there are.
func (g CardGroup) Size() int64 { return int64(len(g.Villages)) }

// Households is how many households were typed.
func (v CardVillage) Households() int64 { return int64(v.Sheet.Households) }

// Spares is how many cards there are to spare.
func (v CardVillage) Spares() int64 { return int64(v.Sheet.Spares) }

// The fields of a village or a group are named by its number in the round, since codes may have dots.
func field(name string, n int) string { return name + "." + strconv.Itoa(n) }

// FieldName is the name of a field of a village.
func (p Cards) FieldName(name string, n int) string { return field(name, n) }

// noneMade stands in the form where no cards were made.
const noneMade = "none"

// cardsPage asks how many cards are needed, says what will happen, and makes them.
func cardsPage(v *visit) (*result, error) {
	row, err := voice.RoundByID(v.Tx, v.r.PathValue("id"))
	if ledger.Refused(err) != nil {
		return nil, notFound
	}
	if err != nil {
		return nil, err
	}
	if err := v.mayHold(&row); err != nil {
		return nil, err
	}
	p := Cards{Round: row, LastDay: schedule.AddDays(row.Closes, -1)}
	if p.Printer, _, err = wordsOf(v.Tx, "org:"+row.Printer); err != nil {
		return nil, err
	}
	if p.Keeper, _, err = wordsOf(v.Tx, "org:"+row.Keeper); err != nil {
		return nil, err
	}
	title := v.p.T("cards.title")
	dealing, err := voice.DealingOf(v.Tx, v.me.Grant.Who, row.ID)
	switch refused := ledger.Refused(err); {
	case v.shelf.boxes == nil:
		p.Closed = v.p.T("cards.no-boxes")
	case row.Mode != voice.ModeCards:
		p.Closed = v.p.T("cards.assembly")
	case refused != nil:
		p.Closed = v.p.T("cards.not-now")
	case err != nil:
		return nil, err
	}
	if p.Closed != "" {
		p.Form = v.formPage("rounds", title)
		out := &result{page: p, name: "cards"}
		if v.form != nil {
			out.status = 422
		}
		return out, nil
	}
	p.Address = v.absolute("/" + v.shelf.name + "/" + voiceName)
	if p.Groups, err = v.cardGroups(dealing); err != nil {
		return nil, err
	}
	if v.failed != nil {
		p.sayFailed(v)
	} else if v.form != nil {
		if out, err := p.sent(v, dealing); out != nil || err != nil {
			return out, err
		}
	}
	for _, g := range p.Groups {
		if g.Made == "" {
			p.Unmade++
		}
	}
	p.Form = v.formPage("rounds", title)
	return &result{page: p, name: "cards"}, nil
}

// cardGroups puts the villages of a round together by their boxes, each with what was made.
func (v *visit) cardGroups(d *voice.Dealing) ([]CardGroup, error) {
	var out []CardGroup
	made, at := v.shelf.boxes.Made(d.Round.ID), map[string]int{}
	for n, row := range d.Villages {
		i, there := at[row.Place]
		if !there {
			place, _, err := programme.Places.One(v.Tx, row.Place)
			if err != nil {
				return nil, err
			}
			i = len(out)
			at[row.Place] = i
			out = append(out, CardGroup{N: n, Place: place, Township: row.Place != row.Village, Made: made[row.Place]})
		}
		village, _, err := programme.Places.One(v.Tx, row.Village)
		if err != nil {
			return nil, err
		}
		out[i].Villages = append(out[i].Villages, CardVillage{N: n, Place: village, Sheet: voice.Sheet{Village: row.Village}})
	}
	return out, nil
}

// sent reads the form. It returns the second page, or the cards; nil if the first page is to be shown.
func (p *Cards) sent(v *visit, d *voice.Dealing) (*result, error) {
	verb, object := v.form.do()
	var made map[string]string
	switch verb {
	case "check": // one place, or all that have no cards
		p.choose(func(g *CardGroup) bool { return object == strconv.Itoa(g.N) || object == "" && g.Made == "" })
	case "make": // what stood on the second page
		made = map[string]string{}
		p.choose(func(g *CardGroup) bool {
			was := v.form.get(field("made", g.N))
			if was != "" {
				made[g.Place.Code] = strings.TrimSuffix(was, noneMade)
			}
			return was != ""
		})
	default:
		return nil, nil
	}
	if len(p.Chosen) == 0 {
		v.form.say("", v.p.T("cards.none-chosen"))
	}
	for i := range p.Chosen {
		p.read(v, d, &p.Chosen[i])
	}
	if !v.form.right() {
		p.Chosen = nil
		return nil, nil
	}
	if verb == "make" {
		sheets, err := newSheets(v, p)
		if err != nil {
			return nil, err
		}
		return &result{stream: &stream{act: staff.ActCards, entry: p.Round.ID, write: sheets.deal(v, made), broken: sheets.broken}}, nil
	}
	p.Form = v.formPage("rounds", v.p.T("cards.title"))
	return &result{page: *p, name: "cards-check"}, nil
}

func (p *Cards) choose(is func(*CardGroup) bool) {
	for i := range p.Groups {
		if is(&p.Groups[i]) {
			p.Chosen = append(p.Chosen, p.Groups[i])
		}
	}
}

// mostTypedCards is the largest number that is read for one village; what is too many is for the box to say.
const mostTypedCards = 1_000_000

// read reads how many cards the villages of a group get, and says what is wrong with it.
func (p *Cards) read(v *visit, d *voice.Dealing, g *CardGroup) {
	whole := func(name string, least int64) (int, bool) {
		n, ok := locale.ReadWhole(v.form.get(name))
		return int(n), ok && n >= least && n <= mostTypedCards
	}
	right := true
	var sheets []voice.Sheet
	for i := range g.Villages {
		village := &g.Villages[i]
		name := plain(v.p, programme.ParseWords(village.Place.Name))
		households, ok := whole(field("households", village.N), 1)
		if !ok {
			v.form.say(field("households", village.N), v.p.T("refused.sheet.bad", "Village", name))
		}
		spares, fine := whole(field("spares", village.N), 0)
		if v.form.get(field("spares", village.N)) == "" {
			spares, fine, village.Default = defaultSpares(households), true, true
		}
		if !fine {
			v.form.say(field("spares", village.N), v.p.T("refused.sheet.bad", "Village", name))
		}
		right = right && ok && fine
		village.Sheet = voice.Sheet{Village: village.Place.Code, Households: households, Spares: spares}
		village.Total = cardSum(int64(households + spares))
		g.Total = g.Total.plus(village.Total)
		sheets = append(sheets, village.Sheet)
	}
	if right {
		if refused := ledger.Refused(d.Check(sheets)); refused != nil {
			v.form.say(p.fieldOf(refused), v.refusal(refused))
		}
	}
	p.Total, p.Replaces = p.Total.plus(g.Total), p.Replaces || g.Made != ""
}

// defaultSpares is one card for ten households and at least five, for those who come back, for what is spoilt, and for exchanging.
func defaultSpares(households int) int { return max(5, (households+9)/10) }

// fieldOf is the village or the group that a refusal is about.
func (p *Cards) fieldOf(r *ledger.Refusal) string {
	for i := 0; i+1 < len(r.Args); i += 2 {
		for _, g := range p.Groups {
			if r.Args[i] == "place" && r.Args[i+1] == g.Place.Code {
				return field("place", g.N)
			}
			for _, village := range g.Villages {
				if r.Args[i] == "village" && r.Args[i+1] == village.Place.Code {
					return field("households", village.N)
				}
			}
		}
	}
	return ""
}

// sayFailed shows why no cards were made, beside the place that it is about.
func (p *Cards) sayFailed(v *visit) {
	v.form.say(p.fieldOf(v.failed), v.refusal(v.failed))
	v.failed = nil
}

// MadeBefore is what a form says of the cards that a group has.
func (g CardGroup) MadeBefore() string { return cmp.Or(g.Made, noneMade) }
