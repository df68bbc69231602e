package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
)

//go:embed static
var assets embed.FS

// asset is a static file, ready to send.
type asset struct {
	body  []byte
	media string
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
		out[path.Base(name)] = asset{body, mime.TypeByExtension(path.Ext(name))}
		all.Write(body)
	}
	return out, hex.EncodeToString(all.Sum(nil)[:6])
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
	send(w, r, http.StatusOK, a.body)
}
