package knowledge

import (
	"slices"
	"strconv"
	"strings"
)

// Extent is how much a failure response ends.
type Extent string

const (
	ExtentTransaction Extent = "transaction" // only the request fails
	ExtentUsage       Extent = "usage"       // the session or subscription that the request belongs to ends
	ExtentDialog      Extent = "dialog"      // all usages of the dialog end
)

// DialogEffect is one row of dialog-effects.tsv: what a failure response to a
// request inside a dialog ends (RFC 5057 section 5.1).
type DialogEffect struct {
	Code     int    // 400, 500 and 600 stand for all other codes of their class
	Effect   Extent // what the table of the RFC says; On also knows its notes
	Note     string
	Cites    []Cite
	byMethod map[string]Extent // where the notes say something else; * for all other methods
}

var dialogEffectTable = table[*DialogEffect]{
	file:    "dialog-effects.tsv",
	columns: "code effect by_method note refs",
	read: func(f *fields) *DialogEffect {
		extents := []string{string(ExtentTransaction), string(ExtentUsage), string(ExtentDialog)}
		d := &DialogEffect{Code: f.number(), Effect: Extent(f.oneOf(extents...))}
		for _, w := range f.list() {
			method, extent, _ := strings.Cut(w, "=")
			if method == "" || !slices.Contains(extents, extent) {
				f.wrong("by_method", w+" is not METHOD=transaction, usage or dialog")
			}
			if d.byMethod == nil {
				d.byMethod = map[string]Extent{}
			}
			d.byMethod[method] = Extent(extent)
		}
		d.Note, d.Cites = f.optional(), f.cites()
		return d
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

// On returns what the response ends when it answers a request with the method:
// a 481 to CANCEL ends less than one to BYE. OPTIONS and MESSAGE belong to no
// usage, so they end the dialog or nothing (RFC 5057 section 5.3).
func (d *DialogEffect) On(method string) Extent {
	extent := d.Effect
	if e, ok := d.byMethod[method]; ok {
		extent = e
	} else if e, ok := d.byMethod["*"]; ok {
		extent = e
	}
	if extent == ExtentUsage && (method == "OPTIONS" || method == "MESSAGE") {
		return ExtentTransaction
	}
	return extent
}
