package interop_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"testing"
	"time"

	"filippo.io/torchwood"
	"github.com/transparency-dev/formats/log"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/tlog"
)

// A reader checks a log and returns what it found.
type reader struct {
	name  string
	check func(ctx context.Context, s *served, base string) error
}

var readers = []reader{
	{"tessera fsck", tesseraFsck},
	{"tessera and merkle", tesseraProofs},
	{"torchwood entries", torchwoodEntries},
	{"torchwood proofs", torchwoodProofs},
}

// TestForeignReaders runs with KEPT_TRIAL=1 over a large log.
func TestForeignReaders(t *testing.T) {
	s := serve(t, os.Getenv("KEPT_TRIAL") != "")
	for _, r := range readers {
		t.Run(r.name, func(t *testing.T) {
			if err := patiently(r, s, s.base); err != nil {
				t.Error(err)
			}
		})
	}
	for _, d := range damages {
		t.Run(d.name, func(t *testing.T) {
			handler, changed := s.damaged(d)
			base := listen(t, handler)
			for _, r := range readers {
				if err := patiently(r, s, base); err == nil {
					t.Errorf("%s finds nothing", r.name)
				} else if errors.Is(err, errSlow) {
					t.Errorf("%s: %v", r.name, err)
				} else {
					t.Logf("%s: %.200s", r.name, err)
				}
			}
			if !changed() {
				t.Error("nobody read what was changed, so nothing was tested")
			}
		})
	}
}

// errSlow is in the chain of an error if a reader did not come to an end, which is no finding.
var errSlow = errors.New("it does not come to an end")

// patiently runs a reader and gives up after ten minutes: fsck waits for ever if every one of its workers has met a bad
// tile while tiles are left.
func patiently(r reader, s *served, base string) error {
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Minute)
	defer stop()
	found := make(chan error, 1)
	go func() {
		defer func() {
			if broken := recover(); broken != nil { // fsck does not expect a bundle with too few entries
				found <- fmt.Errorf("broke down: %v", broken)
			}
		}()
		found <- r.check(ctx, s, base)
	}()
	select {
	case err := <-found:
		return err
	case <-ctx.Done():
		return errSlow
	}
}

// fetcher is tessera's own reader of tiles over HTTP.
func fetcher(base string) (*client.HTTPFetcher, error) {
	root, err := url.Parse(base)
	if err != nil {
		return nil, err
	}
	return client.NewHTTPFetcher(root, nil)
}

// tesseraFsck computes all tiles from the entries, and compares every one and the root.
func tesseraFsck(ctx context.Context, s *served, base string) error {
	f, err := fetcher(base)
	if err != nil {
		return err
	}
	// As many workers as there could be bad tiles: see patiently.
	return fsck.New(origin, s.verifier, f, leaves, fsck.Opts{N: 512}).Check(ctx)
}

func leaves(bundle []byte) (out [][]byte, err error) {
	var b api.EntryBundle
	err = b.UnmarshalText(bundle)
	for _, e := range b.Entries {
		out = append(out, rfc6962.DefaultHasher.HashLeaf(e))
	}
	return out, err
}

// tesseraProofs has tessera build proofs from tiles, of every entry and from every checkpoint seen earlier, and merkle check
// them.
func tesseraProofs(ctx context.Context, s *served, base string) error {
	f, err := fetcher(base)
	if err != nil {
		return err
	}
	c, _, _, err := client.FetchCheckpoint(ctx, f.ReadCheckpoint, s.verifier, origin)
	if err != nil {
		return err
	}
	proofs, err := client.NewProofBuilder(ctx, c.Size, f.ReadTile)
	if err != nil {
		return err
	}
	for bundle := uint64(0); bundle*256 < c.Size; bundle++ {
		b, err := client.GetEntryBundle(ctx, f.ReadEntryBundle, bundle, c.Size)
		if err != nil {
			return err
		}
		if want := int(min(256, c.Size-bundle*256)); len(b.Entries) != want {
			return fmt.Errorf("bundle %d has %d entries, not %d", bundle, len(b.Entries), want)
		}
		for i, entry := range b.Entries {
			index := bundle*256 + uint64(i)
			p, err := proofs.InclusionProof(ctx, index)
			if err != nil {
				return err
			}
			if err := proof.VerifyInclusion(rfc6962.DefaultHasher, index, c.Size, rfc6962.DefaultHasher.HashLeaf(entry), p, c.Hash); err != nil {
				return fmt.Errorf("entry %d: %w", index, err)
			}
		}
	}
	for _, before := range s.seen {
		p, err := proofs.ConsistencyProof(ctx, before.Size, c.Size)
		if err != nil {
			return err
		}
		if err := proof.VerifyConsistency(rfc6962.DefaultHasher, before.Size, c.Size, p, before.Hash, c.Hash); err != nil {
			return fmt.Errorf("from %d to %d: %w", before.Size, c.Size, err)
		}
	}
	return nil
}

func (s *served) policy() torchwood.Policy {
	return torchwood.ThresholdPolicy(2, torchwood.OriginPolicy(origin), torchwood.SingleVerifierPolicy(s.verifier))
}

