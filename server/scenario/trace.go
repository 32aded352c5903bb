package scenario

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Trace is traffic in the order of time.
type Trace struct {
	Base     time.Time
	Observer string // the host whose log this is: it decides what was sent and what received
	Messages []Message
}

// base is when traces begin that say nothing else: a weekday morning.
var base = time.Date(2026, time.March, 17, 9, 30, 0, 0, time.UTC)

// Of returns a trace of hand-made messages, as the observer saw them.
func Of(observer string, messages ...Message) Trace {
	return Merge(Trace{Base: base, Observer: observer, Messages: messages})
}

// Merge puts traces together in the order of time; Base and Observer are those
// of the first one. Messages of the same moment stay in the order given.
func Merge(traces ...Trace) Trace {
	all := Trace{Base: base}
	for i, t := range traces {
		if i == 0 {
			all.Base, all.Observer = t.Base, t.Observer
		}
		shift := t.Base.Sub(all.Base)
		for _, m := range t.Messages {
			m.At += shift
			all.Messages = append(all.Messages, m)
		}
	}
	slices.SortStableFunc(all.Messages, func(a, b Message) int { return cmp.Compare(a.At, b.At) })
	return all
}

// SeenBy returns the trace as another host logged it.
func (t Trace) SeenBy(observer string) Trace {
	t.Observer = observer
	return t
}

// With returns a copy of the trace with the faults applied, in the order given,
// to each message that sel picks. It panics when sel picks none: a test that
// breaks nothing would prove nothing.
func (t Trace) With(sel Select, faults ...Fault) Trace {
	t.Messages = slices.Clone(t.Messages)
	for _, i := range t.pick(sel) {
		m := &t.Messages[i]
		m.Headers = slices.Clone(m.Headers)
		for _, f := range faults {
			f(m)
		}
	}
	return t
}

// Without returns a copy of the trace that lacks the messages sel picks: lost
// on the way, or never sent. It panics when sel picks none.
func (t Trace) Without(sel Select) Trace {
	drop := t.pick(sel)
	var keep []Message
	for i, m := range t.Messages {
		if !slices.Contains(drop, i) {
			keep = append(keep, m)
		}
	}
	t.Messages = keep
	return t
}

// Only returns a copy of the trace with nothing but the messages sel picks. It
// panics when sel picks none.
func (t Trace) Only(sel Select) Trace {
	var keep []Message
	for _, i := range t.pick(sel) {
		keep = append(keep, t.Messages[i])
	}
	t.Messages = keep
	return t
}

// Repeat returns a copy of the trace in which the messages sel picks are sent
// again, byte for byte, after each of the delays, counted from the first time.
func (t Trace) Repeat(sel Select, delays ...time.Duration) Trace {
	again := Trace{Base: t.Base}
	for _, i := range t.pick(sel) {
		for _, d := range delays {
			m := t.Messages[i]
			m.At += d
			again.Messages = append(again.Messages, m)
		}
	}
	return Merge(t, again)
}

// Swap returns a copy of the trace in which the first messages that a and b
// pick have changed places, each keeping the other's time.
func (t Trace) Swap(a, b Select) Trace {
	i, j := t.pick(a)[0], t.pick(b)[0]
	t.Messages = slices.Clone(t.Messages)
	m := t.Messages
	m[i], m[j] = m[j], m[i]
	m[i].At, m[j].At = m[j].At, m[i].At
	return t
}

func (t Trace) pick(sel Select) []int {
	var at []int
	for i := range t.Messages {
		if sel.match(&t.Messages[i]) {
			at = append(at, i)
		}
	}
	if n := sel.nth; n > 0 {
		at = at[min(n-1, len(at)):min(n, len(at))]
	}
	if len(at) == 0 {
		panic(fmt.Sprintf("scenario: no message is %s among %s", sel.what, t.outline()))
	}
	return at
}

func (t Trace) outline() (lines []string) {
	for i := range t.Messages {
		lines = append(lines, t.Messages[i].describe())
	}
	return lines
}
