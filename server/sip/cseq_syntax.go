package sip

// CSeqSyntax judges a CSeq value: nil where it is a number, white space and a method (RFC 3261 section 20.16). How great the
// number is it does not look at.
func (m *Message) CSeqSyntax(v Span) *SyntaxError {
	t, i, end := m.Text, int(v.Off), int(v.End())
	for i < end && isDigit(t[i]) {
		i++
	}
	if i == int(v.Off) {
		to := i
		for to < end && !isLWS(t[to]) {
			to++
		}
		return syntaxError(i, to, "a sequence number")
	}
	method := i
	for method < end && isLWS(t[method]) {
		method++
	}
	if method == i || method == end {
		return syntaxError(i, end, "a blank and the method of the request behind the number")
	}
	for i = method; i < end; i++ {
		if !isToken(t[i]) {
			return syntaxError(i, end, "nothing behind the method")
		}
	}
	return nil
}

// CallIDSyntax judges a Call-ID: nil where it is a word, or two with an at sign between them (RFC 3261 section 25.1).
func (m *Message) CallIDSyntax(v Span) *SyntaxError {
	if v.Len == 0 {
		return &SyntaxError{At: v, Want: "a Call-ID"}
	}
	return callIDSyntax(m, v)
}
