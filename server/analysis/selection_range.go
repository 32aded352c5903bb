package analysis

import (
	"bytes"

	"sipls/server/sip"
	"sipls/server/text"
)

// SelectionRanges returns what a selection at off grows to, from the inside out: token,
// parameter, value, header field, header section or body, message, document. Each lies in the one behind it and
// is greater. The document is the last one; an empty document has none.
func (s *Snapshot) SelectionRanges(off text.Offset) []Extent {
	off = min(max(off, 0), s.doc.Len())
	out := selection{off: off}
	if m, log, ok := s.At(off); ok {
		for _, sp := range messageSelection(m.Message, log) {
			out.grow(s.rangeOf(m, sp))
		}
		out.grow(s.extent(m))
		if len(out.extents) == 0 {
			out.grow(s.rangeOf(m, sip.Span{Len: int32(len(m.Text))})) // in an empty line at the end
		}
	} else {
		s.selectOutside(&out)
	}
	out.grow(Extent{0, s.doc.Len()})
	return out.extents
}

// selection is a list of extents that grow around a place.
type selection struct {
	off     text.Offset
	extents []Extent
}

// grow adds an extent if it is greater than the last one and holds it.
func (l *selection) grow(e Extent) {
	last := Extent{l.off, l.off}
	if n := len(l.extents); n > 0 {
		last = l.extents[n-1]
	}
	if e.contains(last) && e != last {
		l.extents = append(l.extents, e)
	}
}

// selectOutside selects word and line in text that is no part of a message, and the message around
// it if it is the prefix of a line or an indentation inside of one.
func (s *Snapshot) selectOutside(out *selection) {
	off := out.off
	n := s.doc.LineAt(off)
	line := Extent{max(s.doc.LineStart(n), off-maxLine), min(s.doc.LineEnd(n), off+maxLine)}
	if line.From <= off && off <= line.To {
		b := s.doc.Slice(line.From, line.To)
		at := int32(off - line.From)
		word := tokenAt(b, sip.Span{Len: int32(len(b))}, at)
		out.grow(Extent{line.From + text.Offset(word.Off), line.From + text.Offset(word.End())})
	}
	out.grow(Extent{s.doc.LineStart(n), s.doc.LineEnd(n)})
	for m := range s.Between(off, off) {
		if e := s.extent(m); e.From <= off && off <= e.To {
			for _, sp := range [...]sip.Span{headerSection(m.Message), trimRight(m.Text, m.Body)} {
				out.grow(s.rangeOf(m, sp))
			}
			out.grow(e)
		}
	}
}

// messageSelection returns the spans around a place in a message, from the inside out. Some may
// be empty or equal.
func messageSelection(m *sip.Message, log int32) []sip.Span {
	switch {
	case m.Start.Text.Contains(log):
		return []sip.Span{tokenAt(m.Text, m.Start.Text, log), startLinePart(&m.Start, log), m.Start.Text}
	case m.Body.Contains(log) && m.Body.Len > 0:
		return bodySelection(m, log)
	}
	for i := range m.Headers {
		if h := &m.Headers[i]; h.Line.Off <= log && log < h.Line.End() || h.Value.Contains(log) {
			return append(fieldSelection(m, h, log), trimRight(m.Text, h.Line), headerSection(m))
		}
	}
	return nil
}

func startLinePart(l *sip.StartLine, log int32) sip.Span {
	for _, sp := range [...]sip.Span{l.Method, l.URI, l.Version, l.Code, l.Reason} {
		if sp.Contains(log) && sp.Len > 0 {
			return sp
		}
	}
	return sip.Span{}
}

