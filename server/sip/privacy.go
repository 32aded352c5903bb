package sip

import "bytes"

const wantPrivacy = "a privacy value, as id"

// PrivacyValues calls yield for each value of the Privacy fields. Semicolons separate them (RFC 3323
// section 4.2); commas, as some senders write, are read like them.
func (m *Message) PrivacyValues(yield func(*Header, Span) bool) {
	for i := range m.Headers {
		h := &m.Headers[i]
		if h.ID != HeaderPrivacy {
			continue
		}
		from, end := int(h.Value.Off), int(h.Value.End())
		for from <= end {
			at := from
			for at < end && m.Text[at] != ';' && m.Text[at] != ',' {
				at++
			}
			if v := trim(m.Text, from, at); v.Len > 0 && !yield(h, v) {
				return
			}
			from = at + 1
		}
	}
}

func privacySyntax(m *Message, v Span) *SyntaxError {
	t, from, end := m.Text, int(v.Off), int(v.End())
	for {
		at := end
		if i := bytes.IndexByte(t[from:end], ';'); i >= 0 {
			at = from + i
		}
		p := trim(t, from, at)
		i := nonToken(t, int(p.Off), int(p.End()))
		switch {
		case p.Len == 0 && at < end:
			return syntaxError(at, at+1, wantPrivacy+" beside the semicolon")
		case p.Len == 0:
			return syntaxError(from-1, from, wantPrivacy+" beside the semicolon")
		case i > int(p.Off) && i < int(p.End()) && (t[i] == ',' || isLWS(t[i])):
			return syntaxError(i, i+1, "a semicolon between two values")
		case i < int(p.End()):
			return &SyntaxError{At: p, Want: wantPrivacy}
		case at == end:
			return nil
		}
		from = at + 1
	}
}
