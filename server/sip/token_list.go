package sip

// Lists of tokens and words with parameters (RFC 3261 section 25.1: Allow, Supported, Require,
// Proxy-Require, Unsupported, Content-Encoding, Priority; RFC 3841 section 10, RFC 3903 section 12, RFC 5009 section 9,
// RFC 5373 section 2, RFC 6086 section 9.2, RFC 6809 section 6.2).

const wantOptionTag = "an option tag"

func optionTagSyntax(m *Message, v Span) *SyntaxError {
	return tokenSyntax(m, v, wantOptionTag, "option tags")
}

func methodSyntax(m *Message, v Span) *SyntaxError { return tokenSyntax(m, v, "a method", "methods") }

func codingSyntax(m *Message, v Span) *SyntaxError {
	return tokenSyntax(m, v, "an encoding", "encodings")
}

func directiveSyntax(m *Message, v Span) *SyntaxError {
	return tokenSyntax(m, v, "a directive, as no-fork", "directives")
}

func earlyMediaSyntax(m *Message, v Span) *SyntaxError {
	return tokenSyntax(m, v, "a direction, as sendrecv", "directions")
}

func prioritySyntax(m *Message, v Span) *SyntaxError {
	return tokenSyntax(m, v, "a priority, as urgent", "")
}

func entityTagSyntax(m *Message, v Span) *SyntaxError {
	return tokenSyntax(m, v, "an entity tag, which is a token", "")
}

func infoPackageSyntax(m *Message, v Span) *SyntaxError {
	_, err := wordSyntax(m, v, "an Info Package")
	return err
}

func answerModeSyntax(m *Message, v Span) *SyntaxError {
	_, err := wordSyntax(m, v, "Manual or Auto")
	return err
}

func starSyntax(m *Message, v Span) *SyntaxError {
	w := m.ReadWorded(v)
	if w.Word.Len != 1 || m.Text[w.Word.Off] != '*' {
		return &SyntaxError{At: w.Word, Want: "a * in front of the parameters"}
	}
	return w.paramsSyntax(m)
}

// referSubSyntax: "true" / "false" *( SEMI generic-param ) (RFC 4488 section 4).
func referSubSyntax(m *Message, v Span) *SyntaxError {
	w := m.ReadWorded(v)
	if word := m.Bytes(w.Word); !EqualFold(word, "true") && !EqualFold(word, "false") {
		return &SyntaxError{At: w.Word, Want: "true or false"}
	}
	return w.paramsSyntax(m)
}
