package analysis

import "sipls/server/call"

// Index finds what belongs together in one text, by the numbers of messages.
type Index struct{ s *Snapshot }

// Index returns what belongs together.
func (s *Snapshot) Index() Index { return Index{s} }

func (x Index) at(seq int) (*callState, int32) {
	s, input := x.s.Calls().at(call.MsgID{Source: x.s.number, Seq: uint32(seq)})
	if s == nil {
		return nil, call.None
	}
	return s, s.call.Of(input)
}

// Request returns the request that message seq answers: of the copies in the text the last one before the response,
// else the first one behind it, since the lines of a log are not always in the order of the wire. ok is false for a
// request, and where the request is not in the text.
func (x Index) Request(seq int) (request int, ok bool) {
	s, i := x.at(seq)
	if s == nil || s.call.Messages[i].Request {
		return 0, false
	}
	q := s.call.RequestOf(i)
	if q == call.None {
		return 0, false
	}
	id := x.s.Calls().id(s, q)
	return int(id.Seq), id.Source == x.s.number
}

// Transmissions returns all copies of the request that message seq is or answers, in the order of the text.
func (x Index) Transmissions(seq int) []int { return x.inTransaction(seq, true) }

// Responses returns all responses in the transaction of message seq, in the order of the text.
func (x Index) Responses(seq int) []int { return x.inTransaction(seq, false) }

func (x Index) inTransaction(seq int, request bool) []int {
	s, i := x.at(seq)
	if s == nil || s.call.Messages[i].Transaction == call.None {
		return nil
	}
	method := s.call.Messages[i].Method
	var out []int
	for _, k := range s.call.Transactions[s.call.Messages[i].Transaction].Messages {
		if m := &s.call.Messages[k]; m.Request == request && m.Method == method {
			out = x.add(out, s, k)
		}
	}
	return out
}

func (x Index) add(out []int, s *callState, i int32) []int {
	if id := x.s.Calls().id(s, i); id.Source == x.s.number {
		out = append(out, int(id.Seq))
	}
	return out
}

// Call returns all messages with the Call-ID of message seq, in the order of the text; nil when it has none.
func (x Index) Call(seq int) []int {
	s, _ := x.at(seq)
	if s == nil || s.members[0].facts().Call == 0 {
		return nil
	}
	return x.all(s)
}

// WithCallID returns all messages with a Call-ID, in the order of the text; nil when there are none.
func (x Index) WithCallID(id []byte) []int {
	s := x.s.Calls().states[call.IDKey(id)]
	if s == nil || len(id) == 0 {
		return nil
	}
	return x.all(s)
}

func (x Index) all(s *callState) []int {
	out := make([]int, 0, len(s.members))
	for _, m := range s.members {
		if m.source == x.s.number {
			out = append(out, int(x.s.first[x.s.segmentOf(m.part)]+m.k))
		}
	}
	return out
}
