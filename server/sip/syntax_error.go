package sip

// SyntaxError says where a text leaves the grammar of its element and what the
// grammar expects there. Views return nil where the text is right: a typed value exists
// only then.
type SyntaxError struct {
	At   Span   // the offending bytes; Len 0 where something is missing
	Want string // what belongs there, a noun phrase for people: "a closing quote", "a port from 0 to 65535"
}

func syntaxError(from, to int, want string) *SyntaxError {
	return &SyntaxError{At: span(from, to), Want: want}
}
