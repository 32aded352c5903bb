package sip

// userToUserSyntax judges one value of User-to-User: a token or quoted string with parameters,
// hexadecimal where the parameter encoding says so (RFC 7433 section 4.1).
func userToUserSyntax(m *Message, v Span) *SyntaxError {
	w := m.ReadWorded(v)
	if err := tokenOrQuoted(m, w.Word, "data: a token or a quoted string"); err != nil {
		return err
	}
	if err := w.paramsSyntax(m); err != nil {
		return err
	}
	if p, ok := m.FindParam(w.Params, ';', "encoding"); ok && EqualFold(m.Bytes(p.Value), "hex") && !isHexData(m.Bytes(w.Word)) {
		return &SyntaxError{At: w.Word, Want: "pairs of hexadecimal digits, for encoding=hex"}
	}
	return nil
}

func isHexData(b []byte) bool {
	if len(b) > 1 && b[0] == '"' {
		b = b[1 : len(b)-1]
	}
	for _, c := range b {
		if !isHex(c) {
			return false
		}
	}
	return len(b)%2 == 0
}
