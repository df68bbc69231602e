package programme

import "kept/ledger"

// Row is the programme itself.
type Row struct {
	ID        int64  `col:"id" is:"always 0: a book has one programme"`
	Seq       int64  `col:"seq" is:"its entry"`
	Name      string `col:"name" is:"short name, as in addresses"`
	Title     string `col:"title" is:"title, by language"`
	Goal      string `col:"goal" is:"what the programme is for, by language"`
	From      string `col:"from_day" is:"first day"`
	Until     string `col:"until_day" is:"last day"`
	Zone      string `col:"zone" is:"time zone in which its days are counted"`
	Languages string `col:"languages" is:"languages the office writes in"`
	Who       string `col:"who" is:"the organisation that opened it, whose office may act for every other one"`
}

// TaskRow is a task.
type TaskRow struct {
	Code string `col:"code" is:"code of the task"`
	Seq  int64  `col:"seq" is:"its entry"`
	Name string `col:"name" is:"name, by language"`
}

// PlaceRow is a place.
type PlaceRow struct {
	Code     string `col:"code" is:"code of the place"`
	Seq      int64  `col:"seq" is:"its entry"`
	Parent   string `col:"parent" is:"the place it lies in, empty at the top"`
	Level    string `col:"level" is:"country, region, district, township, village or site"`
	Name     string `col:"name" is:"name, by language"`
	Position string `col:"position" is:"latitude and longitude as published"`
}

// AboveRow says that a place lies in another, or is it.
type AboveRow struct {
	Above string `col:"above" is:"a place"`
	Place string `col:"place" is:"a place in it, or the same"`
}

// WordRow finds a place by a word of its name.
type WordRow struct {
	Word  string `col:"word" is:"a word of a place's name in any language"`
	Place string `col:"place" is:"the place"`
}

// OrganisationRow is an organisation.
type OrganisationRow struct {
	Code    string `col:"code" is:"code of the organisation"`
	Seq     int64  `col:"seq" is:"its entry"`
	Name    string `col:"name" is:"name, by language"`
	Country string `col:"country" is:"country code, if published"`
}

// AliasRow is a second name of an organisation.
type AliasRow struct {
	Organisation string `col:"organisation" is:"code of the organisation"`
	Name         string `col:"name" is:"a second name it was published under"`
}

// TeamRow is a team.
type TeamRow struct {
	Code         string `col:"code" is:"code of the team"`
	Seq          int64  `col:"seq" is:"its entry"`
	Organisation string `col:"organisation" is:"who sends it"`
	Name         string `col:"name" is:"name of the team, by language; never of a person"`
}

// PostingRow is a posting.
type PostingRow struct {
	Place    string `col:"place" is:"the place served"`
	Team     string `col:"team" is:"the team that serves it"`
	From     string `col:"from_day" is:"first day"`
	Until    string `col:"until_day" is:"last day, empty while open"`
	Seq      int64  `col:"seq" is:"its entry"`
	Recorded string `col:"recorded" is:"the day it was recorded"`
	Ended    int64  `col:"ended" is:"the entry that said its last day later, 0 if none"`
	To       string `col:"handed_to" is:"the team that took over, empty if none did"`
	Before   string `col:"before_day" is:"first day of the team's posting before this one at the same place"`
}

// LastPostingRow says which of a team's postings to a place begins last.
type LastPostingRow struct {
	Place string `col:"place" is:"the place served"`
	Team  string `col:"team" is:"the team that serves it"`
	From  string `col:"from_day" is:"first day of its last posting there"`
}

// ImportRow is a reading of a published source.
type ImportRow struct {
	ID        string `col:"id" is:"id of its entry"`
	Seq       int64  `col:"seq" is:"its entry"`
	Format    string `col:"format" is:"format of the source"`
	SHA256    string `col:"sha256" is:"hash of the file"`
	Updated   string `col:"updated" is:"the day the source says it was last updated"`
	Who       string `col:"who" is:"the organisation that published it"`
	Withdrawn int64  `col:"withdrawn" is:"the entry that took it back, 0 if none"`
}

// The views of this subject.
var (
	View          = ledger.NewView[Row]("programme", []string{"id"})
	Tasks         = ledger.NewView[TaskRow]("task", []string{"code"})
	Places        = ledger.NewView[PlaceRow]("place", []string{"code"}, []string{"parent"})
	Above         = ledger.NewView[AboveRow]("place_above", []string{"above", "place"})
	PlaceWords    = ledger.NewView[WordRow]("place_word", []string{"word", "place"})
	Organisations = ledger.NewView[OrganisationRow]("organisation", []string{"code"})
	Aliases       = ledger.NewView[AliasRow]("alias", []string{"organisation", "name"})
	Teams         = ledger.NewView[TeamRow]("team", []string{"code"})
	Postings      = ledger.NewView[PostingRow]("posting", []string{"place", "team", "from_day"}, []string{"team"})
	LastPostings  = ledger.NewView[LastPostingRow]("posting_last", []string{"place", "team"})
	Imports       = ledger.NewView[ImportRow]("import", []string{"id"})
)
