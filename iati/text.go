package iati

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
)

// unknownLang is the tag of a text whose language nobody said.
const unknownLang = "und"

// squeeze makes every run of space one blank. The space of a published text is
// mostly that of its indentation, and a file that is merely indented anew must
// say the same.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

// fold is a name as it is compared: without regard to case and space.
func fold(s string) string { return strings.ToLower(strings.ToUpper(squeeze(s))) }

// narratives reads the text of an element; n may be nil. Of two narratives in one
// language the first counts.
func narratives(n *node, lang string) Text {
	if n == nil {
		return Text{}
	}
	var t Text
	for _, narrative := range n.all("narrative") {
		words := squeeze(narrative.text)
		if words == "" {
			continue
		}
		tag := langTag(narrative.lang)
		if t.In == nil {
			t.In = map[string]string{}
		}
		if _, there := t.In[tag]; !there {
			t.In[tag] = words
		}
	}
	t.Lang = original(t.In, lang)
	return t
}

// original is the language of a text as Text describes it.
func original(in map[string]string, lang string) string {
	if len(in) == 0 {
		return ""
	}
	if _, there := in[lang]; there {
		return lang
	}
	tags := make([]string, 0, len(in))
	for tag := range in {
		tags = append(tags, tag)
	}
	return slices.Min(tags)
}

var tagForm = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,7}$`)

// langTag brings a language tag into its usual spelling: zh-Hans, pt-BR. One that
// is none is of unknown language.
func langTag(tag string) string {
	tag = strings.ReplaceAll(strings.TrimSpace(tag), "_", "-")
	if !tagForm.MatchString(tag) {
		return unknownLang
	}
	parts := strings.Split(strings.ToLower(tag), "-")
	for i, part := range parts[1:] {
		switch len(part) {
		case 2:
			parts[i+1] = strings.ToUpper(part)
		case 4:
			parts[i+1] = strings.ToUpper(part[:1]) + part[1:]
		}
	}
	return strings.Join(parts, "-")
}

// key derives an identity from its parts. Each part goes in with its length, so
// that no two lists of parts look alike.
func key(kind string, parts ...string) string { return kind + "-" + digest(32, parts...) }

// digest is the start of a hash over the parts, in hex digits.
func digest(digits int, parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		h.Write(size[:])
		h.Write([]byte(part))
	}
	return hex.EncodeToString(h.Sum(nil))[:digits]
}

var codeForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$`)

// derivedCode makes a code that can stand in an address and tells a reader a
// little, for something known by other things than a code.
func derivedCode(kind, name string, identity ...string) string {
	const most = 24
	var slug strings.Builder
	for _, r := range strings.ToLower(name) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			slug.WriteRune(r)
		} else if s := slug.String(); s != "" && !strings.HasSuffix(s, "-") {
			slug.WriteByte('-')
		}
		if slug.Len() >= most {
			break
		}
	}
	code := kind + "-"
	if s := strings.Trim(slug.String(), "-"); s != "" {
		code += s + "-"
	}
	return code + digest(12, identity...)
}

// names counts the names one thing goes by, to choose the same one in whatever
// order they come.
type names struct {
	texts map[string]Text // by original text
	count map[string]int
}

func (n *names) add(t Text) {
	if t.In == nil {
		return
	}
	if n.texts == nil {
		n.texts, n.count = map[string]Text{}, map[string]int{}
	}
	name := t.Original()
	n.count[name]++
	if have, there := n.texts[name]; !there || richer(t, have) {
		n.texts[name] = t
	}
}

// richer prefers more languages, then the lower tags, then the lower texts.
func richer(a, b Text) bool {
	if len(a.In) != len(b.In) {
		return len(a.In) > len(b.In)
	}
	return slices.Compare(a.flat(), b.flat()) < 0
}

// flat is the text as a list: tag, text, tag, text, by tag.
func (t Text) flat() []string {
	tags := make([]string, 0, len(t.In))
	for tag := range t.In {
		tags = append(tags, tag)
	}
	slices.Sort(tags)
	list := make([]string, 0, 2*len(tags))
	for _, tag := range tags {
		list = append(list, tag, t.In[tag])
	}
	return list
}

// best is the name most used, of equals one that is not all in capitals, of equals
// the lower; and the other names, sorted.
func (n *names) best() (Text, []string) {
	all := make([]string, 0, len(n.count))
	for name := range n.count {
		all = append(all, name)
	}
	slices.SortFunc(all, func(a, b string) int {
		if n.count[a] != n.count[b] {
			return n.count[b] - n.count[a]
		}
		if shouted(a) != shouted(b) {
			if shouted(a) {
				return 1
			}
			return -1
		}
		return strings.Compare(a, b)
	})
	if len(all) == 0 {
		return Text{}, nil
	}
	others := all[1:]
	slices.Sort(others)
	return n.texts[all[0]], others
}

func shouted(name string) bool { return name == strings.ToUpper(name) && name != strings.ToLower(name) }
