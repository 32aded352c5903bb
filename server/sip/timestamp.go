package sip

// Timestamp is when a request was sent, by a clock of the sender's, and in a response how long the server took to
// answer (RFC 3261 section 20.38): `54.21 0.3`. Both are seconds.
type Timestamp struct {
	Sent  Span // digits, maybe a point among or behind them
	Delay Span // digits, maybe a point; Len 0 when not written
}

// Timestamp reads v as a value of Timestamp.
func (m *Message) Timestamp(v Span) (Timestamp, *SyntaxError) {
	t, from, end := m.Text, int(v.Off), int(v.End())
	if from == end || !isDigit(t[from]) {
		return Timestamp{}, &SyntaxError{At: v, Want: "seconds as 54.21"}
	}
	next := decimalEnd(t, from, end)
	out := Timestamp{Sent: span(from, next)}
	delay := next
	for delay < end && isLWS(t[delay]) {
		delay++
	}
	out.Delay = span(delay, end)
	if delay < end && (delay == next || decimalEnd(t, delay, end) != end) {
		return out, syntaxError(next, end, "a delay as 0.3, or nothing, behind the time")
	}
	return out, nil
}

// decimalEnd returns the offset behind *DIGIT [ "." *DIGIT ] (RFC 3261 section 25.1) at from.
func decimalEnd(t []byte, from, end int) int {
	point := false
	for from < end && (isDigit(t[from]) || t[from] == '.' && !point) {
		point = point || t[from] == '.'
		from++
	}
	return from
}
