package voice

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kept/promise"
	"kept/schedule"
)

// asking is a round that was taken on, closes on a day, and ends like this.
func asking(seq int64, closes, mode, outcome, contested string, v promise.Verdict) Asking {
	return Asking{
		Row{Seq: seq, Taken: "2026-01-01", Opens: schedule.AddDays(closes, -10), Closes: closes, Mode: mode},
		PlaceRow{Outcome: outcome, Contested: contested},
		QuestionRow{Verdict: string(v)},
	}
}

func cards(closes string, v promise.Verdict) Asking {
	return asking(1, closes, ModeCards, OutcomeResult, "", v)
}

func assembly(closes string, v promise.Verdict) Asking {
	return asking(1, closes, ModeAssembly, OutcomeResult, "", v)
}

func TestSideOf(t *testing.T) {
	const day = "2026-12-01"
	running := asking(9, "2026-12-08", ModeCards, "", "", "")
	contested := func(a Asking) Asking { a.Place.Contested = ContestedReports; return a }
	lost := asking(3, "2026-09-01", ModeCards, OutcomeLost, "", "")
	void := cards("2026-08-01", promise.NotKept)
	void.Round.Void = "2026-07-30"
	for _, test := range []struct {
		name     string
		askings  []Asking
		says     promise.Verdict
		disputed bool
		more     func(*Side)
	}{
		{"never asked", nil, promise.NotAsked, false, nil},
		{"asked now", []Asking{running}, promise.BeingAsked, false, func(s *Side) { s.Asking = true }},
		{"kept", []Asking{cards("2026-03-01", promise.Kept)}, promise.Kept, false, nil},
		{"too few", []Asking{cards("2026-03-01", promise.TooFew)}, promise.TooFew, false, nil},
		{"not kept is no dispute before", []Asking{cards("2026-03-01", promise.NotKept)}, promise.NotKept, false, nil},
		{"partly after not kept", []Asking{cards("2026-03-01", promise.NotKept), cards("2026-07-01", promise.PartlyKept)}, promise.PartlyKept, true, nil},
		{"kept after partly", []Asking{cards("2026-07-01", promise.Kept), cards("2026-03-01", promise.PartlyKept)}, promise.Kept, true, nil},
		{"a new round does not cover the old verdict", []Asking{cards("2026-03-01", promise.NotKept), running}, promise.NotKept, false, func(s *Side) { s.Asking = true }},
		{"nor does too few", []Asking{cards("2026-03-01", promise.NotKept), cards("2026-07-01", promise.TooFew)}, promise.NotKept, false, nil},
		{"nor a lost one", []Asking{cards("2026-03-01", promise.PartlyKept), lost}, promise.PartlyKept, false, func(s *Side) { s.Lost = true }},
		{"lost alone is as if not asked", []Asking{lost}, promise.NotAsked, false, func(s *Side) { s.Lost = true }},
		{"asked again after the loss", []Asking{lost, cards("2026-10-01", promise.Kept)}, promise.Kept, false, nil},
		{"void is as if not asked", []Asking{void}, promise.NotAsked, false, nil},
		{"contested does not say kept", []Asking{contested(cards("2026-03-01", promise.Kept))}, Contested, false, func(s *Side) { s.Contested = true }},
		{"contested does not bury a dispute", []Asking{contested(cards("2026-03-01", promise.NotKept))}, Contested, true, func(s *Side) { s.Contested = true }},
		{"contested takes nothing back", []Asking{cards("2026-02-01", promise.Kept), contested(cards("2026-06-01", promise.NotKept))}, promise.Kept, true,
			func(s *Side) { s.Contested = true }},
		{"an assembly alone is never kept", []Asking{assembly("2026-03-01", promise.Kept)}, promise.NotAsked, false, func(s *Side) { s.Assembly = promise.Kept }},
		{"an assembly can dispute", []Asking{assembly("2026-03-01", promise.NotKept)}, promise.NotKept, false,
			func(s *Side) { s.Assembly, s.ByAssembly = promise.NotKept, true }},
		{"cards go before an assembly", []Asking{cards("2026-03-01", promise.Kept), assembly("2026-07-01", promise.NotKept)}, promise.Kept, true,
			func(s *Side) { s.Assembly = promise.NotKept }},
		{"whenever they come", []Asking{assembly("2026-03-01", promise.NotKept), cards("2026-07-01", promise.Kept)}, promise.Kept, true,
			func(s *Side) { s.Assembly = promise.NotKept }},
		{"an assembly's kept takes no dispute back", []Asking{assembly("2026-03-01", promise.NotKept), assembly("2026-07-01", promise.Kept)}, promise.NotKept, false,
			func(s *Side) { s.Assembly, s.ByAssembly = promise.Kept, true }},
		{"a contested assembly says nothing", []Asking{asking(1, "2026-03-01", ModeAssembly, OutcomeContested, ContestedDifference, "")}, promise.NotAsked, false,
			func(s *Side) { s.Assembly, s.Contested = Contested, true }},
		{"closed, and on its way", []Asking{asking(1, "2026-12-01", ModeCards, "", "", "")}, promise.BeingAsked, false, func(s *Side) { s.Asking = true }},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := Side{Village: promise.Village{Says: test.says, DisputedBefore: test.disputed}}
			if test.more != nil {
				test.more(&want)
			}
			got := SideOf(test.askings, day)
			got.Since, got.LastAsked = "", "" // TestUnaskedDays
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// anyAsking draws an asking of any kind that has closed.
func anyAsking(t *rapid.T, i int) Asking {
	verdict := rapid.SampledFrom([]promise.Verdict{promise.Kept, promise.PartlyKept, promise.NotKept, promise.TooFew}).Draw(t, "verdict")
	mode := rapid.SampledFrom([]string{ModeCards, ModeAssembly}).Draw(t, "mode")
	a := asking(int64(i+1), schedule.AddDays("2026-01-20", 100*i), mode, OutcomeResult, "", verdict)
	switch rapid.IntRange(0, 5).Draw(t, "end") {
	case 0:
		a.Place.Outcome, a.Question.Verdict = OutcomeLost, ""
	case 1:
		a.Place.Contested = ContestedReports
	case 2:
		a.Round.Void = "2026-01-02"
		a.Place.Outcome, a.Question.Verdict = "", ""
	}
	return a
}

// TestS8OnlyCardsSayKept: over all histories, "kept" comes from cards that were not contested, and from nothing else.
func TestS8OnlyCardsSayKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var askings []Asking
		cardsKept := false
		for i := range rapid.IntRange(0, 5).Draw(t, "rounds") {
			a := anyAsking(t, i)
			askings = append(askings, a)
			cardsKept = cardsKept || a.Round.Mode == ModeCards && a.Place.Outcome == OutcomeResult && a.Place.Contested == "" && a.Question.Verdict == string(promise.Kept)
		}
		s := SideOf(askings, "2028-01-01")
		if s.Says == promise.Kept && (!cardsKept || s.ByAssembly) {
			t.Fatalf("%+v says kept", askings)
		}
		together := TogetherOf([]Side{s, SideOf(nil, "2028-01-01")})
		if together.Says == promise.Kept {
			t.Fatal("one village is silent, and both together say kept")
		}
	})
}

