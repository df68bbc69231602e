CREATE TABLE entry (
	seq {INT} PRIMARY KEY,
	id {BLOB} NOT NULL UNIQUE,
	leaf {BLOB} NOT NULL,
	body {BLOB} NOT NULL
){ROWS}

CREATE TABLE node (
	level {INT} NOT NULL,
	n {INT} NOT NULL,
	hash {BLOB} NOT NULL,
	PRIMARY KEY (level, n)
){KEYED}

CREATE TABLE text (
	entry {INT} NOT NULL,
	field {TEXT} NOT NULL,
	salt {BLOB} NOT NULL,
	body {TEXT} NOT NULL,
	erased {INT} NOT NULL,
	PRIMARY KEY (entry, field)
){KEYED}

CREATE TABLE picture (
	sha256 {TEXT} NOT NULL PRIMARY KEY,
	media {TEXT} NOT NULL,
	body {BLOB} NOT NULL
){KEYED}

CREATE TABLE head (
	id {INT} PRIMARY KEY,
	size {INT} NOT NULL,
	edge {BLOB} NOT NULL,
	day {TEXT} NOT NULL,
	note {TEXT} NOT NULL,
	views {TEXT} NOT NULL
){ROWS}

CREATE TABLE secret (
	name {TEXT} NOT NULL PRIMARY KEY,
	value {TEXT} NOT NULL
){KEYED}

-- only SQLite: Differs because each engine has its own language for triggers.
CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'an entry is never changed'); END

-- only SQLite: Differs because each engine has its own language for triggers.
CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'an entry is never deleted'); END

-- only SQLite: Differs because each engine has its own language for triggers.
CREATE TRIGGER node_is_never_changed BEFORE UPDATE ON node BEGIN SELECT RAISE(ABORT, 'a hash is never changed'); END

-- only SQLite: Differs because each engine has its own language for triggers.
CREATE TRIGGER node_is_never_deleted BEFORE DELETE ON node BEGIN SELECT RAISE(ABORT, 'a hash is never deleted'); END

-- only SQLite: Differs because each engine has its own language for triggers.
CREATE TRIGGER text_is_only_erased BEFORE UPDATE ON text WHEN NEW.erased <> 1 OR length(NEW.body) > 0 OR length(NEW.salt) > 0 BEGIN SELECT RAISE(ABORT, 'a text is only erased'); END

-- only SQLite: Differs because each engine has its own language for triggers.
CREATE TRIGGER text_is_never_deleted BEFORE DELETE ON text BEGIN SELECT RAISE(ABORT, 'a text is never deleted'); END

-- only PostgreSQL: Differs because each engine has its own language for triggers.
CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a row of % is never changed or deleted', TG_TABLE_NAME; END $$

-- only PostgreSQL: Differs because each engine has its own language for triggers.
CREATE TRIGGER entry_is_for_ever BEFORE UPDATE OR DELETE OR TRUNCATE ON entry FOR EACH STATEMENT EXECUTE FUNCTION never()

-- only PostgreSQL: Differs because each engine has its own language for triggers.
CREATE TRIGGER node_is_for_ever BEFORE UPDATE OR DELETE OR TRUNCATE ON node FOR EACH STATEMENT EXECUTE FUNCTION never()

-- only PostgreSQL: Differs because each engine has its own language for triggers.
CREATE TRIGGER text_is_never_deleted BEFORE DELETE OR TRUNCATE ON text FOR EACH STATEMENT EXECUTE FUNCTION never()

-- only PostgreSQL: Differs because each engine has its own language for triggers.
CREATE TRIGGER text_is_only_erased BEFORE UPDATE ON text FOR EACH ROW WHEN (NEW.erased <> 1 OR length(NEW.body) > 0 OR length(NEW.salt) > 0) EXECUTE FUNCTION never()

-- only PostgreSQL: Differs because the head is updated in place all the time and should stay on its page.
ALTER TABLE head SET (fillfactor = 10)
