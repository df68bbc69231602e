package device

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"kept/store"
)

// Limits of pictures on their way.
const (
	MostPicture = 4 << 20   // bytes of a picture
	MostPiece   = 256 << 10 // bytes of a piece
	MostOpen    = 20        // pictures of one device that are under way
	PieceDays   = 2         // how long pieces are kept after the last of them
)

// piecesFolder is the name of the folder of pieces in that of the spool.
const piecesFolder = "pieces"

// Errors of Put.
var (
	ErrOffset = errors.New("device: the picture has not come so far, or farther")
	ErrLength = errors.New("device: the picture was said to have another length")
	ErrSize   = errors.New("device: the picture is too large, or the piece goes beyond its end")
	ErrMany   = errors.New("device: too many pictures are under way")
	ErrHash   = errors.New("device: the bytes have another hash")
)

// Upload is a picture on its way.
type Upload struct {
	Programme, Device, Event, SHA256 string
}

// Pieces are those of the pictures of all programmes that are on their way.
type Pieces struct {
	folder func(programme string) string
	now    func() time.Time
	mu     sync.Mutex // held while a file is looked at or written
}

// NewPieces keeps pieces in folders of the spool.
func NewPieces(spool func(programme string) string, now func() time.Time) *Pieces {
	return &Pieces{folder: spool, now: now}
}

// header stands in front of the pieces in a file: random bytes for the cipher, and the length of the whole.
const header = aes.BlockSize + 8

// file is the name of an upload's file, which says nothing to who does not know all of this.
func (p *Pieces) file(u Upload) string {
	device := sha256.Sum256([]byte("kept pieces of\n" + u.Device))
	name := sha256.Sum256([]byte("kept piece\n" + u.Device + " " + u.Event + " " + u.SHA256))
	return filepath.Join(p.folder(u.Programme), piecesFolder, hex.EncodeToString(device[:16]), hex.EncodeToString(name[:16]))
}

// stream is the cipher of an upload from an offset on.
func stream(u Upload, nonce []byte, offset int64) cipher.Stream {
	key := sha256.Sum256([]byte("kept piece key\n" + u.Event + " " + u.SHA256))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // the key has the right length
	}
	iv := bytes.Clone(nonce)
	carry := uint64(offset / aes.BlockSize)
	low := binary.BigEndian.Uint64(iv[8:])
	binary.BigEndian.PutUint64(iv[8:], low+carry)
	if low+carry < low {
		binary.BigEndian.PutUint64(iv, binary.BigEndian.Uint64(iv)+1)
	}
	s := cipher.NewCTR(block, iv)
	skip := make([]byte, offset%aes.BlockSize)
	s.XORKeyStream(skip, skip)
	return s
}

// At says how far an upload has come, and how large it will be; length is 0 if nothing has come.
func (p *Pieces) At(u Upload) (offset, length int64, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	offset, length, _, err = p.at(p.file(u))
	return offset, length, err
}

func (p *Pieces) at(file string) (offset, length int64, nonce []byte, err error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, 0, nil, nil
	}
	if err != nil {
		return 0, 0, nil, problem(file, err)
	}
	defer f.Close()
	head := make([]byte, header)
	info, err := f.Stat()
	if err != nil {
		return 0, 0, nil, problem(file, err)
	}
	if _, err := io.ReadFull(f, head); err != nil { // it was cut short when it began
		return 0, 0, nil, nil
	}
	length = int64(binary.BigEndian.Uint64(head[aes.BlockSize:]))
	return info.Size() - header, length, head[:aes.BlockSize], nil
}

// Put takes a piece. If it was the last, the whole picture is returned, and its pieces are gone. At is how far it has come now,
// also after an error of this package.
func (p *Pieces) Put(u Upload, offset, length int64, piece []byte) (at int64, whole []byte, err error) {
	if length < 1 || length > MostPicture || offset+int64(len(piece)) > length {
		return offset, nil, ErrSize
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	file := p.file(u)
	at, said, nonce, err := p.at(file)
	switch {
	case err != nil:
		return 0, nil, err
	case said != 0 && said != length:
		return 0, nil, errors.Join(ErrLength, destroy(file))
	case at != offset:
		return at, nil, ErrOffset
	case offset == 0 && int64(len(piece)) == length: // it needs no file
		if said != 0 {
			err = destroy(file)
		}
		return length, piece, errors.Join(err, check(u, piece))
	}
	if said == 0 {
		if nonce, err = p.begin(file, length); err != nil {
			return 0, nil, err
		}
	}
	secret := make([]byte, len(piece))
	stream(u, nonce, offset).XORKeyStream(secret, piece)
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return 0, nil, problem(file, err)
	}
	_, err = f.Write(secret)
	if err = errors.Join(err, f.Close()); err != nil {
		return 0, nil, problem(file, err)
	}
	if at += int64(len(piece)); at < length {
		return at, nil, nil
	}
	all, err := os.ReadFile(file)
	if err != nil {
		return 0, nil, problem(file, err)
	}
	whole = all[header:]
	stream(u, nonce, 0).XORKeyStream(whole, whole)
	if err := errors.Join(check(u, whole), destroy(file)); err != nil {
		return 0, nil, err
	}
	return at, whole, nil
}

func check(u Upload, whole []byte) error {
	if sum := sha256.Sum256(whole); hex.EncodeToString(sum[:]) != u.SHA256 {
		return ErrHash
	}
	return nil
}

// begin makes the file of an upload.
func (p *Pieces) begin(file string, length int64) (nonce []byte, err error) {
	dir := filepath.Dir(file)
	open, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, problem(file, err)
	}
	if len(open) >= MostOpen {
		return nil, ErrMany
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, problem(file, err)
	}
	head := make([]byte, header)
	rand.Read(head[:aes.BlockSize])
	binary.BigEndian.PutUint64(head[aes.BlockSize:], uint64(length))
	if err := os.WriteFile(file, head, 0o600); err != nil {
		return nil, problem(file, err)
	}
	return head[:aes.BlockSize], nil
}

// Sweep throws away pieces of which the last came more than PieceDays ago.
func (p *Pieces) Sweep(programme string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	root := filepath.Join(p.folder(programme), piecesFolder)
	devices, err := os.ReadDir(root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("the pieces of pictures cannot be listed: %w", err)
	}
	oldest := p.now().AddDate(0, 0, -PieceDays)
	for _, d := range devices {
		dir := filepath.Join(root, d.Name())
		files, err := os.ReadDir(dir)
		if err != nil {
			return fmt.Errorf("the pieces of pictures cannot be listed: %w", err)
		}
		left := len(files)
		for _, f := range files {
			info, err := f.Info()
			if err != nil {
				return problem(dir, err)
			}
			if info.ModTime().After(oldest) {
				continue
			}
			if err := destroy(filepath.Join(dir, f.Name())); err != nil {
				return err
			}
			left--
		}
		if left == 0 {
			if err := os.Remove(dir); err != nil {
				return problem(dir, err)
			}
		}
	}
	return nil
}

// destroy empties a file and removes it. What was in it cannot be read without the picture's hash, so it is not waited for.
func destroy(file string) error {
	err := os.Truncate(file, 0)
	if err == nil {
		err = os.Remove(file)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return problem(file, err)
	}
	return nil
}

func problem(file string, err error) error {
	return &store.Problem{What: "a piece of a picture cannot be kept in " + filepath.Dir(file), Do: "Check who owns it and whether the disk is full or read-only", Cause: err}
}
