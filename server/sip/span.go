package sip

// Span is a range of logical bytes of one message: Len bytes from Off.
type Span struct{ Off, Len int32 }

// End returns the offset just behind the span.
func (s Span) End() int32 { return s.Off + s.Len }

// In returns the bytes of the span; text is the text of its message. Appending to
// the result does not write into the text.
func (s Span) In(text []byte) []byte { return text[s.Off:s.End():s.End()] }

// Contains reports whether off lies in the span or just behind it, where an
// editor's cursor stands after the last character.
func (s Span) Contains(off int32) bool { return s.Off <= off && off <= s.End() }

func span(from, to int) Span { return Span{int32(from), int32(to - from)} }

// trim takes linear white space (SP, HT, CR, LF: a folded value holds line
// ends) off both ends of text[from:to].
func trim(text []byte, from, to int) Span {
	for from < to && isLWS(text[from]) {
		from++
	}
	for to > from && isLWS(text[to-1]) {
		to--
	}
	return span(from, to)
}

func isLWS(c byte) bool   { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }
func isBlank(c byte) bool { return c == ' ' || c == '\t' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func allDigits(b []byte) bool {
	for _, c := range b {
		if !isDigit(c) {
			return false
		}
	}
	return len(b) > 0
}

// isToken reports whether c may stand in a token (RFC 3261 section 25.1).
func isToken(c byte) bool { return tokenTable[c] }

var tokenTable = func() (t [256]bool) {
	for c := '0'; c <= '9'; c++ {
		t[c] = true
	}
	for c := 'a'; c <= 'z'; c++ {
		t[c], t[c-0x20] = true, true
	}
	for _, c := range "-.!%*_+`'~" {
		t[c] = true
	}
	return t
}()

// IsToken reports whether b is a non-empty token (RFC 3261 section 25.1).
func IsToken(b []byte) bool {
	for _, c := range b {
		if !isToken(c) {
			return false
		}
	}
	return len(b) > 0
}
