package web

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html"

	"kept/locale"
	"kept/paper"
)

// The inks of paper: those of the style sheet on white.
var (
	inkWhite  = paper.Color{R: 255, G: 255, B: 255}
	ink       = paper.Color{R: 0x1f, G: 0x24, B: 0x21}
	inkSoft   = paper.Color{R: 0x5a, G: 0x61, B: 0x5a}
	inkRule   = paper.Color{R: 0xd9, G: 0xd3, B: 0xc3}
	inkAccent = paper.Color{R: 0x1c, G: 0x5d, B: 0x4a}
	inkLate   = paper.Color{R: 0x9a, G: 0x34, B: 0x12}
	inkSheet  = paper.Color{R: 0xf7, G: 0xf4, B: 0xec}
	inkTrack  = paper.Color{R: 0xe6, G: 0xe0, B: 0xd1}
	inkHatch  = paper.Color{R: 0xa8, G: 0x9f, B: 0x88}
	inkBad    = paper.Color{R: 0xb4, G: 0x53, B: 0x2a}
)

// paperReader turns a page into the blocks of a document: what the page says, in the order in which it says it, so that paper and
// screen cannot tell two stories. Elements and drawings that it does not know are kept as the words in them, and named.
type paperReader struct {
	site     string // before addresses
	tag      string
	rtl      bool
	pictures map[string]*paper.Picture // by address
	strange  map[string]bool
	frames   int
	scale    paper.Unit // how large words are, in hundredths
}

// paperStyle is how words look at some place of the page.
type paperStyle struct {
	scale paper.Unit
	size  paper.Unit
	role  paper.Role
	color paper.Color
	link  string
	lang  string
	rtl   bool
	frame int
	align paper.Align
	pre   bool // line ends are kept
	whole bool // no line ends between the words
}

// newPaperReader reads pages in a language.
func newPaperReader(p *locale.Printer, site string, pictures map[string]*paper.Picture, scale paper.Unit) *paperReader {
	return &paperReader{scale: scale, site: site, tag: p.Tag, rtl: p.Dir == "rtl", pictures: pictures, strange: map[string]bool{}}
}

// base is how words look that nothing is said about.
func (r *paperReader) base() paperStyle {
	return paperStyle{scale: r.scale, size: 8800, color: ink, lang: r.tag, rtl: r.rtl}
}

// skipped are the classes of what paper has no use for.
var skipped = []string{"path", "actions", "skip", "languages", "tools", "screen-only"}

// shown are elements that stand in a line; raised those that begin one.
var (
	shown  = []string{"a", "abbr", "b", "bdi", "br", "cite", "code", "data", "em", "i", "img", "small", "span", "strong", "sub", "sup", "time", "label"}
	raised = []string{"address", "article", "aside", "blockquote", "caption", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "header", "li", "main", "ol", "p",
		"section", "svg", "table", "ul", "details", "summary"}
)

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func classes(n *html.Node) []string { return strings.Fields(attr(n, "class")) }

func has(n *html.Node, class string) bool { return slices.Contains(classes(n), class) }

func hidden(n *html.Node) bool {
	if n.Type == html.CommentNode {
		return true
	}
	if n.Type != html.ElementNode {
		return false
	}
	if slices.Contains([]string{"script", "style", "form", "template", "nav", "button"}, n.Data) {
		return true
	}
	return slices.ContainsFunc(classes(n), func(c string) bool { return slices.Contains(skipped, c) })
}

func isRaised(n *html.Node) bool {
	return n.Type == html.ElementNode && slices.Contains(raised, n.Data)
}

