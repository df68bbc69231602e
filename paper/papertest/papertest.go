// Package papertest reads documents on paper back, and finds fonts for tests.
package papertest

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"kept/paper"
)

// Fonts are those of this machine. Where there are none for the three scripts, the test is left out, and says so.
func Fonts(t testing.TB) *paper.Fonts {
	t.Helper()
	for _, name := range []string{"NotoSans-Regular.ttf", "NotoNaskhArabic-Regular.ttf", "NotoSansCJK-Regular.ttc"} {
		if file(name) == "" {
			Skip(t, t.Name(), "no "+name+" (on Debian: apt-get install "+paper.Packages+")")
		}
	}
	fonts, err := paper.Find("", paper.Folders())
	if err != nil {
		t.Fatal(err)
	}
	return fonts
}

// Latin is a folder with one font, which has no Chinese and no Arabic letters.
func Latin(t testing.TB) string {
	t.Helper()
	Fonts(t)
	body, err := os.ReadFile(file("NotoSans-Regular.ttf"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "NotoSans-Regular.ttf"), body, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func file(name string) (found string) {
	for _, folder := range paper.Folders() {
		_ = filepath.WalkDir(folder, func(path string, _ os.DirEntry, err error) error {
			if err == nil && found == "" && filepath.Base(path) == name {
				found = path
			}
			return nil
		})
	}
	return found
}

// Skip leaves a test out, says so at once and, through KEPT_SKIPPED, at the end of make test.
func Skip(t testing.TB, what, why string) {
	t.Helper()
	line := fmt.Sprintf("SKIPPED: %s: %s", what, why)
	fmt.Fprintf(os.Stderr, "\n*** %s ***\n\n", line)
	if name := os.Getenv("KEPT_SKIPPED"); name != "" {
		if f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644); err == nil {
			fmt.Fprintln(f, line)
			f.Close()
		}
	}
	if os.Getenv("KEPT_REQUIRE") == "1" {
		t.Fatal(line)
	}
	t.Skip(line)
}

var (
	object   = regexp.MustCompile(`(?s)(\d+) 0 obj\n(.*?)\nendobj\n`)
	stream   = regexp.MustCompile(`(?s)/FlateDecode /Length (\d+) >>\nstream\n`)
	named    = regexp.MustCompile(`/(F\d+) (\d+) 0 R`)
	mapped   = regexp.MustCompile(`<([0-9A-F]{4})> <([0-9A-F]+)>`)
	content  = regexp.MustCompile(`/Contents (\d+) 0 R`)
	kids     = regexp.MustCompile(`/Kids \[([0-9 R]*)\]`)
	words    = regexp.MustCompile(`/ToUnicode (\d+) 0 R`)
	drawn    = regexp.MustCompile(`(?s)BT /(F\d+) .*?ET\n`)
	glyphHex = regexp.MustCompile(`<([0-9A-F]*)>`)
)

// Pages are the words of each page as they are drawn, from left to right: a reader that knows which glyph stands for which words.
func Pages(t testing.TB, pdf []byte) []string {
	t.Helper()
	objects := map[string]string{}
	for _, m := range object.FindAllStringSubmatch(string(pdf), -1) {
		objects[m[1]] = m[2]
	}
	inflate := func(number string) string {
		body := objects[number]
		at := stream.FindStringSubmatchIndex(body)
		if at == nil {
			t.Fatalf("object %s is no stream: %.200s", number, body)
		}
		length, _ := strconv.Atoi(body[at[2]:at[3]])
		z, err := zlib.NewReader(strings.NewReader(body[at[1] : at[1]+length]))
		if err != nil {
			t.Fatal(err)
		}
		out, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	fonts := map[string]map[string]string{}
	for _, m := range named.FindAllStringSubmatch(string(pdf), -1) {
		if fonts[m[1]] != nil {
			continue
		}
		of := map[string]string{}
		for _, pair := range mapped.FindAllStringSubmatch(inflate(words.FindStringSubmatch(objects[m[2]])[1]), -1) {
			raw, _ := hex.DecodeString(pair[2])
			var units []uint16
			for i := 0; i+1 < len(raw); i += 2 {
				units = append(units, uint16(raw[i])<<8|uint16(raw[i+1]))
			}
			of[pair[1]] = string(utf16.Decode(units))
		}
		fonts[m[1]] = of
	}
	var out []string
	for _, page := range strings.Split(strings.TrimSuffix(kids.FindStringSubmatch(string(pdf))[1], " R "), " R ") {
		number := strings.Fields(page)[0]
		var b bytes.Buffer
		for _, run := range drawn.FindAllStringSubmatch(inflate(content.FindStringSubmatch(objects[number])[1]), -1) {
			for _, some := range glyphHex.FindAllStringSubmatch(run[0], -1) {
				for i := 0; i+4 <= len(some[1]); i += 4 {
					b.WriteString(fonts[run[1]][some[1][i:i+4]])
				}
			}
			b.WriteByte('|')
		}
		out = append(out, b.String())
	}
	return out
}

// Sum is the SHA-256 of the first font.
func Sum(fonts *paper.Fonts) string {
	d := paper.Document{Blocks: []paper.Block{&paper.Text{Spans: []paper.Span{{Text: "a", Size: paper.Pt}}}}}
	r, err := d.Write(io.Discard, fonts)
	if err != nil {
		return err.Error()
	}
	return r.Fonts[0].SHA256
}
