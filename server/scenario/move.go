package scenario

import (
	"slices"
	"time"
)

// After returns a copy of the trace in which everything happens later by d.
func (t Trace) After(d time.Duration) Trace { return t.shifted(0, d) }

// Delay returns a copy of the trace in which the first message that sel picks,
// and all behind it, come later by d: a gap. It panics when sel picks none.
func (t Trace) Delay(sel Select, d time.Duration) Trace { return t.shifted(t.pick(sel)[0], d) }

// Move returns a copy of the trace in which only the messages that sel picks
// come later by d, or earlier when d is negative; they may overtake others. It
// panics when sel picks none.
func (t Trace) Move(sel Select, d time.Duration) Trace {
	picked := t.pick(sel)
	t.Messages = slices.Clone(t.Messages)
	for _, i := range picked {
		t.Messages[i].At += d
	}
	return Merge(t)
}

// shifted moves the messages from the nth on.
func (t Trace) shifted(n int, d time.Duration) Trace {
	t.Messages = slices.Clone(t.Messages)
	for i := n; i < len(t.Messages); i++ {
		t.Messages[i].At += d
	}
	return Merge(t)
}
