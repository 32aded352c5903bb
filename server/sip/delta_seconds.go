package sip

import "math"

// MaxDeltaSeconds is the greatest number of seconds that Expires and its like can carry (RFC 3261 section 20.19).
const MaxDeltaSeconds = math.MaxUint32

// Number reads s as digits and nothing else (1*DIGIT of RFC 3261 section 25.1), whatever limit its header field sets. The number is
// math.MaxUint64 for anything greater.
func (m *Message) Number(s Span) (n uint64, err *SyntaxError) {
	if s.Len == 0 {
		return 0, &SyntaxError{At: s, Want: "a number"}
	}
	for i, c := range m.Bytes(s) {
		if !isDigit(c) {
			return 0, syntaxError(int(s.Off)+i, int(s.End()), "digits only")
		}
		d := uint64(c - '0')
		if n > (math.MaxUint64-d)/10 {
			n = math.MaxUint64
			continue
		}
		n = n*10 + d
	}
	return n, nil
}

// DeltaSeconds reads s as seconds: digits, not more than MaxDeltaSeconds (RFC 3261 sections 20.19 and 25.1).
func (m *Message) DeltaSeconds(s Span) (uint32, *SyntaxError) {
	n, err := m.Number(s)
	if err == nil && n > MaxDeltaSeconds {
		err = &SyntaxError{At: s, Want: "seconds up to 4294967295"}
	}
	if err != nil {
		return 0, err
	}
	return uint32(n), nil
}

// secondsBefore reads the digits that v begins with as seconds. next is the offset of what follows them and the
// white space behind them.
func (m *Message) secondsBefore(v Span) (seconds uint32, number Span, next int, err *SyntaxError) {
	t, from, end := m.Text, int(v.Off), int(v.End())
	i := from
	for i < end && isDigit(t[i]) {
		i++
	}
	number = span(from, i)
	if i == from {
		return 0, number, i, syntaxError(from, end, "a number of seconds")
	}
	seconds, err = m.DeltaSeconds(number)
	for i < end && isLWS(t[i]) {
		i++
	}
	return seconds, number, i, err
}

// paramsBehind returns the parameters from the offset at to the end of v, the first ';' left out. An empty span
// stands for none.
func (m *Message) paramsBehind(v Span, at int) (Span, *SyntaxError) {
	end := int(v.End())
	switch {
	case at == end:
		return span(end, end), nil
	case m.Text[at] != ';':
		return span(end, end), syntaxError(at, end, "a parameter or nothing behind the seconds")
	}
	params := span(at+1, end)
	return params, m.ParamsSyntax(params, ';')
}
