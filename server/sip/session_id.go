package sip

// SessionID is the value of Session-ID (RFC 7989 section 5); the form of RFC 7329 has no remote UUID.
type SessionID struct {
	Local  Span // 32 hexadecimal digits, in either letter case
	Remote Span // likewise; Len 0 when there is none
}

const wantSessionID = "32 hexadecimal digits"

// ReadSessionID reads the value of a Session-ID field. Upper-case digits, which RFC 7989 rules out, are read all the same.
func (m *Message) ReadSessionID(v Span) (SessionID, *SyntaxError) {
	w := m.ReadWorded(v)
	if !isUUID(m.Bytes(w.Word)) {
		return SessionID{}, &SyntaxError{At: w.Word, Want: wantSessionID}
	}
	if err := w.paramsSyntax(m); err != nil {
		return SessionID{}, err
	}
	id := SessionID{Local: w.Word}
	if p, ok := m.FindParam(w.Params, ';', "remote"); ok {
		if !isUUID(m.Bytes(p.Value)) {
			return SessionID{}, paramError(p, wantSessionID)
		}
		id.Remote = p.Value
	}
	return id, nil
}

func sessionIDSyntax(m *Message, v Span) *SyntaxError {
	_, err := m.ReadSessionID(v)
	return err
}

func isUUID(b []byte) bool {
	for _, c := range b {
		if !isHex(c) {
			return false
		}
	}
	return len(b) == 32
}
