package knowledge

import (
	"slices"
	"strings"
	"time"
)

// TimerValue is one row of timers.tsv: a timer of the transaction layer, or
// another time or count that standards lay down.
type TimerValue struct {
	Name  string // "B", "T1", "64*T1", "session refresh"
	Value string // in words
	// Least and Most bound the time, with T1, T2 and T4 at their defaults. They
	// are equal where the standard gives one time; Most is 0 where it gives no
	// upper limit; both are 0 where the value is no time or depends on others.
	// For a timer that repeats they are the wait before the first repetition.
	Least, Most time.Duration
	Repeats     bool          // each wait is twice the one before
	Cap         time.Duration // of a timer that repeats: the longest wait, 0 for none
	Unreliable  bool          // over UDP only: not used over TCP, TLS and WebSocket, or 0 there
	Scope       string        // who runs it
	Meaning     string
	Cites       []Cite
	Verified    bool
}

var timerTable = table[*TimerValue]{
	file:    "timers.tsv",
	columns: "timer value least most cap transport scope meaning refs verified",
	read: func(f *fields) *TimerValue {
		t := &TimerValue{Name: f.text(), Value: f.text(), Least: f.duration(), Most: f.duration()}
		switch f.cells[f.read] {
		case "":
			f.optional()
		case "none":
			t.Repeats = f.optional() != ""
		default:
			t.Repeats, t.Cap = true, f.duration()
		}
		t.Unreliable = f.oneOf("any", "unreliable") == "unreliable"
		t.Scope, t.Meaning, t.Cites, t.Verified = f.text(), f.sentence(), f.cites(), f.yes()
		if t.Most != 0 && t.Most < t.Least {
			f.wrong("most", "is below least")
		}
		if t.Repeats && (t.Least == 0 || t.Most != t.Least || t.Cap != 0 && t.Cap < t.Least) {
			f.wrong("cap", "needs one time in least and most, not above it")
		}
		return t
	},
	names: func(t *TimerValue) []string { return []string{t.Name, t.title()} },
}

// LookupTimer returns a timer by its name, with or without the word timer
// before it, letter case ignored; nil when it is not known.
func LookupTimer(name string) *TimerValue { return timerTable.find(name) }

// Timers returns all timers, those of RFC 3261 first.
func Timers() []*TimerValue { return timerTable.all() }

// Duration returns the time where the standard gives exactly one, with T1, T2
// and T4 at their defaults; 0 otherwise, for a timer that repeats, and for nil.
func (t *TimerValue) Duration() time.Duration {
	if t == nil || t.Repeats || t.Least != t.Most {
		return 0
	}
	return t.Least
}

// Repetitions returns how long after the first transmission a message is due
// again, until 64*T1 have passed, with T1 and T2 at their defaults: 500ms, 1.5s,
// 3.5s, 7.5s ... It returns nil for a timer that does not repeat, and for nil.
func (t *TimerValue) Repetitions() []time.Duration {
	if t == nil || !t.Repeats {
		return nil
	}
	end := LookupTimer("64*T1").Duration()
	var out []time.Duration
	for at, wait := t.Least, t.Least; at < end; at += wait {
		out = append(out, at)
		if wait *= 2; t.Cap != 0 {
			wait = min(wait, t.Cap)
		}
	}
	return slices.Clip(out)
}

// SessionEnd returns when the other side should end a session of that interval
// with BYE if no refresh came: before it ends by the smaller of 32 seconds and a
// third of it (RFC 4028 section 10).
func SessionEnd(interval time.Duration) time.Duration {
	return interval - min(32*time.Second, interval/3)
}

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