// torchwoodClient reads the checkpoint and opens the log.
func torchwoodClient(ctx context.Context, s *served, base string) (*torchwood.Client, tlog.Tree, error) {
	tiles, err := torchwood.NewTileFetcher(base)
	if err != nil {
		return nil, tlog.Tree{}, err
	}
	signed, err := tiles.ReadEndpoint(ctx, "checkpoint")
	if err != nil {
		return nil, tlog.Tree{}, err
	}
	c, _, err := torchwood.VerifyCheckpoint(signed, s.policy())
	if err != nil {
		return nil, tlog.Tree{}, err
	}
	log, err := torchwood.NewClient(tiles)
	return log, c.Tree, err
}

// torchwoodEntries reads all entries; torchwood checks each against the tree.
func torchwoodEntries(ctx context.Context, s *served, base string) error {
	log, tree, err := torchwoodClient(ctx, s, base)
	if err != nil {
		return err
	}
	next := int64(0)
	for i, entry := range log.AllEntries(ctx, tree, 0) {
		if i != next || len(entry) == 0 || entry[0] != '{' {
			return fmt.Errorf("entry %d of %d bytes comes where %d should", i, len(entry), next)
		}
		next++
	}
	if err := log.Err(); err != nil {
		return err
	}
	if next != tree.N {
		return fmt.Errorf("it gives %d entries of %d", next, tree.N)
	}
	return nil
}

// torchwoodProofs reads single entries with proofs from the tiles, and checks the files of /log/proof/ for them.
func torchwoodProofs(ctx context.Context, s *served, base string) error {
	log, tree, err := torchwoodClient(ctx, s, base)
	if err != nil {
		return err
	}
	for _, i := range []int64{0, 1, victim, victim + 1, 254, 255, 256, 257, tree.N / 2, tree.N - 2, tree.N - 1} {
		entry, _, err := log.Entry(ctx, tree, i)
		if err != nil {
			return err
		}
		file, err := fetch(ctx, base+"proof/"+strconv.FormatInt(i, 10))
		if err != nil {
			return err
		}
		if err := torchwood.VerifyProof(s.policy(), tlog.RecordHash(entry), file); err != nil {
			return fmt.Errorf("the proof file of entry %d: %w", i, err)
		}
		if torchwood.VerifyProof(s.policy(), tlog.RecordHash(append(entry, ' ')), file) == nil {
			return fmt.Errorf("the proof file of entry %d is good for other bytes too", i)
		}
	}
	return nil
}

func fetch(ctx context.Context, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", url, res.Status)
	}
	return io.ReadAll(res.Body)
}

// TestForeignProofFiles: a proof file that was changed anywhere is good for nothing.
func TestForeignProofFiles(t *testing.T) {
	s := serve(t, false)
	file := get(t, s.base+"proof/"+strconv.Itoa(victim))
	entry := func() []byte {
		bundle := get(t, s.base+"tile/entries/000")
		return bundle[entryAt(bundle, victim)+2 : entryAt(bundle, victim+1)]
	}()
	if err := torchwood.VerifyProof(s.policy(), tlog.RecordHash(entry), file); err != nil {
		t.Fatal(err)
	}
	for i := range file {
		changed := bytes.Clone(file)
		changed[i] ^= 0x20 // not 1, which may be a bit that base64 does not use
		if torchwood.VerifyProof(s.policy(), tlog.RecordHash(entry), changed) == nil {
			t.Errorf("byte %d: %q is as good as %q", i, changed, file)
		}
	}
}

// TestForeignCheckpoints: formats reads a checkpoint and writes the same text again, at every size seen, and a book that was
// put back to an earlier state is noticed by whoever has seen a later one.
func TestForeignCheckpoints(t *testing.T) {
	s := serve(t, false)
	body := get(t, s.base+"checkpoint")
	c, rest, _, err := log.ParseCheckpoint(body, origin, s.verifier)
	if err != nil || len(rest) > 0 {
		t.Fatalf("%v, with %q behind", err, rest)
	}
	if text := string(c.Marshal()); !bytes.HasPrefix(body, []byte(text+"\n")) {
		t.Errorf("formats writes %q for %q", text, body)
	}
	if again := sign(*c); !bytes.Equal(again, body) {
		t.Errorf("signed again it is %q, not %q", again, body)
	}
	old := s.seen[len(s.seen)/2]
	answer := sign(*old)
	f, err := fetcher(s.base)
	if err != nil {
		t.Fatal(err)
	}
	tracker, err := client.NewLogStateTracker(t.Context(), f.ReadTile, body, s.verifier, origin,
		client.UnilateralConsensus(func(context.Context) ([]byte, error) { return answer, nil }))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := tracker.Update(t.Context()); err != nil || tracker.Latest().Size != c.Size {
		t.Errorf("a smaller checkpoint takes the place of a larger: %d, %v", tracker.Latest().Size, err)
	}
	if tracker, err = client.NewLogStateTracker(t.Context(), f.ReadTile, answer, s.verifier, origin, client.UnilateralConsensus(f.ReadCheckpoint)); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := tracker.Update(t.Context()); err != nil || tracker.Latest().Size != c.Size {
		t.Errorf("from %d the log is followed to %d: %v", old.Size, tracker.Latest().Size, err)
	}
	forged := sign(log.Checkpoint{Origin: origin, Size: old.Size, Hash: make([]byte, 32)})
	if tracker, err = client.NewLogStateTracker(t.Context(), f.ReadTile, forged, s.verifier, origin, client.UnilateralConsensus(f.ReadCheckpoint)); err == nil {
		_, _, _, err = tracker.Update(t.Context())
	}
	if err == nil {
		t.Error("a log with another past is followed")
	}
}
