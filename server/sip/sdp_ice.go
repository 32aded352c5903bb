package sip

// SDPCandidate is a=candidate (RFC 8839 section 5.1).
type SDPCandidate struct {
	Foundation, Component, Transport, Priority, Address, Port, Type Span
	RelatedAddress, RelatedPort                                     Span // Len 0 when they are not there
	Extensions                                                      Span // words, pairs of name and value
}

// Candidate reads an a=candidate line.
func (d *SDP) Candidate(l *SDPLine) (SDPCandidate, *SyntaxError) {
	w := d.attrWords(l)
	c := SDPCandidate{Foundation: w.next(), Component: w.next(), Transport: w.next(), Priority: w.next(), Address: w.next(), Port: w.next()}
	typ := w.next()
	c.Type = w.next()
	c.Extensions = w.rest()
	component, isComponent := number(d.Bytes(c.Component), 256)
	_, isPriority := number(d.Bytes(c.Priority), 1<<32-1)
	_, isPort := portNumber(d.Bytes(c.Port))
	switch {
	case !isICE(d.Bytes(c.Foundation), 1, 32):
		return c, &SyntaxError{At: c.Foundation, Want: "a foundation of 1 to 32 letters, digits, + and /"}
	case !isComponent || component == 0:
		return c, &SyntaxError{At: c.Component, Want: "a component from 1 to 256"}
	case !IsToken(d.Bytes(c.Transport)):
		return c, &SyntaxError{At: c.Transport, Want: "a transport, as UDP"}
	case !isPriority:
		return c, &SyntaxError{At: c.Priority, Want: "a priority, digits only, up to 4294967295"}
	case c.Address.Len == 0:
		return c, &SyntaxError{At: c.Address, Want: "an address"}
	case !isPort:
		return c, &SyntaxError{At: c.Port, Want: "a port from 0 to 65535"}
	case string(d.Bytes(typ)) != "typ" || !IsToken(d.Bytes(c.Type)):
		return c, syntaxError(int(typ.Off), int(c.Type.End()), "typ and the type of the candidate, as typ host")
	}
	e := d.words(c.Extensions)
	for name := e.next(); name.Len > 0; name = e.next() {
		value := e.next()
		switch string(d.Bytes(name)) {
		case "raddr":
			c.RelatedAddress = value
		case "rport":
			if c.RelatedPort = value; value.Len > 0 {
				if _, ok := portNumber(d.Bytes(value)); !ok {
					return c, &SyntaxError{At: value, Want: "a port from 0 to 65535"}
				}
			}
		}
		if value.Len == 0 {
			return c, &SyntaxError{At: name, Want: "a value behind the name"}
		}
	}
	return c, nil
}

// ICEUfrag reads an a=ice-ufrag line: 4 to 256 letters, digits, + and / (RFC 8839 section 5.4).
func (d *SDP) ICEUfrag(l *SDPLine) (Span, *SyntaxError) {
	return d.iceString(l, 4, "4 to 256 letters, digits, + and /")
}

// ICEPassword reads an a=ice-pwd line: 22 to 256 letters, digits, + and / (RFC 8839 section 5.4).
func (d *SDP) ICEPassword(l *SDPLine) (Span, *SyntaxError) {
	return d.iceString(l, 22, "22 to 256 letters, digits, + and /")
}

func (d *SDP) iceString(l *SDPLine, least int, want string) (Span, *SyntaxError) {
	_, v, _ := d.Attr(l)
	if v = d.trimmed(v); !isICE(d.Bytes(v), least, 256) {
		return v, &SyntaxError{At: v, Want: want}
	}
	return v, nil
}

// isICE: least to most ice-char, ALPHA / DIGIT / "+" / "/".
func isICE(b []byte, least, most int) bool {
	for _, c := range b {
		if !isAlnum(c) && c != '+' && c != '/' {
			return false
		}
	}
	return least <= len(b) && len(b) <= most
}
