// Package review is "two months in review": an account of a period in which every figure leads back to its evidence. This comment
// is the specification.
//
// # The document
//
// Draft computes, from one state of the book, the Document of a period and of some places, or of the whole programme: the goal and
// where it stands; how the promises of each task stand, on the team's side and on the village's; money by currency, never added
// across; teams; what moved; the promises that matter most, by a rule that has a code (figures.WeightRule); stories; answers; what comes
// next. Every number in it is a Figure: its name and its value, so that it can be asked for again (TestEveryFigureIsAsked) and leads to
// the list that it counts (figures.Behind, TestBehind). What happened belongs to the period in which it was recorded. How things stand
// is as of the day at that size of the book. Lists have an order that follows from the entries alone. The bytes of the document are
// the same on both engines, in every time zone and language of the machine (TestSameBytes).
//
// It holds titles, goals and names as they stand in entries, but no text that lies beside the book: notes are named by their hashes.
// So a review stays what it was when a text is erased (TestErasedIsNoDifference).
//
// # The entry
//
// An office publishes a review with an entry of kind "review": number, period, places, the size and day at which it is frozen, the
// SHA-256 of the document, the salted hashes of the office's words, and the number of the review that it takes the place of.
// The document lies beside the book by its hash, as pictures do: so it is copied, backed up and mirrored with the book, verify compares its
// bytes with the hash in the entry, and showing an old review costs no replay.
//
// Size and day are those of the state that the office looked at when it wrote its words; they may lie behind the newest entry, since
// others go on writing meanwhile: what was looked at is what is published. They may not be more than MaxAge days old, day must be the
// programme's day at that size, and the period must be over by then: a day that goes on would end in one review and be missing in the
// next. TestSteps has a draft for every rule.
//
// A review is never changed. A correction is a new review that says which one it replaces; both stay.
//
// # The office's words
//
// A figure enters words only as a reference such as {promises?task=water}, which must be a figure of the document; Words.Check refuses other
// numbers, and names the language, the character and the word. Texts lie beside the book, where no rule reads them: so it is Publish
// that asks Check, and whoever reads a review can ask it again.
//
// # Checking
//
// Check computes the document again from the entries alone and says identical, or names the first figure that differs (TestTamper). A
// figure of the past cannot be read from today's views; it is computed in a scratch book that is made from the first entries
// of the book, up to the size of the review (figures.Past, TestPastSize).
//
// # Known limits
//
// Numbers that are spelled out in letters, such as "seven" in English, are not found in words.
//
// Who publishes a review may choose its period and places. All reviews stand in one list, so that a gap or an odd choice can be seen.
package review
