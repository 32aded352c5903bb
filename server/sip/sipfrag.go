package sip

import "bytes"

// Fragment is a message/sipfrag body (RFC 3420): the beginning of a SIP message, or header fields
// only. Its parts tile the body; their spans are those of the message that carries it.
type Fragment struct {
	Span     Span
	Start    StartLine // zero without one
	HasStart bool
	Headers  []Header
	Blank    Span // Len 0 when there is none
	Body     Span
}

// ReadFragment reads a body as message/sipfrag. It never fails.
func (m *Message) ReadFragment(s Span) Fragment {
	f := Fragment{Span: s}
	at, end := int(s.Off), int(s.End())
	if at < end {
		lines := lineReader{text: m.Text[:end]}
		if stop, next := lines.read(at); isStartLine(m.Text[at:stop]) {
			f.Start = shifted(parseStartLine(m.Text[at:end], stop-at, next-at), s.Off)
			f.HasStart = true
			at = next
		}
	}
	f.Headers, f.Blank, f.Body = readHeaders(m.Text, at, end)
	return f
}

// isStartLine reports whether a line is meant as a start line: it begins or ends with a version.
func isStartLine(line []byte) bool {
	if hasPrefixFold(line, "SIP/") {
		return true
	}
	line = bytes.TrimRight(line, " \t")
	return isVersion(line[bytes.LastIndexByte(line, ' ')+1:])
}

// shifted moves the spans of a start line.
func shifted(s StartLine, by int32) StartLine {
	for _, p := range []*Span{&s.Line, &s.Text, &s.Version, &s.Method, &s.URI, &s.Code, &s.Reason} {
		p.Off += by
	}
	return s
}
