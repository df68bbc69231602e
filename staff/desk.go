package staff

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"io/fs"
	"time"

	"kept/locale"
	"kept/store"
)

// Desk is where staff are known. Its methods may be called from several goroutines, and several processes may share one
// PostgreSQL. It does not close the database.
type Desk struct {
	db   store.DB
	now  func() time.Time
	salt []byte

	hashing chan struct{} // holds one for each password that is being hashed
}

// secretSize is the number of bytes of the server's secret, and of a salt: as many as a hash has.
const secretSize = sha256.Size

// openingLock is the number of the lock that processes which open the desk on PostgreSQL take, one after the other.
const openingLock = 0x6b657074 // "kept"

// Open opens the desk in the server's database, and makes its tables there if they are missing.
func Open(ctx context.Context, db store.DB, now func() time.Time) (*Desk, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	d := &Desk{db: db, now: now, hashing: make(chan struct{}, hashers)}
	err = db.Write(ctx, func(tx *store.Tx) error {
		if tx.Engine() == store.PostgreSQL { // Differs because several processes may find it empty at once.
			var locked int64
			if _, err := tx.One([]any{&locked}, "SELECT 1 FROM (SELECT pg_advisory_xact_lock($1)) AS l", int64(openingLock)); err != nil {
				return err
			}
		}
		if _, err := tx.Migrate(files); err != nil {
			return err
		}
		there, err := tx.One([]any{&d.salt}, "SELECT salt FROM server WHERE id = 0")
		if err != nil || there {
			return err
		}
		d.salt = randomBytes(secretSize)
		return tx.Insert(serverTable, [][]any{{int64(0), int64(0), d.salt}})
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}

// write runs f in a transaction that no other writer of any process runs beside, so that f may decide by what it reads.
func (d *Desk) write(ctx context.Context, f func(*store.Tx) error) error {
	return d.db.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec("UPDATE server SET turn = turn + 1 WHERE id = 0"); err != nil {
			return err
		}
		return f(tx)
	})
}

func (d *Desk) second() int64 { return d.now().Unix() }

// day is today, in the only zone that a server with many programmes has.
func (d *Desk) day() string { return d.now().UTC().Format(time.DateOnly) }

// Salt gives the salts of the texts that one form holds: the same for the same form and field, and not to be guessed
// without this server's secret. So an entry that is sent twice has the same bytes.
func (d *Desk) Salt(form string) func(field string) []byte {
	return func(field string) []byte { return d.keyed("text", form, field) }
}

// keyed is a hash of some parts that only this server can make. Each part is written with its length, so that no other
// parts give the same.
func (d *Desk) keyed(parts ...string) []byte {
	mac := hmac.New(sha256.New, d.salt)
	for _, part := range parts {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		mac.Write(size[:])
		mac.Write([]byte(part))
	}
	return mac.Sum(nil)
}

var encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

const (
	tokenBytes = 20 // 160 bits
	idBytes    = 10
)

func newToken() string { return encoding.EncodeToString(randomBytes(tokenBytes)) }

// newID makes an id that names something and opens nothing.
func newID() string { return encoding.EncodeToString(randomBytes(idBytes)) }

func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails: the program ends if the system has no random numbers
	return b
}

// isID says whether a text from a form can be one of our ids at all. Whatever else is in it does not reach the database.
func isID(s string) bool {
	raw, err := encoding.DecodeString(s)
	return err == nil && len(raw) == idBytes
}

// markOf is what the database knows of a token.
func markOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

func refuse(code string, args ...any) error {
	return &locale.Error{Code: "staff." + code, Args: args}
}
