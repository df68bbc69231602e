package places_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"kept/imports/places"
	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/locale"
	"kept/programme"
	"kept/store"
	"kept/store/storetest"
)

// book has a programme with an office, a district, and a township in it.
func book(t testing.TB, e storetest.Engine) *ledger.Book {
	t.Helper()
	b := ledgertest.Create(t, e.New(t), ledger.Options{}, programme.Subject)
	en := func(text string) locale.Wording { return locale.Plain("en", text) }
	for _, d := range []ledger.Draft{
		{Kind: programme.KindProgramme, Data: programme.Programme{Name: "valley", Title: en("Valley"), Goal: en("Water"), From: "2026-01-01", Until: "2026-12-31", Zone: "UTC", Languages: []string{"en"}}},
		{Kind: programme.KindOrganisation, Data: programme.Organisation{Code: "office", Name: en("Office")}},
		{Kind: programme.KindPlace, Data: programme.Place{Code: "D", Level: "district", Name: en("District")}},
		{Kind: programme.KindPlace, Data: programme.Place{Code: "T", Parent: "D", Level: "township", Name: en("Township"), Position: "1.5 2.5"}},
		{Kind: programme.KindPlace, Data: programme.Place{Code: "T2", Parent: "D", Level: "township", Name: en("Second")}},
	} {
		d.Who = "org:office"
		ledgertest.Append(t, b, d)
	}
	return b
}

