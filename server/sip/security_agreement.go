package sip

// securitySyntax judges one value of Security-Client, Security-Server or Security-Verify:
// mechanism-name *( SEMI mech-parameters ) (RFC 3329 section 2.2).
func securitySyntax(m *Message, v Span) *SyntaxError {
	w, err := wordSyntax(m, v, "a security mechanism, as tls or ipsec-3gpp")
	if err != nil {
		return err
	}
	if err := preferenceSyntax(m, w.Params); err != nil {
		return err
	}
	if p, ok := m.FindParam(w.Params, ';', "d-ver"); ok && !isDigestVerify(m.Bytes(p.Value)) {
		return paramError(p, "32 hexadecimal digits in quotes")
	}
	return nil
}

func isDigestVerify(b []byte) bool {
	return len(b) == 34 && b[0] == '"' && b[33] == '"' && isUUID(b[1:33])
}
