package knowledge

import "strings"

// TimerValue is one row of timers.tsv: a timer of the transaction layer, or
// another time or count that standards lay down.
type TimerValue struct {
	Name     string // "B", "T1", "session refresh"
	Value    string
	Scope    string // who runs it
	Meaning  string
	Cites    []Cite
	Verified bool
}

var timerTable = table[*TimerValue]{
	file:    "timers.tsv",
	columns: "timer value scope meaning refs verified",
	read: func(f *fields) *TimerValue {
		return &TimerValue{f.text(), f.text(), f.text(), f.sentence(), f.cites(), f.yes()}
	},
	names: func(t *TimerValue) []string { return []string{t.Name, t.title()} },
}

// LookupTimer returns a timer by its name, with or without the word timer
// before it, letter case ignored; nil when it is not known.
func LookupTimer(name string) *TimerValue { return timerTable.find(name) }

// Timers returns all timers, those of RFC 3261 first.
func Timers() []*TimerValue { return timerTable.all() }

// title is the name as people write it: the letters alone say too little.
func (t *TimerValue) title() string {
	if len(t.Name) <= 2 && strings.ToUpper(t.Name) == t.Name {
		return "Timer " + t.Name
	}
	return t.Name
}

// Entry returns the common view.
func (t *TimerValue) Entry() Entry {
	e := Entry{
		Kind: "timer", Key: "timer:" + t.Name, Name: t.title(), Summary: t.Meaning,
		Facts: []Fact{{"Value", t.Value}, {"Runs at", t.Scope}}, Cites: t.Cites, Verified: t.Verified,
	}
	if e.Name != t.Name {
		e.aliases = []string{t.Name}
	}
	return e
}