func read(t testing.TB, text string) *places.Found {
	t.Helper()
	f, err := places.Read("file", []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return f
}

// told are the mistakes of a file, as "line place code".
func told(f *places.Found) (out []string) {
	for _, m := range f.Mistakes {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%d %s %s", m.Line, m.Place, m.Error.Code)))
	}
	return out
}

// rows are the places of a file, as "code<parent level position original:names".
func rows(f *places.Found) (out []string) {
	for _, r := range f.Rows {
		line := fmt.Sprintf("%s<%s %s %s %s:", r.Code, r.Parent, r.Level, r.Position, r.Name.Original)
		for _, tag := range r.Name.Tags() {
			line += " " + tag + "=" + r.Name.In[tag]
		}
		out = append(out, line)
	}
	return out
}

func same(t *testing.T, want, got []string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTable(t *testing.T) {
	for name, text := range map[string]string{
		"plain":         "code,parent,level,name:en,name:ug,latitude,longitude\na,T,village,Ford,كېچىك,36.5,76.25\nb,,township,\"Bridge, old\",,,\n",
		"another order": "longitude;name:en;name:ug;level;code;latitude;parent\r\n76,25;Ford;كېچىك;village;a;36,5;T\r\n\r\n;Bridge, old;;township;b;;\r\n",
		"other words":   "sep=\t\nP-Code\tPARENT PCODE\tAdmin Level\tname_en\tName (ug)\tLat\tlon\tremark\n#adm+code\t#x\t#y\t#z\t\t\t\t\n a \tT\t4\tFord\tكېچىك\t+36.5\t76.25\tno\nb\t\ttown\tBridge,  old\t\t\t\t\n",
		"in Chinese":    "代码,上级,级别,name:en,name:ug,纬度,经度\na,T,村,Ford,كېچىك,36.5,76.25\nb,,乡镇,\"Bridge, old\",,,\n",
	} {
		t.Run(name, func(t *testing.T) {
			f := read(t, text)
			same(t, nil, told(f))
			same(t, []string{"a<T village 36.5 76.25 en: en=Ford ug=كېچىك", "b< township  en: en=Bridge, old"}, rows(f))
			if f.Format != places.CSV || f.Encoding != "UTF-8" || (name == "other words") != slices.Equal(f.Ignored, []string{"remark"}) {
				t.Errorf("%s, %s, ignored %q", f.Format, f.Encoding, f.Ignored)
			}
		})
	}
}

// TestNamesOfNoLanguage: a name of which the column does not say the language.
func TestNamesOfNoLanguage(t *testing.T) {
	f := read(t, "code,level,name:en,name,name:zh\na,village,Ford,渡口,渡口\nb,village,Bridge,Köprü,\n")
	same(t, []string{"a< village  zh-Hans: en=Ford zh-Hans=渡口", "b< village  und: en=Bridge und=Köprü"}, rows(f))
	if err := f.NamesIn("tr"); err != nil {
		t.Fatal(err)
	}
	same(t, []string{"a< village  zh-Hans: en=Ford zh-Hans=渡口", "b< village  tr: en=Bridge tr=Köprü"}, rows(f))
	f = read(t, "code,level,name:en,name\na,village,Ford,Bridge\n")
	if err := f.NamesIn("en"); err != nil {
		t.Fatal(err)
	}
	same(t, []string{"2 a places-file.two-names"}, told(f))
	if err := f.NamesIn("English"); err == nil {
		t.Error("took a language that is none")
	}
}

// TestAdminTable reads a table that has the whole path in every line.
func TestAdminTable(t *testing.T) {
	f := read(t, `ADM0_EN,ADM0_PCODE,ADM1_EN,ADM1_FR,ADM1_PCODE,ADM1_REF,ADM2_EN,ADM2_PCODE,adm3_en,adm3_pcode,date,center_lat,center_lon
Made-up,XX,North,Nord,XX01,N,Upper,XX0101,Ford,XX010101,2020-01-01,1.5,2.5
Made-up,XX,North,Nord,XX01,N,Upper,XX0101,Gate,XX010102,2020-01-01,1.6,2.6
Made-up,XX,North,Nord,XX01,N,Lower,XX0102,,,2020-01-01,1.7,2.7
Made-up,XX,South,Sud,XX02,S,,,,,,,
Made-up,XX,North,Nord,XX01,N,,,,,,1.8,2.8
`)
	same(t, nil, told(f))
	same(t, []string{"XX< country  en: en=Made-up", "XX01<XX region 1.8 2.8 en: en=North fr=Nord", "XX0101<XX01 district  en: en=Upper", "XX010101<XX0101 township 1.5 2.5 en: en=Ford",
		"XX010102<XX0101 township 1.6 2.6 en: en=Gate", "XX0102<XX01 district 1.7 2.7 en: en=Lower", "XX02<XX region  en: en=South fr=Sud"}, rows(f))
	same(t, []string{"ADM1_REF", "date"}, f.Ignored)
	f = read(t, "admin1Name_en,admin1Pcode,admin2Name_en,admin2Pcode\nNorth,A,Upper,B\nSouth,A,Lower,C\nSouth,D,Upper,B\nNowhere,,,\n")
	same(t, []string{"3 A places-file.twice", "4 B places-file.twice", "5  places-file.code-missing"}, told(f))
}

const collection = `{"type":"FeatureCollection","name":"x","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},"features":[
%s
]}`

func TestMap(t *testing.T) {
	f := read(t, fmt.Sprintf(collection, `{"type":"Feature","geometry":{"type":"Point","coordinates":[76.123456789,36.5,1200]},"properties":{"code":7,"parent":"T","level":"village","name:en":"Ford","more":{"a":[1]}}},
{"type":"Feature","geometry":null,"properties":{"code":"b","level":"village","name:en":"Gate","lat":1.25,"lon":"-2"}},

{"type":"Feature","properties":{"code":"c","level":"village","name:en":"Well"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,4],[0,0]]]}},
{"type":"Feature","properties":{"code":"d","level":"village","name:en":"Lake"},"geometry":{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[[[10,10],[20,10],[20,20],[10,20],[10,10]]]]}}`))
	same(t, nil, told(f))
	same(t, []string{"7<T village 36.50000 76.12346 en: en=Ford", "b< village 1.25 -2 en: en=Gate", "c< village 2.00000 2.00000 en: en=Well", "d< village 15.00000 15.00000 en: en=Lake"}, rows(f))
	if f.Format != places.GeoJSON || f.Rows[2].Line != 5 || !slices.Equal(f.Ignored, []string{"more"}) {
		t.Errorf("%s, line %d, ignored %q", f.Format, f.Rows[2].Line, f.Ignored)
	}
	f = read(t, fmt.Sprintf(collection, `{"type":"Feature","geometry":{"type":"LineString","coordinates":[[1,1],[2,2]]},"properties":{"code":"a","level":"village","name":"A"}},
{"type":"Feature","geometry":{"type":"Point","coordinates":[476123,4012345]},"properties":{"code":"b","level":"village","name":"B"}},
{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[1,1],[2,2],["x",1]]]},"properties":{"code":"c","level":"village","name":"C"}},
{"type":"Feature","geometry":{"type":"Point","coordinates":[0,0]},"properties":{"code":"d","level":"village","name":"D"}}`))
	same(t, []string{"2 a places-file.geometry", "3 b places-file.geometry", "4 c places-file.geometry", "5 d places-file.zero-position"}, told(f))
}

// TestInside: the position of an area lies in it, also where its centre does not.
func TestInside(t *testing.T) {
	for rings, want := range map[string]string{
		`[[0,0],[9,0],[9,9],[6,9],[6,3],[3,3],[3,9],[0,9],[0,0]]`:            "4.50000 1.50000", // a U, whose centre lies between its arms
		`[[0,0],[9,0],[9,9],[0,9],[0,0]],[[3,3],[6,3],[6,6],[3,6],[3,3]]`:    "4.50000 1.50000", // its centre is a lake
		`[[-180,-90],[180,-90],[180,90],[-180,90]],[[-1,-1],[1,-1],[0,1.5]]`: "0.00000 -90.30000",
		`[[5,5],[5,5],[5,5]]`:                    "5.00000 5.00000",
		`[[7,1]]`:                                "1.00000 7.00000",
		`[[0.5,0.5],[-0.500001,-0.5],[0.5,0.5]]`: "0.50000 0.50000",
		``:                                       "",
	} {
		f := read(t, fmt.Sprintf(collection, `{"type":"Feature","geometry":{"type":"Polygon","coordinates":[`+rings+`]},"properties":{"code":"a","level":"village","name":"A"}}`))
		if len(f.Mistakes) > 0 || f.Rows[0].Position != want {
			t.Errorf("%s: %q, should be %q %v", rings, f.Rows[0].Position, want, told(f))
		}
	}
}

func encoded(t *testing.T, e encoding.Encoding, text string) string {
	t.Helper()
	out, err := e.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEncodings(t *testing.T) {
	const text = "code,level,name:zh,name:ug\na,village,三泉村,ئۈچ بۇلاق\n"
	const chinese = "代码,级别,名称\na,村,三泉村\nb,村,沙梁村\n"
	for _, test := range []struct{ name, in, encoding string }{
		{"UTF-8", text, "UTF-8"},
		{"with a mark", "\ufeff" + text, "UTF-8"},
		{"UTF-16, little end first, with a mark", encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), text), "UTF-16"},
		{"UTF-16, big end first, with a mark", encoded(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), text), "UTF-16"},
		{"UTF-16, little end first", encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), text), "UTF-16"},
		{"UTF-16, big end first", encoded(t, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), text), "UTF-16"},
		{"GB18030", encoded(t, simplifiedchinese.GB18030, text), "GB18030"},
		{"GBK", encoded(t, simplifiedchinese.GBK, chinese), "GB18030"},
		{"a map in GBK", encoded(t, simplifiedchinese.GBK, fmt.Sprintf(collection, `{"type":"Feature","properties":{"code":"a","level":"村","name":"三泉村"}}`)), "GB18030"},
	} {
		f, err := places.Read("x", []byte(test.in))
		if err != nil || f.Encoding != test.encoding || len(f.Mistakes) > 0 || !strings.Contains(rows(f)[0], "三泉村") {
			t.Errorf("%s: %v %+v", test.name, err, f)
		}
	}
	for name, in := range map[string]string{
		"Latin-1":            encoded(t, charmap.ISO8859_1, "code,level,name\na,village,Forêt\nb,village,Évian-là\n"),
		"neither":            "code,level,name\na,village,\xff\xff\xff\n",
		"half of UTF-16":     "\xff\xfec\x00o\x00d\x00\xd8\x00\xd8",
		"zeros":              "code,level\x00,name\na,village,A\n",
		"a mark and no UTF8": "\xef\xbb\xbfcode,level,name\na,village,\xe9\n",
	} {
		var e *locale.Error
		if f, err := places.Read("x", []byte(in)); !errors.As(err, &e) || e.Code != "places-file.encoding" {
			t.Errorf("%s: %v %+v", name, err, f)
		}
	}
}

