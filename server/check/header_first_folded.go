package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var headerFirstFolded = &Rule{
	Name:     "first-header-line-folded",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Error,
	Failures: []string{"malformed-header-400-or-drop"},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "7.3.1"}, {Standard: "RFC 3261", Section: "25.1"}},
	Doc: Doc{
		Title: "The first line behind the start line begins with a blank",
		Text: `A line that begins with a blank continues the header field above it. Above the first one stands the start line, which
cannot be continued.`,
	},
	Cases: func() []Case {
		right := requestOf("OPTIONS", "")
		wrong := swap(right, "\nVia", "\n Via")
		return []Case{
			{Name: "a blank before the first header field", Text: wrong, Want: []string{"error:  "}, Fixed: right},
			{Name: "a continued first header field", Text: swap(right, "Via: ", "Via:\n ")},
			{Name: "cut off in a log", Log: true, Text: inCutLog(swap(right, "Via: ", "Via:\n "))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		if len(m.Headers) == 0 || !onWire(s) {
			return
		}
		blanks := leadingBlanks(m, m.Headers[0].Line)
		if blanks.Len == 0 {
			return
		}
		report(Finding{
			Severity:    Error,
			At:          at(blanks),
			Title:       name(m) + " whose first header line begins with a blank",
			Evidence:    fmt.Sprintf("%q stands before the first header field.", m.Bytes(blanks)),
			Consequence: "The receiver takes the line for the rest of the start line: it answers 400 or drops the message, or misses the header field.",
			Next:        "Remove the blank.",
		})
	},
	Fix: func(_ *Subject, f *Finding) []Fix {
		return []Fix{{Title: "Remove the blank", Preferred: true, Edits: []Edit{{At: f.At.At}}}}
	},
}

// leadingBlanks are the spaces and tabs that a span begins with.
func leadingBlanks(m *sip.Message, s sip.Span) sip.Span {
	b := m.Bytes(s)
	n := 0
	for n < len(b) && (b[n] == ' ' || b[n] == '\t') {
		n++
	}
	return sip.Span{Off: s.Off, Len: int32(n)}
}
