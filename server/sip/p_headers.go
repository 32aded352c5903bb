package sip

// The header fields of mobile networks (RFC 7315 section 5).

func nameAddrSyntax(m *Message, v Span) *SyntaxError {
	_, err := m.AddressSyntax(v, NameAddr)
	return err
}

func accessNetworkSyntax(m *Message, v Span) *SyntaxError {
	_, err := wordSyntax(m, v, "an access type, as 3GPP-E-UTRAN-FDD")
	return err
}

// visitedNetworkSyntax: ( token / quoted-string ) *( SEMI generic-param ).
func visitedNetworkSyntax(m *Message, v Span) *SyntaxError {
	w := m.ReadWorded(v)
	if err := tokenOrQuoted(m, w.Word, "the name of a network: a token or a quoted string"); err != nil {
		return err
	}
	return w.paramsSyntax(m)
}

func tokenOrQuoted(m *Message, v Span, want string) *SyntaxError {
	from, end := int(v.Off), int(v.End())
	if from < end && m.Text[from] == '"' {
		next := skipQuoted(m.Text, from, end)
		switch {
		case !closed(m.Text[from:next]):
			return syntaxError(from, next, wantQuote)
		case next < end:
			return syntaxError(next, end, "a semicolon behind the quoted string")
		}
		return nil
	}
	return tokenSyntax(m, v, want, "")
}

func chargingAddressesSyntax(m *Message, v Span) *SyntaxError { return m.ParamsSyntax(v, ';') }

// chargingVectorSyntax: icid-value is the one parameter that must be there. RFC 7315 puts it first; receivers
// look for it by its name.
func chargingVectorSyntax(m *Message, v Span) *SyntaxError {
	if err := m.ParamsSyntax(v, ';'); err != nil {
		return err
	}
	p, ok := m.FindParam(v, ';', "icid-value")
	switch {
	case !ok:
		return &SyntaxError{At: v, Want: "the parameter icid-value"}
	case p.Value.Len == 0:
		return paramError(p, "a value of icid-value")
	}
	return nil
}
