package sip

// SessionInterval is the value of Session-Expires or Min-SE (RFC 4028 sections 4 and 5): `1800;refresher=uac`.
type SessionInterval struct {
	Seconds uint32
	Number  Span // the digits of Seconds
	Params  Span // the first ';' left out
}

// SessionInterval reads v as a value of Session-Expires or Min-SE. The grammar takes any word for the parameter
// refresher, since it may be a generic one; see Refresher.
func (m *Message) SessionInterval(v Span) (s SessionInterval, err *SyntaxError) {
	next := 0
	if s.Seconds, s.Number, next, err = m.secondsBefore(v); err != nil {
		return s, err
	}
	s.Params, err = m.paramsBehind(v, next)
	return s, err
}

// Refresher returns the parameter that says which side refreshes the session, uac or uas (RFC 4028 section 4).
func (m *Message) Refresher(s SessionInterval) (Param, bool) {
	return m.FindParam(s.Params, ';', "refresher")
}
