package analysis

import (
	"bytes"
	"slices"

	"sipls/server/call"
	"sipls/server/sip"
	"sipls/server/text"
)

// turn is a message as one of its call.
type turn struct {
	s     *Snapshot
	m     Message
	state *callState
	call  *call.Call
	i     int32 // its place in the call
}

// turn returns a message as one of its call; ok is false where it belongs to none.
func (s *Snapshot) turn(m Message) (x turn, ok bool) {
	state, input := s.Calls().at(m.ID)
	if state == nil || state.bare {
		return turn{}, false
	}
	return turn{s, m, state, state.call, state.call.Of(input)}, true
}

// other returns message i of the call; ok is false where it stands in another text.
func (x *turn) other(i int32) (m Message, ok bool) {
	if i == call.None {
		return Message{}, false
	}
	id := x.s.Calls().id(x.state, i)
	if id.Source != x.s.number {
		return Message{}, false
	}
	return x.s.Message(int(id.Seq)), true
}

// subjectKind is what a place in a message is about.
type subjectKind uint8

const (
	aboutMessage     subjectKind = iota // start line, and whatever tells nothing else
	aboutTransaction                    // CSeq, branch of the topmost Via
	aboutHop                            // branch of another Via
	aboutDialog                         // tag of From or To
	aboutCall                           // Call-ID
	aboutOtherCall                      // the Call-ID of another one, in In-Reply-To and X-CID
	aboutOtherDialog                    // Replaces, Join, Target-Dialog
	aboutChallenge                      // a challenge
	aboutCredentials
	aboutReliable // RAck
)

// subject is what a place in a message is about.
type subject struct {
	kind   subjectKind
	at     sip.Span    // the words that say it
	header *sip.Header // nil for the start line
	to     bool        // of a tag: that of To
	auth   sip.AuthValue
}

// subjectAt tells what a place in a message is about.
func subjectAt(m *sip.Message, log int32) subject {
	if m.Start.Text.Contains(log) {
		return subject{at: m.Start.Text}
	}
	for i := range m.Headers {
		h := &m.Headers[i]
		if h.Value.Contains(log) || h.Name.Contains(log) && h.Name.Len > 0 {
			return fieldSubject(m, h, log)
		}
	}
	line := lineAt(m.Text, log)
	return subject{at: line}
}

// lineAt returns the line that holds a byte, without its line end.
func lineAt(text []byte, log int32) sip.Span {
	from := int32(bytes.LastIndexByte(text[:log], '\n') + 1)
	return trimRight(text, firstLine(text, sip.Span{Off: from, Len: int32(len(text)) - from}))
}

func fieldSubject(m *sip.Message, h *sip.Header, log int32) subject {
	x := subject{at: h.Value, header: h}
	switch h.ID {
	case sip.HeaderCSeq:
		x.kind = aboutTransaction
	case sip.HeaderCallID:
		x.kind = aboutCall
	case sip.HeaderRAck:
		x.kind = aboutReliable
	case sip.HeaderReplaces, sip.HeaderJoin, sip.HeaderTargetDialog:
		x.kind = aboutOtherDialog
	case sip.HeaderVia:
		top := m.TopVia().Value
		for f, v := range m.Values(sip.HeaderVia) {
			if p, ok := m.FindParam(v, ';', "branch"); f == h && ok && p.Value.Len > 0 && p.Value.Contains(log) {
				x.kind, x.at = aboutHop, p.Value
				if v == top {
					x.kind = aboutTransaction
				}
			}
		}
	case sip.HeaderFrom, sip.HeaderTo:
		a, _ := m.Address(h.ID)
		if p, ok := m.FindParam(a.Params, ';', "tag"); ok && p.Value.Len > 0 && p.Value.Contains(log) {
			x.kind, x.at, x.to = aboutDialog, p.Value, h.ID == sip.HeaderTo
		}
	case sip.HeaderInReplyTo:
		for f, v := range m.Values(h.ID) {
			if f == h && v.Contains(log) && v.Len > 0 {
				x.kind, x.at = aboutOtherCall, v
			}
		}
	case sip.HeaderAuthorization, sip.HeaderProxyAuthorization, sip.HeaderWWWAuthenticate, sip.HeaderProxyAuthenticate:
		values := m.AuthValues()
		for v := (sip.AuthValue{}); values.Next(&v); {
			if v.Header != h || x.kind != aboutMessage && !v.All.Contains(log) {
				continue
			}
			// On the name of the field the first value counts.
			x.kind, x.at, x.auth = aboutCredentials, v.All, v
			if v.IsChallenge() {
				x.kind = aboutChallenge
			}
		}
	default:
		if namesLeg(m, h) {
			x.kind = aboutOtherCall
		}
	}
	if x.at.Len == 0 {
		x.kind = aboutMessage
	}
	return x
}

// question is a place in a text with what it is about.
type question struct {
	turn
	subject
}

// ask tells what a place in the text is about; ok is false outside of calls.
func (s *Snapshot) ask(off text.Offset) (q question, ok bool) {
	m, log, ok := s.At(off)
	if !ok {
		return q, false
	}
	x, ok := s.turn(m)
	if !ok {
		return q, false
	}
	return question{x, subjectAt(m.Message, log)}, true
}

