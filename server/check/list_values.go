package check

import (
	"bytes"

	"sipls/server/sip"
)

// listValues calls yield for each token of one header field that separates tokens by commas; empty ones are left out.
func listValues(m *sip.Message, h *sip.Header) func(yield func(sip.Span) bool) {
	return func(yield func(sip.Span) bool) {
		b := m.Bytes(h.Value)
		for from := 0; from < len(b); {
			to := len(b)
			if i := bytes.IndexByte(b[from:], ','); i >= 0 {
				to = from + i
			}
			start, end := from, to
			for start < end && isLWS(b[start]) {
				start++
			}
			for end > start && isLWS(b[end-1]) {
				end--
			}
			if start < end && !yield(sip.Span{Off: h.Value.Off + int32(start), Len: int32(end - start)}) {
				return
			}
			from = to + 1
		}
	}
}

// lists reports whether one of the header fields with this ID has a token, in any letter case.
func lists(m *sip.Message, id sip.HeaderID, token []byte) bool {
	for i := range m.Headers {
		if h := &m.Headers[i]; h.ID == id {
			for v := range listValues(m, h) {
				if bytes.EqualFold(m.Bytes(v), token) {
					return true
				}
			}
		}
	}
	return false
}

// wellFormed reports whether all header fields with this ID follow their grammar, so that what they
// list, and what they do not, can be believed; a malformed one has a finding of its own.
func wellFormed(m *sip.Message, id sip.HeaderID) bool {
	for i := range m.Headers {
		if h := &m.Headers[i]; h.ID == id && m.FieldSyntax(h) != nil {
			return false
		}
	}
	return true
}
