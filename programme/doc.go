// Package programme is the subject of what a programme is made of: its goal and period, its tasks, its places, the
// organisations and teams that work for it, and the postings of teams to places.
//
// # Entries
//
// programme (the first of a book, after its day mark), task, place, organisation, alias (a second name of an
// organisation), team, posting, import (opens a reading of a published source; later entries name it as the import they
// were read in), import-withdrawal (closes it: nothing more can name it). Everything is named by a code, an opaque
// short text that is unique among its like; entries refer to each other by codes. A place names a parent that is already
// there, so the tree has no cycles.
//
// There is no entry for a person, and no field that could hold one.
//
// # Views
//
// One table for each of these, the words by which a place is found, and for every place all places above it, itself
// included, so that "in this township" is one join.
package programme
