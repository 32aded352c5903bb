package sip

import "bytes"

// ParamsSyntax returns the first place where s, parameters separated by sep, leaves
//
//	generic-param *( sep generic-param )
//	generic-param = token [ EQUAL gen-value ]
//	gen-value     = token / host / quoted-string
//
// of RFC 3261 section 25.1; nil where it does not. s begins behind the first separator,
// as Address.Params and Via.Params do: an empty s is right, unless a separator that no
// parameter follows stands in front of it. White space around separators and = is right. Parameters with a
// grammar of their own have to be judged by whoever knows them; see ParamSyntax.
func (m *Message) ParamsSyntax(s Span, sep byte) *SyntaxError {
	if s.Len == 0 {
		if off := int(s.Off); off > 0 && m.Text[off-1] == sep {
			return syntaxError(off-1, off, "a parameter beside the "+separatorName(sep))
		}
		return nil
	}
	for p := range m.Params(s, sep) {
		if err := m.ParamSyntax(p, s, sep); err != nil {
			return err
		}
	}
	// Params yields nothing behind a separator that ends s.
	if last := int(s.End()) - 1; m.Text[last] == sep && m.lastSeparator(s, sep) == last {
		return syntaxError(last, last+1, "a parameter beside the "+separatorName(sep))
	}
	return nil
}

// lastSeparator returns the offset of the last separator in s that separates, -1 when there is none.
func (m *Message) lastSeparator(s Span, sep byte) int {
	last, end := -1, int(s.End())
	for at := int(s.Off); at < end; at++ {
		if at = skipTo(m.Text, at, end, sep); at < end {
			last = at
		}
	}
	return last
}

// ParamSyntax judges one of the parameters that Params yields for s and sep: nil where it
// is a generic-param of RFC 3261 section 25.1.
func (m *Message) ParamSyntax(p Param, s Span, sep byte) *SyntaxError {
	t := m.Text
	name := int(p.Name.Off)
	switch {
	case p.Name.Len == 0 && p.HasValue:
		return syntaxError(name, name+1, "a name in front of the =")
	case p.Name.Len == 0:
		at := name // the separator behind the place, or else the one before
		for at < int(s.End()) && t[at] != sep {
			at++
		}
		if at == int(s.End()) {
			for at = name - 1; at >= int(s.Off) && t[at] != sep; at-- {
			}
			if at < 0 || t[at] != sep {
				return &SyntaxError{At: s, Want: "a parameter"}
			}
		}
		return syntaxError(at, at+1, "a parameter beside the "+separatorName(sep))
	}
	if i := nonToken(t, name, int(p.Name.End())); i < int(p.Name.End()) {
		if isLWS(t[i]) {
			return syntaxError(i, int(p.Name.End()), "a "+separatorName(sep)+" between two parameters")
		}
		return syntaxError(i, int(p.Name.End()), "a token as the name of a parameter")
	}
	if !p.HasValue {
		return nil
	}
	return genValueSyntax(t, p, sep)
}

// genValueSyntax judges the value of a parameter whose = is there.
func genValueSyntax(t []byte, p Param, sep byte) *SyntaxError {
	from, end := int(p.Value.Off), int(p.Value.End())
	if from == end {
		eq := int(p.Name.End()) + bytes.IndexByte(t[p.Name.End():end], '=')
		return syntaxError(int(p.Name.Off), eq+1, "a value behind the =")
	}
	next := nonToken(t, from, end)
	switch {
	case next == end:
		return nil
	case t[from] == '"':
		if next = skipQuoted(t, from, end); !closed(t[from:next]) {
			return syntaxError(from, next, "a closing quote")
		}
	case t[from] == '[':
		var err *SyntaxError
		if next, err = ipv6Reference(t, from, end); err != nil {
			return err
		}
	case !isLWS(t[next]):
		return syntaxError(from, end, "quotes around a value that is no token")
	}
	if next < end {
		return syntaxError(next, end, "a "+separatorName(sep)+" behind the value")
	}
	return nil
}

// nonToken returns the offset of the first byte of text[from:end] that cannot stand in a token, or end.
func nonToken(text []byte, from, end int) int {
	for from < end && isToken(text[from]) {
		from++
	}
	return from
}

func separatorName(sep byte) string {
	switch sep {
	case ';':
		return "semicolon"
	case ',':
		return "comma"
	case '&':
		return "ampersand"
	}
	return "separator"
}

// closed reports whether a quoted string ends in its closing quote.
func closed(b []byte) bool {
	i := 1
	for i < len(b) && b[i] != '"' {
		if b[i] == '\\' {
			i++
		}
		i++
	}
	return i == len(b)-1
}
