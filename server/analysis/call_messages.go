package analysis

import (
	"slices"

	"sipls/server/call"
	"sipls/server/text"
)

// messageNear returns the message that the line at off is about: the one that stands there, or that its logger wrote the line
// for. ok is false elsewhere.
func (s *Snapshot) messageNear(off text.Offset) (m Message, ok bool) {
	if m, _, ok = s.At(off); ok {
		return m, true
	}
	i := s.trace.Find(off)
	if i < 0 || i >= len(s.parts) || s.parts[i] == nil {
		return Message{}, false
	}
	last := len(s.parts[i].messages) - 1
	for k := range last {
		if m = s.messageIn(i, k); s.extent(m).To > off {
			return m, true
		}
	}
	return s.messageIn(i, last), true
}

// callNear returns the call of the message that the line at off is about, and the input that the message is; nil where there is
// none.
func (s *Snapshot) callNear(off text.Offset) (state *callState, input int) {
	m, ok := s.messageNear(off)
	if !ok {
		return nil, 0
	}
	state, input = s.Calls().at(m.ID)
	if state == nil || state.bare {
		return nil, 0
	}
	return state, input
}

// CallMessages returns where the start lines of the call stand whose message the line at off is about, in the order of the text;
// nil where there is none. Of more than limit those nearest to off are returned.
func (s *Snapshot) CallMessages(off text.Offset, limit int) []Extent {
	state, input := s.callNear(off)
	if state == nil {
		return nil
	}
	from := min(max(input-limit/2, 0), max(len(state.members)-limit, 0))
	var out []Extent
	for _, m := range state.members[from:min(from+limit, len(state.members))] {
		if e, ok := s.startLineOf(m); ok {
			out = append(out, e)
		}
	}
	sortExtents(out)
	return out
}

// startLineOf returns where the start line of a message of a call stands; ok is false in another text.
func (s *Snapshot) startLineOf(m member) (e Extent, ok bool) {
	if m.source != s.number {
		return e, false
	}
	x := s.messageIn(s.segmentOf(m.part), int(m.k))
	return s.extentOf(x, x.Start.Text), true
}

// NeighbourMessage returns where the start line of the next message of the same call stands, or that of the one before. inCall is
// false where the line at off is about no message of a call, ok at the last message and at the first one.
func (s *Snapshot) NeighbourMessage(off text.Offset, next bool) (at Extent, inCall, ok bool) {
	state, input := s.callNear(off)
	if state == nil {
		return at, false, false
	}
	step := 1
	if !next {
		step = -1
	}
	if input += step; input < 0 || input >= len(state.members) {
		return at, true, false
	}
	at, ok = s.startLineOf(state.members[input])
	return at, true, ok
}

// CallAlone returns the text of the call whose message the line at off is about, without all other lines; ok is false where there
// is none.
func (s *Snapshot) CallAlone(off text.Offset) (content []byte, ok bool) {
	state, _ := s.callNear(off)
	if state == nil {
		return nil, false
	}
	calls := s.Calls()
	calls.order()
	return calls.Extract(calls.numbers[state]), true
}

// ordinals returns for each message of a call that was sent again how often, at that time; 0 for others.
func ordinals(c *call.Call) []int32 {
	out := make([]int32, len(c.Messages))
	seen := slices.Clone(out)
	for i := range c.Messages {
		if m := &c.Messages[i]; m.Retransmitted() {
			seen[m.First]++
			out[i] = seen[m.First]
		}
	}
	return out
}
