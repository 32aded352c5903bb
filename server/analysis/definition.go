package analysis

import (
	"bytes"
	"context"

	"sipls/server/call"
	"sipls/server/sip"
	"sipls/server/text"
)

// Origin leads from what stands at a place to where it comes from.
type Origin struct {
	From   Extent // the words that lead there
	Target Extent // a message
	Focus  Extent // the place in it
}

// Definition returns where what stands at off comes from: on a tag the first message that has it, on a Call-ID the first message of
// the call, here or where another header field names it, on credentials the challenge; elsewhere in a response its request, in an
// ACK the response that it acknowledges, in a CANCEL the INVITE, in a PRACK the provisional response, in another request in a
// dialog what formed the dialog. What begins something comes from itself. ok is false where the text does not tell. It returns the
// error of ctx when that ends first.
func (s *Snapshot) Definition(ctx context.Context, off text.Offset) (o Origin, ok bool, err error) {
	q, ok := s.ask(off)
	if !ok {
		return Origin{}, false, nil
	}
	to, at, ok, err := q.definition(ctx)
	if err != nil || !ok {
		return Origin{}, false, err
	}
	return Origin{From: s.rangeOf(q.m, q.at), Target: s.extent(to), Focus: s.extentOf(to, at)}, true, nil
}

// definition returns the message and the place in it.
func (q *question) definition(ctx context.Context) (m Message, at sip.Span, ok bool, err error) {
	i := call.None
	switch q.kind {
	case aboutMessage, aboutTransaction:
		i = q.origin(q.i)
	case aboutHop:
		i = q.hop(q.m.Bytes(q.at))
	case aboutReliable:
		i = q.reliable(q.i)
	case aboutCall:
		i = 0
	case aboutDialog:
		if m, ok = q.other(q.firstWith(q.tag())); ok {
			at, ok = tagIn(m.Message, q.m.Bytes(q.at))
		}
		return m, at, ok, nil
	case aboutOtherCall, aboutOtherDialog:
		o, ok := q.named()
		if !ok {
			return Message{}, sip.Span{}, false, nil
		}
		return o.m, o.m.Start.Text, true, nil
	case aboutChallenge:
		return q.m, q.at, true, nil
	case aboutCredentials:
		return q.challenge(ctx)
	}
	m, ok = q.other(i)
	if ok {
		at = m.Start.Text
	}
	return m, at, ok, nil
}

// tag returns the hash of the tag.
func (q *question) tag() uint64 {
	if q.to {
		return q.call.Messages[q.i].To
	}
	return q.call.Messages[q.i].From
}

// firstWith returns the first message of the call that has a tag.
func (q *question) firstWith(tag uint64) int32 {
	for i := range q.call.Messages {
		if m := &q.call.Messages[i]; m.From == tag || m.To == tag {
			return int32(i)
		}
	}
	return call.None
}

// tagIn returns where a tag stands in From or To.
func tagIn(m *sip.Message, value []byte) (at sip.Span, ok bool) {
	tag.each(m, func(sp sip.Span) bool {
		if bytes.Equal(m.Bytes(sp), value) {
			at, ok = sp, true
		}
		return !ok
	})
	return at, ok
}

// hop returns the first request of the call whose topmost Via has the branch.
func (q *question) hop(branch []byte) int32 {
	for i := range q.call.Messages {
		m := &q.call.Messages[i]
		if m.Request && bytes.Equal(m.Msg.Branch(m.Msg.TopVia()), branch) {
			return int32(i)
		}
	}
	return call.None
}

// named returns the first message of the call that is named; of a dialog that is named in it the request that formed the dialog.
func (q *question) named() (o turn, ok bool) {
	id, to, from := q.m.Bytes(q.at), []byte(nil), []byte(nil)
	if q.kind == aboutOtherDialog {
		d, err := q.m.ReadDialogReference(q.header)
		if err != nil {
			d = sip.DialogReference{CallID: beforeParams(q.m.Text, q.header.Value)}
		}
		id, to, from = q.m.Bytes(d.CallID), q.m.Bytes(d.ToTag), q.m.Bytes(d.FromTag)
	}
	seqs := q.s.Index().WithCallID(id)
	if len(seqs) == 0 {
		return turn{}, false
	}
	if o, ok = q.s.turn(q.s.Message(seqs[0])); !ok {
		return turn{}, false
	}
	found := int32(0)
	for i := range o.call.Dialogs {
		d := &o.call.Dialogs[i]
		m := o.call.Messages[d.Messages[0]].Msg
		a, b := m.Tag(sip.HeaderFrom), m.Tag(sip.HeaderTo)
		if bytes.Equal(a, from) && bytes.Equal(b, to) || bytes.Equal(a, to) && bytes.Equal(b, from) {
			found = max(found, o.forming(d.Messages[0]))
			break
		}
	}
	o.i = found
	o.m, ok = o.other(found)
	return o, ok
}

// challenge returns the challenge that the credentials answer: it has the same nonce and realm.
func (q *question) challenge(ctx context.Context) (m Message, at sip.Span, ok bool, err error) {
	nonce, realm := q.auth.Unquoted(q.m.Message, sip.AuthNonce), q.auth.Unquoted(q.m.Message, sip.AuthRealm)
	if len(nonce) == 0 {
		return Message{}, sip.Span{}, false, nil
	}
	for i := q.i - 1; i >= 0; i-- {
		if at, ok = challengeIn(q.call.Messages[i].Msg, nonce, realm); ok {
			m, ok = q.other(i)
			return m, at, ok, nil
		}
	}
	// Credentials for the next request may be made of a challenge to another one, under another Call-ID.
	for seq := int(q.m.ID.Seq) - 1; seq >= 0; seq-- {
		if seq%64 == 0 && ctx.Err() != nil {
			return Message{}, sip.Span{}, false, ctx.Err()
		}
		m = q.s.Message(seq)
		if at, ok = challengeIn(m.Message, nonce, realm); ok {
			return m, at, true, nil
		}
	}
	return Message{}, sip.Span{}, false, nil
}

// challengeIn returns where the challenge with a nonce and realm stands in a message.
func challengeIn(m *sip.Message, nonce, realm []byte) (at sip.Span, ok bool) {
	eachAuth(m, nonce, realm, func(v *sip.AuthValue) {
		if v.IsChallenge() && !ok {
			at, ok = v.All, true
		}
	})
	return at, ok
}

// eachAuth calls do for the challenges and credentials of a message with a nonce and realm.
func eachAuth(m *sip.Message, nonce, realm []byte, do func(v *sip.AuthValue)) {
	if !bytes.Contains(m.Text[:m.Blank.Off], nonce) {
		return
	}
	values := m.AuthValues()
	for v := (sip.AuthValue{}); values.Next(&v); {
		if bytes.Equal(v.Unquoted(m, sip.AuthNonce), nonce) && bytes.Equal(v.Unquoted(m, sip.AuthRealm), realm) {
			do(&v)
		}
	}
}