// TestRefused: files of which nothing can be read.
func TestRefused(t *testing.T) {
	for _, test := range []struct{ name, in, code string }{
		{"nothing", "", "places-file.empty"},
		{"blanks", " \r\n\r\n", "places-file.empty"},
		{"only headers", "code,level,name\n", "places-file.empty"},
		{"an empty map", fmt.Sprintf(collection, ""), "places-file.no-code"},
		{"a large file", strings.Repeat("x", places.MaxBytes+1), "places-file.too-large"},
		{"many lines", "code,level,name\n" + lines(places.MaxRows+1), "places-file.too-many"},
		{"a spreadsheet", "PK\x03\x04...", "places-file.spreadsheet"},
		{"an old spreadsheet", "\xd0\xcf\x11\xe0...", "places-file.spreadsheet"},
		{"no codes", "level,name\nvillage,A\n", "places-file.no-code"},
		{"no levels", "code,name\na,A\n", "places-file.no-level"},
		{"no names", "code,level\na,village\n", "places-file.no-name"},
		{"a column twice", "code,level,name,Name\na,village,A,B\n", "places-file.column-twice"},
		{"a language that is none", "code,level,name:klingonese\na,village,A\n", "places-file.language"},
		{"half of a quotation mark", "code,level,name\na,village,\"A\nb,village,B\n", "places-file.quotes"},
		{"a quotation mark inside", "code,level,name\na,village,A \"old\" B\n", "places-file.quotes"},
		{"a list", "[]", "places-file.not-map"},
		{"a single feature", `{"type":"Feature","properties":{}}`, "places-file.not-map"},
		{"a map that is cut off", strings.TrimSuffix(fmt.Sprintf(collection, ""), "]}"), "places-file.not-map"},
		{"more after a map", fmt.Sprintf(collection, "") + "{}", "places-file.not-map"},
		{"a feature that is a number", fmt.Sprintf(collection, "7"), "places-file.not-map"},
		{"something else among features", fmt.Sprintf(collection, `{"type":"Topology"}`), "places-file.not-map"},
		{"a projection", strings.Replace(fmt.Sprintf(collection, ""), "urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:32643", 1), "places-file.projection"},
	} {
		var e *locale.Error
		if f, err := places.Read("x", []byte(test.in)); !errors.As(err, &e) || e.Code != test.code {
			t.Errorf("%s: %v, should be %s %v", test.name, err, test.code, f)
		}
	}
	if f, err := places.Read("x", []byte("code,level,name\n"+lines(places.MaxRows))); err != nil || len(f.Rows) != places.MaxRows {
		t.Errorf("as many as there may be: %v", err)
	}
}

