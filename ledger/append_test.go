package ledger_test

import (
	"testing"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/store/storetest"
)

func TestAppend(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		b := ledgertest.Create(t, e.New(t), ledger.Options{}, ledgertest.Toy())
		ledgertest.Check(t, b)
		one := ledgertest.Add("wells", 2)
		ledgertest.Append(t, b, one, ledgertest.Add("wells", 3))
		ledgertest.Check(t, b)
		ledgertest.Append(t, b, ledgertest.WithPicture(ledgertest.Note("wells", one.ID, "words", "سۆزلەر"), ledgertest.PNG))
		ledgertest.Append(t, b, ledgertest.End("wells"))
		ledgertest.Check(t, b)
	})
}
