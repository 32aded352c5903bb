package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var retryAfterValue = &Rule{
	Name:     "retry-after-value",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Fields:   []sip.HeaderID{sip.HeaderRetryAfter},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "20.33"}, {Standard: "RFC 3261", Section: "25.1"}},
	Doc: Doc{
		Title: "Retry-After that is malformed",
		Text: `Retry-After is a number of seconds below 2**32, maybe a comment in brackets, and parameters, of which ` + "`duration`" + ` is a number of seconds as well. A date, which
HTTP and RFC 2543 allow, is none.`,
	},
	Cases: func() []Case {
		with := func(v string) string {
			return responseTo("INVITE", "503 Service Unavailable", "Retry-After: "+v+"\n")
		}
		return []Case{
			{Name: "a date", Text: with("Fri, 01 Jan 2010 16:00:00 GMT"), Want: []string{"warning: Fri, 01 Jan 2010 16:00:00 GMT"}},
			{Name: "a unit", Text: with("5 minutes"), Want: []string{"warning: minutes"}},
			{Name: "more seconds than there can be", Text: with("99999999999"), Want: []string{"warning: 99999999999"}},
			{Name: "a comment that is not closed", Text: with("120 (back soon"), Want: []string{"warning: (back soon"}, Fixed: with("120 (back soon)")},
			{Name: "a duration that is no number", Text: with("120;duration=1h"), Want: []string{"warning: 1h"}},
			{Name: "a semicolon to spare", Text: with("120;"), Want: []string{"warning: ;"}, Fixed: with("120")},
			{Name: "a comment and a parameter", Text: with("18000 (at (a late) lunch) ;duration=3600")},
			{Name: "cut off", Log: true, Text: inCutLog(responseTo("INVITE", "503 Service Unavailable", "Retry-After: soon\nServer: x\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		h := m.Header(sip.HeaderRetryAfter)
		if h.Value.Len == 0 {
			return
		}
		_, err := m.RetryAfter(h.Value)
		if err == nil {
			return
		}
		f := Finding{
			Severity:    Warning,
			At:          at(err.At),
			Title:       "malformed Retry-After",
			Evidence:    expected(m, err),
			Consequence: "The client does not learn when to try again: it gives up, or tries at once and adds to the load.",
			Next:        "Write a number of seconds, a comment in brackets behind it if need be.",
			detail:      err,
		}
		if when, ok := m.ForeignDate(h.Value); ok {
			f.Evidence = fmt.Sprintf("Retry-After holds a date, %s, as RFC 2543 allowed it.", when.Format(sip.DateLayout))
		}
		report(f)
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		m := s.Message
		bad := m.Bytes(f.At.At)
		switch {
		case string(bad) == ";":
			return []Fix{{Title: "Remove the semicolon", Preferred: true, Edits: []Edit{{At: f.At.At}}}}
		case f.detail.(*sip.SyntaxError).LacksClosing():
			return []Fix{{Title: "Close the bracket", Preferred: true, Edits: []Edit{{At: sip.Span{Off: f.At.At.End()}, Text: Literal(closing(bad))}}}}
		}
		return nil
	},
}

// closing returns the closing brackets that a comment lacks, behind a backslash that would take the first one's meaning.
func closing(comment []byte) string {
	out, depth := "", 0
	for i := 0; i < len(comment); i++ {
		switch comment[i] {
		case '\\':
			if i++; i == len(comment) {
				out = `\`
			}
		case '(':
			depth++
		case ')':
			depth--
		}
	}
	for ; depth > 0; depth-- {
		out += ")"
	}
	return out
}
