package paper

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
)

// Role is what a piece of text is set in.
type Role int

// The roles.
const (
	Sans Role = iota
	Bold
	Title
	Mono
	roles
)

// wanted are the files of fonts for each role in the order in which they are asked for a character, by name without its ending. What
// none of a role's has is looked for in those of the plain role.
var wanted = [roles][]string{
	Sans: {"NotoSans-Regular", "NotoNaskhArabic-Regular", "NotoSansArabic-Regular", "NotoSansCJK-Regular", "NotoSansSC-Regular", "NotoSansCJKsc-Regular", "DejaVuSans",
		"segoeui", "msyh", "Arial", "arial", "Arial Unicode", "PingFang", "GeezaPro", "NotoSansSymbols-Regular", "NotoSansSymbols2-Regular", "wqy-microhei", "DroidSansFallbackFull"},
	Bold:  {"NotoSans-Bold", "NotoNaskhArabic-Bold", "NotoSansArabic-Bold", "NotoSansCJK-Bold", "NotoSansSC-Bold", "NotoSansCJKsc-Bold", "DejaVuSans-Bold", "segoeuib", "msyhbd", "Arial Bold", "arialbd"},
	Title: {"NotoSerif-Bold", "NotoNaskhArabic-Bold", "NotoSerifCJK-Bold", "NotoSerifSC-Bold", "DejaVuSerif-Bold", "NotoSans-Bold", "NotoSansArabic-Bold", "NotoSansCJK-Bold", "NotoSansSC-Bold", "DejaVuSans-Bold", "segoeuib", "msyhbd", "arialbd"},
	Mono:  {"NotoSansMono-Regular", "DejaVuSansMono"},
}

// ErrNoFonts says that a machine has none of the fonts that documents are set in.
var ErrNoFonts = errors.New("no fonts were found")

// Packages are what brings the fonts on Debian.
const Packages = "fonts-noto-core fonts-noto-cjk fonts-dejavu-core"

// Folders are where systems keep their fonts.
func Folders() []string {
	home, _ := os.UserHomeDir()
	all := []string{"/usr/local/share/fonts", "/usr/share/fonts"}
	switch runtime.GOOS {
	case "darwin":
		all = []string{"/Library/Fonts", "/System/Library/Fonts"}
	case "windows":
		all = []string{filepath.Join(os.Getenv("SystemRoot"), "Fonts")}
	}
	if home != "" {
		all = append(all, filepath.Join(home, ".local/share/fonts"), filepath.Join(home, ".fonts"), filepath.Join(home, "Library/Fonts"))
	}
	return all
}

// Fonts are the fonts of a machine. A file is read when a document first needs it. They may be used by several goroutines.
type Fonts struct {
	roles [roles][]*typeface
}

// Find looks for fonts. Those of own, a folder that the operator names, are asked first, in the order of their names; empty is none.
// A machine without fonts is no error yet; making a document is.
func Find(own string, folders []string) (*Fonts, error) {
	f := &Fonts{}
	all := map[string]*typeface{} // by path
	known := map[string]string{}  // path by name without ending
	if own != "" {
		if _, err := os.Stat(own); err != nil {
			return nil, fmt.Errorf("the folder of fonts: %w", err)
		}
	}
	for i, folder := range append([]string{own}, folders...) {
		if folder == "" {
			continue
		}
		// A folder that is not there or may not be read has no fonts.
		_ = filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
			ending := strings.ToLower(filepath.Ext(path))
			if err != nil || e.IsDir() || !slices.Contains([]string{".ttf", ".otf", ".ttc"}, ending) {
				return nil
			}
			name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
			if known[name] == "" {
				known[name] = path
			}
			if i == 0 {
				all[path] = &typeface{path: path}
				f.place(all[path], name)
			}
			return nil
		})
	}
	for role, names := range wanted {
		for _, name := range names {
			path := known[name]
			if path == "" {
				continue
			}
			if all[path] == nil {
				all[path] = &typeface{path: path}
			}
			if !slices.Contains(f.roles[role], all[path]) {
				f.roles[role] = append(f.roles[role], all[path])
			}
		}
	}
	return f, nil
}

