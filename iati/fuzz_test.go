package iati

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"kept/schedule"
)

// FuzzRead feeds anything to Read. Whatever it is, it is refused with a known code
// and without a file, or read into something that keeps every promise of this
// package.
func FuzzRead(f *testing.F) {
	f.Add([]byte(wells(f)))
	f.Add([]byte(file(promise(measure(`measure="1" ascending="0"`, period("2025-01-01", "2025-12-31", `<target value=".5"/><actual value="-1."/>`))))))
	f.Add([]byte(file(promise(transaction("", "3", "2025-01-01", `currency="TND">+1.005`), budget(` type="2"`, "2025-01-01", "2025-12-31", ">9")))))
	f.Add([]byte("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><iati-activities version='2.01'>&b;</iati-activities>"))
	f.Add([]byte("<iati-activities version='2.02'><iati-activity><iati-identifier>\ufffd</iati-identifier></iati-activity></iati-activities>"))
	real, _ := filepath.Glob(filepath.Join(shared, "conformance", "*", "*.xml"))
	for _, name := range real {
		if text, err := os.ReadFile(name); err == nil {
			f.Add(text)
		}
	}
	codes := Codes()
	options := Options{MaxBytes: 1 << 20, AssumeVersion: "2.03"}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := Read(bytes.NewReader(text), options)
		if err != nil {
			var refused *Error
			if got != nil || !errors.As(err, &refused) || !slices.Contains(codes, refused.Code) || refused.Error() == "" {
				t.Fatalf("file %v, error %#v", got != nil, err)
			}
			return
		}
		checkKeys(t, got)
		for _, found := range got.Findings {
			if !slices.Contains(codes, found.Code) || found.String() == "" {
				t.Errorf("finding %#v has no known code", found)
			}
		}
		if n := got.Counts.Critical + got.Counts.Errors + got.Counts.Warnings; n < len(got.Findings) {
			t.Errorf("%d findings are counted and %d listed", n, len(got.Findings))
		}
		for _, a := range got.Activities {
			checkActivity(t, got, a)
		}
		all, err := json.Marshal(got)
		if err != nil || !utf8.Valid(all) {
			t.Fatalf("it cannot be written: %v", err)
		}
		again, err := Read(bytes.NewReader(text), options)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(got, again); diff != "" {
			t.Errorf("a second reading differs:\n%s", diff)
		}
	})
}

// checkActivity holds for every activity ever read.
func checkActivity(t *testing.T, f *File, a Activity) {
	t.Helper()
	days := []string{a.Due, a.Planned.From, a.Planned.To, a.Actual.From, a.Actual.To, a.LastUpdated, a.Published}
	for _, m := range a.Measures {
		if m.Name.Original() == "" || m.Unit.Original() == "" {
			t.Errorf("measure %s has no name or unit", m.Key)
		}
		for _, r := range slices.Concat(m.Targets, m.Actuals) {
			days = append(days, r.From, r.To)
			if _, ok := decimal(r.Value); !ok || r.From > r.To {
				t.Errorf("reading %+v is none", r)
			}
		}
	}
	for _, m := range a.Movements {
		days = append(days, m.Day)
		if m.Day == "" || m.Type == "" || len(m.Value.Currency) != 3 || abs(m.Value.Minor) > MaxMinor {
			t.Errorf("movement %+v is none", m)
		}
	}
	for _, b := range a.Budgets {
		if b.Original == nil && !b.Revised || abs(b.Value.Minor) > MaxMinor {
			t.Errorf("budget %+v is none", b)
		}
	}
	for _, day := range days {
		if day != "" && !schedule.ValidDay(day) {
			t.Errorf("%q is not a day", day)
		}
	}
	for _, party := range a.Parties {
		if !slices.ContainsFunc(f.Orgs, func(o Org) bool { return o.Code == party.Org }) {
			t.Errorf("party %+v is no organisation of the file", party)
		}
	}
	for _, code := range a.Places {
		if !slices.ContainsFunc(f.Places, func(p Place) bool { return p.Code == code }) {
			t.Errorf("place %q is none of the file", code)
		}
	}
	if a.Task != "" && !slices.ContainsFunc(f.Tasks, func(task Task) bool { return task.Code == a.Task }) {
		t.Errorf("task %q is none of the file", a.Task)
	}
}