func lines(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "v%d,village,V\n", i)
	}
	return b.String()
}

// TestMistakes: all that is wrong is told at once, each with its line.
func TestMistakes(t *testing.T) {
	b := book(t, storetest.Engines()[0])
	f := read(t, `code,parent,level,name,latitude,longitude
ok,T,village,Ok,,
ok,T,village,Ok,,
,T,village,A,,
a b,T,village,A,,
c,T,household,C,,
d,T,,D,,
e,T,village,,,
f,T,village,`+strings.Repeat("x", 301)+`,,
g,T,village,`+"\ufffd"+`,,
h,T,village,H,36.5,
i,T,village,I,95,36.5
j,T,village,J,"36° 5'",76
k,T,village,K,0,0.0
ok,T,village,Other,,
ok,T2,village,Ok,,
l,nowhere,village,L,,
m,m,village,M,,
n,o,village,N,,
o,p,township,O,,
p,n,village,P,,
q,T,township,Q,,
r,ok,village,R,,
under-c,c,site,S,,
T,D,township,Township,,
T2,T,township,Second,,
D,,district,Another,,
`)
	if err := f.CheckBook(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	same(t, []string{"4  places-file.code-missing", "5 a b refused.code.bad", "6 c places-file.level", "7 d places-file.level-missing", "8 e places-file.name-missing",
		"9 f wording.too-long", "10 g places-file.mangled", "11 h places-file.half-position", "12 i places-file.position", "13 j places-file.position",
		"14 k places-file.zero-position", "15 ok places-file.twice", "16 ok places-file.twice", "17 l places-file.parent-unknown", "18 m refused.place.cycle",
		"19 n places-file.circle", "20 o refused.place.level-order", "20 o places-file.circle", "21 p refused.place.level-order", "21 p places-file.circle",
		"22 q refused.place.level-order", "23 r refused.place.level-order", "25 T places-file.differs", "26 T2 refused.place.moved", "27 D places-file.differs"},
		told(f))
	if _, err := f.Drafts("org:office"); err == nil || f.Clean() {
		t.Error("made entries of a file that is not clean")
	}
	if err := f.CheckBook(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if n := len(f.Mistakes); n != len(told(f)) || n < 20 {
		t.Errorf("a second look finds %d", n)
	}
	// Every mistake can be said in every language.
	for _, m := range f.Mistakes {
		for _, l := range locale.Languages {
			if p := locale.For(l.Tag); !p.Has(m.Error.Code) || strings.Contains(p.T(m.Error.Code, m.Error.Args...), "–") {
				t.Errorf("%s in %s: %s", m.Error.Code, l.Tag, p.T(m.Error.Code, m.Error.Args...))
			}
		}
	}
}

// TestSentences: all the codes of this package have their words.
func TestSentences(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range regexp.MustCompile(`"(?:places-file|refused)\.[a-z.-]+"`).FindAllString(string(source), -1) {
			if n++; !locale.For("en").Has(strings.Trim(code, `"`)) {
				t.Errorf("%s says %s, for which there are no words", file, code)
			}
		}
	}
	if n < 40 {
		t.Errorf("only %d codes found", n)
	}
}

// TestAppend enters a file, enters it again, and enters a longer one. Parents may stand behind what lies in them.
func TestAppend(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		b := book(t, e)
		size := func() (n int64) {
			t.Helper()
			if err := b.DB.Read(t.Context(), func(tx *store.Tx) error {
				head, err := ledger.ReadHead(tx)
				n = head.Size
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return n
		}
		enter := func(text string, want, fresh int) {
			t.Helper()
			f := read(t, text)
			if err := f.CheckBook(t.Context(), b); err != nil || !f.Clean() || f.New() != fresh {
				t.Fatalf("%v %q, %d new", err, told(f), f.New())
			}
			before, done := size(), int64(0)
			n, err := f.Append(t.Context(), b, "org:office", func(d, all int64) { done = d })
			if err != nil || n != want || done != int64(want) || size() != before+int64(want) {
				t.Fatalf("%v, %d appended, %d told, the book has %d, had %d", err, n, done, size(), before)
			}
		}
		first := "code,parent,level,name:en,latitude,longitude\nv1,t9,village,Ford,1.5,2.5\nt9,D,township,Bridge,,\nT,D,township,Township,,\nv1,t9,village,Ford,1.5,2.5\n"
		enter(first, 2, 2)
		enter(first, 0, 0)
		enter(first+"v2,T,village,Gate,,\n", 1, 1)
		// A file that does not say where its places lie is no contradiction to the book.
		enter("code,level,name:en\nv1,village,Ford\n", 0, 0)
		// A translation that was added in the book is none either; another name is.
		ledgertest.Append(t, b, programme.Rename("org:office", programme.OfPlace, "v1", locale.Wording{Original: "en", In: map[string]string{"en": "Ford", "ug": "كېچىك"}}))
		enter(first, 0, 0)
		ledgertest.Append(t, b, programme.Rename("org:office", programme.OfPlace, "v1", locale.Plain("en", "Willow Ford")))
		f := read(t, first)
		if err := f.CheckBook(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		same(t, []string{"2 v1 places-file.differs"}, told(f))

		// The same drafts twice are once; by somebody unknown they are nothing.
		f = read(t, "code,parent,level,name\nv3,T,village,Lake\n")
		if err := f.CheckBook(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		if n, err := f.Append(t.Context(), b, "org:nobody", nil); ledger.Refused(err) == nil || n != 0 {
			t.Errorf("by nobody: %d, %v", n, err)
		}
		before := size()
		for range 2 {
			if _, err := f.Append(t.Context(), b, "org:office", nil); err != nil {
				t.Fatal(err)
			}
		}
		if size() != before+1 {
			t.Errorf("twice is %d entries", size()-before)
		}
		ledgertest.Check(t, b)
	})
}

// FuzzRead reads anything: nothing panics, nothing is taken twice, and of what is clean the book takes every draft.
func FuzzRead(f *testing.F) {
	f.Add([]byte("code,parent,level,name:en,latitude,longitude\na,T,village,Ford,36.5,76.25\nb,a,site,Gate,,\n"))
	f.Add([]byte("adm1_en,adm1_pcode,adm2_en,adm2_pcode\nN,A,U,B\n"))
	f.Add([]byte("\xff\xfec\x00o\x00d\x00e\x00"))
	f.Add([]byte("\xb4\xfa\xc2\xeb,\xbc\xb6\xb1\xf0,\xc3\xfb\xb3\xc6\na,\xb4\xe5,\xc8\xfd\xc8\xaa\n"))
	f.Add(fmt.Appendf(nil, collection, `{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,0]]]},"properties":{"code":"c","level":"village","name":"W"}}`))
	b := book(f, storetest.Engines()[0])
	f.Fuzz(func(t *testing.T, data []byte) {
		found, err := places.Read("x", data)
		if err != nil {
			var e *locale.Error
			if found != nil || !errors.As(err, &e) || !locale.For("en").Has(e.Code) {
				t.Fatalf("%v", err)
			}
			return
		}
		if err := found.CheckBook(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, r := range found.Rows {
			if seen[r.Code] || r.Line < 1 {
				t.Fatalf("%q twice, or in line %d", r.Code, r.Line)
			}
			seen[r.Code] = true
		}
		if !found.Clean() {
			return
		}
		drafts, err := found.Drafts("org:office")
		if err != nil || len(drafts) != found.New() {
			t.Fatalf("%d drafts, %v", len(drafts), err)
		}
		if len(drafts) > 0 && len(drafts) < 50 {
			own := book(t, storetest.Engines()[0])
			ledgertest.Append(t, own, drafts...)
		}
	})
}
