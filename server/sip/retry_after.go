package sip

// RetryAfter says when a service or a callee will be there again (RFC 3261 section 20.33): `18000 (at lunch);duration=3600`.
type RetryAfter struct {
	Seconds  uint32
	Number   Span // the digits of Seconds
	Comment  Span // with its brackets; Len 0 when not written
	Params   Span // the first ';' left out
	Duration Span // seconds for which it will be there, digits; Len 0 when not written
}

const wantClosing = "a closing bracket"

// LacksClosing says that a comment, which At is, is not closed.
func (e *SyntaxError) LacksClosing() bool { return e.Want == wantClosing }

// RetryAfter reads v as a value of Retry-After.
func (m *Message) RetryAfter(v Span) (r RetryAfter, err *SyntaxError) {
	t, end, next := m.Text, int(v.End()), 0
	if r.Seconds, r.Number, next, err = m.secondsBefore(v); err != nil {
		return r, err
	}
	if next < end && t[next] == '(' {
		shut := commentEnd(t, next, end)
		if shut < 0 {
			return r, syntaxError(next, end, wantClosing)
		}
		r.Comment = span(next, shut)
		for next = shut; next < end && isLWS(t[next]); next++ {
		}
	}
	if r.Params, err = m.paramsBehind(v, next); err != nil {
		return r, err
	}
	if p, ok := m.FindParam(r.Params, ';', "duration"); ok {
		r.Duration = p.Value
		if _, bad := m.DeltaSeconds(p.Value); bad != nil {
			err = paramError(p, "a number of seconds")
		}
	}
	return r, err
}

// commentEnd returns the offset behind the comment that begins at `at`, -1 where it is not closed. Comments nest
// (RFC 3261 section 25.1).
func commentEnd(t []byte, at, end int) int {
	depth := 0
	for i := at; i < end; i++ {
		switch t[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}
