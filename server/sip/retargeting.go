package sip

// The parameters of History-Info (RFC 7044 section 5) and Diversion (RFC 5806 section 4) that have a grammar of their own.

// historySyntax: index, rc, mp and np are numbers separated by full stops; each entry has an index.
func historySyntax(m *Message, v Span) *SyntaxError {
	if _, err := m.AddressSyntax(v, NameAddr); err != nil {
		return nil // said where addresses are judged
	}
	index := false
	for p := range m.Params(m.address(v).Params, ';') {
		name := m.Bytes(p.Name)
		switch {
		case EqualFold(name, "index"):
			index = true
		case EqualFold(name, "rc"), EqualFold(name, "mp"), EqualFold(name, "np"):
		default:
			continue
		}
		if !isIndex(m.Bytes(p.Value)) {
			return paramError(p, "numbers separated by full stops, as 1.1")
		}
	}
	if !index {
		return &SyntaxError{At: v, Want: "the parameter index"}
	}
	return nil
}

func isIndex(b []byte) bool {
	digits := 0
	for _, c := range b {
		switch {
		case isDigit(c):
			digits++
		case c == '.' && digits > 0:
			digits = 0
		default:
			return false
		}
	}
	return digits > 0
}

func diversionSyntax(m *Message, v Span) *SyntaxError {
	if _, err := m.AddressSyntax(v, NameAddr); err != nil {
		return nil // said where addresses are judged
	}
	for p := range m.Params(m.address(v).Params, ';') {
		name := m.Bytes(p.Name)
		if !EqualFold(name, "counter") && !EqualFold(name, "limit") {
			continue
		}
		if b := m.Bytes(p.Value); len(b) > 2 || !allDigits(b) {
			return paramError(p, "one or two digits")
		}
	}
	return nil
}
