// Package imports turns a file of published activities (package iati) into entries of a book, and takes an import back.
//
// # The rule
//
// It keeps what the publisher said, labels it, and invents nothing: no team, no posting, no office that must answer. What
// cannot be kept is left out and listed as a finding with line, element and reason.
//
// # What becomes what
//
//   - The programme, if the book is empty: titled with the publisher's name, from the earliest start to the latest planned end.
//   - Organisations, places and tasks, once each, by the codes that package iati gives them. A second name of a known
//     organisation is an alias; a second name of a known place is nothing.
//   - An activity: a promise with its measures, targets, budgets and description. One that is only the parent of others is
//     a task, and they stand under it; its money is not taken, so it is never added to theirs.
//   - A revised budget: an amendment, without a reason, of the promise with the original one.
//   - Status and actual values: work reports of the publisher; cancelled: a withdrawal without a reason.
//   - Transactions: movements of money.
//
// Everything is by the organisation that reports. An activity without a place is promised to a place that says so, one
// without a sector stands under a task that says so.
//
// # Reading again
//
// IATI compares the file with what was last read of the same activity and appends only what differs:
//
//   - The same file again, or the same activities in another order, append nothing, not even an import or a day mark
//     (TestAgain, TestReordered).
//   - One changed target appends an import and one amendment (TestChangedTarget). A measure that is gone keeps its place
//     without targets, so that readings stay with theirs.
//   - A changed movement of money is taken back and appended anew (TestChangedMoney).
//   - An activity that is gone is a warning (TestGone). An activity of which a later file was read is left out.
//
// What an office changed in the book stays, unless the publisher changes the same promise again.
//
// An import that was broken off is finished by reading the file again: entry ids follow from the source and its content.
//
// # Taking back
//
// Withdraw takes back what an import brought, by entries: promises are withdrawn, movements of money taken back,
// amendments undone where they still stand (TestWithdraw). Reading that file again appends nothing. A corrected file may
// promise the same activities anew.
//
// # Contact persons
//
// Package iati drops them while it reads; TestS1ContactPersons looks for them in the bytes of the database.
//
// # Known limits
//
// A changed description of a known activity is not taken. A reading cannot be taken back, only followed by another.
package imports
