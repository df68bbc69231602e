package paper

// Block is a part of a document, as wide as what it stands in.
type Block interface {
	lay(s *setter, width Unit) []piece
	space() (before, after Unit)
}

// Space is the distance of a block from those around it. Of two distances the larger one counts.
type Space struct{ Before, After Unit }

func (s Space) space() (before, after Unit) { return s.Before, s.After }

// Span is some words that look the same.
type Span struct {
	Text    string
	Role    Role
	Size    Unit
	Color   Color
	Link    string // an address
	Lang    string
	Tabular bool  // figures are all as wide
	Frame   int   // words with the same number, if it is not 0, have a frame around them
	Icon    *Icon // in place of words
}

// Icon is a drawing among words, standing on their line.
type Icon struct {
	Width, Height Unit
	Drawing       *Drawing
}

// Align is where lines stand.
type Align int

// Where lines stand. Start is the right side of what runs from right to left.
const (
	Start Align = iota
	Center
	End
)

// Text is a paragraph.
type Text struct {
	Space
	Spans   []Span
	RTL     bool
	Align   Align
	Leading int // height of a line in hundredths of the size; 0: as usual
	Heading int // the level, 0: it is none. A heading stays with what follows, and is a bookmark
	Stay    bool
	Rule    *Color // a line above

	done *shaped
}

// Picture is a JPEG, or the pixels of another picture.
type Picture struct {
	Space
	Body          []byte // JPEG
	Pixels        []byte // or pixels, three bytes each
	Width, Height int    // in pixels
	Gray          bool   // of a JPEG: it has no colours
	Wide, High    Unit   // the largest that it may be shown
	RTL           bool
	Link          string
}

// Drawing is shapes in a box of their own units. It is stretched to what it is drawn in.
type Drawing struct {
	Space
	X, Y, W, H Unit // the box
	Shapes     []Shape
	High       Unit // as a block: its height; 0: as the box has it
	Wide       Unit // as a block: its largest width; 0: all there is
	RTL        bool
	Stretched  bool // the box may lose its proportions
}

// Shape is a path or words in a drawing.
type Shape struct {
	Path   []Step
	Fill   *Color
	Hatch  *Color // filled with lines
	Stroke *Color
	Pen    Unit // as thick as that on paper
	Dash   Unit

	Words  *Span // its size is in the units of the drawing
	X, Y   Unit
	Anchor Align
	RTL    bool
}

// Step is a part of a path: to M, L, C with its points, or Z.
type Step struct {
	Op byte
	X  [6]Unit
}

// Rect is the path of a rectangle.
func Rect(x, y, w, h Unit) []Step {
	return []Step{{'M', [6]Unit{x, y}}, {'L', [6]Unit{x + w, y}}, {'L', [6]Unit{x + w, y + h}}, {'L', [6]Unit{x, y + h}}, {Op: 'Z'}}
}

// Box is blocks with a line along their start and a ground of their own.
type Box struct {
	Space
	Blocks []Block
	Bar    *Color
	Thick  Unit
	Ground *Color
	Pad    Unit
	RTL    bool
}

// Together is blocks that stand on one page, if they fit on one.
type Together struct {
	Space
	Blocks []Block
}

func (b *Together) lay(s *setter, width Unit) []piece {
	pieces := s.flow(b.Blocks, width)
	if height(pieces) <= s.body {
		for i := range len(pieces) - 1 {
			pieces[i].keep = true
		}
	}
	return pieces
}

// Grid is a table.
type Grid struct {
	Space
	Columns []Column
	Head    []Row
	Rows    []Row
	RTL     bool
	Gutter  Unit   // between columns
	Pad     Unit   // above and below what is in a cell
	Rule    *Color // below each row
	Between *Color // between columns
	Spaced  Unit   // between cells that have a ground
	Lined   bool   // cells of a row go on side by side on the next page, line by line; usual is that rows stay whole
}

// Column is a column of a table.
type Column struct {
	Fixed Unit // as wide as this, 0: as wide as it needs
	Share int  // of the width that is left, among those that have a share; all of them fixed or shared: nothing is measured
}

// Row is a row of a table.
type Row struct {
	Cells []Cell
	Keep  bool // stays with the next
	Above *Color
}

// Cell is a cell of a row.
type Cell struct {
	Blocks []Block
	Span   int // over so many columns, 0: one
	Ground *Color
	Middle bool // what is in it stands in the middle of its height, not above
	Low    bool // or below
}

// piece is a part of a block that stays whole.
type piece struct {
	high  Unit
	keep  bool // the next one stays with it
	gap   bool // it is nothing but distance, and left out at the head of a page
	head  *piece
	paint func(c *canvas, x, y, high Unit) // high: as much as it has, perhaps more than it needs
}

// flow sets blocks one below the other.
func (s *setter) flow(blocks []Block, width Unit) []piece {
	var out []piece
	var last Unit
	for i, b := range blocks {
		before, after := b.space()
		pieces := b.lay(s, width)
		if len(pieces) == 0 {
			continue
		}
		if gap := max(last, before); i > 0 && len(out) > 0 && gap > 0 {
			out = append(out, piece{high: gap, gap: true, keep: out[len(out)-1].keep})
		}
		out, last = append(out, pieces...), after
	}
	return out
}

// height is that of pieces together.
func height(pieces []piece) (h Unit) {
	for _, p := range pieces {
		h += p.high
	}
	return h
}

// stacked paints pieces one below the other.
func stacked(pieces []piece) func(c *canvas, x, y, high Unit) {
	return func(c *canvas, x, y, _ Unit) {
		for _, p := range pieces {
			if p.paint != nil {
				p.paint(c, x, y, p.high)
			}
			y += p.high
		}
	}
}

func (b *Box) lay(s *setter, width Unit) []piece {
	inner := width - b.Thick - 2*b.Pad
	shift := b.Thick + b.Pad
	if b.RTL {
		shift = b.Pad
	}
	pieces := s.flow(b.Blocks, inner)
	if len(pieces) == 0 {
		return nil
	}
	edge := piece{high: b.Pad * 2 / 3}
	first := edge
	first.keep = true
	pieces = append([]piece{first}, pieces...)
	pieces[len(pieces)-1].keep = true
	pieces = append(pieces, edge)
	for i := range pieces {
		p := pieces[i]
		pieces[i].paint = func(c *canvas, x, y, high Unit) {
			if b.Ground != nil {
				c.fill(*b.Ground, x, y, width, high)
			}
			if b.Bar != nil {
				at := x
				if b.RTL {
					at = x + width - b.Thick
				}
				c.fill(*b.Bar, at, y, b.Thick, high)
			}
			if p.paint != nil {
				p.paint(c, x+shift, y, high)
			}
		}
		pieces[i].gap = false
	}
	return pieces
}

func (p *Picture) lay(s *setter, width Unit) []piece {
	if p.Width == 0 || p.Height == 0 {
		return nil
	}
	w := min(width, p.Wide)
	h := w * Unit(p.Height) / Unit(p.Width)
	if h > p.High {
		w, h = p.High*Unit(p.Width)/Unit(p.Height), p.High
	}
	return []piece{{high: h, paint: func(c *canvas, x, y, _ Unit) {
		if p.RTL {
			x += width - w
		}
		c.picture(p, x, y, w, h)
		if p.Link != "" {
			c.link(p.Link, x, y, w, h)
		}
	}}}
}
