// Package store opens the database of one book, or the server's own, on SQLite or on PostgreSQL, and runs transactions on
// it.
//
// # What it promises
//
//   - A transaction whose Write returned nil is on disk. On SQLite that needs synchronous=FULL and a write-ahead
//     log, on PostgreSQL synchronous_commit and fsync; all are asserted when the database is opened.
//   - A Write that returned an error did not happen, with one exception: an error that is ErrUnknown. Then the answer to
//     COMMIT was lost and the caller must look whether it happened.
//   - Read sees one state of the database from beginning to end.
//   - SQL is written once, in the part both engines understand. A line that must differ says why, with the words
//     "Differs because".
//
// # Tables
//
// Every table is declared as a Table, with a purpose for every column and a Class. What may be rebuilt, verified,
// exported or erased goes by that class. The test TestS1EveryColumnIsOnTheAllowlist compares the declarations, the real
// columns of both engines and the reviewed allowlist.
//
// The behaviour is held by one suite over both engines, plain and wrapped in faults (TestConformance...).
package store
