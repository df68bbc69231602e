// Package ledger keeps the book of a programme: entries that are only ever added, a tree of hashes over them, a signed
// checkpoint, and the views that are computed from them. This comment is the specification.
//
// # Entry
//
// An entry is one JSON object of at most 65,535 bytes with the members v, kind, id, day, who, about (left out if empty) and
// data, in this order:
//
//	{"v":1,"kind":"work-report","id":"9f…32 hexadecimal digits","day":"2026-03-02","who":"team:ZH-07","about":"…","data":{…}}
//
// Its bytes are what is hashed, and they are kept as they came. There is one way to write an entry: no spaces, the members
// of data in the order of the Go type, map keys sorted, no escape but those that encoding/json needs (without its escapes
// for HTML). Parse writes again what it has read and refuses bytes that differ, so no key stands twice, in another case or
// in another order, and no byte is without meaning. U+0000 is refused, since not every database can hold it
// (TestParseRefuses, FuzzParseEntry).
//
//   - id is chosen at random by the writer, or derived from a source (DeriveID). An entry that is sent again is found by it
//     and is there once; other bytes under the same id are a conflict (TestAppendTwice).
//   - day is the day that the writer says. The day on which the ledger took it is Recorded, the last day mark before it; it
//     is not in the bytes. Rules that ask whether something was late use Recorded.
//   - who is an organisation ("org:code"), a team ("team:code") or the program ("kept"), never a person.
//   - about is the id of an entry that stands before it, in the book or in its own batch (TestAbout).
//
// # Kinds, steps and views
//
// A Subject owns kinds of entries and views. For each kind it gives a step: what the entry does to view rows, or why it is
// refused. A step looks at nothing but its arguments, so that replaying the entries gives the same rows: Rebuild and Check
// run the steps that Append ran (TestAnySequence). A refused entry leaves nothing behind and does not keep out those that
// share its transaction; neither does a step that panics, nor a value that the database cannot take (TestRefusal,
// TestUndoOfAnUnreadRow, TestPoison).
//
// # Day marks
//
// The first entry of a new day has a day mark before it, an entry of kind "day" by "kept". Days never go backwards, whatever
// the clock does, and a transaction that takes nothing else makes no mark, unless Mark asks for it (TestDayMarks). A day more
// than 400 days ahead of the last one is not believed, since a mark cannot be taken back: nothing is appended until the clock is
// right, or Options.Rested says that it is (TestTrialClock).
//
// # Texts and pictures
//
// Notes and reasons lie beside the book. The entry holds SHA-256("kept text v1\n" + salt + text) for each language; the salt
// has 32 random bytes (or bytes derived from a source that is public anyway). A draft must bring exactly the texts and
// pictures that its entry names (TestBadDrafts). An entry of kind "erasure", with one of ErasureReasons, empties text and salt;
// the entry that named the text, its hash and its proof stay as they were (TestS7Erasure). No step reads a text.
//
// # Tree and checkpoint
//
// The tree is that of RFC 6962: leaf SHA-256(0x00 + entry), node SHA-256(0x01 + left + right). The entry table holds the leaf
// hashes, the node table those of complete subtrees on levels 8, 16, 24 and so on, and the head the hashes of the right edge.
// Tile, Bundle and Prove serve what C2SP tlog-tiles and tlog-proof describe. The checkpoint is a C2SP signed note with
// origin, size and root, signed with Ed25519 in the transaction that appends. Check in ledgertest computes all of it a
// second time from what is served, and is called all over the tests. FuzzCheckpoint holds that there is one way to write a
// checkpoint.
//
// # The transaction
//
// One goroutine a process appends. It puts into one transaction what has queued up, and does, on both engines:
//
//  1. Take the row lock of the head, which gives all writers, in whatever process, one order. (On SQLite the transaction
//     has the lock already, as the only one that may write.)
//  2. Look the ids up. Same bytes: a duplicate, with its place. Other bytes: a conflict.
//  3. Load the view rows that the rest will touch, one query a view, and fold the entries over them in order.
//  4. Insert entries, hashes, texts and pictures; write each changed view row once.
//  5. Move the head, with a new checkpoint, WHERE its size is still what it was.
//  6. Commit, and then answer.
//
// Acknowledged means on disk (see package store). If the answer to COMMIT is lost, the transaction is tried again, up to
// three times, and step 2 finds out whether it had happened (TestFaultsOneByOne, TestManyCallers, TestTwoProcesses,
// TestAnotherWriterBetween). A process that is killed loses nothing that it acknowledged (TestTrialCrash), nor does one whose
// PostgreSQL crashes, and it goes on by itself (TestTrialPostgresCrash). Several processes may append to one book on
// PostgreSQL (TestTrialSeveralProcesses).
//
// # What Open refuses
//
// Open reads the head, the newest entry and the stored hashes on the right edge, and refuses to start on a surprise,
// saying which: an empty database, a migration it does not know, a missing or other key, a head that does not fit the newest
// entry, a right edge that does not fit the stored hashes, a checkpoint that does not fit or is not signed
// (TestOpenRefuses, TestOpenEmpty). It compares the book with the last checkpoint beside the database: a smaller book, or
// one with another past, is refused (TestOpenComparesWithOutside). Views that another version has made are made again
// (TestStaleViewsAreRebuilt).
//
// That checkpoint is written before one is shown (Published), about once a second while entries come in, and by Close; it
// never becomes smaller (TestOutsideGrows).
//
// # Epochs and copies
//
// A book that has lost entries which were signed opens only through AcceptLoss. In one transaction it gets another name, one
// that no checkpoint beside it has had, and an entry of kind "epoch" that names the lost checkpoint. That checkpoint is kept. If
// this is interrupted before the files are written, Open writes them (TestTrialOldBackups, TestAcceptLossRefuses).
//
// Copy makes the same book in another database, and goes on where an earlier one stopped, if what is there is the beginning of
// the book (TestTrialCopy, TestTrialCopyKilled, TestCopyRefuses).
//
// # What Check finds
//
// Check reads everything and computes it again. It finds every changed, missing and added row of the entry, node, text,
// picture, head and view tables, and names it (TestTamperEveryByte, TestTamperRows); on SQLite also an index or a page that is
// damaged (TestDamagedIndex, TestTrialDamage). The database also refuses to
// change or delete entries, hashes and texts (TestS7NothingIsChanged); whoever owns it can take these triggers away.
//
// # Known limits
//
// Whoever runs the server has the signing key and can write another book from its first entry on. He cannot do so
// unnoticed by anybody who kept a checkpoint: the new book does not extend it.
//
// An erased text is gone from its table at once. It may stand for a while in the database's log and free space, and
// stands in backups until they expire. Pictures cannot be erased.
//
// An erasure may name a text that its entry does not have; it then empties nothing.
//
// Whether a crash of the machine keeps what was acknowledged depends on a disk that does what fsync asks of it.
package ledger
