package knowledge

import "strconv"

// DialogEffect is one row of dialog-effects.tsv: what a failure response to a
// request inside a dialog ends (RFC 5057 section 5.1).
type DialogEffect struct {
	Code   int    // 400, 500 and 600 stand for all other codes of their class
	Effect string // transaction: only the request fails; usage: the session or subscription ends; dialog: all its usages end
	Note   string
	Cites  []Cite
}

var dialogEffectTable = table[*DialogEffect]{
	file:    "dialog-effects.tsv",
	columns: "code effect note refs",
	read: func(f *fields) *DialogEffect {
		return &DialogEffect{f.number(), f.oneOf("transaction", "usage", "dialog"), f.optional(), f.cites()}
	},
	names: func(d *DialogEffect) []string { return []string{strconv.Itoa(d.Code)} },
}

// LookupDialogEffect returns what a response code ends inside a dialog: its own
// row or that of its class; nil below 400 and above 699.
func LookupDialogEffect(code int) *DialogEffect {
	if d := dialogEffectTable.find(strconv.Itoa(code)); d != nil {
		return d
	}
	return dialogEffectTable.find(strconv.Itoa(code / 100 * 100))
}

// DialogEffects returns all rows, ascending.
func DialogEffects() []*DialogEffect { return dialogEffectTable.all() }
