package analysis

import (
	"strings"
	"time"

	"sipls/server/call"
	"sipls/server/check"
	"sipls/server/explain"
	"sipls/server/sip"
	"sipls/server/trace"
)

// Why tells why call c failed, or how it went.
func (x *Calls) Why(c int) explain.Why {
	s := x.Subject(c)
	_, first := x.Message(c, s.Result.First)
	w := explain.Why{
		CallID: string(first.CallID()), What: what(s), From: s.Party(sip.HeaderFrom), To: s.Party(sip.HeaderTo), Time: x.startText(c), Messages: len(s.Messages), Story: s.Story(), Came: !s.Failed(),
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
	if d, ok := x.diagnose(c); ok {
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
		l := x.leg(c, leg, w.Diagnosis)
		if l.Cause != "" && leg.Certainty < check.WeakHint {
			w.Diagnosis.Origin = "It came from the other leg, see below: whoever sent it here only passed it on."
		}
		w.Legs = append(w.Legs, l)
	}
	w.More = len(legs) - len(w.Legs)
	return w
}

// leg tells of another leg of call c, whose diagnosis is d.
func (x *Calls) leg(c int, leg Leg, d *check.Diagnosis) explain.Leg {
	own, o := x.Subject(c), x.Subject(leg.Call)
	t, m := x.Message(leg.Call, o.Result.First)
	out := explain.Leg{
		Spot: t.spot(m), CallID: string(m.CallID()), What: what(o), Story: o.Story(), Evidence: leg.Evidence, Certainty: leg.Certainty,
	}
	switch x.firstOf(c, leg.Call) {
	case leg.Call:
		out.Side = "caller"
		return out
	case c:
		out.Side = "callee"
	default:
		return out
	}
	if d == nil || d.Decided == call.None || !own.Failed() || o.Result.Decided == call.None || o.Result.Status < 300 {
		return out
	}
	if before, ok := later(o, o.Result.Decided, own, d.Decided); ok && before >= 0 && before < soonAfter {
		out.Before = before
		out.Cause = "See there."
		if why, failed := x.diagnose(leg.Call); failed {
			out.Cause = why.Cause
		}
	}
	return out
}

// firstOf returns which of two legs came first, -1 where the log does not tell.
func (x *Calls) firstOf(a, b int) int {
	i, k := &x.Subject(a).Messages[x.Subject(a).Result.First], &x.Subject(b).Messages[x.Subject(b).Result.First]
	if i.Timed && k.Timed {
		switch d, ok := k.Clock.Sub(i.Clock); {
		case ok && d > 0:
			return a
		case ok && d < 0:
			return b
		}
	}
	switch {
	case i.Direction == trace.Received && k.Direction == trace.Sent:
		return a
	case i.Direction == trace.Sent && k.Direction == trace.Received:
		return b
	}
	return -1
}

// soonAfter is the time within which a back-to-back user agent passes a failure on.
const soonAfter = 2 * time.Second

// later returns how much later message k of b was logged than message i of a; ok is false where the log does not tell.
func later(a *check.CallSubject, i int32, b *check.CallSubject, k int32) (d time.Duration, ok bool) {
	from, to := a.Messages[i].Facts, b.Messages[k].Facts
	if !from.Timed || !to.Timed {
		return 0, false
	}
	return to.Clock.Sub(from.Clock)
}

// Trouble says in a word what is wrong with call c, the same for all calls where the same is wrong between the same parties; "" where
// nothing is. open says that the log does not show whether it failed.
func (x *Calls) Trouble(c int) (kind string, open bool) {
	s := x.Subject(c)
	d, ok := x.diagnose(c)
	if !ok || d.Open {
		return "", ok
	}
	kind = what(s) + "\x00" + d.Cause
	if d.Finding != nil {
		kind += "\x00" + d.Finding.Rule.Name
	}
	if d.Decided != call.None {
		kind += "\x00" + s.Name(d.Decided)
	}
	return kind, false
}

// diagnose says why call c failed, by what the rules over the whole trace found too.
func (x *Calls) diagnose(c int) (check.Diagnosis, bool) {
	x.traceFindings()
	return x.Subject(c).Diagnose(x.ofCall[c]...)
}

// startText writes when call c begins, as far as the log tells; "" where it does not.
func (x *Calls) startText(c int) string {
	i := x.Subject(c).Result.First
	s, m := x.Message(c, i)
	raw := s.TimeText(m)
	if len(raw) > 0 && strings.Trim(raw, ".0123456789") == "" {
		// Nobody reads seconds since 1970.
		if at, ok := trace.ParseClock(raw); ok {
			if iso, ok := at.ISO(); ok {
				return iso
			}
		}
	}
	return raw
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
	if d, ok := x.diagnose(c); ok && subject.Failed() && d.At == i {
		w := x.Why(c)
		h.File, h.Why = s.source.Name, &w
	}
}
