CREATE TABLE server (
	id {INT} NOT NULL PRIMARY KEY,
	turn {INT} NOT NULL,
	salt {BLOB} NOT NULL
){ROWS}

CREATE TABLE account (
	id {TEXT} NOT NULL PRIMARY KEY,
	name {TEXT} NOT NULL,
	folded {TEXT} NOT NULL UNIQUE,
	password {TEXT} NOT NULL,
	created {TEXT} NOT NULL,
	ended {INT} NOT NULL
){KEYED}

CREATE TABLE account_grant (
	account {TEXT} NOT NULL,
	programme {TEXT} NOT NULL,
	role {TEXT} NOT NULL,
	who {TEXT} NOT NULL,
	places {TEXT} NOT NULL,
	PRIMARY KEY (account, programme)
){KEYED}

CREATE TABLE invitation (
	id {TEXT} NOT NULL PRIMARY KEY,
	mark {BLOB} NOT NULL UNIQUE,
	kind {TEXT} NOT NULL,
	grants {TEXT} NOT NULL,
	account {TEXT} NOT NULL,
	expires {INT} NOT NULL
){KEYED}

CREATE TABLE sign_in (
	mark {BLOB} NOT NULL PRIMARY KEY,
	id {TEXT} NOT NULL UNIQUE,
	account {TEXT} NOT NULL,
	programme {TEXT} NOT NULL,
	since {INT} NOT NULL,
	last {INT} NOT NULL
){KEYED}

CREATE INDEX sign_in_1 ON sign_in (account)

CREATE TABLE familiar (
	mark {BLOB} NOT NULL,
	account {TEXT} NOT NULL,
	failures {INT} NOT NULL,
	last {INT} NOT NULL,
	expires {INT} NOT NULL,
	PRIMARY KEY (mark, account)
){KEYED}

CREATE INDEX familiar_1 ON familiar (account)

CREATE TABLE throttle (
	subject {BLOB} NOT NULL PRIMARY KEY,
	failures {INT} NOT NULL,
	last {INT} NOT NULL
){KEYED}

CREATE INDEX throttle_1 ON throttle (last)

CREATE TABLE passkey (
	id {BLOB} NOT NULL PRIMARY KEY,
	account {TEXT} NOT NULL,
	label {TEXT} NOT NULL,
	credential {TEXT} NOT NULL,
	made {TEXT} NOT NULL,
	used {TEXT} NOT NULL
){KEYED}

CREATE INDEX passkey_1 ON passkey (account)

CREATE TABLE ceremony (
	id {TEXT} NOT NULL PRIMARY KEY,
	purpose {TEXT} NOT NULL,
	account {TEXT} NOT NULL,
	name {TEXT} NOT NULL,
	state {TEXT} NOT NULL,
	expires {INT} NOT NULL
){KEYED}

CREATE INDEX ceremony_1 ON ceremony (expires)

CREATE TABLE act (
	n {INT} NOT NULL PRIMARY KEY,
	minute {INT} NOT NULL,
	account {TEXT} NOT NULL,
	programme {TEXT} NOT NULL,
	what {TEXT} NOT NULL,
	entry {TEXT} NOT NULL,
	about {TEXT} NOT NULL
){ROWS}

CREATE INDEX act_1 ON act (programme, n)

CREATE INDEX act_2 ON act (entry)

CREATE INDEX act_3 ON act (minute)

CREATE TABLE draft (
	id {TEXT} NOT NULL PRIMARY KEY,
	programme {TEXT} NOT NULL,
	who {TEXT} NOT NULL,
	kind {TEXT} NOT NULL,
	about {TEXT} NOT NULL,
	title {TEXT} NOT NULL,
	form {TEXT} NOT NULL,
	changed {TEXT} NOT NULL,
	account {TEXT} NOT NULL
){KEYED}

CREATE INDEX draft_1 ON draft (programme, who, changed)

CREATE TABLE seen (
	account {TEXT} NOT NULL,
	programme {TEXT} NOT NULL,
	entry {INT} NOT NULL,
	PRIMARY KEY (account, programme, entry)
){KEYED}