// preceding returns the last of the messages, which are in order, in front of message i; behind it the first one where none is
// in front.
func preceding(list []int32, i int32, is func(k int32) bool) int32 {
	at, _ := slices.BinarySearch(list, i)
	for k := at - 1; k >= 0; k-- {
		if is(list[k]) {
			return list[k]
		}
	}
	for _, k := range list[at:] {
		if k != i && is(k) {
			return k
		}
	}
	return call.None
}

// before returns the last message of the call in front of message i that is meant; None where there is none.
func (x *turn) before(i int32, is func(k int32) bool) int32 {
	for k := i - 1; k >= 0; k-- {
		if is(k) {
			return k
		}
	}
	return call.None
}

// acknowledged returns the response that an ACK acknowledges; None where it is not in the trace.
func (x *turn) acknowledged(i int32) int32 {
	c, ack := x.call, &x.call.Messages[i]
	if t := ack.Transaction; t != call.None && c.Transactions[t].Method == call.INVITE {
		// That of a 2xx has the same branch, too, where a proxy makes it of nothing but what stands in both (RFC 3665 section 3.2).
		return preceding(c.Transactions[t].Messages, i, func(k int32) bool { return c.Messages[k].Status >= 200 })
	}
	answers := func(k int32) bool {
		m := &c.Messages[k]
		return !m.Request && m.Method == call.INVITE && m.CSeq == ack.CSeq && m.Status >= 200 && m.Status < 300
	}
	if ack.Dialog == call.None {
		// Where the log does not show tags, what has the number counts.
		return x.before(i, func(k int32) bool {
			m := &c.Messages[k]
			return !m.Request && m.Method == call.INVITE && m.CSeq == ack.CSeq && m.From == ack.From && m.Status >= 200
		})
	}
	// Where a proxy logs both of its sides, the 2xx of the same side.
	messages := c.Dialogs[ack.Dialog].Messages
	if ack.Src != 0 && ack.Dst != 0 {
		same := preceding(messages, i, func(k int32) bool {
			m := &c.Messages[k]
			return m.Src == ack.Dst && m.Dst == ack.Src && answers(k)
		})
		if same != call.None {
			return same
		}
	}
	return preceding(messages, i, answers)
}

// reliable returns the provisional response that a PRACK acknowledges; None where it is not in the trace.
func (x *turn) reliable(i int32) int32 {
	m := x.call.Messages[i].Msg
	h := m.Header(sip.HeaderRAck)
	if h == nil {
		return call.None
	}
	r, err := m.ReadRAck(h.Value)
	if err != nil {
		return call.None
	}
	is := func(k int32) bool {
		o := &x.call.Messages[k]
		return !o.Request && o.Status > 100 && o.Status < 200 && bytes.Equal(o.Msg.Value(sip.HeaderRSeq), m.Bytes(r.Response)) &&
			bytes.Equal(o.Msg.Bytes(o.Msg.CSeq().NumberSpan), m.Bytes(r.CSeq)) && bytes.Equal(o.Msg.Method(), m.Bytes(r.Method))
	}
	if d := x.call.Messages[i].Dialog; d != call.None {
		if k := preceding(x.call.Dialogs[d].Messages, i, is); k != call.None {
			return k
		}
	}
	for k := range x.call.Messages {
		if is(int32(k)) {
			return int32(k)
		}
	}
	return call.None
}

// canceled returns the INVITE that a CANCEL cancels; None where it is not in the trace.
func (x *turn) canceled(i int32) int32 {
	cancel := &x.call.Messages[i]
	t := cancel.Transaction
	if t == call.None || x.call.Transactions[t].Cancels == call.None {
		// It has the number of what it cancels, and should have the branch (RFC 3261 section 9.1).
		return x.before(i, func(k int32) bool {
			m := &x.call.Messages[k]
			return m.Request && m.Method == call.INVITE && m.CSeq == cancel.CSeq && m.From == cancel.From
		})
	}
	return preceding(x.call.Transactions[x.call.Transactions[t].Cancels].Messages, i, func(k int32) bool {
		m := &x.call.Messages[k]
		return m.Request && m.Method == call.INVITE
	})
}

// forming returns what formed the dialog of message i: the request, where the trace does not have it the response; None outside of a
// dialog, and where the trace begins later.
func (x *turn) forming(i int32) int32 {
	d := x.call.Messages[i].Dialog
	if d == call.None {
		return call.None
	}
	dialog := &x.call.Dialogs[d]
	for _, k := range [...]int32{dialog.Request, dialog.Formed, dialog.Confirmed} {
		if k != call.None {
			return k
		}
	}
	return call.None
}

// origin returns the message that message i follows from: what a response answers, an ACK or PRACK acknowledges, a CANCEL cancels,
// what formed the dialog of another request; i itself for a request that begins something, None where the trace does not have it.
func (x *turn) origin(i int32) int32 {
	m := &x.call.Messages[i]
	if !m.Request {
		return x.call.RequestOf(i)
	}
	found := call.None
	switch m.Method {
	case call.ACK:
		return x.acknowledged(i)
	case call.CANCEL:
		return x.canceled(i)
	case call.PRACK:
		found = x.reliable(i)
	}
	if found == call.None {
		found = x.forming(i)
	}
	switch {
	case found != call.None:
		return found
	case m.InDialog():
		return call.None
	case m.First != call.None:
		return m.First
	}
	return i
}
