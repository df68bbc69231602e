// Package iati reads a file of aid activities published by the International Aid
// Transparency Initiative (an IATI activities file, versions 2.01 to 2.03) into
// neutral structs, with a list of what was found wrong. It knows the standard and
// nothing of Kept's book.
//
// Its rule is to keep what the publisher said, to label it, and never to invent.
//
// # Reading
//
// The file is read as a stream, one activity in memory at a time. It must be
// well-formed XML in UTF-8 without a document type or own entities, and whole:
// everything else is an *Error for the file and yields no File at all, so a file
// that was cut off appends nothing (TestCutOff). Limits: Options.MaxBytes,
// MaxDepth, MaxAttributes, MaxToken, MaxName, MaxElements, MaxActivityElements,
// MaxActivities. FuzzRead feeds it hostile input.
//
// Elements of another namespace are skipped. The order of elements, which the
// standard fixes, is not asked for: it decides nothing here.
//
// # Findings
//
// A finding is critical (the activity is refused), an error (that part is left
// out) or a warning, and names line, element, reason and activity. Whatever is
// left out is at least an error, so no error means that all that Kept reads was
// read; the exceptions are the ones the rules name: actual dates after
// publication. Departures from the schema that lose nothing are warnings.
//
// # Contact persons
//
// The text and the attributes of contact-info are dropped while the XML is read,
// before anything is kept, and no finding or error quotes from within it
// (TestS1ContactsDropped).
//
// # Identity
//
// Keys do not depend on the order of the file or of its narratives, so a second
// reading gives the same keys (TestReorderingKeepsKeys):
//
//   - activity: iati-identifier. The schema allows an empty one: then reporting
//     organisation, title and occurrence.
//   - measure: activity, result title, indicator title, occurrence. Equal titles
//     are numbered by what the measures say, not by where they stand.
//   - movement: activity and ref where that is unique in it; else type, day,
//     value, currency, parties and occurrence.
//   - budget: activity, period and currency.
//   - organisation, place, task: see Org, Place, Task.
//
// # Dates
//
// The planned end is the due day. An actual date after the activity's
// last-updated-datetime is ignored, with a warning. Days are taken as written,
// without the time zone.
//
// # Measures
//
// Targets and actuals stand apart with their periods. A reported zero is kept; a
// period that ends on or after the day of publication was not over then, and its
// actual says so. Left out: measures that are rankings or qualitative (codes 3 to
// 5), values with a dimension (sex, age), values of one of several places, and
// two values that contradict each other for one period.
//
// # Money
//
// Amounts are exact; one with more digits than its currency has is left out. A
// value without currency has the activity's default. Several original budgets
// of one period and currency are one budget, their sum, with a warning.
//
// # Places and organisations
//
// A place is a recipient country or a location, known by its gazetteer code, else
// its ref, else country, name and position. Administrative codes make no places.
// Organisations are those that report or take part; money makes none.
//
// # Known limits
//
// Not read: recipient regions, policy markers, planned disbursements, crs-add,
// fss, humanitarian scopes, conditions, tags and the sectors and countries of
// single transactions. The first description of type 1 is the description.
package iati
