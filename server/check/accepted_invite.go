package check

import (
	"slices"
	"time"

	"sipls/server/call"
	"sipls/server/sip"
)

// accepted is a 2xx to an INVITE in one dialog, with what the trace shows of it afterwards.
type accepted struct {
	invite *call.Transaction
	ok     int32 // the 2xx, its first time

	repeats    int   // how often it was sent again,
	lastRepeat int32 // and when last

	firstACK, lastACK int32
	afterFirst        int   // repeats behind the first ACK
	afterLast         int   // and behind the last one
	ackVias           uint8 // the most Via values that an ACK has: how far it is seen to come

	bye int32 // the first BYE behind it in its dialog
}

// eachAccepted yields each 2xx to an INVITE that formed or belongs to a dialog, once for all hops.
func eachAccepted(s *CallSubject, yield func(*accepted)) {
	for i := range s.Messages {
		m := &s.Messages[i]
		if m.Request || m.Status < 200 || m.Status > 299 || m.Method != call.INVITE || m.First != call.None ||
			m.Dialog == call.None || m.Transaction == call.None {
			continue
		}
		a := accepted{
			invite: &s.Transactions[m.Transaction], ok: int32(i),
			lastRepeat: call.None, firstACK: call.None, lastACK: call.None, bye: call.None,
		}
		if !a.onEarlierHop(s) {
			a.follow(s)
			yield(&a)
		}
	}
}

// onEarlierHop reports whether the same 2xx was met before on another hop.
func (a *accepted) onEarlierHop(s *CallSubject) bool {
	if a.invite.Exchange == call.None {
		return false
	}
	for _, t := range s.Exchanges[a.invite.Exchange].Transactions {
		f := s.Transactions[t].Final
		if f != call.None && f < a.ok && s.Messages[f].Status < 300 && s.Messages[f].Dialog == s.Messages[a.ok].Dialog {
			return true
		}
	}
	return false
}

// follow reads the dialog behind the 2xx, up to the next INVITE of the same side.
func (a *accepted) follow(s *CallSubject) {
	ok := &s.Messages[a.ok]
	if t := a.invite; t.Final == a.ok && t.ACK != call.None && t.ACK < a.ok {
		a.firstACK, a.lastACK = t.ACK, t.ACK // the order of the messages is a guess
		a.ackVias = s.Messages[t.ACK].Vias
	}
	messages := s.Dialogs[ok.Dialog].Messages
	behind, _ := slices.BinarySearch(messages, a.ok+1)
	for _, i := range messages[behind:] {
		m := &s.Messages[i]
		switch {
		case !m.Request:
			if m.First == a.ok && !m.Copy {
				a.repeats++
				a.lastRepeat = i
				a.afterLast++
				a.afterFirst++
			}
		case m.Method == call.ACK && m.CSeq == ok.CSeq && m.From == ok.From:
			if a.firstACK == call.None {
				a.firstACK = i
				a.afterFirst = 0
			}
			a.lastACK = i
			a.afterLast = 0
			a.ackVias = max(a.ackVias, m.Vias)
		case m.Method == call.BYE && a.bye == call.None:
			a.bye = i
		case m.Method == call.INVITE && m.From == ok.From && m.CSeq > ok.CSeq:
			return
		}
	}
}

// gaveUp reports whether the side that answered sent the BYE about when it stops to wait for the ACK, 64*T1 behind the 2xx.
func (a *accepted) gaveUp(s *CallSubject) (after time.Duration, ok bool) {
	if a.bye == call.None || s.Messages[a.bye].From != s.Messages[a.ok].To {
		return 0, false
	}
	after, ok = s.Since(a.ok, a.bye)
	return after, ok && after >= 25*time.Second && after <= 40*time.Second
}

// cancelledBy returns the CANCEL that its sender, the one closest to the caller, had sent before the 2xx came; None when there is none.
func (a *accepted) cancelledBy(s *CallSubject) int32 {
	t := a.invite
	if t.Exchange != call.None {
		t = &s.Transactions[s.Exchanges[t.Exchange].Upstream]
	}
	if t.Canceled == call.None || t.Final == call.None || s.Messages[t.Final].Status > 299 {
		return call.None
	}
	if c := s.Transactions[t.Canceled].Request; c != call.None && c < t.Final {
		return c
	}
	return call.None
}

