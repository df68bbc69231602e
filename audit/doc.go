// Package audit is for those who believe no figure. It reads a whole book again and says whether anything in it, or on
// any page made from it, is not as the entries say.
//
// # What is checked
//
//   - Book: every entry, hash, signature, view row, text and picture (ledger.Book.Check).
//   - Seen: whether the book still has the past that was seen at the last visit. What was seen lies outside the book's own
//     folder, so a book that was rolled back, forked or signed with another key shows itself.
//   - Pages: every number that a page shows under a figure's name, against the figure computed anew.
//   - Remote: all of it over the network, from a machine that has nothing but the programme's address. The book is made again
//     from what the server sends, and compared with the signed checkpoint, with what was seen at the last visit, and with
//     the tiles, texts, pictures, figures and pages that the server gives (TestRemote, TestRemoteFindsLies, TestRemotePast,
//     TestRemoteGrowing, TestRemoteSlow).
//
// docs/verify.md specifies what a verifier of somebody else's needs; docs/verify.py is one, and TestPython runs it.
//
// TestTamperBook flips bytes of a real book one by one and expects each to be named.
package audit
