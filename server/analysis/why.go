package analysis

import (
	"bytes"
	"slices"
	"strings"

	"sipls/server/call"
	"sipls/server/check"
	"sipls/server/explain"
	"sipls/server/sip"
)

// Why tells why call c failed, or how it went; failed says which. Open diagnoses, where the log ends too early to tell, count as
// failed.
func (x *Calls) Why(c int) explain.Why {
	s := x.Subject(c)
	snap, first := x.Message(c, s.Result.First)
	w := explain.Why{
		CallID: string(first.CallID()), What: what(s), From: s.Party(sip.HeaderFrom), To: s.Party(sip.HeaderTo), Time: snap.TimeText(first), Messages: len(s.Messages), Story: s.Story(), Came: !s.Failed(),
	}
	start := call.None
	step := func(i int32, words string) {
		t, m := x.Message(c, i)
		e := explain.Step{Spot: t.spot(m), Time: t.TimeText(m), Message: s.Name(i), Words: words}
		e.From, e.To = t.Ends(m)
		if start == call.None {
			start = i
		}
		e.After, e.Timed = s.Since(start, i)
		w.Steps = append(w.Steps, e)
	}
	if d, ok := s.Diagnose(); ok {
		w.Diagnosis = &d
		for _, r := range d.Chain {
			step(int32(r.At.Msg.Seq), r.Text)
			w.Steps[len(w.Steps)-1].Deciding = int32(r.At.Msg.Seq) == d.At
		}
	} else {
		for _, i := range s.Milestones() {
			step(i.Message, i.Words)
		}
	}
	legs := x.Legs(c)
	for _, leg := range legs[:min(len(legs), maxLegs)] {
		o := x.Subject(leg.Call)
		t, m := x.Message(leg.Call, o.Result.First)
		w.Legs = append(w.Legs, explain.Leg{
			Spot: t.spot(m), CallID: string(m.CallID()), What: what(o), Story: o.Story(), Evidence: leg.Evidence, Certainty: leg.Certainty,
		})
		w.More = len(legs) - len(w.Legs)
	}
	return w
}

func (s *Snapshot) spot(m Message) explain.Spot {
	return explain.Spot{File: s.source.Name, Line: s.line(m)}
}

// what names a call: "INVITE 1001 -> 1002".
func what(s *check.CallSubject) string {
	name := s.Result.Method.String()
	if m := &s.Messages[s.Result.First]; m.Request {
		name = string(m.Msg.Bytes(m.Msg.Start.Method))
	}
	from, to := s.Party(sip.HeaderFrom), s.Party(sip.HeaderTo)
	if name == "REGISTER" {
		return strings.TrimSpace(name + " " + to)
	}
	return strings.TrimSpace(name + " " + from + " -> " + to)
}

// maxLegs is how many other legs of a call are named.
const maxLegs = 3

// NearestCallIDs returns up to n Call-IDs that are like one that no call has: those that hold it, then those that share most with
// its beginning.
func (x *Calls) NearestCallIDs(id string, n int) []string {
	type candidate struct {
		id    string
		score int
	}
	x.order()
	var list []candidate
	for _, s := range x.list {
		have := []byte(s.callID())
		score := common([]byte(id), have)
		if bytes.Contains(bytes.ToLower(have), bytes.ToLower([]byte(id))) {
			score += 1000
		}
		if score >= 3 {
			list = append(list, candidate{string(have), score})
		}
	}
	slices.SortStableFunc(list, func(a, b candidate) int { return b.score - a.score })
	var out []string
	for _, c := range list[:min(n, len(list))] {
		out = append(out, c.id)
	}
	return out
}

// common returns how many bytes two texts begin with alike.
func common(a, b []byte) (n int) {
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// CallID returns the Call-ID of call c.
func (x *Calls) CallID(c int) string {
	x.order()
	return x.list[c].callID()
}

func (s *callState) callID() string { return string(s.members[0].message().CallID()) }

// FindCall returns the call with a Call-ID, or the only one whose Call-ID begins so; -1 when there is none, or when
// several begin so.
func (x *Calls) FindCall(id string) (c int, several bool) {
	if c, ok := x.WithCallID(id); ok {
		return c, false
	}
	c = -1
	x.order()
	for i, s := range x.list {
		if strings.HasPrefix(s.callID(), id) && id != "" {
			if c >= 0 {
				return -1, true
			}
			c = i
		}
	}
	return c, false
}

// hereInCall adds what the call tells of a message.
func (s *Snapshot) hereInCall(m Message, h *explain.Here) {
	x := s.Calls()
	c, ok := x.Of(call.MsgID{Source: s.number, Seq: m.ID.Seq})
	if !ok {
		return
	}
	subject := x.Subject(c)
	i := x.Index(c, call.MsgID{Source: s.number, Seq: m.ID.Seq})
	if i < 0 {
		return
	}
	in := &subject.Messages[i]
	line := func(k int32) (int, bool) {
		t, o := x.Message(c, k)
		return t.line(o), t == s
	}
	if n, of, ok := subject.Attempts(i); ok {
		h.Attempt, h.Attempts = n, of
	}
	if in.First != call.None {
		if t, o := x.Message(c, in.First); t == s {
			p := s.place(int(o.ID.Seq), m)
			h.Again, h.Copy = &p, in.Copy
		}
	}
	if in.Transaction != call.None {
		h.Retransmission = 1
		for _, k := range subject.Transactions[in.Transaction].Messages {
			o := &subject.Messages[k]
			switch {
			case k == i:
			case in.First != call.None && o.First == in.First && !o.Copy && k < i:
				h.Retransmission++
			case in.First == call.None && o.First == i:
				if l, here := line(k); here {
					h.Others = append(h.Others, l)
				}
			}
		}
	}
	state, bye := subject.DialogAt(i)
	h.Dialog = state
	if bye != call.None {
		if l, here := line(bye); here {
			h.Bye = l
		} else {
			h.Dialog = ""
		}
	}
	h.Story = subject.Story()
	if d, ok := subject.Diagnose(); ok && subject.Failed() && d.At == i {
		w := x.Why(c)
		h.File, h.Why = s.source.Name, &w
	}
}
