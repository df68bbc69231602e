package programme

import (
	"kept/ledger"
	"kept/locale"
)

// Post drafts a posting of a team to a place. Until may be empty.
func Post(who string, p Posting) ledger.Draft {
	return ledger.Draft{Kind: KindPosting, Who: who, Data: p}
}

// EndPosting drafts the end of a posting, or another end than was known; until is the last day.
func EndPosting(who string, p PostingRow, until string) ledger.Draft {
	return ledger.Draft{Kind: KindPostingEnd, Who: who, Data: PostingEnd{Team: p.Team, Place: p.Place, From: p.From, Until: until}}
}

// HandOver drafts that the team of a posting hands the place over to another one: the other team's posting, from its first
// day, and the end of this one, with its last day. The two may serve the place together for a while. They stand in this
// order, since the second entry names the team of the first; a team that is posted there already needs only the second.
func HandOver(who string, p PostingRow, to, last, first string) [2]ledger.Draft {
	end := EndPosting(who, p, last)
	data := end.Data.(PostingEnd)
	data.To = to
	end.Data = data
	return [2]ledger.Draft{Post(who, Posting{Team: to, Place: p.Place, From: first}), end}
}

// Rename drafts other words for a thing: one of Named, by its code, which is empty for the programme's title and goal.
func Rename(who, of, code string, name locale.Wording) ledger.Draft {
	return ledger.Draft{Kind: KindNaming, Who: who, Data: Naming{Of: of, Code: code, Name: name}}
}