// fieldSelection returns the spans around a place in a header field.
func fieldSelection(m *sip.Message, h *sip.Header, log int32) []sip.Span {
	if h.Name.Contains(log) && h.Name.Len > 0 {
		return []sip.Span{h.Name}
	}
	if !h.Value.Contains(log) {
		return nil
	}
	out := []sip.Span{tokenAt(m.Text, h.Value, log), inAngles(m.Text, h.Value, log)}
	element := partAt(m, h.Value, ',', log)
	part := partAt(m, element, ';', log)
	if name, value, ok := parameter(m, part); ok {
		if value.Contains(log) {
			out = append(out, insideQuotes(m.Text, value), value)
		}
		out = append(out, sip.Span{Off: name.Off, Len: value.End() - name.Off})
	}
	return append(out, part, element, h.Value)
}

// partAt returns the part around a place of what separators divide.
func partAt(m *sip.Message, in sip.Span, sep byte, log int32) sip.Span {
	for p := range m.Params(in, sep) {
		if whole := (sip.Span{Off: p.Name.Off, Len: max(p.Name.End(), p.Value.End()) - p.Name.Off}); whole.Contains(log) {
			return whole
		}
	}
	return sip.Span{}
}

// parameter reads `name=value`, before which the scheme of a challenge may stand.
func parameter(m *sip.Message, part sip.Span) (name, value sip.Span, ok bool) {
	for p := range m.Params(part, ',') {
		name = p.Name
		if i := bytes.LastIndexAny(m.Bytes(name), " \t\r\n"); i >= 0 {
			name = sip.Span{Off: name.Off + int32(i) + 1, Len: name.Len - int32(i) - 1}
		}
		return name, p.Value, p.HasValue && sip.IsToken(m.Bytes(name))
	}
	return name, value, false
}

// inAngles returns what the angle brackets around a place hold.
func inAngles(text []byte, in sip.Span, log int32) sip.Span {
	open := bytes.LastIndexByte(text[in.Off:log], '<')
	shut := bytes.IndexByte(text[log:in.End()], '>')
	if open < 0 || shut < 0 || bytes.IndexByte(text[int(in.Off)+open:log], '>') >= 0 {
		return sip.Span{}
	}
	from := in.Off + int32(open) + 1
	return sip.Span{Off: from, Len: log + int32(shut) - from}
}

// insideQuotes takes the quotes off the span of a quoted string.
func insideQuotes(text []byte, sp sip.Span) sip.Span {
	if b := sp.In(text); len(b) > 1 && b[0] == '"' && b[len(b)-1] == '"' {
		return sip.Span{Off: sp.Off + 1, Len: sp.Len - 2}
	}
	return sp
}

func bodySelection(m *sip.Message, log int32) []sip.Span {
	text, from, to := m.Text, log, log
	for from > m.Body.Off && text[from-1] != '\n' && text[from-1] != '\r' {
		from--
	}
	for to < m.Body.End() && text[to] != '\n' && text[to] != '\r' {
		to++
	}
	line := sip.Span{Off: from, Len: to - from}
	out := []sip.Span{tokenAt(text, line, log)}
	if i := bytes.IndexByte(line.In(text), '='); i == 1 && log > from+1 {
		out = append(out, sip.Span{Off: from + 2, Len: line.Len - 2})
	}
	return append(out, line, trimRight(text, m.Body))
}

// headerSection is all header fields of a message.
func headerSection(m *sip.Message) sip.Span {
	if len(m.Headers) == 0 {
		return sip.Span{}
	}
	from := m.Headers[0].Line.Off
	return trimRight(m.Text, sip.Span{Off: from, Len: m.Headers[len(m.Headers)-1].Line.End() - from})
}

// tokenAt returns the token (RFC 3261 section 25.1) around a place, letters beyond ASCII taken for
// part of it.
func tokenAt(b []byte, in sip.Span, at int32) sip.Span {
	from, to := at, at
	for from > in.Off && inToken(b[from-1]) {
		from--
	}
	for to < in.End() && inToken(b[to]) {
		to++
	}
	return sip.Span{Off: from, Len: to - from}
}

func inToken(c byte) bool { return c >= 0x80 || sip.IsToken([]byte{c}) }
