// Package spool keeps the pictures that came with a report until somebody outside the team has looked at them.
//
// They lie in files beside a book, in the folder "spool", and not in a database: what is in a database is in its log and its
// backups too, and a picture that nobody may see must be in neither (TestS10NoTraceOfOriginals in safety). Only what room photo has
// filtered comes here, so what a camera wrote beside the points never touches the disk. What it has not made anew yet (PutRaw) is read
// by ReadRaw alone, so that nobody is shown it by mistake (TestRaw).
//
// # Names
//
// A picture lies under the id of the report's entry and its own random id; both are known before the report is sent, since they
// follow from the form. So a form whose pictures have arrived can be sent again without them, and sending twice is once. The
// name holds the day of arrival; nothing else is noted.
//
// # Time
//
// A picture leaves when its report is passed, with or without it, or sent back (Drop); when it was taken out of the form (Keep); when
// the form it came with has not been sent within UnsentDays; and in any case after Days (Sweep). The file is overwritten,
// waited for and removed. Tests with a clock: TestS18SpoolIsEmptied.
//
// # Known limits
//
// Several servers on one PostgreSQL that run on different machines must share this folder. Overwriting is as much as a file
// system can be asked for: a disk may keep older copies of what was overwritten. How many pictures wait is not bounded but by the
// number of those who may report; the room of the disk must be watched.
package spool
