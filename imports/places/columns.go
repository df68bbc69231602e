package places

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"

	"kept/locale"
	"kept/programme"
)

// The things that a column can hold besides names. Their words are in the order of preference; they are written as plain
// writes them.
var words = map[string][]string{
	"code":      {"code", "placecode", "pcode", "geocode", "admincode", "代码", "编码", "地方代码", "行政区划代码", "区划代码", "كود", "جايكودى"},
	"parent":    {"parent", "parentcode", "parentpcode", "in", "upper", "上级", "上级代码", "上级编码", "所属", "父级", "ئۈستىدىكىجاي", "ئۈستى", "تەۋەجاي"},
	"level":     {"level", "placelevel", "adminlevel", "admlevel", "type", "placetype", "级别", "层级", "类型", "دەرىجە", "دەرىجىسى", "تۈرى"},
	"latitude":  {"latitude", "lat", "centerlat", "centroidlat", "pointlat", "latdd", "y", "纬度", "كەڭلىك"},
	"longitude": {"longitude", "lon", "long", "lng", "centerlon", "centroidlon", "pointlon", "londd", "x", "经度", "ئۇزۇنلۇق"},
	"name":      {"name", "placename", "名称", "地名", "地方", "名字", "نامى", "ئىسمى", "جاينامى"},
}

// columns says in which cell of a line what stands.
type columns struct {
	of    map[string]int // by the keys of words, without name
	names []nameColumn   // in the order of the file, those without a language first
	admin [5]struct {
		code  int // -1: none
		names []nameColumn
	}
	byAdmin bool // a line has the whole path of a place
	ignored []string
}

type nameColumn struct {
	at   int
	lang string
}

// plain makes ways to write a header alike: case, blanks and marks between its words make no difference.
func plain(header string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" _-./()", r) || r == 0x640 {
			return -1
		}
		return r
	}, strings.ToLower(locale.Tidy(header)))
}

var (
	nameWithColon = regexp.MustCompile(`^(?:name|名称|نامى|ئىسمى) ?: ?(.+)$`)
	nameWithTag   = regexp.MustCompile(`^name[ _-]\(?([a-z]{2,3}(?:[_-][a-z]{4})?(?:[_-][a-z]{2})?)\)?$`)
	adminCode     = regexp.MustCompile(`^adm(?:in)?([0-4])p?code$`)
	adminName     = regexp.MustCompile(`^adm(?:in)?([0-4])(?:name)?([a-z]{2,3}|)$`)
)

// noLanguages are endings of columns that look like languages: other names, which are not read.
var noLanguages = []string{"alt", "old", "int", "ref", "loc"}

// adminLevels are the levels of administrative units by their number.
var adminLevels = programme.Levels[:5]

// readColumns understands the line of headers.
func readColumns(headers []string) (*columns, *locale.Error) {
	c := &columns{of: map[string]int{}}
	for i := range c.admin {
		c.admin[i].code = -1
	}
	rank := map[string]int{}
	seen := map[string]bool{}
	for at, header := range headers {
		key := plain(header)
		if key == "" {
			continue
		}
		if seen[key] {
			return nil, fault("places-file.column-twice", "Column", short(header))
		}
		seen[key] = true
		known, err := c.one(at, header, key, rank)
		if err != nil {
			return nil, err
		}
		if !known {
			c.ignored = append(c.ignored, short(header))
		}
	}
	slices.SortStableFunc(c.names, func(a, b nameColumn) int { return min(len(a.lang), 1) - min(len(b.lang), 1) })
	return c, c.enough()
}

