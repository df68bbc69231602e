package main

import (
	"context"

	"kept/demo"
	"kept/ledger"
	"kept/store"
	"kept/voice"
)

const (
	// demoHouseholds and demoSpares are how many cards each village of the example gets.
	demoHouseholds, demoSpares = 40, 4
	// shownCards is how many of them anybody may try. They are known as long as the program runs, and written nowhere.
	shownCards = 12
)

// demoCards are cards of the example's open rounds that anybody may try.
type demoCards struct {
	codes []voice.Code
	used  bool // some were used before the program was started, so that no new ones can be made
}

// of implements web.Options.DemoCards. The cards are dealt before anybody can ask.
func (d *demoCards) of(programme string) ([]voice.Code, bool) {
	if programme != demo.Name {
		return nil, false
	}
	return d.codes, d.used
}

// deal makes the cards of all rounds that are open on the example's day, as their reviewers would.
func (d *demoCards) deal(ctx context.Context, o *opened) error {
	var open []voice.Row
	villages := map[int64][]voice.VillageRow{}
	err := o.DB.Read(ctx, func(tx *store.Tx) error {
		rows, err := voice.View.Select(tx, "WHERE v.mode = '"+voice.ModeCards+"' ORDER BY v.seq")
		for _, r := range rows {
			if r.On(o.day) != voice.Open {
				continue
			}
			open = append(open, r)
			if villages[r.Seq], err = voice.Villages.Select(tx, "WHERE v.round = $1 ORDER BY v.village", r.Seq); err != nil {
				return err
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, r := range open {
		var sheets []voice.Sheet
		for _, v := range villages[r.Seq] {
			sheets = append(sheets, voice.Sheet{Village: v.Village, Households: demoHouseholds, Spares: demoSpares})
		}
		for card, err := range o.boxes.Deal(ctx, o.DB, "org:"+r.Reviewer, r.ID, sheets) {
			if refused := ledger.Refused(err); refused != nil && refused.Code == "sheet.used" {
				d.used = true
				break
			}
			if err != nil {
				return err
			}
			if len(d.codes) < shownCards {
				d.codes = append(d.codes, card.Code)
			}
		}
	}
	return nil
}
