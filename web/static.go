package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
)

//go:embed static
var assets embed.FS

// asset is a static file, ready to send.
type asset struct {
	body   []byte
	media  string
	packed func() []byte // by brotli, as small as it gets; made when it is asked for first
}

// assetsByName are the static files; assetsHash changes with any of them and stands in their addresses.
var assetsByName, assetsHash = loadAssets()

func loadAssets() (map[string]asset, string) {
	out := map[string]asset{}
	all := sha256.New()
	names, err := fs.Glob(assets, "static/*")
	if err != nil {
		panic(err) // the pattern is right
	}
	slices.Sort(names)
	for _, name := range names {
		body, err := assets.ReadFile(name)
		if err != nil {
			panic(err) // the file is part of the program
		}
		all.Write(body)
		if path.Ext(name) == ".js" {
			body = withoutComments(body)
		}
		out[path.Base(name)] = asset{body: body, media: mime.TypeByExtension(path.Ext(name)), packed: sync.OnceValue(func() []byte { return packBest(body) })}
	}
	return out, hex.EncodeToString(all.Sum(nil)[:6])
}

// withoutComments empties the lines of a script that hold only a comment, and takes the blanks before the others away: on a slow line
// they are a third to a half of it. Lines keep their numbers. A script with a text over several lines stays as it is, since blanks and
// what looks like a comment may be part of it.
func withoutComments(script []byte) []byte {
	lines := bytes.Split(script, []byte("\n"))
	inside := false
	for i, line := range lines {
		if bytes.Count(line, []byte("`"))%2 == 1 && !inside {
			return script
		}
		line = bytes.TrimSpace(line)
		ends := bytes.HasSuffix(line, []byte("*/"))
		switch {
		case inside:
			inside, line = !ends, nil
		case bytes.HasPrefix(line, []byte("//")):
			line = nil
		case bytes.HasPrefix(line, []byte("/*")) && !bytes.Contains(line, []byte("*/")):
			inside, line = true, nil
		case bytes.HasPrefix(line, []byte("/*")) && ends && bytes.Count(line, []byte("*/")) == 1:
			line = nil
		}
		lines[i] = line
	}
	return bytes.Join(lines, []byte("\n"))
}

// static sends a file of the program itself. Its address holds the hash of all of them, so it may be kept for ever.
func (s *Server) static(w http.ResponseWriter, r *http.Request, name string) {
	a, ok := assetsByName[name]
	if !ok {
		s.plain(w, r, nil, http.StatusNotFound, "error.not-found")
		return
	}
	h := w.Header()
	h.Set("Content-Type", a.media)
	if r.URL.RawQuery == assetsHash {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	h.Add("Vary", "Accept-Encoding")
	if compressible(a.media) && strings.Contains(r.Header.Get("Accept-Encoding"), "br") {
		h.Set("Content-Encoding", "br")
		sendBytes(w, r, http.StatusOK, a.packed())
		return
	}
	send(w, r, http.StatusOK, a.body)
}
