package iati

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// element is any XML, to be written again in another order.
type element struct {
	start xml.StartElement
	text  string
	kids  []*element
}

func parseAny(t *testing.T, text string) *element {
	dec := xml.NewDecoder(strings.NewReader(text))
	root := &element{}
	open := []*element{root}
	for {
		token, err := dec.RawToken()
		if err == io.EOF {
			return root.kids[0]
		}
		if err != nil {
			t.Fatal(err)
		}
		top := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			kid := &element{start: token.Copy()}
			top.kids = append(top.kids, kid)
			open = append(open, kid)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			top.text += string(token)
		}
	}
}

func (e *element) write(out *bytes.Buffer) {
	name := func(n xml.Name) string {
		if n.Space != "" {
			return n.Space + ":" + n.Local
		}
		return n.Local
	}
	out.WriteString("<" + name(e.start.Name))
	for _, a := range e.start.Attr {
		out.WriteString(" " + name(a.Name) + `="`)
		xml.EscapeText(out, []byte(a.Value))
		out.WriteString(`"`)
	}
	out.WriteString(">")
	xml.EscapeText(out, []byte(strings.TrimSpace(e.text)))
	for _, kid := range e.kids {
		out.WriteString("\n")
		kid.write(out)
	}
	out.WriteString("</" + name(e.start.Name) + ">")
}

func (e *element) shuffle(by *rand.Rand) {
	by.Shuffle(len(e.kids), func(i, j int) { e.kids[i], e.kids[j] = e.kids[j], e.kids[i] })
	for _, kid := range e.kids {
		kid.shuffle(by)
	}
}

// sorted is a file without what may depend on its order: lines, the order of
// activities, measures and movements, and the sum of its bytes.
func sorted(f *File) *File {
	f.SHA256, f.Findings = "", nil
	for i := range f.LeftOut {
		f.LeftOut[i].Line = 0
	}
	for i := range f.Activities {
		a := &f.Activities[i]
		a.Line = 0
		for j := range a.Measures {
			m := &a.Measures[j]
			m.Line = 0
			for _, readings := range [][]Reading{m.Targets, m.Actuals} {
				for k := range readings {
					readings[k].Line = 0
				}
			}
		}
		for j := range a.Budgets {
			a.Budgets[j].Line = 0
		}
		for j := range a.Movements {
			a.Movements[j].Line = 0
		}
		for j := range a.Documents {
			a.Documents[j].Line = 0
		}
		slices.SortFunc(a.Measures, func(x, y Measure) int { return cmp.Compare(x.Key, y.Key) })
		slices.SortFunc(a.Movements, func(x, y Movement) int { return cmp.Compare(x.Key, y.Key) })
	}
	slices.SortFunc(f.Activities, func(x, y Activity) int { return cmp.Compare(x.Key, y.Key) })
	return f
}

// A file read again in any other order says the same under the same keys.
func TestReorderingKeepsKeys(t *testing.T) {
	twins := file(promise(
		measure(`measure="1"`, period("2025-01-01", "2025-12-31", `<target value="2"/>`)+period("2026-01-01", "2026-12-31", `<target value="5"/>`)),
		measure(`measure="1"`, period("2025-01-01", "2025-12-31", `<target value="3"/>`)),
		measure(`measure="1"`, period("2025-01-01", "2025-12-31", `<target value="3"/>`)),
		transaction("", "3", "2025-01-01", ">5"), transaction(`ref="x"`, "3", "2025-01-01", ">5"), transaction(`ref="x"`, "3", "2025-01-01", ">5"),
		`<activity-date type="3" iso-date="2026-10-31"/>`,
		`<participating-org role="4"><narrative>The Mill</narrative></participating-org><participating-org role="3"><narrative>THE MILL</narrative></participating-org>`,
		budget("", "2025-01-01", "2025-12-31", ">1"), budget(` type="2"`, "2025-01-01", "2025-12-31", ">2"),
	))
	for name, text := range map[string]string{"wells": wells(t), "twins": twins} {
		t.Run(name, func(t *testing.T) {
			want := sorted(mustRead(t, text))
			rapid.Check(t, func(rt *rapid.T) {
				tree := parseAny(t, text)
				tree.shuffle(rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "order"), 0)))
				var out bytes.Buffer
				tree.write(&out)
				if diff := gocmp.Diff(want, sorted(mustRead(t, out.String()))); diff != "" {
					rt.Fatalf("in another order it reads otherwise (-first +now):\n%s\n%s", diff, out.String())
				}
			})
		})
	}
}