// turn is the style inside an element.
func (r *paperReader) turn(n *html.Node, st paperStyle) paperStyle {
	if lang := attr(n, "lang"); lang != "" {
		st.lang = lang
	}
	switch n.Data {
	case "a":
		if to := attr(n, "href"); strings.HasPrefix(to, "/") {
			st.link = r.site + to
		} else if strings.HasPrefix(to, "http") {
			st.link = to
		}
	case "strong", "b":
		st.role = paper.Bold
	case "th":
		st.color, st.size = inkSoft, st.size*88/100
	case "small":
		st.size = st.size * 85 / 100
	case "h1":
		st.role, st.size = paper.Title, 22000
	case "h2":
		st.role, st.size = paper.Title, 11800
	case "h3":
		st.role, st.size = paper.Bold, 9400
	case "h4":
		st.role, st.size = paper.Bold, 9000
	case "caption", "figcaption":
		st.color, st.size = inkSoft, st.size*92/100
	case "code":
		st.role = paper.Mono
	}
	for _, c := range classes(n) {
		switch c {
		case "sub", "hint":
			st.color, st.size, st.role = inkSoft, st.size*92/100, paper.Sans
		case "legend", "what":
			st.color, st.size, st.role = inkSoft, st.size*92/100, paper.Sans
		case "lead":
			st.color, st.size = inkSoft, 9600
		case "gap", "none":
			st.color = inkSoft
		case "late":
			st.color = inkLate
		case "period":
			st.size, st.color, st.role = 12500, inkSoft, paper.Title
		case "goal":
			st.size, st.role = 11500, paper.Title
		case "n":
			st.size, st.role = 19000, paper.Title
		case "num":
			st.align, st.whole = paper.End, n.Data == "td"
		case "nowrap":
			st.whole = true
		case "code":
			st.role, st.size = paper.Mono, 7600
		case "mark":
			r.frames++
			st.frame, st.color, st.size = r.frames, inkSoft, 7400
			st.whole = true
		case "said-words":
			st.pre = true
		case "over":
			if n.Data == "span" && !has(n, "says") {
				st.size = st.size * 88 / 100
			}
		case "sum":
			st.role = paper.Bold
		}
	}
	if has(n, "says") {
		switch {
		case has(n, "over") || has(n, "not"):
			st.color = inkLate
		case has(n, "none"):
			st.color = inkSoft
		}
	}
	return st
}

// words gathers what stands in a line.
type words struct {
	r     *paperReader
	spans []paper.Span
	space bool // the last is a space, or nothing is there yet
	due   bool // a line is to begin before the next word
}

func (w *words) put(text string, st paperStyle) {
	var b strings.Builder
	for _, c := range text {
		if st.pre && c == '\n' {
			b.WriteRune('\n')
			w.space = true
			continue
		}
		if unicode.IsSpace(c) && c != 0xA0 {
			if !w.space && !w.due {
				if st.whole {
					b.WriteRune(0xA0)
				} else {
					b.WriteRune(' ')
				}
			}
			w.space = true
			continue
		}
		if w.due {
			w.due = false
			if len(w.spans) > 0 {
				b.WriteRune('\n')
			}
		}
		b.WriteRune(c)
		w.space = false
	}
	if b.Len() > 0 {
		w.spans = append(w.spans, st.span(b.String()))
	}
}

// control puts a character that is not seen.
func (w *words) control(c rune, st paperStyle) {
	if w.due && c != 0x2069 {
		w.due = false
		if len(w.spans) > 0 {
			c2 := st.span("\n")
			w.spans = append(w.spans, c2)
		}
		w.space = true
	}
	w.spans = append(w.spans, st.span(string(c)))
}

func (st paperStyle) span(text string) paper.Span {
	return paper.Span{Text: text, Role: st.role, Size: st.size * st.scale / 100, Color: st.color, Link: st.link, Lang: st.lang, Tabular: true, Frame: st.frame}
}

// ownLine says of an element in a line that it begins one of its own.
func ownLine(n *html.Node) bool {
	if n.Data != "span" && n.Data != "a" {
		return false
	}
	for _, c := range classes(n) {
		if slices.Contains([]string{"period", "n", "what"}, c) || c == "sub" && !has(n, "entry") && !within(n, "events") || c == "over" && !has(n, "says") {
			return true
		}
	}
	return false
}

func within(n *html.Node, class string) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if has(p, class) {
			return true
		}
	}
	return false
}

