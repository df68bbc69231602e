package figures

import (
	"fmt"
	"slices"
	"strings"
)

// Role is as whom a person works in an office.
type Role string

// The roles that have a queue.
const (
	OfficeRole   Role = "office"
	TeamRole     Role = "team"
	ReviewerRole Role = "reviewer"

	// ProgrammeRole is that of the office which runs the programme: it works on the promises of every office.
	ProgrammeRole Role = "programme"
)

// Roles are all of them.
var Roles = []Role{ProgrammeRole, OfficeRole, TeamRole, ReviewerRole}

// Reach is what a person works on: the promises that an office must answer for, or that a team does, or the reports that
// another organisation looks at; everywhere, or only in some places and all in them.
type Reach struct {
	Role   Role
	Who    string   // "org:CODE", "team:CODE"
	Places []string // none: everywhere
}

// code is Who without saying which kind of code it is.
func (r Reach) code() string {
	_, code, _ := strings.Cut(r.Who, ":")
	return code
}

// place are the places as a filter has them.
func (r Reach) place() string { return strings.Join(r.Places, ",") }

// Filter chooses the promises of the reach. A reviewer's are all in the places.
func (r Reach) Filter() Filter {
	f := Filter{Place: r.place()}
	switch r.Role {
	case OfficeRole:
		f.Office = r.code()
	case TeamRole:
		f.Team = r.code()
	}
	return f
}

// scope chooses what the dashboard counts: a team its own promises, everybody else all in their places.
func (r Reach) scope() Filter {
	f := r.Filter()
	f.Office = ""
	return f
}

func (r Reach) check() error {
	if !slices.Contains(Roles, r.Role) || r.code() == "" {
		return fmt.Errorf("%q is not the reach of anybody who works in an office", r)
	}
	return nil
}
