package knowledge

import "strconv"

// Warning is one row of warn-codes.tsv: a code of the header field Warning.
type Warning struct {
	Code       int
	Text       string
	Meaning    string
	Registered bool // IANA lists it
	Cites      []Cite
	Verified   bool
}

var warningTable = table[*Warning]{
	file:    "warn-codes.tsv",
	columns: "code text meaning registered refs verified",
	read: func(f *fields) *Warning {
		return &Warning{f.number(), f.text(), f.sentence(), f.yes(), f.cites(), f.yes()}
	},
	names: func(w *Warning) []string {
		code := strconv.Itoa(w.Code)
		return []string{code, w.Text, code + " " + w.Text}
	},
}

// LookupWarning returns a warn code by its number, its text or both; nil when it is not known.
func LookupWarning(code string) *Warning { return warningTable.find(code) }

// Warnings returns all warn codes, ascending.
func Warnings() []*Warning { return warningTable.all() }

// Entry returns the common view.
func (w *Warning) Entry() Entry {
	code := strconv.Itoa(w.Code)
	var f facts
	switch {
	case w.Code < 330:
		f.add("Range", "300 to 329: keywords of the session description")
	case w.Code < 340:
		f.add("Range", "330 to 339: basic network services")
	case w.Code < 380 && w.Code >= 370:
		f.add("Range", "370 to 379: quantitative quality of service")
	case w.Code >= 390:
		f.add("Range", "390 to 399: miscellaneous")
	}
	if !w.Registered {
		f.add("Status", "unregistered")
	}
	return Entry{
		Kind: "warning", Key: "Warning:" + code, Name: code + " " + w.Text, Summary: w.Meaning, Facts: f,
		Cites: w.Cites, Verified: w.Verified, aliases: []string{code, w.Text},
	}
}
