package ledger

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"kept/store"
)

// Rules are all subjects together: what the book's entries may be and do.
type Rules struct {
	kinds    Kinds
	views    []viewer
	subjects []*Subject
	hold     int // how many view rows a replay holds in memory
}

// mostHeld is how many view rows a replay holds in memory: about a hundred megabytes of them.
const mostHeld = 120_000

// NewRules puts subjects together; the ledger's own come first.
func NewRules(subjects ...*Subject) *Rules {
	r := &Rules{kinds: Kinds{}, hold: mostHeld}
	for _, s := range append([]*Subject{ownSubject}, subjects...) {
		r.subjects = append(r.subjects, s)
		r.views = append(r.views, s.Views...)
		for _, k := range s.Kinds {
			if r.kinds[k.name] != nil || !validKind.MatchString(k.name) {
				panic("ledger: kind " + k.name + " is declared twice or badly named")
			}
			r.kinds[k.name] = k
		}
	}
	return r
}

// HoldAtMost says how many view rows Rebuild and Check may hold in memory; what is more goes aside, which takes longer.
func (r *Rules) HoldAtMost(rows int) { r.hold = rows }

// Kinds are all kinds by name.
func (r *Rules) Kinds() Kinds { return r.kinds }

// Tables are all view tables.
func (r *Rules) Tables() []*store.Table {
	var out []*store.Table
	for _, v := range r.views {
		out = append(out, v.Table())
	}
	return out
}

// fingerprint changes with any view's declaration, and with Fold, the number of the rules themselves.
func (r *Rules) fingerprint() string {
	var all []string
	for _, v := range r.views {
		all = append(all, v.Table().Fingerprint())
	}
	return fmt.Sprintf("%d-%s", FoldVersion, HashBytes([]byte(strings.Join(all, "\n")))[:16])
}

// FoldVersion counts changes of the steps that give other rows for the same entries. A book whose views were made by
// another version is rebuilt when it is opened.
const FoldVersion = 2

// Options say how a book is opened.
type Options struct {
	Today  func() string // the programme's day; asked at every commit
	Folder string        // where the last signed checkpoint lies outside the database
	Rested bool          // the last day in the book may be long ago, and the clock is right all the same
}

// Book is an open book. Its methods may be called by many goroutines at once.
type Book struct {
	DB    store.DB
	Rules *Rules
	Key   *Key // its verifier is public

	opts    Options
	appends bool          // false: only for looking
	queue   chan *request // to the one goroutine that appends
	done    chan struct{} // closed when that goroutine has ended
	close   sync.Once

	enqueue sync.RWMutex // held for reading while a request is put into the queue
	closed  bool

	outside outside
}

// Head is the state of the book at one moment.
type Head struct {
	Size int64
	Day  string // the programme's day
	Note string // the signed checkpoint
	edge edge
}

// Damage says what in a book is not as it was written.
type Damage struct{ What, Why string }

func (d *Damage) Error() string { return d.What + ": " + d.Why }

// Create makes a new, empty book in an empty database.
func Create(ctx context.Context, db store.DB, rules *Rules, key *Key, opts Options) (*Book, error) {
	if err := db.Write(ctx, func(tx *store.Tx) error { return begin(tx, rules, key) }); err != nil {
		return nil, err
	}
	return Open(ctx, db, rules, opts)
}

// Open opens a book for appending. It refuses to start on a surprise and says which: an unknown migration, a missing
// key, a head that does not fit the entries, a right edge that does not fit the tree, a signature that is wrong, or a
// book that is smaller than, or another than, the last checkpoint signed here.
func Open(ctx context.Context, db store.DB, rules *Rules, opts Options) (*Book, error) {
	return open(ctx, db, rules, opts, true)
}

// OpenReadOnly opens a book only for looking at it; views are not rebuilt.
func OpenReadOnly(ctx context.Context, db store.DB, rules *Rules, opts Options) (*Book, error) {
	return open(ctx, db, rules, opts, false)
}

