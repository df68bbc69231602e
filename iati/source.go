package iati

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"strconv"
)

// source hands the bytes of a file to the XML decoder one by one, so that it knows
// to the byte what has been used: it hashes, counts and limits. The decoder takes
// an io.ByteReader as it is and reads not one byte further than it must.
type source struct {
	from     io.Reader
	max      int64
	progress func(int64)

	buf   []byte
	have  []byte // what of buf is not handed out yet
	read  int64
	token int // bytes handed out since the last token
	sum   hash.Hash
	err   error // what ended it, io.EOF or worse
}

func newSource(r io.Reader, o Options) *source {
	return &source{from: r, max: o.MaxBytes, progress: o.Progress, buf: make([]byte, 64<<10), sum: sha256.New()}
}

// ReadByte is what the decoder calls.
func (s *source) ReadByte() (byte, error) {
	if len(s.have) == 0 {
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
	if s.token++; s.token > MaxToken {
		s.err = &Error{Code: CodeToken, Args: []string{strconv.Itoa(MaxToken)}}
		s.have = nil
		return 0, s.err
	}
	b := s.have[0]
	s.have = s.have[1:]
	return b, nil
}

// Read makes a source the io.Reader that the decoder asks for and does not use.
func (s *source) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	b, err := s.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = b
	return 1, nil
}

// fill gets more bytes or says why there are none. Once ended it stays so.
func (s *source) fill() error {
	for empty := 0; s.err == nil; empty++ {
		n, err := s.from.Read(s.buf)
		s.read += int64(n)
		s.have = s.buf[:n]
		s.sum.Write(s.have)
		switch {
		case s.read > s.max:
			s.have = nil
			s.err = &Error{Code: CodeTooLarge, Args: []string{strconv.FormatInt(s.max, 10)}}
		case err == io.EOF:
			s.err = io.EOF
		case err != nil:
			s.err = &Error{Code: CodeRead, err: err}
		case empty > 100:
			s.err = &Error{Code: CodeRead, err: io.ErrNoProgress}
		}
		if n > 0 && s.progress != nil {
			s.progress(s.read)
		}
		if len(s.have) > 0 {
			return nil
		}
	}
	return s.err
}

// refusal is the error of the source itself, if it was that which ended it.
func (s *source) refusal() *Error {
	var e *Error
	if errors.As(s.err, &e) {
		return e
	}
	return nil
}

func (s *source) hex() string { return hex.EncodeToString(s.sum.Sum(nil)) }
