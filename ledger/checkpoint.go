package ledger

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"kept/store"
)

// Checkpoint is the signed size and root hash of a book: who holds one can tell later whether the book he is shown
// still has the same past.
type Checkpoint struct {
	Origin string // the log's name, which is also the name of the key
	Size   int64
	Root   tlog.Hash
	Note   string // the signed text
}

// text is the C2SP checkpoint body.
func (c Checkpoint) text() string { return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, c.Root) }

// signCheckpoint signs a size and root. Ed25519 is deterministic: the same size and root give the same note.
func signCheckpoint(signer note.Signer, size int64, root tlog.Hash) (string, error) {
	c := Checkpoint{Origin: signer.Name(), Size: size, Root: root}
	signed, err := note.Sign(&note.Note{Text: c.text()}, signer)
	return string(signed), err
}

// OpenCheckpoint checks the signature of a checkpoint with the book's key and reads it.
func OpenCheckpoint(signed, verifierKey string) (Checkpoint, error) {
	verifier, err := note.NewVerifier(verifierKey)
	if err != nil {
		return Checkpoint{}, err
	}
	n, err := note.Open([]byte(signed), note.VerifierList(verifier))
	if err != nil {
		return Checkpoint{}, err
	}
	c, err := ParseCheckpoint(n.Text)
	if err == nil && c.Origin != verifier.Name() {
		err = fmt.Errorf("the checkpoint is of %q, the key is of %q", c.Origin, verifier.Name())
	}
	c.Note = signed
	return c, err
}

// ParseCheckpoint reads the text of a checkpoint, without its signatures. There is one way to write it.
func ParseCheckpoint(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	var c Checkpoint
	if len(lines) != 4 || lines[0] == "" || lines[3] != "" {
		return c, errors.New("a checkpoint has three lines: origin, size, root")
	}
	c.Origin = lines[0]
	if _, err := fmt.Sscanf(lines[1], "%d", &c.Size); err != nil || c.Size < 0 {
		return c, errors.New("a checkpoint's second line is a size")
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return c, err
	}
	c.Root = root
	if c.text() != text {
		return c, errors.New("the checkpoint is not written in the one way it can be")
	}
	return c, nil
}

// Key is a book's signing key. Its seed lies in the book's database as a secret; Verifier is its public half.
type Key struct {
	signer   note.Signer
	seed     []byte
	Verifier string
}

// validOrigin is what a log may be called: no spaces, no plus sign (notes forbid them), and like an address.
var validOrigin = regexp.MustCompile(`^[a-z0-9][a-z0-9./-]{2,120}$`)

// NewKey makes a key for a log of this name. A seed of 32 bytes makes it always the same, which only an example should
// want; without one, chance makes it.
func NewKey(origin string, seed []byte) (*Key, error) {
	if !validOrigin.MatchString(origin) {
		return nil, fmt.Errorf("a log cannot be called %q", origin)
	}
	if seed == nil {
		seed = make([]byte, ed25519.SeedSize)
		rand.Read(seed)
	}
	if len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("a seed has %d bytes", ed25519.SeedSize)
	}
	public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	verifier, err := note.NewEd25519VerifierKey(origin, public)
	if err != nil {
		return nil, err
	}
	// A signer's key has the name and hash of the verifier's, and the algorithm's number before the seed.
	hash := strings.Split(verifier, "+")[1]
	signer, err := note.NewSigner("PRIVATE+KEY+" + origin + "+" + hash + "+" + base64.StdEncoding.EncodeToString(append([]byte{1}, seed...)))
	return &Key{signer, seed, verifier}, err
}

// publicKey is the key of a mirror, which can check and cannot sign.
func publicKey(verifier string) (*Key, error) {
	_, err := note.NewVerifier(verifier)
	return &Key{Verifier: verifier}, err
}

// Public says that the key can only check: the book is a mirror.
func (k *Key) Public() bool { return k.signer == nil }

// sign signs a size and root; a mirror has no signature until it has the whole book and its checkpoint.
func (k *Key) sign(size int64, root tlog.Hash) (string, error) {
	if k.Public() {
		return "", nil
	}
	return signCheckpoint(k.signer, size, root)
}

// Origin is the log's name.
func (k *Key) Origin() string { return strings.SplitN(k.Verifier, "+", 2)[0] }

// RandomOrigin names a log for a programme: the address it will have is not known yet, so chance makes it unique.
func RandomOrigin(programme string) string {
	b := make([]byte, 6)
	rand.Read(b)
	return "kept/" + programme + "/" + hex.EncodeToString(b)
}

// outsideFile is where the last signed checkpoint lies outside the database.
func outsideFile(folder string) string { return filepath.Join(folder, "checkpoint") }

// writeOutside replaces the checkpoint outside the database, durably.
func writeOutside(folder, text string) error { return writeOver(folder, outsideFile(folder), text) }

func writeOver(folder, file, text string) error {
	f, err := os.CreateTemp(folder, ".checkpoint-*")
	if err != nil {
		return cannotWrite(folder, err)
	}
	defer os.Remove(f.Name()) // fails, as it should, once it is renamed
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err == nil {
		err = syncFolder(folder)
	}
	if err != nil {
		return cannotWrite(folder, err)
	}
	return nil
}

func cannotWrite(folder string, cause error) error {
	return &store.Problem{What: "the checkpoint outside the book cannot be written",
		Do: "Check that the folder is there, may be written and has room: " + folder, Cause: cause}
}

func syncFolder(folder string) error {
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// readOutside returns the checkpoint outside the database, or "" if none was ever written or there is no such folder.
func readOutside(folder string) (string, error) {
	if folder == "" {
		return "", nil
	}
	b, err := os.ReadFile(outsideFile(folder))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", &store.Problem{What: "the checkpoint outside the book cannot be read", Do: "Check who owns it: " + outsideFile(folder), Cause: err}
	}
	return string(b), nil
}
