package sip

import "math"

// RAck repeats what a reliable provisional response said: its RSeq and its CSeq (RFC 3262 sections 7.2 and 10).
type RAck struct {
	Response Span // the RSeq
	CSeq     Span
	Method   Span
}

const (
	wantRSeq = "a number from 1 to 4294967295"
	wantRAck = "the RSeq, the CSeq number and the method of the response"
)

// ReadRAck reads the value of a RAck field.
func (m *Message) ReadRAck(v Span) (RAck, *SyntaxError) {
	t, from, end := m.Text, int(v.Off), int(v.End())
	var parts [3]Span
	n, at := 0, from
	for ; at < end && n < len(parts); n++ {
		next := at
		for next < end && !isLWS(t[next]) {
			next++
		}
		parts[n] = span(at, next)
		for at = next; at < end && isLWS(t[at]); at++ {
		}
	}
	if n < len(parts) || at < end {
		return RAck{}, &SyntaxError{At: v, Want: wantRAck}
	}
	switch {
	case !isSequence(parts[0].In(t), 1, math.MaxUint32):
		return RAck{}, &SyntaxError{At: parts[0], Want: wantRSeq}
	case !isSequence(parts[1].In(t), 0, math.MaxInt32):
		return RAck{}, &SyntaxError{At: parts[1], Want: "a CSeq number, less than 2147483648"}
	case !IsToken(parts[2].In(t)):
		return RAck{}, &SyntaxError{At: parts[2], Want: "a method"}
	}
	return RAck{parts[0], parts[1], parts[2]}, nil
}

func rackSyntax(m *Message, v Span) *SyntaxError {
	_, err := m.ReadRAck(v)
	return err
}

// rseqSyntax: one number from 1 to 2**32 - 1 (RFC 3262 section 7.1).
func rseqSyntax(m *Message, v Span) *SyntaxError {
	if !isSequence(m.Bytes(v), 1, math.MaxUint32) {
		return &SyntaxError{At: v, Want: wantRSeq}
	}
	return nil
}

// isSequence reports whether b consists of digits and its value lies in the range.
func isSequence(b []byte, low, high uint64) bool {
	n := uint64(0)
	for _, c := range b {
		if !isDigit(c) {
			return false
		}
		if n = n*10 + uint64(c-'0'); n > high {
			return false
		}
	}
	return len(b) > 0 && n >= low
}