func open(ctx context.Context, db store.DB, rules *Rules, opts Options, write bool) (*Book, error) {
	b := &Book{DB: db, Rules: rules, opts: opts, appends: write, queue: make(chan *request, 1024), done: make(chan struct{})}
	if err := migrate(ctx, db, write); err != nil {
		return nil, err
	}
	// Read before the book is: others may append to it and write the file in between, but never the other way round.
	before, err := readOutside(opts.Folder)
	if err != nil {
		return nil, err
	}
	stale := false
	var lost *Checkpoint
	var head Head
	err = db.Read(ctx, func(tx *store.Tx) error {
		var err error
		if b.Key, err = readKey(tx); err != nil {
			return err
		}
		if write && b.Key.Public() {
			return &store.Problem{What: "this book is a mirror of another one and cannot go on by itself", Do: "Open it for reading"}
		}
		var views string
		if head, views, err = readHead(tx); err != nil {
			return err
		}
		stale = views != rules.fingerprint()
		if err := b.checkHead(tx, head); err != nil {
			return err
		}
		lost, err = b.checkOutside(tx, head, before)
		return err
	})
	if err != nil {
		return nil, err
	}
	if !write {
		close(b.done)
		return b, nil
	}
	if lost != nil { // AcceptLoss was cut short, or is running
		if err := b.setAside(*lost, head); err != nil {
			return nil, err
		}
	}
	if stale {
		if err := b.Rebuild(ctx, nil); err != nil {
			return nil, fmt.Errorf("the views were made by another version and cannot be rebuilt: %w", err)
		}
	}
	go b.appending()
	return b, nil
}

// migrate brings a book's tables to this version of the program. A book that is only looked at must have it already.
func migrate(ctx context.Context, db store.DB, write bool) error {
	var there bool
	var missing []store.Migration
	err := db.Read(ctx, func(tx *store.Tx) (err error) {
		if there, err = tx.Has(headTable); err == nil {
			missing, err = tx.Missing(migrationFiles())
		}
		return err
	})
	switch {
	case err != nil:
		return err
	case !there:
		return &store.Problem{What: "the database is empty, where a book was expected", Do: "Look at --data, or restore the last backup"}
	case len(missing) > 0 && !write:
		return &store.Problem{What: "the book was made by an older version of the program", Do: "Start the server once, so that it brings the book to this version"}
	case len(missing) > 0:
		_, err = store.Migrate(ctx, db, migrationFiles())
	}
	return err
}

// Close stops appending, after what is queued, and writes the last checkpoint outside the database. It does not close the
// database.
func (b *Book) Close() error {
	b.close.Do(func() {
		b.enqueue.Lock()
		defer b.enqueue.Unlock()
		b.closed = true
		if b.appends {
			close(b.queue)
		}
	})
	<-b.done
	if !b.appends {
		return nil
	}
	return b.saveOutside(context.Background())
}

func readKey(tx *store.Tx) (key *Key, err error) {
	secrets := map[string]string{}
	err = tx.Scan(secretTable, func(row []any) error { secrets[row[0].(string)] = row[1].(string); return nil })
	if err != nil {
		return nil, err
	}
	seed, err := hex.DecodeString(secrets["seed"])
	switch {
	case err == nil && len(seed) > 0:
		key, err = NewKey(secrets["origin"], seed)
	case err == nil && secrets["verifier"] != "":
		key, err = publicKey(secrets["verifier"])
	}
	if err != nil || key == nil {
		return nil, &store.Problem{What: "the book's signing key is missing or damaged", Do: "Restore the last backup; a book without its key cannot go on", Cause: err}
	}
	return key, nil
}

func readHead(tx *store.Tx) (h Head, views string, err error) {
	var raw []byte
	ok, err := tx.One([]any{&h.Size, &raw, &h.Day, &h.Note, &views}, "SELECT size, edge, day, note, views FROM head WHERE id = 0")
	if err != nil {
		return h, "", err
	}
	if !ok {
		return h, "", &Damage{"the head of the book", "it is missing"}
	}
	if h.edge, err = parseEdge(raw, h.Size); err != nil {
		return h, "", &Damage{"the head of the book", err.Error()}
	}
	return h, views, nil
}