func (c *columns) one(at int, header, key string, rank map[string]int) (known bool, err *locale.Error) {
	for what, list := range words {
		n := slices.Index(list, key)
		if n < 0 {
			continue
		}
		if what == "name" {
			c.names = append(c.names, nameColumn{at: at})
			return true, nil
		}
		if before, ok := rank[what]; ok && before < n {
			return false, nil // another column says the same more plainly
		}
		rank[what], c.of[what] = n, at
		return true, nil
	}
	low := strings.ToLower(locale.Tidy(header))
	if m := nameWithColon.FindStringSubmatch(low); m != nil {
		lang, ok := tag(m[1])
		if !ok {
			return false, fault("places-file.language", "Column", short(header))
		}
		c.names = append(c.names, nameColumn{at, lang})
		return true, nil
	}
	if m := nameWithTag.FindStringSubmatch(low); m != nil && !slices.Contains(noLanguages, m[1]) {
		if lang, ok := tag(m[1]); ok {
			c.names = append(c.names, nameColumn{at, lang})
			return true, nil
		}
	}
	if m := adminCode.FindStringSubmatch(key); m != nil {
		c.admin[m[1][0]-'0'].code = at
		return true, nil
	}
	if m := adminName.FindStringSubmatch(key); m != nil && !slices.Contains(noLanguages, m[2]) {
		lang := ""
		if m[2] != "" {
			lang, known = tag(m[2])
			if !known {
				return false, nil
			}
		} else if !strings.Contains(key, "name") {
			return false, nil
		}
		level := &c.admin[m[1][0]-'0']
		level.names = append(level.names, nameColumn{at, lang})
		return true, nil
	}
	return false, nil
}

// enough says what is missing without which no line can be read.
func (c *columns) enough() *locale.Error {
	if _, ok := c.of["code"]; !ok {
		for _, level := range c.admin {
			c.byAdmin = c.byAdmin || level.code >= 0 && len(level.names) > 0
		}
		if c.byAdmin {
			return nil
		}
		return fault("places-file.no-code")
	}
	if _, ok := c.of["level"]; !ok {
		return fault("places-file.no-level")
	}
	if len(c.names) == 0 {
		return fault("places-file.no-name")
	}
	return nil
}

// tag is a language as a wording names it. Chinese without a script is written with simplified characters here.
func tag(text string) (string, bool) {
	text = strings.ReplaceAll(strings.TrimSpace(text), "_", "-")
	switch text {
	case "zh", "zh-cn", "cn", "zh-hans-cn":
		return "zh-Hans", true
	case "ug-arab", "ug-cn":
		return "ug", true
	}
	t, err := language.Parse(text)
	if err != nil || t.IsRoot() || !locale.ValidTag(t.String()) {
		return "", false
	}
	return t.String(), true
}

// levelWords are the words for levels, besides those of the catalogues.
var levelWords = map[string]string{
	"0": "country", "adm0": "country", "admin0": "country", "nation": "country", "国家": "country", "国": "country",
	"1": "region", "adm1": "region", "admin1": "region", "province": "region", "state": "region", "prefecture": "region", "省": "region", "自治区": "region", "州": "region", "地级市": "region", "ئۆلكە": "region", "ۋىلايەت": "region",
	"2": "district", "adm2": "district", "admin2": "district", "county": "district", "县": "district", "区": "district", "县级市": "district",
	"3": "township", "adm3": "township", "admin3": "township", "ward": "township", "commune": "township", "town": "township", "subdistrict": "township", "乡": "township", "镇": "township", "街道": "township", "بازار": "township",
	"4": "village", "adm4": "village", "admin4": "village", "settlement": "village", "hamlet": "village", "行政村": "village", "自然村": "village", "社区": "village", "مەھەللە": "village",
	"point": "site", "facility": "site", "点": "site",
}

// levels are all words for levels, as plain writes them.
var levels = sync.OnceValue(func() map[string]string {
	all := map[string]string{}
	for word, level := range levelWords {
		all[plain(word)] = level
	}
	for _, level := range programme.Levels {
		all[level] = level
		for _, l := range locale.Languages {
			all[plain(locale.For(l.Tag).T("level."+level))] = level
		}
	}
	return all
})
