package call

import "sipls/server/sip"

// MsgID names a message within one snapshot of one or more texts.
type MsgID struct {
	Source uint32 // which text
	Seq    uint32 // the message's place in it, counted from 0
}

// Ref is a place in a message. It becomes a line or a range only at the edge of the program.
type Ref struct {
	Msg MsgID
	At  sip.Span
}
