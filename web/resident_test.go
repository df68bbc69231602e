package web_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kept/locale"
	"kept/schedule"
	"kept/voice"
)

// TestAnswering goes all the way, as a browser without a script does, in every language: what is sent next is what stands in the page.
func TestAnswering(t *testing.T) {
	b := newBooth(t)
	for _, l := range locale.Languages {
		p, code := locale.For(l.Tag), b.card()
		c := &client{site: b.site}
		address := at("voice?lang=" + l.Tag)
		rec := c.get(address)
		if rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), p.T("card.unsafe-network")) || !strings.Contains(rec.Body.String(), `dir="`+l.Dir+`"`) {
			t.Fatalf("%s: %d %s", l.Tag, rec.Code, rec.Body)
		}
		values := formOf(t, rec, "look")
		values.Set("code", string(code.Groups()))
		rec = c.send(address, values)
		for _, want := range []string{p.T("card.ask"), p.T("word.answering-office"), `<span class="no">11</span>`, "/voice/pictures/", "USD", `datetime="2026-`, `data-figure="measure?`} {
			if !strings.Contains(rec.Body.String(), want) {
				t.Errorf("the ballot in %s has no %s", l.Tag, want)
			}
		}
		values = formOf(t, rec, "confirm")
		if values.Get("a01") != "0" || values.Get("a12") != "0" || values.Get("code") != string(code) {
			t.Errorf("something is chosen at first: %v", values)
		}
		values.Set("a01", "2")
		rec = c.send(address, values)
		if !strings.Contains(rec.Body.String(), `<li class="yes"><i>☑</i>`) {
			t.Fatalf("the choice is not repeated: %s", visible(rec))
		}
		values = formOf(t, rec, "change")
		rec = c.send(address, values)
		if got := formOf(t, rec, "confirm"); got.Get("a01") != "2" {
			t.Errorf("changing begins anew: %v", got)
		}
		rec = c.send(address, formOf(t, c.send(address, formOf(t, rec, "confirm")), "send"))
		if !strings.Contains(rec.Body.String(), p.T("card.received-text")) {
			t.Errorf("it is not received: %s", mainWords(rec))
		}
		if len(c.cookies) > 0 {
			t.Errorf("there are cookies: %v", c.cookies)
		}
	}
	b.day = b.closes
	b.tend(t)
	if n := b.column(t, "SELECT count(*) FROM question AS q JOIN round AS r ON r.seq = q.round WHERE r.id = '"+b.round(t, "two-rivers").ID+"' AND q.verdict = 'too-few'"); n[0] != "1" {
		t.Error("three answers are not too few")
	}
}

// TestAnswersAreCounted: what is sent through the page is what the village says, and what was skipped is "can't tell".
func TestAnswersAreCounted(t *testing.T) {
	b := newBooth(t)
	var all []string
	for digit, n := range map[string]int{"1": 6, "2": 5, "3": 15, "4": 3, "0": 4} {
		for range n {
			all = append(all, form("send", b.card(), firstIs(digit)))
		}
	}
	for _, rec := range b.together(all...) {
		if got := mainWords(rec); !strings.HasPrefix(got, "Received This page") {
			t.Errorf("not received: %s", got)
		}
	}
	b.day = b.closes
	b.tend(t)
	got := b.column(t, "SELECT q.verdict || ' ' || q.kept || ' ' || q.partly || ' ' || q.not_kept || ' ' || q.cant_tell FROM question AS q JOIN round AS r ON r.seq = q.round WHERE r.id = '"+b.round(t, "two-rivers").ID+"'")
	want := voice.Publish(voice.Counts{6, 5, 15, 7})
	if want := fmt.Sprintf("not-kept %d %d %d %d", want.Counts[0], want.Counts[1], want.Counts[2], want.Counts[3]); got[0] != want {
		t.Errorf("published %s, should be %s", got[0], want)
	}
}

// TestS4SpentCardSaysOnlyReceived: sending, sending again and looking at a used card give one page, byte for byte, whatever was
// answered; it says nothing of any promise, place or round.
func TestS4SpentCardSaysOnlyReceived(t *testing.T) {
	b := newBooth(t)
	var first string
	for _, digit := range append(four, "0") {
		code := b.card()
		sent := b.does(form("send", code, firstIs(digit)))
		later := []string{form("send", code, firstIs(digit)), form("send", code, firstIs("1")), form("look", code, ""), form("confirm", code, firstIs(digit)), form("change", code, firstIs(digit))}
		for how, rec := range append(b.together(later...), sent) {
			page := strings.ReplaceAll(rec.Body.String(), string(code), "CODE")
			if first == "" {
				first = page
			}
			if rec.Code != http.StatusOK || page != first {
				t.Errorf("way %d after %s: %d %s", how, digit, rec.Code, mainWords(rec))
			}
		}
	}
	if !strings.Contains(first, "<h1 tabindex=\"-1\">Received</h1>") || !strings.Contains(first, "I did not use this card") {
		t.Errorf("the page of a used card: %s", first)
	}
	for _, not := range []string{"Two Rivers", "two-rivers", "bridge", "datetime", "village.", `name="a`, "<data"} {
		if strings.Contains(first, not) {
			t.Errorf("the page of a used card has %q", not)
		}
	}
}

