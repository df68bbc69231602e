// Package programme is the subject of what a programme is made of: its goal and period, its tasks, its places, the
// organisations and teams that work for it, and the postings of teams to places.
//
// # Entries
//
// programme (the first of a book, after its day mark), task, place, organisation, alias (a second name of an
// organisation), team, posting, posting-end (its last day, said later), naming (other words for a thing), import (opens a
// reading of a published source; later entries name it as the import they were read in), import-withdrawal (closes it:
// nothing more can name it). Everything is named by a code, an opaque short text that is unique among its like; entries refer
// to each other by codes.
//
// A place names a parent that is already there and of a larger level, so the tree has no cycles. A place never moves: where it
// lies is part of what was promised to it. If the border has moved, the place has a new code (TestRefusals).
//
// Several teams may serve a place at once, but a team is posted there once on any day. A posting-end may be followed by
// another with another day, and may name the team that takes over (TestPostings).
//
// A naming replaces what is shown of a task, place, organisation, team or the programme, in every language. The words
// before stand in their entries, and a place is still found by them (TestNaming).
//
// There is no entry for a person, and no field that could hold one.
//
// # Views
//
// One table for each of these, the words by which a place is found, and for every place all places above it, itself
// included, so that "in this township" is one join.
package programme
