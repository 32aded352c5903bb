package check

import (
	"fmt"
	"slices"
	"time"

	"sipls/server/call"
	"sipls/server/sip"
)

// unanswered is a request that nothing in the trace answers on any hop.
type unanswered struct {
	request   int32
	repeats   int32
	last      int32 // the last time that it was sent; the request itself when it was not sent again
	waited    time.Duration
	timed     bool
	certainty Certainty
}

// unansweredIn reports whether no response to the request of an exchange is in the trace though the trace goes on until its sender
// has given up.
func unansweredIn(s *CallSubject, x *call.Exchange) (u unanswered, ok bool) {
	t := &s.Transactions[x.Upstream]
	if t.Request == call.None || t.Trying != call.None || t.Final != call.None {
		return u, false
	}
	u.request, u.last = t.Request, t.Request
	u.repeats = s.Messages[t.Request].Times
	u.waited, u.timed = s.Until(t.Request)
	if u.timed && u.waited < call.GivenUp || !u.timed && u.repeats < 6 {
		return u, false
	}
	for _, k := range x.Transactions {
		if o := &s.Transactions[k]; o.Request == call.None || o.Trying != call.None || o.Final != call.None {
			return u, false
		}
	}
	request := &s.Messages[t.Request]
	if !request.Whole || s.OneSided && u.repeats < 3 || answeredInPart(s, t.Request) {
		return u, false
	}
	if u.repeats < 3 && sip.EqualFold(request.Msg.Bytes(request.Msg.TopVia().Transport), "UDP") {
		if u.repeats == 0 {
			return u, false // its sender would repeat it: the answer is missing in the log alone
		}
		u.certainty = StrongHint
	}
	for _, k := range t.Messages {
		if m := &s.Messages[k]; m.First == t.Request && !m.Copy {
			u.last = k
		}
	}
	return u, true
}

// answeredInPart reports whether something near a request shows that it was answered after all: a response that lacks what would
// tell its transaction or has another Via, an ACK or another request of the dialog that it formed.
func answeredInPart(s *CallSubject, i int32) bool {
	r := &s.Messages[i]
	around, first := s.around(i)
	return slices.ContainsFunc(around[i-first:], func(m call.Message) bool {
		switch {
		case !m.Request:
			return m.CSeq == 0 || m.CSeq == r.CSeq && (m.Method == r.Method || m.Method <= call.Other) && (m.From == r.From || m.From == 0)
		case r.Method != call.INVITE:
			return false
		case m.Method == call.ACK:
			return m.CSeq == r.CSeq && m.From == r.From
		}
		return r.To == 0 && m.To != 0 && (m.To == r.From || m.From == r.From && m.Method != call.CANCEL)
	})
}

// evidence says what the log shows of it.
func (u *unanswered) evidence(s *CallSubject) string {
	e := "The " + s.Name(u.request) + " was sent once"
	if u.repeats > 0 {
		e = fmt.Sprintf("The %s was sent %d times", s.Name(u.request), u.repeats+1)
		if d, known := s.Since(u.request, u.last); known {
			e += " within " + Spell(d)
		}
	}
	if !u.timed {
		e = fmt.Sprintf("The %s stands %d times in the log", s.Name(u.request), u.repeats+1)
	} else {
		e += fmt.Sprintf("; the log goes on for %s behind it", Spell(u.waited))
	}
	return e + ", and no response to it is there."
}

// unanswered reports whether nothing answers a transaction for as long as its sender waits, and how long the log goes on
// behind the request.
func (s *CallSubject) unanswered(t *call.Transaction) (waited time.Duration, ok bool) {
	if t.Request == call.None || t.Trying != call.None || t.Final != call.None {
		return 0, false
	}
	waited, ok = s.Until(t.Request)
	return waited, ok && waited >= call.GivenUp
}
