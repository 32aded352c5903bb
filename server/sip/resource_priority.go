package sip

import "bytes"

const wantResource = "a namespace and a priority, as ets.0"

// resourceSyntax: namespace "." r-priority, both tokens without a full stop (RFC 4412 section 3.1).
func resourceSyntax(m *Message, v Span) *SyntaxError {
	b := m.Bytes(v)
	dot := bytes.IndexByte(b, '.')
	if !IsToken(b) || dot <= 0 || dot == len(b)-1 || bytes.IndexByte(b[dot+1:], '.') >= 0 {
		return &SyntaxError{At: v, Want: wantResource}
	}
	return nil
}