// line reads an element that stands in a line.
func (w *words) line(n *html.Node, st paperStyle) {
	switch {
	case hidden(n):
		return
	case n.Type == html.TextNode:
		w.put(n.Data, st)
		return
	case n.Type != html.ElementNode:
		return
	case n.Data == "br":
		w.due = true
		return
	case n.Data == "svg" || n.Data == "img":
		return
	case !slices.Contains(shown, n.Data) && !isRaised(n):
		w.r.strange[n.Data] = true
	}
	own := ownLine(n)
	if own {
		w.due = true
	}
	outside := st
	st = w.r.turn(n, st)
	isolated := rune(0)
	if n.Data == "bdi" || attr(n, "dir") != "" && !isRaised(n) {
		isolated = map[string]rune{"ltr": 0x2066, "rtl": 0x2067}[attr(n, "dir")]
		if isolated == 0 {
			isolated = 0x2068
		}
		w.control(isolated, outside)
	}
	if has(n, "says") || has(n, "key") {
		w.icon(n, st)
	}
	if st.frame != outside.frame {
		w.put("\u00a0", outside) // the frame is a little larger than its words
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.line(c, st)
	}
	if st.frame != outside.frame {
		w.put("\u00a0", outside)
	}
	if isolated != 0 {
		w.control(0x2069, outside)
	}
	if own {
		w.due = true
	}
	if n.Parent != nil && has(n.Parent, "legend") {
		w.put("\u00a0\u00a0\u00a0 ", outside)
	}
}

// icon draws what the style sheet draws before a standing, or a key of colours.
func (w *words) icon(n *html.Node, st paperStyle) {
	if w.due {
		w.due = false
		if len(w.spans) > 0 {
			w.spans = append(w.spans, st.span("\n"))
		}
	}
	k, x := st.color, paper.Unit(0)
	if w.r.rtl {
		x = 40
	}
	d := &paper.Drawing{W: 110, H: 70}
	frame := paper.Shape{Path: paper.Rect(x+5, 5, 60, 60), Stroke: &k, Pen: 900}
	if has(n, "key") {
		d.Shapes = keyShapes(n, x)
	} else {
		d.Shapes = saysShapes(n, x, k, frame)
	}
	height := st.size * st.scale / 100 * 70 / 100
	w.spans = append(w.spans, paper.Span{Size: st.size * st.scale / 100, Lang: st.lang, Icon: &paper.Icon{Width: height * 110 / 70, Height: height, Drawing: d}}, st.span("\u2060"))
	w.space = false
}

func keyShapes(n *html.Node, x paper.Unit) []paper.Shape {
	box := paper.Rect(x, 0, 70, 70)
	out := []paper.Shape{{Path: box, Fill: &inkTrack}}
	for _, c := range classes(n) {
		if c == "hatch" {
			c = "gap"
		}
		if s, ok := paint(c); ok {
			s.Path = box
			out = append(out, s)
		}
	}
	return out
}

func saysShapes(n *html.Node, x paper.Unit, k paper.Color, frame paper.Shape) []paper.Shape {
	switch {
	case has(n, "done"):
		return []paper.Shape{{Path: paper.Rect(x, 0, 70, 70), Fill: &k}}
	case has(n, "half"):
		return []paper.Shape{frame, {Path: paper.Rect(x+5, 35, 60, 30), Fill: &k}}
	case has(n, "not"):
		slash := []paper.Step{{Op: 'M', X: [6]paper.Unit{x + 5, 65}}, {Op: 'L', X: [6]paper.Unit{x + 65, 5}}}
		return []paper.Shape{frame, {Path: slash, Stroke: &k, Pen: 900}}
	case has(n, "over"):
		return []paper.Shape{{Path: circle(x+35, 35, 35, 35), Fill: &k}}
	case has(n, "ask"):
		frame.Dash = 1500
	default:
		frame.Dash = 700
	}
	return []paper.Shape{frame}
}

// circle is an ellipse of four curves.
func circle(x, y, rx, ry paper.Unit) []paper.Step {
	kx, ky := rx*552/1000, ry*552/1000
	return []paper.Step{
		{Op: 'M', X: [6]paper.Unit{x + rx, y}},
		{Op: 'C', X: [6]paper.Unit{x + rx, y + ky, x + kx, y + ry, x, y + ry}},
		{Op: 'C', X: [6]paper.Unit{x - kx, y + ry, x - rx, y + ky, x - rx, y}},
		{Op: 'C', X: [6]paper.Unit{x - rx, y - ky, x - kx, y - ry, x, y - ry}},
		{Op: 'C', X: [6]paper.Unit{x + kx, y - ry, x + rx, y - ky, x + rx, y}},
		{Op: 'Z'},
	}
}

// names are what was met and not known, in order.
func (r *paperReader) names() []string { return sortedKeys(r.strange) }

// parts is a number of an attribute, 1 where there is none.
func parts(n *html.Node, key string) int {
	if v, err := strconv.Atoi(attr(n, key)); err == nil && v > 0 {
		return v
	}
	return 1
}
