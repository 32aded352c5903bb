package trace

import (
	"fmt"

	"sipls/server/sip"
)

// Mode is how a whole text is read. It follows from its first bytes or from
// what the user says.
type Mode uint8

const (
	// Log: messages stand among other lines.
	Log Mode = iota
	// Bare: the text begins with a start line and holds nothing but messages.
	Bare
	// Scenario: a SIPp scenario, messages with [keywords] in CDATA sections.
	Scenario
)

func (m Mode) String() string { return [...]string{"log", "bare", "scenario"}[m] }

// ParseMode reads how a user wants texts to be read: "log", "bare", or "" for
// what they look like, which gives nil.
func ParseMode(name string) (*Mode, error) {
	for _, m := range []Mode{Log, Bare} {
		if name == m.String() {
			return &m, nil
		}
	}
	if name == "" {
		return nil, nil
	}
	return nil, fmt.Errorf("%q is not log or bare", name)
}

// State is all that scanning takes over a segment boundary. It is comparable.
type State struct {
	Mode    Mode
	MidLine bool // the boundary lies inside a line
	// Overlong: the boundary lies behind the part that was read of a bare message
	// that is longer than our limits. Its rest, up to the next start line, is no message.
	Overlong bool
	// SamePacket: the boundary lies behind a message of ngrep that no empty line follows, so that
	// what begins there is more of the packet.
	SamePacket bool
	// Tiny is how many messages in a row had less than tinyLen bytes, at most maxTiny.
	Tiny uint8
}

// Segment is a tile of the document: one message with its envelope, or text
// without SIP. It is immutable and knows no absolute position, so that it
// survives edits elsewhere.
type Segment struct {
	Len     int // bytes, at least 1 and far less than an int32 holds
	Read    int // bytes from the segment's start that were looked at; one more than there are when the end of the text was seen
	In, Out State
	Format  *Format

	// Messages and Envelopes run in parallel. Text without SIP has none.
	Messages  []*sip.Message
	Envelopes []Envelope
}

// single is a segment with one message: one allocation instead of four.
type single struct {
	segment   Segment
	message   sip.Message
	messages  [1]*sip.Message
	envelopes [1]Envelope
}

func newSingle(f *Format) *single {
	x := &single{segment: Segment{Format: f}}
	x.messages[0] = &x.message
	x.segment.Messages, x.segment.Envelopes = x.messages[:], x.envelopes[:]
	return x
}