// ReadHead reads the head as a transaction sees it.
func ReadHead(tx *store.Tx) (Head, error) {
	h, _, err := readHead(tx)
	return h, err
}

// checkHead compares the head with the newest entry, with the tree's stored hashes and with its own signature.
func (b *Book) checkHead(tx *store.Tx, h Head) error {
	var last int64
	if _, err := tx.One([]any{&last}, "SELECT COALESCE(MAX(seq), -1) FROM entry"); err != nil {
		return err
	}
	if last != h.Size-1 {
		return &Damage{"the head of the book", fmt.Sprintf("it says %d entries, the last one there is number %d", h.Size, last)}
	}
	stored, err := hashes{tx}.edgeOf(h.Size)
	if err != nil {
		return err
	}
	if !slices.Equal(stored, h.edge) {
		return &Damage{"the right edge of the tree", "it does not fit the stored hashes"}
	}
	c, err := OpenCheckpoint(h.Note, b.Key.Verifier)
	if err != nil {
		return &Damage{"the checkpoint in the book", err.Error()}
	}
	// The signature alone is not enough: base64 has several ways to write the same one.
	if again, err := b.Key.sign(c.Size, c.Root); err != nil || again != h.Note && !b.Key.Public() {
		return &Damage{"the checkpoint in the book", "it is not written in the one way it can be"}
	}
	if c.Size != h.Size || c.Root != h.edge.root() {
		return &Damage{"the checkpoint in the book", fmt.Sprintf("it is of size %d and root %s, the book has %d and %s", c.Size, c.Root, h.Size, h.edge.root())}
	}
	return nil
}

// checkOutside compares the book with the last checkpoint that was signed here, as it was read. If that is one which an entry
// of the book says to be lost, it is returned.
func (b *Book) checkOutside(tx *store.Tx, h Head, text string) (lost *Checkpoint, err error) {
	if text == "" {
		return nil, nil
	}
	c, err := b.Key.openInAnyEpoch(text)
	if err != nil {
		return nil, b.foreign(err)
	}
	differs := b.contains(tx, h, c)
	if differs == nil {
		b.outside.size = c.Size
		return nil, nil
	}
	if c.Origin != b.Key.Origin() {
		if ok, err := accepted(tx, c); err == nil && ok {
			return &c, nil
		}
	}
	return nil, &store.Problem{What: "the book is not the one that was signed here last",
		Do: "A database restored from an older backup looks like this; see kept restore --help", Cause: differs}
}

// foreign says that the checkpoint beside the book is not of its log.
func (b *Book) foreign(cause error) error {
	return &store.Problem{What: "the checkpoint beside the book was not signed with this book's key: " + outsideFile(b.opts.Folder),
		Do: "Either the database or that file is of another book; find out before you go on", Cause: cause}
}

// Extends says whether a book with this head has the checkpoint in its past; if not, how it differs.
func Extends(tx *store.Tx, h Head, c Checkpoint) error {
	if h.Size < c.Size {
		return &Damage{"the book", fmt.Sprintf("it has %d entries, but %d were signed before", h.Size, c.Size)}
	}
	then, err := hashes{tx}.edgeOf(c.Size)
	if err != nil {
		return err
	}
	if got := then.root(); got != c.Root {
		return &Damage{"the book", fmt.Sprintf("its first %d entries have the root %s, but %s was signed before", c.Size, got, c.Root)}
	}
	return nil
}

// Root is the root hash at this head.
func (h Head) Root() string { return h.edge.root().String() }

// Checkpoint is the head's size and root.
func (h Head) Checkpoint() Checkpoint { return Checkpoint{Size: h.Size, Root: h.edge.root()} }

var errClosed = errors.New("the book is closed")
