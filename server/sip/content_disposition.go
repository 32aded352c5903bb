package sip

// Disposition is the value of Content-Disposition (RFC 3261 section 20.11): `session;handling=optional`.
type Disposition struct {
	Value, Type Span
	Params      Span // the first ';' left out
	Handling    Span // the value of the parameter handling; Len 0 when there is none
}

// ReadDisposition reads v, the value of a Content-Disposition.
func (m *Message) ReadDisposition(v Span) Disposition {
	w := m.ReadWorded(v)
	d := Disposition{Value: v, Type: w.Word, Params: w.Params}
	if p, ok := m.FindParam(w.Params, ';', "handling"); ok {
		d.Handling = p.Value
	}
	return d
}

// IsOptional reports whether a receiver that does not understand the body may ignore it: handling
// is optional. Without the parameter it is required (RFC 3261 section 20.11).
func (m *Message) IsOptional(d Disposition) bool { return EqualFold(m.Bytes(d.Handling), "optional") }
