package sip

// Address is a name-addr or addr-spec with the parameters of its header field:
// From, To, Contact, Route ... (RFC 3261 sections 20.10, 20.20, 25.1).
type Address struct {
	Value   Span
	Display Span // as written, quotes included
	URI     Span // without angle brackets
	Params  Span // header field parameters, the first ';' left out
	Star    bool // Contact: *
	Angle   bool // the URI stands in < >
}

// Addresses calls yield for each address in the fields with this ID.
func (m *Message) Addresses(id HeaderID) func(yield func(*Header, Address) bool) {
	return func(yield func(*Header, Address) bool) {
		for h, v := range m.Values(id) {
			if !yield(h, m.address(v)) {
				return
			}
		}
	}
}

// Address returns the first address of the fields with this ID; ok is false when
// there is no such field.
func (m *Message) Address(id HeaderID) (a Address, ok bool) {
	for _, a := range m.Addresses(id) {
		return a, true
	}
	return Address{}, false
}

func (m *Message) address(v Span) Address {
	t, from, end := m.Text, int(v.Off), int(v.End())
	a := Address{Value: v}
	if v.Len == 1 && t[from] == '*' {
		a.Star = true
		return a
	}
	open, quotes := from, true
	for open < end && t[open] != '<' {
		if t[open] == '"' && quotes {
			next := skipQuoted(t, open, end)
			// A quote that is not closed is a defect of the display name; it does not hide the URI and the tag.
			if quotes = closed(t[open:next]); quotes {
				open = next
				continue
			}
		}
		open++
	}
	if open >= end {
		// Without angle brackets what follows a ';' belongs to the field, not to the URI (RFC 3261 section 20).
		semi := skipTo(t, from, end, ';')
		a.URI = trim(t, from, semi)
		if semi < end {
			a.Params = span(semi+1, end)
		}
		return a
	}
	a.Angle = true
	a.Display = trim(t, from, open)
	shut := open + 1
	for shut < end && t[shut] != '>' {
		shut++
	}
	a.URI = span(open+1, shut)
	if semi := skipTo(t, min(shut+1, end), end, ';'); semi < end {
		a.Params = span(semi+1, end)
	}
	return a
}

// Tag returns the tag parameter of From or To, nil when there is none.
func (m *Message) Tag(id HeaderID) []byte {
	if a, ok := m.Address(id); ok {
		if p, ok := m.FindParam(a.Params, ';', "tag"); ok {
			return m.Bytes(p.Value)
		}
	}
	return nil
}
