package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

type postgresDB struct{ pool *sql.DB }

// schemaPrefix marks the schemas that are books.
const schemaPrefix = "kept_"

func openPostgres(ctx context.Context, base *pgx.ConnConfig, name string) (DB, error) {
	config := base.Copy()
	config.RuntimeParams["search_path"] = pgx.Identifier{schemaPrefix + name}.Sanitize()
	config.RuntimeParams["synchronous_commit"] = "on"
	config.RuntimeParams["application_name"] = "kept"
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(readers + 2)
	pool.SetMaxIdleConns(readers + 2)
	db := &postgresDB{pool}
	if err := db.assert(ctx); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return db, nil
}

func (db *postgresDB) assert(ctx context.Context) error {
	for _, want := range []struct{ name, value string }{{"fsync", "on"}, {"synchronous_commit", "on"}, {"full_page_writes", "on"}} {
		var got string
		if err := db.pool.QueryRowContext(ctx, "SHOW "+want.name).Scan(&got); err != nil {
			return &Problem{"PostgreSQL cannot be reached", "Check the address, the user and the password", err}
		}
		if got != want.value {
			return &Problem{fmt.Sprintf("PostgreSQL runs with %s=%s, so an acknowledged entry could be lost", want.name, got), "Set it to " + want.value, nil}
		}
	}
	var version string
	if err := db.pool.QueryRowContext(ctx, "SHOW server_version_num").Scan(&version); err != nil {
		return err
	}
	if n, _ := strconv.Atoi(version); n < 150000 {
		return &Problem{"PostgreSQL is older than version 15", "Use version 15 or later", nil}
	}
	return nil
}

func (db *postgresDB) Engine() Engine { return PostgreSQL }

func (db *postgresDB) Write(ctx context.Context, f func(*Tx) error) error {
	return db.run(context.WithoutCancel(ctx), "BEGIN", f)
}

func (db *postgresDB) Read(ctx context.Context, f func(*Tx) error) error {
	return db.run(ctx, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", f)
}

func (db *postgresDB) run(ctx context.Context, begin string, f func(*Tx) error) error {
	c, err := db.pool.Conn(ctx)
	if err != nil {
		return unreachable(err)
	}
	defer c.Close()
	// An answer from the server is an answer; only a broken conversation leaves it open whether COMMIT happened.
	return explainPostgres(run(ctx, &conn{Conn: c}, PostgreSQL, begin, f, func(err error) bool {
		var answer *pgconn.PgError
		return !errors.As(err, &answer)
	}))
}

// unreachable says that there is no conversation with the server.
func unreachable(err error) error {
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) {
		return &Problem{"PostgreSQL cannot be reached", "Check the address, the user and the password, and that it runs", err}
	}
	return err
}

// explainPostgres puts what PostgreSQL says into words for the person who runs the server. Its codes have a class in their
// first two characters.
func explainPostgres(err error) error {
	var answer *pgconn.PgError
	if !errors.As(err, &answer) {
		return err
	}
	switch answer.Code[:2] {
	case "22", "23", "54": // data exception, integrity constraint, limit exceeded
		return fmt.Errorf("%w: %w", ErrValue, err)
	case "25":
		if answer.Code == "25006" { // read_only_sql_transaction
			return &Problem{"PostgreSQL takes no writes", "Is this the standby? Give the address of the primary", err}
		}
	case "42":
		if answer.Code == "42501" { // insufficient_privilege
			return &Problem{"PostgreSQL does not let this user do it", "Use the user that created the programme", err}
		}
	case "53":
		return &Problem{"PostgreSQL has run out of disk, memory or connections", "Make room; every acknowledged entry is safe", err}
	case "57":
		return &Problem{"PostgreSQL was stopped", "Start it again; every acknowledged entry is safe", err}
	case "58", "XX":
		return &Problem{"PostgreSQL says that its disk or its data is damaged", "Look at its log before you go on", err}
	}
	return err
}

func (db *postgresDB) Close() error { return db.pool.Close() }

const uniqueViolation = "23505"

func duplicateKey(err error) bool {
	var answer *pgconn.PgError
	if errors.As(err, &answer) {
		return answer.Code == uniqueViolation
	}
	var e *sqlite.Error
	return errors.As(err, &e) && (e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY || e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_ROWID)
}

// createSchema makes a schema, unless it is there.
func createSchema(ctx context.Context, base *pgx.ConnConfig, name string) (made bool, err error) {
	pool := stdlib.OpenDB(*base)
	defer pool.Close()
	// Asked first, since a user without the right to make one would be told that even where it is there.
	var there bool
	err = pool.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1)", schemaPrefix+name).Scan(&there)
	if err != nil {
		return false, &Problem{"PostgreSQL cannot be reached", "Check the address, the user and the password", err}
	}
	if there {
		return false, nil
	}
	_, err = pool.ExecContext(ctx, "CREATE SCHEMA "+pgx.Identifier{schemaPrefix + name}.Sanitize())
	var answer *pgconn.PgError
	if errors.As(err, &answer) && (answer.Code == "42P06" || answer.Code == uniqueViolation) { // another process was quicker
		return false, nil
	}
	if err != nil {
		return false, &Problem{"the schema " + schemaPrefix + name + " cannot be made in PostgreSQL", "The user needs the right to create schemas", err}
	}
	return true, nil
}

func listSchemas(ctx context.Context, base *pgx.ConnConfig) ([]string, error) {
	pool := stdlib.OpenDB(*base)
	defer pool.Close()
	rows, err := pool.QueryContext(ctx, `SELECT nspname FROM pg_namespace WHERE starts_with(nspname, $1) AND nspname <> $2 ORDER BY nspname COLLATE "C"`, schemaPrefix, schemaPrefix+serverName)
	if err != nil {
		return nil, &Problem{"PostgreSQL cannot be reached", "Check the address, the user and the password", err}
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name[len(schemaPrefix):])
	}
	return names, rows.Err()
}
