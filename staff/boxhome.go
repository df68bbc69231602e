package staff

import (
	"context"
	"fmt"

	"kept/store"
)

// HoldBoxes notes in which folder the boxes of a programme are, and refuses any other one. So a server that was started with
// the wrong folder, or beside another one on the same database, does not take for lost what lies elsewhere. Lost says that the
// folder noted before is gone for good.
func (d *Desk) HoldBoxes(ctx context.Context, programme, home string, lost bool) error {
	return d.write(ctx, func(tx *store.Tx) error {
		var noted string
		there, err := tx.One([]any{&noted}, "SELECT home FROM box_home WHERE programme = $1", programme)
		switch {
		case err != nil || there && noted == home:
			return err
		case !there:
			return tx.Insert(boxHomeTable, [][]any{{programme, home}})
		case !lost:
			return &store.Problem{What: fmt.Sprintf("the boxes of the programme %s are in another folder than this one", programme),
				Do: "Name the right folder with --boxes. On a server that takes no answers: --boxes none. If the folder is gone for good, start once with --boxes-lost: " +
					"what is being asked then ends as lost, to be asked again"}
		}
		_, err = tx.Exec("UPDATE box_home SET home = $1 WHERE programme = $2", home, programme)
		return err
	})
}
