package promise

import "kept/ledger"

// This file says of terms what can be known before they are sent: a form shows it beside what was typed.

// The limits of terms, for forms that name them.
const (
	MaxPlaces     = maxPlaces
	MaxMeasures   = maxMeasures
	MaxTargets    = maxTargets
	MaxMoney      = maxMoney
	MaxMilestones = maxMilestones
)

// Check refuses terms that the book would refuse, whatever the programme has. Until is the programme's last day.
func (t *Terms) Check(until string) error {
	if err := t.check(); err != nil {
		return err
	}
	_, err := t.Plan.days(until)
	return err
}

// Days are the days on which the plan is due, in order. Until is the programme's last day.
func (p *Plan) Days(until string) ([]string, error) { return p.days(until) }

// Marks says how an amendment of old to now will be marked: that it promises less, that it comes due later.
func Marks(old, now *Terms, until string) (less, late bool, err error) {
	if old.Plan.Kind != now.Plan.Kind {
		return false, false, ledger.Refuse("amendment.other-plan")
	}
	before, err := old.Plan.days(until)
	if err != nil {
		return false, false, err
	}
	days, err := now.Plan.days(until)
	if err != nil {
		return false, false, err
	}
	return lowered(old, now, before, days), later(before, days) || now.Plan.Within > old.Plan.Within, nil
}
