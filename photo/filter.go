package photo

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Kind is what sort of file a picture came in.
type Kind string

// The kinds that can be read.
const (
	JPEG Kind = "jpeg"
	PNG  Kind = "png"
	WebP Kind = "webp"
)

// Refusal says why a file is not taken. Errors of this package are one, or wrap one.
type Refusal string

// The refusals.
const (
	HEIC     Refusal = "heic"     // as newer phones write it
	AVIF     Refusal = "avif"     //
	Bytes    Refusal = "bytes"    // the file is too large
	Points   Refusal = "points"   // the picture is too large to be decoded
	Broken   Refusal = "broken"   // cut short, damaged, or of a variant that is not read
	Animated Refusal = "animated" // a film of pictures
	Other    Refusal = "other"    // no picture, or of another kind
)

// Refusals are all of them.
var Refusals = []Refusal{HEIC, AVIF, Bytes, Points, Broken, Animated, Other}

func (r Refusal) Error() string { return "photo: " + string(r) }

func broken(why string, args ...any) error {
	return fmt.Errorf("%w: "+why, append([]any{Broken}, args...)...)
}

// Limits bound what one picture may cost.
type Limits struct {
	Bytes  int64 // of the file
	Points int64 // width times height
	Memory int64 // in bytes, while it is decoded
}

// Usual are the limits for pictures of phones: 128 MB are enough for 85 million points as cameras write them, and for 17
// million of a JPEG that comes in several passes.
var Usual = Limits{Bytes: 15 << 20, Points: 100e6, Memory: 128 << 20}

// Clean is a picture in the container that it came in, of which nothing is left but what is needed to decode it.
type Clean struct {
	Kind          Kind
	Body          []byte
	Width, Height int // as they are stored
	Turn          int // how it must be turned to be upright: 1 to 8, as EXIF counts
}

// Filter reads a file and keeps what stands on the list of its kind. What is behind the end of the picture is not read. An
// error of the reader is returned as it is; any other is a Refusal.
func Filter(r io.Reader, limits Limits) (*Clean, error) {
	s := &source{limits: limits, clean: Clean{Turn: 1}}
	if whole, ok := r.(*bytes.Reader); ok { // what is kept is nearly all of it
		s.out.Grow(whole.Len())
	}
	s.in = bufio.NewReaderSize(&bounded{r, limits.Bytes}, 32<<10)
	err := s.filter()
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, broken("it ends too early")
	case err != nil:
		return nil, err
	}
	s.clean.Body = s.out.Bytes()
	return &s.clean, nil
}

// source is a file that is being filtered.
type source struct {
	in     *bufio.Reader
	out    bytes.Buffer
	limits Limits
	clean  Clean
	begun  bool // of a JPEG's next mark the first byte was read already
}

func (s *source) filter() error {
	head, err := s.in.Peek(12)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		s.clean.Kind = JPEG
		return s.jpeg()
	case bytes.HasPrefix(head, []byte(pngMagic)):
		s.clean.Kind = PNG
		return s.png()
	case len(head) == 12 && string(head[:4]) == "RIFF" && string(head[8:]) == "WEBP":
		s.clean.Kind = WebP
		return s.webp()
	case len(head) == 12 && string(head[4:8]) == "ftyp":
		return s.brand()
	}
	return Other
}

// brand tells the kinds apart that lie in boxes as films do.
func (s *source) brand() error {
	head, err := s.in.Peek(64)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	size := min(int(head[0])<<24|int(head[1])<<16|int(head[2])<<8|int(head[3]), len(head))
	found := Other
	for at := 8; at+4 <= size; at += 4 {
		switch string(head[at : at+4]) {
		case "avif", "avis":
			return AVIF
		case "heic", "heix", "hevc", "hevx", "heim", "heis", "hevm", "hevs", "mif1", "msf1":
			found = HEIC
		}
	}
	return found
}

// size notes how large the picture is, and refuses one that would cost too much.
func (s *source) size(width, height int, bytesPerPoint float64) error {
	if width <= 0 || height <= 0 {
		return broken("it has no size")
	}
	s.clean.Width, s.clean.Height = width, height
	points := int64(width) * int64(height)
	if points > s.limits.Points || float64(points)*bytesPerPoint > float64(s.limits.Memory) {
		return fmt.Errorf("%w: %d x %d", Points, width, height)
	}
	return nil
}

// take reads exactly so many bytes, which must be few.
func (s *source) take(n int) ([]byte, error) {
	b := make([]byte, n)
	_, err := io.ReadFull(s.in, b)
	return b, err
}

// skip passes over bytes.
func (s *source) skip(n int64) error {
	_, err := io.CopyN(io.Discard, s.in, n)
	return err
}

// bounded reads so many bytes and no more.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		var one [1]byte
		if n, err := io.ReadFull(b.r, one[:]); n == 0 {
			return 0, err
		}
		return 0, Bytes
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.r.Read(p)
	b.left -= int64(n)
	return n, err
}
