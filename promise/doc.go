// Package promise is the subject of what Kept exists for: promises, the work reported on them, what was paid for them,
// and every later change of a promise.
//
// # Entries
//
//   - promise: the terms as they were promised. A promise has a plan (once, by a due day or none; a schedule, each
//     occurrence due by itself; or a service level, every case answered within so many days, whose counts are due at the end
//     of each period), measures with targets by period, money by source, milestones, the team that does it and the office
//     that must answer for it.
//   - amendment: new terms, whole, with the version they change and a reason. One that changes another version than the
//     current one is refused as stale. The old terms stay for ever.
//   - withdrawal: the promise is taken back, with a reason.
//   - later-translation: words of the current terms in another language than the original. It changes nothing that is promised, so
//     it is no amendment and does not count as one (TestTranslation). A later one takes its place; both stand in the book.
//   - report: what was done on a promise: the writer's day, a note, readings of measures, spending, an occurrence held or not,
//     the counts of a period of a service level, pictures by random id, "done". A missing reading is nothing reported, and so
//     is a period without counts; a reported zero is a zero (TestReadings, TestServiceLevel).
//   - sending-back: an organisation that did not write a report sends it back, with a reason. From then on everything stands as
//     if the report had never been written (TestSendingBackIsAsIfNeverWritten); it stays in the book and on the page, crossed
//     out. Its note and pictures are hidden for ever (TestS11SentBackIsNotShown).
//   - passing: someone who is not of the team looked at a report; from then on its note and the pictures named here, by
//     the hash of their final bytes, are public.
//   - payment, payment-withdrawal: a movement of money by type, and its being taken back.
//
// Notes, reasons and descriptions are texts beside the book; no rule reads them.
//
// # Sources
//
// What was read from a published source names the import in which it was read, so that an import can be looked at and
// taken back as a whole (view imported). An identifier in a source belongs to one promise, unless the import of that one
// was withdrawn. A promise may list documents that the source names; they are not held here.
//
// # Standing
//
// What may be said of a promise today is computed by Standing and never stored: views hold what is open by due day.
// The team's word never gives "kept" (TestS8StandingOverAllVerdicts). StandingSQL says the same in SQL; TestStandingSQL
// holds the two together.
package promise
