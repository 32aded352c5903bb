package sip

import "bytes"

// Values calls yield for each value of every field with this ID, in order of
// appearance: the fields of one name form one list, as commas do within a field
// (RFC 3261 section 7.3.1). White space around a value is left out; a value may be
// empty, and that of an empty field is. Commas inside quotes and angle brackets do
// not separate. Meant for fields whose grammar is a list.
func (m *Message) Values(id HeaderID) func(yield func(*Header, Span) bool) {
	return func(yield func(*Header, Span) bool) {
		for i := range m.Headers {
			h := &m.Headers[i]
			if h.ID != id {
				continue
			}
			from, end := int(h.Value.Off), int(h.Value.End())
			for at := from; ; from = at + 1 {
				at = skipTo(m.Text, from, end, ',')
				if !yield(h, trim(m.Text, from, at)) {
					return
				}
				if at == end {
					break
				}
			}
		}
	}
}

// skipTo returns the offset of the first sep in text[at:end] that is not
// quoted or inside < >, or end.
func skipTo(text []byte, at, end int, sep byte) int {
	angle := false
	for ; at < end; at++ {
		switch c := text[at]; {
		case c > '@': // letters, mostly; all that means something stands before them in ASCII
		case c == '>':
			angle = false
		case angle: // no quotes in a URI
		case c == '<':
			angle = true
		case c == '"':
			at = skipQuoted(text, at, end) - 1
		case c == sep:
			return at
		}
	}
	return end
}

// skipQuoted returns the offset behind the quoted string that starts at `at`,
// end if it is never closed.
func skipQuoted(text []byte, at, end int) int {
	for i := at + 1; i < end; i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return end
}

// Param is one parameter, `name` or `name=value`.
type Param struct {
	Name, Value Span // Value keeps its quotes
	HasValue    bool
}

// Params calls yield for each parameter in s, which holds parameters separated by sep
// (';' for header and URI parameters, ',' for those of challenges and credentials). An
// empty parameter, as between two separators, has an empty name.
func (m *Message) Params(s Span, sep byte) func(yield func(Param) bool) {
	return func(yield func(Param) bool) {
		text, end := m.Text, int(s.End())
		for from := int(s.Off); from < end; {
			to := skipTo(text, from, end, sep)
			p := Param{Name: trim(text, from, to)}
			if eq := bytes.IndexByte(p.Name.In(text), '='); eq >= 0 {
				all := p.Name
				p.HasValue = true
				p.Name = trim(text, int(all.Off), int(all.Off)+eq)
				p.Value = trim(text, int(all.Off)+eq+1, int(all.End()))
			}
			if !yield(p) {
				return
			}
			from = to + 1
		}
	}
}

// FindParam returns the first parameter of that name, letter case ignored.
func (m *Message) FindParam(s Span, sep byte, name string) (Param, bool) {
	for p := range m.Params(s, sep) {
		if EqualFold(m.Bytes(p.Name), name) {
			return p, true
		}
	}
	return Param{}, false
}

// Unquote takes the quotes off a quoted string and the backslashes out of it
// (RFC 3261 section 25.1); other text comes back as it is.
func Unquote(b []byte) []byte {
	if len(b) < 2 || b[0] != '"' || b[len(b)-1] != '"' {
		return b
	}
	b = b[1 : len(b)-1]
	if bytes.IndexByte(b, '\\') < 0 {
		return b
	}
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] == '\\' && i+1 < len(b) {
			i++
		}
		out = append(out, b[i])
	}
	return out
}

// HasToken reports whether one of the values of the fields with this ID is exactly
// this token, letter case ignored: an option tag in Supported, a method in Allow.
func (m *Message) HasToken(id HeaderID, token string) bool {
	for _, v := range m.Values(id) {
		if EqualFold(m.Bytes(v), token) {
			return true
		}
	}
	return false
}

// FirstToken returns the token that the first field with this ID begins with,
// a '/' allowed in it: the media type of Content-Type, the package of Event. It
// is empty when the value begins otherwise, nil when there is no field.
func (m *Message) FirstToken(id HeaderID) []byte {
	h := m.Header(id)
	if h == nil {
		return nil
	}
	at, end := int(h.Value.Off), int(h.Value.End())
	i := at
	for i < end && (isToken(m.Text[i]) || m.Text[i] == '/') {
		i++
	}
	return m.Text[at:i:i]
}
