package sip

// Geolocation, Geolocation-Routing and Geolocation-Error (RFC 6442 sections 4.1, 4.2 and 4.4).

func geolocationSyntax(m *Message, v Span) *SyntaxError {
	_, err := m.AddressSyntax(v, BracketedURI)
	return err
}

// geolocationRoutingSyntax: "yes" / "no" / generic-value; what a generic-value is, the RFC leaves open.
func geolocationRoutingSyntax(m *Message, v Span) *SyntaxError {
	return tokenOrQuoted(m, v, "yes or no")
}

func geolocationErrorSyntax(m *Message, v Span) *SyntaxError {
	w := m.ReadWorded(v)
	if b := m.Bytes(w.Word); len(b) > 3 || !allDigits(b) {
		return &SyntaxError{At: w.Word, Want: "a code of one to three digits"}
	}
	if err := w.paramsSyntax(m); err != nil {
		return err
	}
	if p, ok := m.FindParam(w.Params, ';', "code"); ok {
		if b := m.Bytes(p.Value); len(b) == 0 || b[0] != '"' {
			return paramError(p, "a text in quotes")
		}
	}
	return nil
}