func TestKeysDiffer(t *testing.T) {
	for _, text := range []string{wells(t), file(promise(
		measure(`measure="1"`, ""), measure(`measure="1"`, ""),
		transaction("", "3", "2025-01-01", ">5"), transaction("", "3", "2025-01-01", ">5"), transaction("", "4", "2025-01-01", ">5"),
		transaction(`ref="x"`, "3", "2025-01-01", ">5"), transaction(`ref="y"`, "3", "2025-01-01", ">5"),
		budget("", "2025-01-01", "2025-12-31", ">1"), budget("", "2026-01-01", "2026-12-31", ">1"),
	))} {
		checkKeys(t, mustRead(t, text))
	}
}

// checkKeys fails where two things of one file have one key.
func checkKeys(t *testing.T, f *File) {
	t.Helper()
	seen := map[string]bool{}
	add := func(kind, key string) {
		if key == "" || seen[kind+key] {
			t.Errorf("%s key %q is empty or given twice", kind, key)
		}
		seen[kind+key] = true
	}
	for _, a := range f.Activities {
		add("activity", a.Key)
		for _, m := range a.Measures {
			add("measure", m.Key)
		}
		for _, b := range a.Budgets {
			add("budget", b.Key)
		}
		for _, m := range a.Movements {
			add("movement", m.Key)
		}
	}
	for _, o := range f.Orgs {
		add("organisation", o.Code)
	}
	for _, p := range f.Places {
		add("place", p.Code)
	}
	for _, task := range f.Tasks {
		add("task", task.Code)
	}
}

// What a key must not depend on, and what it must.
func TestMovementKeys(t *testing.T) {
	keyOf := func(parts ...string) string {
		return mustRead(t, file(promise(parts...))).Activities[0].Movements[0].Key
	}
	plain := transaction("", "3", "2025-01-01", ">5")
	if keyOf(plain) != keyOf(transaction("", "3", "2025-01-01", `currency="USD"> 5.00 `)) {
		t.Error("the same amount written otherwise has another key")
	}
	for name, other := range map[string]string{
		"type":     transaction("", "4", "2025-01-01", ">5"),
		"day":      transaction("", "3", "2025-01-02", ">5"),
		"amount":   transaction("", "3", "2025-01-01", ">5.01"),
		"currency": transaction("", "3", "2025-01-01", `currency="EUR">5`),
		"party":    strings.Replace(plain, "</transaction>", "<provider-org><narrative>X</narrative></provider-org></transaction>", 1),
		"ref":      transaction(`ref="T"`, "3", "2025-01-01", ">5"),
	} {
		if keyOf(plain) == keyOf(other) {
			t.Errorf("another %s leaves the key the same", name)
		}
	}
	named := transaction(`ref="T"`, "3", "2025-01-01", ">5")
	if keyOf(named) != keyOf(transaction(`ref="T"`, "4", "2025-02-01", ">6")) {
		t.Error("a movement with its own ref has another key when it changes")
	}
	if keyOf(named) == keyOf(named, transaction(`ref="T"`, "4", "2025-02-01", ">6")) {
		t.Error("a ref that is not unique still is an identity")
	}
}

// A file that is merely indented anew says the same under the same keys.
func TestIndentationChangesNothing(t *testing.T) {
	text := wells(t)
	again := text
	for _, words := range []string{"Twelve wells at Long Ridge", "Ministry of Water", "Wells dug", "Stone Spring", "The plan"} {
		wide := "\n\t" + strings.ReplaceAll(words, " ", "\n\t  ") + "\n"
		if !strings.Contains(again, words) {
			t.Fatalf("%q is not in the file", words)
		}
		again = strings.ReplaceAll(again, words, wide)
	}
	if diff := gocmp.Diff(sorted(mustRead(t, text)), sorted(mustRead(t, again))); diff != "" {
		t.Errorf("indented anew it reads otherwise (-first +now):\n%s", diff)
	}
}