// TestS7DisputedBeforeStays: once a village has disputed, no later round takes it away.
func TestS7DisputedBeforeStays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var askings []Asking
		was := false
		for i := range rapid.IntRange(1, 6).Draw(t, "rounds") {
			askings = append(askings, anyAsking(t, i))
			s := SideOf(askings, "2028-01-01")
			disputed := s.DisputedBefore || disputes(s.Says)
			if was && !disputed {
				t.Fatalf("the dispute is gone after %+v", askings)
			}
			was = disputed
			if disputes(promise.Verdict(askings[i].Question.Verdict)) && !disputed {
				t.Fatalf("the last round disputes, and it does not show: %+v", askings)
			}
		}
	})
}

func TestTogetherOf(t *testing.T) {
	side := func(v promise.Verdict) Side { return Side{Village: promise.Village{Says: v}} }
	for _, test := range []struct {
		says []promise.Verdict
		want promise.Verdict
	}{
		{nil, promise.NotAsked},
		{[]promise.Verdict{promise.Kept, promise.Kept}, promise.Kept},
		{[]promise.Verdict{promise.Kept, promise.NotAsked}, promise.PartlyKept},
		{[]promise.Verdict{promise.Kept, promise.TooFew}, promise.PartlyKept},
		{[]promise.Verdict{promise.Kept, Contested}, promise.PartlyKept},
		{[]promise.Verdict{promise.Kept, promise.PartlyKept}, promise.PartlyKept},
		{[]promise.Verdict{promise.Kept, promise.Kept, promise.NotKept}, promise.NotKept},
		{[]promise.Verdict{promise.NotAsked, promise.NotKept}, promise.NotKept},
		{[]promise.Verdict{promise.NotAsked, promise.BeingAsked}, promise.BeingAsked},
		{[]promise.Verdict{promise.TooFew, promise.BeingAsked}, promise.TooFew},
		{[]promise.Verdict{promise.TooFew, Contested}, Contested},
	} {
		var sides []Side
		for _, v := range test.says {
			sides = append(sides, side(v))
		}
		if got := TogetherOf(sides); got.Says != test.want || got.DisputedBefore {
			t.Errorf("%v: %+v, should be %s", test.says, got, test.want)
		}
	}
	disputed := Side{Village: promise.Village{Says: promise.Kept, DisputedBefore: true}, Asking: true}
	got := TogetherOf([]Side{disputed, side(promise.Kept)})
	if !got.DisputedBefore || got.Says != promise.Kept || got.Villages[promise.Kept] != 2 || got.Asking != 1 {
		t.Errorf("%+v", got)
	}
}

