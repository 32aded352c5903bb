package sip

// Completeness says how much of a part of a message the text holds, so that a
// cut-off message is not taken for a message without a header field.
type Completeness uint8

const (
	// Unknown: nothing in the text proves that the part is whole.
	Unknown Completeness = iota
	// Whole: every byte the sender wrote is there.
	Whole
	// Cut: the text stops or starts in the middle of the part.
	Cut
	// Masked: bytes were replaced (X.X.X.X, [keyword]); lengths and values are not those of the wire.
	Masked
)

func (c Completeness) String() string {
	return [...]string{"unknown", "whole", "cut", "masked"}[c]
}

// Part is the completeness of one part of a message and why we think so.
type Part struct {
	Is     Completeness
	Reason string // for people, a short clause; "" when whole
}

// Form says how a text tells of a message.
type Form uint8

const (
	// Full: start line and header fields are there.
	Full Form = iota
	// Summary: one line says that a message passed.
	Summary
)

func (f Form) String() string { return [...]string{"full", "summary"}[f] }
