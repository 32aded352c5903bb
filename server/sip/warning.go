package sip

// Warning is one value of the header field Warning: `370 ss1.example.com "Insufficient bandwidth"`
// (RFC 3261 section 20.43).
type Warning struct {
	Header *Header
	Value  Span
	Code   Span
	Agent  Span // host and port, or a pseudonym, of the element that added it
	Text   Span // as written, quotes included
	Err    *SyntaxError
}

const wantWarning = "a code of three digits, a host or pseudonym, and a text in quotes"

// Warnings calls yield for each value of the Warning fields.
func (m *Message) Warnings(yield func(Warning) bool) {
	for h, v := range m.Values(HeaderWarning) {
		w := m.warning(v)
		w.Header = h
		if !yield(w) {
			return
		}
	}
}

// warning reads one value. More white space than the one SP of the grammar is overlooked, as receivers do.
func (m *Message) warning(v Span) Warning {
	t, from, end := m.Text, int(v.Off), int(v.End())
	w := Warning{Value: v}
	code := from
	for code < end && !isLWS(t[code]) {
		code++
	}
	w.Code = span(from, code)
	agent := trim(t, code, end)
	if agent.Len > 0 && t[agent.Off] == '"' {
		w.Agent, w.Text = Span{Off: agent.Off}, agent
	} else {
		at := int(agent.Off)
		for at < end && !isLWS(t[at]) {
			at++
		}
		w.Agent, w.Text = span(int(agent.Off), at), trim(t, at, end)
	}
	switch b := w.Code.In(t); {
	case len(b) != 3 || !allDigits(b):
		w.Err = &SyntaxError{At: w.Code, Want: "a code of three digits"}
	case agent.Len == 0:
		w.Err = &SyntaxError{At: v, Want: "a host or pseudonym and a text in quotes behind the code"}
	case w.Agent.Len == 0:
		w.Err = &SyntaxError{At: v, Want: "a host or pseudonym between code and text"}
	case w.Text.Len == 0:
		w.Err = &SyntaxError{At: v, Want: "a text in quotes at the end"}
	default:
		w.Err = m.warningPartsSyntax(w)
	}
	return w
}

func (m *Message) warningPartsSyntax(w Warning) *SyntaxError {
	if agent := m.Bytes(w.Agent); !IsToken(agent) {
		host, port := hostPort(m.Text, w.Agent)
		if m.HostSyntax(host) != nil || port.Len > 0 && m.PortSyntax(port) != nil {
			return &SyntaxError{At: w.Agent, Want: "a host with or without a port, or a pseudonym"}
		}
	}
	text := m.Bytes(w.Text)
	if text[0] != '"' {
		return &SyntaxError{At: w.Text, Want: "quotes around the text"}
	}
	at := int(w.Text.Off)
	end := skipQuoted(m.Text, at, int(w.Text.End()))
	switch {
	case !closed(m.Text[at:end]):
		return &SyntaxError{At: w.Text, Want: "a closing quote"}
	case end < int(w.Text.End()):
		return syntaxError(end, int(w.Text.End()), "a comma or nothing behind the text")
	}
	return nil
}

func warningSyntax(m *Message, v Span) *SyntaxError { return m.warning(v).Err }
