package sip

// Reason is one value of the header field Reason: why a request was sent (RFC 3326 section 2).
type Reason struct {
	Header   *Header
	Value    Span
	Protocol Span // SIP, Q.850 ...
	Params   Span
	Cause    Span // digits; Len 0 when there is none
	Text     Span // as written, quotes included
	Location Span // which part of the network gave it (RFC 8606 section 4)
	Err      *SyntaxError
}

// Reasons calls yield for each value of the Reason fields.
func (m *Message) Reasons(yield func(Reason) bool) {
	for h, v := range m.Values(HeaderReason) {
		r := m.reason(v)
		r.Header = h
		if !yield(r) {
			return
		}
	}
}

func (m *Message) reason(v Span) Reason {
	w, err := wordSyntax(m, v, "a protocol, as SIP or Q.850")
	r := Reason{Value: v, Protocol: w.Word, Params: w.Params, Err: err}
	for p := range m.Params(w.Params, ';') {
		name := m.Bytes(p.Name)
		switch {
		case EqualFold(name, "cause"):
			r.Cause = p.Value
			if r.Err == nil {
				r.Err = numberSyntax(m, p, "digits as cause")
			}
		case EqualFold(name, "text"):
			// The grammar wants quotes, but its generic-param lets a token pass.
			r.Text = p.Value
		case EqualFold(name, "location"):
			r.Location = p.Value
		}
	}
	return r
}

func reasonSyntax(m *Message, v Span) *SyntaxError { return m.reason(v).Err }
