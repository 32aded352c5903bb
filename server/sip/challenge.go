package sip

// Auth is one challenge or one set of credentials: `Digest realm="...", nonce="..."`
// (RFC 3261 sections 20.7, 20.27, 20.28, 20.44; RFC 7616).
type Auth struct {
	Header *Header
	Scheme Span
	Params Span // comma separated
}

// Auths calls yield for each field with this ID, one of WWW-Authenticate,
// Proxy-Authenticate, Authorization, Proxy-Authorization. These fields are never
// comma-joined (RFC 3261 section 7.3.1), so one field is one challenge.
func (m *Message) Auths(id HeaderID) func(yield func(Auth) bool) {
	return func(yield func(Auth) bool) {
		for i := range m.Headers {
			h := &m.Headers[i]
			if h.ID != id {
				continue
			}
			t, end := m.Text, int(h.Value.End())
			s := int(h.Value.Off)
			for s < end && isToken(t[s]) {
				s++
			}
			if !yield(Auth{Header: h, Scheme: span(int(h.Value.Off), s), Params: trim(t, s, end)}) {
				return
			}
		}
	}
}

// AuthParam returns the unquoted value of a parameter, nil when there is none.
func (m *Message) AuthParam(a Auth, name string) []byte {
	if p, ok := m.FindParam(a.Params, ',', name); ok {
		return Unquote(m.Bytes(p.Value))
	}
	return nil
}
