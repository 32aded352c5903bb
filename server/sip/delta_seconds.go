package sip

import "math"

// MaxDeltaSeconds is the greatest number of seconds that Expires and its like can carry (RFC 3261 section 20.19).
const MaxDeltaSeconds = math.MaxUint32

// Number reads s as digits and nothing else: delta-seconds, Max-Forwards (RFC 3261 section 25.1). The number is
// math.MaxUint64 for anything greater.
func (m *Message) Number(s Span) (n uint64, err *SyntaxError) {
	t := m.Bytes(s)
	if len(t) == 0 {
		return 0, &SyntaxError{At: s, Want: "a number"}
	}
	for i, c := range t {
		if !isDigit(c) {
			return 0, syntaxError(int(s.Off)+i, int(s.End()), "digits only")
		}
		d := uint64(c - '0')
		if n > (math.MaxUint64-d)/10 {
			n = math.MaxUint64
			continue
		}
		if n != math.MaxUint64 {
			n = n*10 + d
		}
	}
	return n, nil
}

// Seconds is a number of seconds and what stands behind it: Session-Expires, Min-SE, Retry-After.
type Seconds struct {
	Number  Span // digits
	Value   uint64
	Comment Span // with its brackets; Retry-After only
	Params  Span // the first ';' left out
}

// Seconds reads one value of a header field that is a number of seconds, and parameters (RFC 4028 sections 4 and 5). With
// comment, a comment may stand between the two (RFC 3261 section 20.33).
func (m *Message) Seconds(v Span, comment bool) (s Seconds, err *SyntaxError) {
	t, i, end := m.Text, int(v.Off), int(v.End())
	from := i
	for i < end && isDigit(t[i]) {
		i++
	}
	s.Number = span(from, i)
	if i == from {
		return s, syntaxError(from, end, "a number of seconds")
	}
	s.Value, _ = m.Number(s.Number)
	for i < end && isLWS(t[i]) {
		i++
	}
	if comment && i < end && t[i] == '(' {
		shut := commentEnd(t, i, end)
		if shut < 0 {
			return s, syntaxError(i, end, "a closing bracket")
		}
		s.Comment = span(i, shut)
		for i = shut; i < end && isLWS(t[i]); i++ {
		}
	}
	if i == end {
		return s, nil
	}
	if t[i] != ';' {
		return s, syntaxError(i, end, "a parameter or nothing behind the seconds")
	}
	s.Params = span(i+1, end)
	return s, m.ParamsSyntax(s.Params, ';')
}

// commentEnd returns the offset behind the comment that begins at `at`, -1 where it is not closed. Comments nest
// (RFC 3261 section 25.1).
func commentEnd(t []byte, at, end int) int {
	depth := 0
	for i := at; i < end; i++ {
		switch t[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}
