// Package voice is how a village says, anonymously, whether a promise was kept: rounds, cards, the box, verdicts, and the
// answers that offices owe. This comment is the specification; the numbers S1 to S18 are those of the safeguards in
// docs/safety.md, and stand in the names of the tests.
//
// # A round
//
// An office proposes a round: which villages, which promises, who must answer and within how many days, the opening and the
// closing day, cards or assembly, and whether results are published of each village or of each township. A village is asked
// about those promises of the round that are made to it or to a place that it lies in, twelve at most. A round that nobody must
// answer is refused (S17). It opens only if a reviewer takes it on: an organisation that is not responsible for any of its
// promises, now or in any earlier version of their terms, and does not have to answer; the same holds for whoever prints, holds
// the cards, or counts beside it, and all of them are named in the book.
//
// People are asked from the opening day to the day before the closing day, which is fixed at the opening. The reviewer may
// suspend the round, for a listed reason; a round that stays suspended for more than 30 days, or on its closing day, is void,
// by the day and without an entry. Of a void round nothing is ever published. A promise is asked about in one round a quarter: the
// closing days of two lie at least 92 days apart, counting rounds that were taken on and are not void; where a place was lost
// it may be asked again at once (S9).
//
// # Entries
//
// round, round-taken, round-suspended, round-resumed, round-void, tally, answer are written by organisations. contested,
// result and round-lost are written by the program ("kept") and by nobody else: one outcome a place, on or after the closing day,
// with the closing day as their day. Nothing in any entry is about a person or a card.
//
// # What is published
//
// For each promise and place four counts: kept, partly kept, not kept, can't tell; each rounded to five, those under five as
// "fewer than 5" (0 in the entry); or nothing but "too few to say". Rounding alone leaks: all counts of a place have one sum,
// which is the same for all its promises and which somebody may know, by having watched the door. 23 that all say "kept" would be
// published as 25, and 25 of 23 is 23. So Publish moves one count by a step of five where less than three values would be left of
// any count to somebody who knows the sum. TestS9EveryCountHasThreeValues goes through all counts of up to 70 answers;
// TestS9Attack... do the same over rounds and levels of places. The verdict comes from the published counts (Formula) and is that
// of plain rounding, or a weaker one (TestS9CloseToTheTruth: 40 of 635,376 cases). Sums over places add published counts.
//
// What a village says over several rounds is SideOf, what several villages say of one promise TogetherOf; both explain
// themselves. An assembly never yields "kept" (S8).
//
// # Codes
//
// A code has 16 digits: 15 at random and a check digit (Damm) that finds every wrong digit and every two that changed places, so
// a typing error is told at once and no box is asked. A box holds HMAC-SHA256(key of the round, code), cut to 128 bits, for every
// card, sorted; codes exist in clear only on the way into the printer (Deal) and on paper.
//
// The arithmetic of guessing: there are 10^15 codes. The world together can try 80 codes a second that do not exist, since eight
// are let in at once and each stays for a tick of 100 ms. With 200,000 cards out (1,000 villages of 200) a guess hits one time in
// 5 * 10^9, and a fortnight of guessing without a pause, 10^8 guesses, hits one card with a chance of 2 in 100; the longest
// round, 60 days, 8 in 100; with the cards of one village out, a thousand times less. Nobody is ever locked out, and no address is kept to
// count by (S3).
//
// # The box
//
// There is one box for each round and place, a file of fixed size outside of the database and of what is backed up: see box for
// its bytes. It holds how often each answer was given and which cards are spent, and no answer of any card (S4). It depends on
// what was answered and not on the order or the time (S5). Boxes are written on a tick, whole, all cards of the tick in no order, and only
// then a card is acknowledged: it is spent, and its answers are counted, in the same write. A file and its spare change places, so that
// a write that is cut short leaves the old state, and old states are overwritten instead of left on the disk. Answers to all who asked
// within a tick leave together: received, already received or unknown look alike from outside.
//
// Several with a card wait for one tick, at most 512; 8 with a code that does not exist. A flood of wrong codes slows nobody but itself.
//
// The key of a round lies in another folder than its boxes. Boxes and key are destroyed when all outcomes of the round are in
// the book, or when it is void (S13, S18): overwritten, removed, waited for. That is as much as a file system can be asked for: a
// solid-state disk, a snapshot or a copy may keep what was overwritten. Whoever reads the memory or the disk of the running server,
// again and again, sees between two ticks which cards were spent and how the counts changed; only the number of people in a tick
// stands against that. The file system notes when a file was changed; Stir, called every few minutes, leaves that to say little.
//
// A box, or a key, that is missing or was changed is lost: its places get the outcome "round lost", to be asked again. Boxes that the
// book does not know (it was restored from a backup) are destroyed 30 days after their closing day.
//
// One process has the boxes of a programme. Where several serve one book on PostgreSQL, all but one must hand what comes to
// /voice to that one; a second OpenBoxes is refused by a lock file.
//
// # Assemblies
//
// The reviewer and the second organisation seal their tallies (EnterTally), in a file like a box; the book says that each was entered,
// without a number. At the closing day two equal tallies, in which printed is counted, spoilt and unused together, become a result;
// anything else is "contested", without numbers.
//
// # Reports of misuse
//
// A card that read "received" before its holder used it can be reported, once a card, without saying who. Three reports, and one of
// twenty cards of the place, contest the place: its counts are published, its "kept" does not count, its disputes do.
//
// # Answers
//
// For every promise of which a result says "partly kept" or "not kept", the responding office owes an answer: from the closing day,
// by the day that was fixed with the round. OwedRow.Unanswered and Overdue are functions of the day. An answer is a text beside the
// book, always public; a later one stands beside the first.
//
// # Known limits
//
// Answers leave together as long as writing takes less than a tick. On a disk that is slower than that, those who were received wait for one
// more, and somebody who measures many of them could tell.
//
// Whoever can write to the disk can put an older copy of a box in its place; it has the right seal. Whoever runs the host can change the
// program.
//
// An organisation may become responsible for a promise after it took a round on. The results are then contested; the round is not
// stopped.
//
// Whoever knows some of the answers, their own or those they forced, can subtract them from what is published.
package voice
