package sip

import "math"

// CSeq is a sequence number and a method (RFC 3261 section 20.16).
type CSeq struct {
	Number     uint64 // math.MaxUint64 for anything greater
	NumberSpan Span
	Method     Span
	OK         bool // the grammar is followed; the number may still be beyond its limit, 2**31
}

// CSeq reads the first CSeq field; all zero when there is none.
func (m *Message) CSeq() CSeq {
	h := m.Header(HeaderCSeq)
	if h == nil {
		return CSeq{}
	}
	t, i, end := m.Text, int(h.Value.Off), int(h.Value.End())
	var c CSeq
	n := i
	for ; n < end && isDigit(t[n]); n++ {
		d := uint64(t[n] - '0')
		if c.Number > (math.MaxUint64-d)/10 {
			c.Number = math.MaxUint64
			continue
		}
		c.Number = c.Number*10 + d
	}
	c.NumberSpan = span(i, n)
	c.Method = trim(t, n, end)
	c.OK = n > i && int(c.Method.Off) > n && IsToken(c.Method.In(t))
	return c
}
