package call

import (
	"time"

	"sipls/server/sip"
)

// Call is all that shares a Call-ID in one trace: an INVITE and what comes of it, the registrations
// of a phone, a subscription. It knows nothing of the text around it, so that it lives as long as
// its messages do. It is immutable.
//
// Everything in it is counted from 0 and names nothing outside; None stands for what is not there.
type Call struct {
	// Messages stand in the order of the wire as far as the trace tells it.
	Messages     []Message
	Transactions []Transaction // in the order of their first message
	Exchanges    []Exchange    // likewise
	Dialogs      []Dialog      // likewise
	// Guessed says that nothing proves the order of the messages: no times are there, or they
	// contradict each other or the protocol.
	Guessed bool
	// Jumps says that the clock was set back between two messages: time spans mean nothing.
	Jumps bool

	methods  uint32
	statuses [11]uint64
	inverse  []int32 // of each input the index of its message; nil when they are the same
}

// None is the index of what is not there.
const None int32 = -1

// Message is one message of a call.
type Message struct {
	*Facts
	Msg         *sip.Message
	Input       int32 // its place in what Build was given
	Transaction int32 // index of its transaction; that of an ACK to a failure is that of the INVITE
	Dialog      int32 // index of its dialog; None outside of any
	// First is the first time that the same message stands in the trace, None for the first one. The second is a
	// Copy where it was written twice (by two loggers, at two ends), a retransmission otherwise.
	First int32
	Copy  bool
	// Times is how often it stands in the trace after this first time as a retransmission.
	Times int32

	answers int32 // of a response the request; None
	at      time.Duration
	timed   bool
}

// Again reports whether the message stands in the trace before, in the same transaction.
func (m *Message) Again() bool { return m.First != None }

// Retransmitted reports whether the message was sent again, by the rules of RFC 3261 section 17 or 13.3.1.4.
func (m *Message) Retransmitted() bool { return m.First != None && !m.Copy }

// InDialog reports whether the message is a request with a To tag.
func (m *Message) InDialog() bool { return m.Request && m.To != 0 }

// Transaction is a request, the answers to it, and all copies of them. The ACK of a
// failure belongs to its INVITE, the ACK of a 2xx is a transaction of its own (RFC 3261 section 17).
type Transaction struct {
	Method   Method
	CSeq     uint32
	Messages []int32 // in order
	Request  int32   // the first request
	Final    int32   // the first final response; a 2xx before others
	Trying   int32   // the first provisional response
	Ringing  int32   // the first one of 101 to 199
	ACK      int32   // of an INVITE: the ACK to its final response
	Cancels  int32   // of a CANCEL: the transaction it cancels
	Canceled int32   // the CANCEL transaction that cancels it
	Exchange int32
	Dialog   int32 // of an in-dialog request its dialog, of others the dialog they formed; None for neither
	Vias     uint8 // how many Via the request has, of a response alone how many that one has
	Initial  bool  // the request has no To tag
}

// Exchange is a request as it was meant, with all its hops and branches: the
// transactions of the same method, CSeq number and From tag (RFC 3261 section 8.2.2.2).
type Exchange struct {
	Method       Method
	CSeq         uint32
	Transactions []int32
	// Upstream is the transaction closest to whoever sent the request: the one with the fewest Via.
	Upstream int32
	Initial  bool // the request has no To tag
}

// Dialog is two tags under one Call-ID (RFC 3261 section 12).
type Dialog struct {
	UAC, UAS  uint64 // tags of the side that formed it and of the other one
	Messages  []int32
	Invite    int32 // transaction of the first INVITE; None in other usages and where it is not in the trace
	Formed    int32 // message that formed it: the first response with both tags, or a NOTIFY; None where the trace begins later
	Confirmed int32 // first 2xx to the request that formed it, or first in-dialog sign of it; None while it is early
	Bye       int32 // first BYE message
	Request   int32 // message: the request that formed it; None when it is not in the trace
}

// Build puts messages together. They come in the order of their texts; those of one text are told from
// those of another by source, which runs in parallel and is nil for one text. Facts are kept.
func Build(messages []*sip.Message, facts []*Facts, source []uint32) *Call {
	b := builder{messages: messages, facts: facts, source: source}
	return b.build()
}

// Since returns how much later message b is than message a; ok is false where the trace does not tell.
func (c *Call) Since(a, b int32) (d time.Duration, ok bool) {
	if a == None || b == None {
		return 0, false
	}
	x, y := &c.Messages[a], &c.Messages[b]
	return y.at - x.at, x.timed && y.timed && !c.Jumps
}

// Of returns the index of the message that was input i of Build.
func (c *Call) Of(i int) int32 {
	if c.inverse == nil {
		return int32(i)
	}
	return c.inverse[i]
}

// HasMethod reports whether a message of the call has the method.
func (c *Call) HasMethod(m Method) bool { return c.methods&(1<<m) != 0 }

// HasStatus reports whether a response of the call has the code.
func (c *Call) HasStatus(code int) bool {
	return code > 0 && code>>6 < len(c.statuses) && c.statuses[code>>6]&(1<<(code&63)) != 0
}

// HasStatusIn reports whether a response of the call has a code from lo to hi.
func (c *Call) HasStatusIn(lo, hi int) bool {
	for code := lo; code <= hi; code++ {
		if c.HasStatus(code) {
			return true
		}
	}
	return false
}

// RequestOf returns the request that message i is or answers: of the copies in the call the last one before it, else
// the first one behind it; None when it is not in the trace.
func (c *Call) RequestOf(i int32) int32 {
	if m := &c.Messages[i]; !m.Request {
		return m.answers
	}
	return i
}
