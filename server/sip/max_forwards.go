package sip

// MaxForwards reads v as a value of Max-Forwards: the number of hops that are left, 0 to 255 (RFC 3261 section 20.22).
func (m *Message) MaxForwards(v Span) (uint8, *SyntaxError) {
	n, err := m.Number(v)
	if err == nil && n > 255 {
		err = &SyntaxError{At: v, Want: "a number from 0 to 255"}
	}
	if err != nil {
		return 0, err
	}
	return uint8(n), nil
}
