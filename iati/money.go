package iati

import (
	"cmp"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// MaxMinor is the largest amount, in minor units, in either direction: the largest
// whole number that every reader of JSON keeps exactly.
const MaxMinor = 1<<53 - 1

// minorDigits holds the currencies of ISO 4217 whose minor unit is not a hundredth.
var minorDigits = map[string]int{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0,
	"RWF": 0, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
	"CLF": 4, "UYW": 4,
}

// MinorDigits is how many digits behind the point an amount of that currency has:
// 2 where ISO 4217 names nothing, as for XDR.
func MinorDigits(currency string) int {
	if digits, special := minorDigits[currency]; special {
		return digits
	}
	return 2
}

var currencyForm = regexp.MustCompile(`^[A-Z]{3}$`)

// money reads the amount of a value element, with the activity's currency where it
// names none.
func (a *act) money(n *node) (Money, bool) {
	currency := cmp.Or(n.attr("currency"), a.Currency)
	if currency == "" {
		a.wrong(n, CodeNoCurrency)
		return Money{}, false
	}
	if !currencyForm.MatchString(currency) {
		a.wrong(n, CodeCurrency, excerpt(currency))
		return Money{}, false
	}
	amount := squeeze(n.text)
	minor, ok := rational(amount)
	if !ok {
		a.wrong(n, CodeForm, excerpt(amount), "decimal")
		return Money{}, false
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(MinorDigits(currency))), nil)
	minor.Mul(minor, new(big.Rat).SetInt(unit))
	switch {
	case !minor.IsInt():
		a.wrong(n, CodeDigits, amount, currency)
		return Money{}, false
	case minor.Num().CmpAbs(big.NewInt(MaxMinor)) > 0:
		a.wrong(n, CodeRange, amount)
		return Money{}, false
	}
	return Money{minor.Num().Int64(), currency}, true
}

// readMovements takes the transactions.
func (a *act) readMovements() {
	refs := map[string]int{}
	for _, n := range a.n.all("transaction") {
		// A ref counts as used by what is left out, too: else a repaired part would
		// take the identity of its neighbour.
		if ref := squeeze(n.attr("ref")); ref != "" {
			refs[ref]++
		}
		a.readMovement(n)
	}
	same := map[string][]*Movement{}
	for i := range a.Movements {
		m := &a.Movements[i]
		if m.Ref != "" && refs[m.Ref] == 1 {
			m.Key = key("money", a.Key, "ref", m.Ref)
			continue
		}
		content := key("money", a.Key, m.Type, m.Day, strconv.FormatInt(m.Value.Minor, 10), m.Value.Currency,
			m.Provider.Ref, fold(m.Provider.Name), m.Receiver.Ref, fold(m.Receiver.Name))
		same[content] = append(same[content], m)
	}
	for content, group := range same {
		slices.SortStableFunc(group, func(x, y *Movement) int { return strings.Compare(x.Ref, y.Ref) })
		for i, m := range group {
			m.Key = key("money", content, strconv.Itoa(i+1))
		}
	}
}

func (a *act) readMovement(n *node) {
	m := Movement{Line: n.line, Ref: squeeze(n.attr("ref"))}
	kind := a.child(n, "transaction-type", true)
	if kind == nil {
		return
	}
	var ok bool
	if m.Type, ok = a.need(kind, "code"); !ok {
		return
	}
	if m.Day, ok = a.day(n, "transaction-date"); !ok {
		return
	}
	value := a.child(n, "value", true)
	if value == nil {
		return
	}
	if m.Value, ok = a.money(value); !ok {
		return
	}
	if code, err := strconv.Atoi(m.Type); err != nil || code < 1 || code > 13 {
		a.warn(kind, CodeMoveType, excerpt(m.Type))
	}
	m.Provider = a.payer(a.child(n, "provider-org", false))
	m.Receiver = a.payer(a.child(n, "receiver-org", false))
	a.Movements = append(a.Movements, m)
}