// place gives a font of the operator's its roles, by its name.
func (f *Fonts) place(t *typeface, name string) {
	name = strings.ToLower(name)
	switch {
	case strings.Contains(name, "mono"):
		f.roles[Mono] = append(f.roles[Mono], t)
	case strings.Contains(name, "italic") || strings.Contains(name, "oblique"):
	case strings.Contains(name, "bold") && strings.Contains(name, "serif"):
		f.roles[Title] = append(f.roles[Title], t)
	case strings.Contains(name, "bold"):
		f.roles[Bold], f.roles[Title] = append(f.roles[Bold], t), append(f.roles[Title], t)
	default:
		f.roles[Sans] = append(f.roles[Sans], t)
	}
}

// None says whether there are no fonts at all.
func (f *Fonts) None() bool { return f == nil || len(f.roles[Sans])+len(f.roles[Bold]) == 0 }

// typeface is a file with a font.
type typeface struct {
	path string
	once sync.Once
	font *font.Font // nil: it cannot be used
	sum  string     // SHA-256 of the file
	name string
	upem int
}

// scale makes letters of a font as large as others of the same size look, in hundredths: Arabic ones are drawn smaller.
func (t *typeface) scale() Unit {
	if t != nil && strings.Contains(t.name, "Arabic") {
		return 114
	}
	return 100
}

// load reads the file, once. One that cannot be read is as good as not there.
func (t *typeface) load() *font.Font {
	t.once.Do(func() {
		file, err := os.Open(t.path)
		if err != nil {
			return
		}
		defer file.Close()
		h := sha256.New()
		if _, err := io.Copy(h, file); err != nil {
			return
		}
		loaders, err := opentype.NewLoaders(file)
		if err != nil || len(loaders) == 0 {
			return
		}
		chosen, about := loaders[0], ""
		for i, l := range loaders {
			d, _ := font.Describe(l, nil)
			// A collection has the same characters in the forms of several countries.
			if i == 0 || strings.HasSuffix(d.Family, " SC") && !strings.Contains(d.Family, "Mono") {
				chosen, about = l, d.Family
			}
		}
		ft, err := font.NewFont(chosen)
		if err != nil || ft.Upem() == 0 {
			return
		}
		t.font, t.sum, t.upem = ft, hex.EncodeToString(h.Sum(nil)), int(ft.Upem())
		t.name = about
		if base := strings.TrimSuffix(filepath.Base(t.path), filepath.Ext(t.path)); t.name == "" || strings.Contains(base, "Bold") && !strings.Contains(t.name, "Bold") {
			t.name = strings.TrimSpace(t.name + " Bold")
		}
	})
	return t.font
}

// find is the first font of a role that has a character.
func (f *Fonts) find(role Role, r rune) *typeface {
	for _, of := range []Role{role, Sans, Bold} {
		for _, t := range f.roles[of] {
			if ft := t.load(); ft != nil {
				if gid, ok := ft.NominalGlyph(r); ok && gid != 0 {
					return t
				}
			}
		}
		if of == Sans && role == Sans {
			continue
		}
	}
	return nil
}

// first is the first font of a role that can be used.
func (f *Fonts) first(role Role) *typeface {
	for _, of := range []Role{role, Sans, Bold} {
		for _, t := range f.roles[of] {
			if t.load() != nil {
				return t
			}
		}
	}
	return nil
}

// postscript is a font's name as PDF may write it.
func (t *typeface) postscript() string {
	var b bytes.Buffer
	for _, r := range t.name {
		if r < 0x80 && (r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z') {
			b.WriteRune(r)
		}
	}
	if b.Len() == 0 {
		return "Font"
	}
	return b.String()
}
