// Package storetest gives tests the databases that a book may lie in: SQLite always, PostgreSQL when KEPT_TEST_POSTGRES
// holds its address (scripts/postgres starts one). Without it the part of every test that needs PostgreSQL is skipped,
// and that is said; with KEPT_REQUIRE=1 it fails instead.
//
//	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
//		db := e.New(t)
//		...
//	})
//
// Every place is new, belongs to one test, and is gone when the test ends.
package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"net/url"
	"os"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver that drops the schemas of tests

	"kept/store"
)

// Engine is one of the databases.
type Engine struct {
	Name string
	Kind store.Engine

	url string // of PostgreSQL
}

// Engines lists the databases that can be tested here.
func Engines() []Engine {
	list := []Engine{{Name: "SQLite", Kind: store.SQLite}}
	if url := os.Getenv(Variable); url != "" {
		list = append(list, Engine{Name: "PostgreSQL", Kind: store.PostgreSQL, url: url})
	}
	return list
}

// Variable names the environment variable that holds the address of a PostgreSQL for tests.
const Variable = "KEPT_TEST_POSTGRES"

// Each runs a test once for each database, as a subtest of its name.
func Each(t *testing.T, f func(*testing.T, Engine)) {
	t.Helper()
	for _, e := range Engines() {
		t.Run(e.Name, func(t *testing.T) { f(t, e) })
	}
	if os.Getenv(Variable) == "" {
		t.Run("PostgreSQL", NoPostgres)
	}
}

// NoPostgres stands where the part of a test on PostgreSQL would.
func NoPostgres(t *testing.T) {
	if os.Getenv("KEPT_REQUIRE") == "1" {
		t.Fatal(Variable + " is not set, and KEPT_REQUIRE=1 forbids leaving PostgreSQL out")
	}
	t.Skip("SKIPPED: PostgreSQL: " + Variable + " is not set; scripts/postgres go test ... sets it")
}

// New makes an empty database.
func (e Engine) New(t testing.TB) store.DB {
	t.Helper()
	return e.Place(t).Create(t)
}

// Place is where the book of one test lies, for tests that close it and open it again.
type Place struct {
	Location *store.Location
	Book     string // the short name of the book
	Data     string // what a person would write after --data
	Config   string // the folder of the configuration
}

// Place makes a place that is empty as yet.
func (e Engine) Place(t testing.TB) *Place {
	t.Helper()
	p := &Place{Book: "t" + random(8), Data: t.TempDir(), Config: t.TempDir()}
	if e.Kind == store.PostgreSQL {
		p.Data = e.url
		t.Cleanup(func() { e.Drop(t, p.Book) })
	}
	var err error
	if p.Location, err = store.At(p.Data, p.Config); err != nil {
		t.Fatal(err)
	}
	return p
}

// Alone makes a place like Place, in a PostgreSQL database of its own, for tests that open the server's database: there is one
// for all books of a PostgreSQL database, so tests that run beside each other would find each other's.
func (e Engine) Alone(t testing.TB) *Place {
	t.Helper()
	if e.Kind == store.SQLite {
		return e.Place(t)
	}
	address, err := url.Parse(e.url)
	if err != nil {
		t.Fatal(err)
	}
	name := "kept_t" + random(8)
	run := func(query string) {
		pool, err := sql.Open("pgx", e.url)
		if err == nil {
			defer pool.Close()
			_, err = pool.Exec(query)
		}
		if err != nil {
			t.Error(err)
		}
	}
	run(`CREATE DATABASE "` + name + `"`)
	t.Cleanup(func() { run(`DROP DATABASE IF EXISTS "` + name + `" WITH (FORCE)`) })
	address.Path = "/" + name
	p := &Place{Book: "t" + random(8), Data: address.String(), Config: t.TempDir()}
	if p.Location, err = store.At(p.Data, p.Config); err != nil {
		t.Fatal(err)
	}
	return p
}

// Drop removes the schema of a book from PostgreSQL, as no part of the program can.
func (e Engine) Drop(t testing.TB, book string) {
	t.Helper()
	pool, err := sql.Open("pgx", e.url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if _, err := pool.Exec(`DROP SCHEMA IF EXISTS "kept_` + book + `" CASCADE`); err != nil {
		t.Error(err)
	}
}

// Create makes the book's empty database. It is closed when the test ends, if the test has not done so.
func (p *Place) Create(t testing.TB) store.DB {
	t.Helper()
	db, err := p.Location.Create(context.Background(), p.Book)
	return closing(t, db, err)
}

// Open opens the database again for writing.
func (p *Place) Open(t testing.TB) store.DB {
	t.Helper()
	db, err := p.Location.Open(context.Background(), p.Book, true)
	return closing(t, db, err)
}

func closing(t testing.TB, db store.DB, err error) store.DB {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// Folder is the folder beside the book.
func (p *Place) Folder() string { return p.Location.Beside(p.Book) }

func random(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	return hex.EncodeToString(b)
}