func TestStateOn(t *testing.T) {
	taken := Row{Opens: "2026-03-10", Closes: "2026-04-30", Taken: "2026-03-01"}
	suspended := taken
	suspended.Suspended = "2026-03-12"
	late := taken
	late.Suspended = "2026-04-20"
	void := taken
	void.Void = "2026-03-15"
	proposed := taken
	proposed.Taken = ""
	for _, test := range []struct {
		row   Row
		day   string
		want  State
		since string
	}{
		{proposed, "2026-03-20", Proposed, ""}, {proposed, "2026-04-29", Proposed, ""}, {proposed, "2026-04-30", Lapsed, ""},
		{taken, "2026-03-09", Waiting, ""}, {taken, "2026-03-10", Open, ""}, {taken, "2026-04-29", Open, ""}, {taken, "2026-04-30", Closed, ""},
		{suspended, "2026-04-11", Suspended, ""}, {suspended, "2026-04-12", Void, "2026-04-12"}, {suspended, "2026-06-01", Void, "2026-04-12"},
		{late, "2026-04-29", Suspended, ""}, {late, "2026-04-30", Void, "2026-04-30"},
		{void, "2026-03-15", Void, "2026-03-15"}, {void, "2026-12-01", Void, "2026-03-15"},
	} {
		if got := test.row.On(test.day); got != test.want || test.row.VoidSince(test.day) != test.since {
			t.Errorf("%+v on %s: %s since %q, should be %s since %q", test.row, test.day, got, test.row.VoidSince(test.day), test.want, test.since)
		}
	}
	owed := OwedRow{Since: "2026-04-30", Due: "2026-05-20"}
	if owed.Unanswered("2026-05-12") != 12 || owed.Unanswered("2026-04-01") != 0 || owed.Overdue("2026-05-20") || !owed.Overdue("2026-05-21") {
		t.Error("an answer that is owed")
	}
	owed.Answered = "2026-05-21"
	if owed.Unanswered("2026-06-01") != 0 || owed.Overdue("2026-06-01") || !owed.Late() {
		t.Error("an answer that came late")
	}
}

func TestUnaskedDays(t *testing.T) {
	const done, day = "2026-03-01", "2026-07-01"
	for _, test := range []struct {
		name    string
		askings []Asking
		done    string
		want    int
	}{
		{"never asked", nil, done, 122},
		{"not done", nil, "", 0},
		{"done 89 days ago", nil, "2026-04-03", 0},
		{"done 90 days ago", nil, "2026-04-02", 90},
		{"asked since", []Asking{cards("2026-04-01", promise.TooFew)}, done, 0},
		{"asked on the day", []Asking{cards(done, promise.Kept)}, done, 0},
		{"asked before", []Asking{cards("2026-02-20", promise.PartlyKept)}, done, 122},
		{"by an assembly", []Asking{assembly("2026-04-01", promise.Kept)}, done, 122},
		{"lost", []Asking{asking(1, "2026-04-01", ModeCards, OutcomeLost, "", "")}, done, 122},
		{"being asked", []Asking{asking(1, "2026-07-02", ModeCards, "", "", "")}, done, 0},
	} {
		s := SideOf(test.askings, day)
		if got := UnaskedDays(test.done, s.LastAsked, s.Asking, day); got != test.want {
			t.Errorf("%s: %d, should be %d", test.name, got, test.want)
		}
		if together := TogetherOf([]Side{s, {}}); together.LastAsked != s.LastAsked {
			t.Errorf("%s: together %q", test.name, together.LastAsked)
		}
	}
}