// TestReporting: a card is reported once, the page is the same whatever became of it, and enough of them contest the round.
func TestReporting(t *testing.T) {
	b := newBooth(t)
	unused, pages := b.card(), map[string]bool{}
	three := []voice.Code{b.card(), b.card(), b.card()}
	for _, code := range three {
		b.does(form("send", code, firstIs("1")))
	}
	for _, code := range append(three, three[0], unused, voice.NewCode()) {
		pages[b.does(form("report", code, "")).Body.String()] = true
	}
	if len(pages) != 1 {
		t.Errorf("there are %d pages that a report answers with", len(pages))
	}
	if got := mainWords(b.does(form("look", unused, ""))); !strings.HasPrefix(got, "Was it kept?") {
		t.Errorf("a card that was reported before it was used: %s", got)
	}
	b.day = b.closes
	b.tend(t)
	if got := b.column(t, "SELECT contested FROM round_place WHERE place = 'two-rivers' AND contested <> ''"); got[0] != voice.ContestedReports {
		t.Errorf("three reports contest nothing: %v", got)
	}
}

// TestNotOnThisDay: a card is told when it is good, if it is not now, and afterwards nobody knows it any more.
func TestNotOnThisDay(t *testing.T) {
	b := newBooth(t)
	r := b.round(t, "two-rivers")
	suspended, err := b.book.Append(t.Context(), voice.Suspend("org:"+r.Reviewer, r.ID, "reprisals-feared"))
	if err != nil || suspended[0].Err != nil {
		t.Fatal(err, suspended)
	}
	b.tend(t)
	for _, do := range []string{form("look", b.codes[0], ""), form("confirm", b.codes[0], skipped), form("send", b.codes[0], skipped)} {
		if got := mainWords(b.does(do)); !strings.HasPrefix(got, "This card cannot be used today The round is suspended since") {
			t.Errorf("%s while it is suspended: %s", do, got)
		}
	}
	if body := b.get(at("voice?lang=en")).Body.String(); !strings.Contains(body, "Two Rivers") || strings.Contains(body, "Answer until the end") {
		t.Error("the first page does not say that the round is suspended")
	}
}

// TestS18NothingStaysAfterClosing, with a clock: on the closing day box and key are gone from the disk, the card is unknown, and no
// page asks anybody.
func TestS18NothingStaysAfterClosing(t *testing.T) {
	b := newBooth(t)
	link := `href="/valley/voice?lang=en"`
	number := numberOf(t, b.site, "Foot bridge")
	pages := []string{at("?lang=en"), at("places/two-rivers?lang=en"), at("places/" + b.column(t, "SELECT parent FROM place WHERE code = 'two-rivers'")[0] + "?lang=en"), at(fmt.Sprintf("promises/%d?lang=en", number))}
	for _, page := range pages {
		if !strings.Contains(b.get(page).Body.String(), link) {
			t.Errorf("%s does not lead to the page where one answers", page)
		}
	}
	if strings.Contains(b.get(at("places/quiet-lake?lang=en")).Body.String(), link) {
		t.Error("a village that is not asked is led to the page where one answers")
	}
	used, unused := b.card(), b.card()
	b.does(form("send", used, firstIs("3")))
	here := func() (n int) {
		for _, folder := range []string{b.folders.Boxes, b.folders.Keys} {
			filepath.WalkDir(folder, func(name string, e os.DirEntry, err error) error {
				if err == nil && !e.IsDir() && filepath.Base(name) != "lock" {
					n++
				}
				return err
			})
		}
		return n
	}
	b.day = schedule.AddDays(b.closes, -1)
	b.tend(t)
	if got := mainWords(b.does(form("look", unused, ""))); here() == 0 || !strings.HasPrefix(got, "Was it kept? Two Rivers") {
		t.Errorf("on the last day: %d files, %s", here(), got)
	}
	b.day = b.closes
	b.tend(t)
	if here() != 0 {
		t.Errorf("%d files are left", here())
	}
	for _, code := range []voice.Code{used, unused} {
		if got := mainWords(b.does(form("look", code, ""))); !strings.Contains(got, "No card has these digits") {
			t.Errorf("a card after the closing day: %s", got)
		}
	}
	for _, page := range pages {
		if strings.Contains(b.get(page).Body.String(), link) {
			t.Errorf("%s leads to the page where one answers, on the closing day", page)
		}
	}
	if got := mainWords(b.get(at("voice?lang=en"))); !strings.Contains(got, "Deer Meadow") || strings.Contains(got, "Two Rivers") {
		t.Errorf("the first page on the closing day: %s", got)
	}
}
