package sip

// DialogReference names a dialog: the value of Replaces (RFC 3891 section 6.1), Join (RFC 3911
// section 7.1) and Target-Dialog (RFC 4538 section 7).
type DialogReference struct {
	CallID    Span
	ToTag     Span // to-tag, of Target-Dialog local-tag
	FromTag   Span // from-tag, of Target-Dialog remote-tag
	EarlyOnly bool
}

// ReadDialogReference reads the value of a Replaces, Join or Target-Dialog field.
func (m *Message) ReadDialogReference(h *Header) (DialogReference, *SyntaxError) {
	if h.ID == HeaderTargetDialog {
		return m.dialogReference(h.Value, "local-tag", "remote-tag")
	}
	return m.dialogReference(h.Value, "to-tag", "from-tag")
}

func joinSyntax(m *Message, v Span) *SyntaxError {
	_, err := m.dialogReference(v, "to-tag", "from-tag")
	return err
}

func targetDialogSyntax(m *Message, v Span) *SyntaxError {
	_, err := m.dialogReference(v, "local-tag", "remote-tag")
	return err
}

// dialogReference reads a Call-ID and both tags; of a tag that stands there twice it takes the first.
func (m *Message) dialogReference(v Span, to, from string) (d DialogReference, err *SyntaxError) {
	end := int(v.End())
	semi := callIDEnd(m.Text, int(v.Off), end)
	d.CallID = span(int(v.Off), semi)
	rest := trim(m.Text, semi, end)
	if d.CallID.Len == 0 || rest.Len > 0 && m.Text[rest.Off] != ';' {
		return DialogReference{}, &SyntaxError{At: v, Want: "a Call-ID, a semicolon and tags"}
	}
	if rest.Len == 0 {
		return DialogReference{}, &SyntaxError{At: v, Want: "the parameters " + to + " and " + from}
	}
	params := span(int(rest.Off)+1, end)
	if err := m.ParamsSyntax(params, ';'); err != nil {
		return DialogReference{}, err
	}
	for p := range m.Params(params, ';') {
		name := m.Bytes(p.Name)
		var tag *Span
		switch {
		case EqualFold(name, to):
			tag = &d.ToTag
		case EqualFold(name, from):
			tag = &d.FromTag
		case EqualFold(name, "early-only"):
			d.EarlyOnly = true
			continue
		default:
			continue
		}
		if !IsToken(m.Bytes(p.Value)) {
			return DialogReference{}, paramError(p, "a token as tag")
		}
		if tag.Len == 0 {
			*tag = p.Value
		}
	}
	switch {
	case d.ToTag.Len == 0:
		return DialogReference{}, &SyntaxError{At: v, Want: "the parameter " + to}
	case d.FromTag.Len == 0:
		return DialogReference{}, &SyntaxError{At: v, Want: "the parameter " + from}
	}
	return d, nil
}

// callIDSyntax: word [ "@" word ] (RFC 3261 section 25.1).
func callIDSyntax(m *Message, v Span) *SyntaxError {
	if end := int(v.End()); callIDEnd(m.Text, int(v.Off), end) < end {
		return &SyntaxError{At: v, Want: "a Call-ID"}
	}
	return nil
}

// callIDEnd returns the offset behind the callid that begins at `from`, `from` when there is none.
func callIDEnd(t []byte, from, end int) int {
	i := wordEnd(t, from, end)
	if i > from && i < end && t[i] == '@' {
		if second := wordEnd(t, i+1, end); second > i+1 {
			return second
		}
	}
	return i
}

func wordEnd(t []byte, from, end int) int {
	for from < end && isWord(t[from]) {
		from++
	}
	return from
}

// isWord reports whether c may stand in a word (RFC 3261 section 25.1).
func isWord(c byte) bool {
	if isToken(c) {
		return true
	}
	switch c {
	case '(', ')', '<', '>', ':', '\\', '"', '/', '[', ']', '?', '{', '}':
		return true
	}
	return false
}
