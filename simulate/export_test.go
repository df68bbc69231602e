package simulate

import "kept/ledger"

// Drafts makes all entries, gives each to f with the day on which it is recorded, and keeps none.
func Drafts(o Options, f func(d ledger.Draft, recorded string)) error {
	for d, err := range newWorld(o).entries {
		if err != nil {
			return err
		}
		f(d.Draft, d.Recorded)
	}
	return nil
}