// forkOf returns the first 2xx to the same INVITE in another dialog, None when there is none: the INVITE was forked. Both come
// back in one transaction; back-to-back user agents may keep Call-ID, tag and number of the caller on both of their legs.
func (a *accepted) forkOf(s *CallSubject) int32 {
	if a.invite.Exchange == call.None {
		return call.None
	}
	dialog := s.Messages[a.ok].Dialog
	for _, t := range s.Exchanges[a.invite.Exchange].Transactions {
		x := &s.Transactions[t]
		if x.Final == call.None || s.Messages[x.Final].Status > 299 || s.Messages[x.Final].Dialog == call.None || s.Messages[x.Final].Dialog == dialog {
			continue
		}
		for _, k := range x.Messages {
			if m := &s.Messages[k]; k > x.Final && !m.Request && m.Status >= 200 && m.Status < 300 && m.Dialog == dialog {
				return x.Final
			}
		}
	}
	return call.None
}

// near is how many messages of the call around a place are looked at for what does not match: it stands close by, and calls may be long.
const near = 200

// around returns the messages near message i, with the place of the first one.
func (s *CallSubject) around(i int32) ([]call.Message, int32) {
	lo, hi := max(0, i-near), min(int32(len(s.Messages)), i+near)
	return s.Messages[lo:hi], lo
}

// strayACK returns an ACK that was most likely meant for the 2xx and does not match it, None when there is none: from the
// same side, behind the 2xx, for no other answer.
func (a *accepted) strayACK(s *CallSubject) int32 {
	ok := &s.Messages[a.ok]
	around, first := s.around(a.ok)
	for i := a.ok + 1 - first; int(i) < len(around); i++ {
		m := &around[i]
		if m.Method != call.ACK || !m.Request || m.First != call.None || m.From != ok.From || !m.Whole || m.CSeq == 0 {
			continue
		}
		if m.Transaction != call.None && s.Transactions[m.Transaction].Method == call.INVITE {
			// It has the branch of an INVITE.
			if t := &s.Transactions[m.Transaction]; t.Final == call.None || s.Messages[t.Final].Status >= 300 {
				continue
			}
		}
		switch {
		case m.To == ok.To && m.CSeq != ok.CSeq:
			if !slices.ContainsFunc(around, func(x call.Message) bool { return x.Method == call.INVITE && x.CSeq == m.CSeq && x.From == m.From }) {
				return first + i
			}
		case m.CSeq == ok.CSeq && m.To != ok.To:
			if !slices.ContainsFunc(around, func(x call.Message) bool { return !x.Request && x.To == m.To && m.To != 0 }) {
				return first + i
			}
		}
	}
	return call.None
}

// stopped returns the ACK that comes in from the caller's side and does not go on, on the hop that the 2xx came by; None when there
// is none, or the log does not show both hops.
func (a *accepted) stopped(s *CallSubject) int32 {
	if a.lastACK == call.None || a.invite.Exchange == call.None || a.ackVias >= a.invite.Vias {
		return call.None
	}
	for _, t := range s.Exchanges[a.invite.Exchange].Transactions {
		if x := &s.Transactions[t]; x.Vias == a.ackVias && x.Request != call.None && x.Final != call.None {
			return a.firstACK
		}
	}
	return call.None
}

// onOtherTransport reports whether the ACK went over UDP though the INVITE came over a stream: that has a rule of its own.
func (a *accepted) onOtherTransport(s *CallSubject) bool {
	return a.firstACK != call.None && a.invite.Request != call.None &&
		isOver(s.Messages[a.firstACK].Msg, "UDP") && !isOver(s.Messages[a.invite.Request].Msg, "UDP")
}

// target returns the URI that requests in the dialog have to go to by the Contact of message i, "" when it has none.
func (s *CallSubject) target(i int32) []byte {
	m := s.Messages[i].Msg
	if c, ok := m.Address(sip.HeaderContact); ok {
		return m.Bytes(c.URI)
	}
	return nil
}
