package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var startLineBlanks = &Rule{
	Name:     "start-line-blanks",
	Scope:    Message,
	Needs:    NeedFull,
	Severity: Error,
	Failures: []string{"malformed-header-400-or-drop"},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "7.1"}, {Standard: "RFC 3261", Section: "7.2"}},
	Doc: Doc{
		Title: "More than one space, a tab or blanks at the ends of the start line",
		Text: `Exactly one space stands between the parts of a start line, and nothing before the first one. Nothing follows the version of a
request; blanks there are a warning, since most parsers overlook them (RFC 4475 section 3.1.2.10). The reason phrase of a response may hold
blanks, so those behind the space that follows the status code are right. Logs may pad lines: there the rule is silent unless they show the bytes of the wire.`,
	},
	Cases: func() []Case {
		right, ok := requestOf("OPTIONS", ""), responseTo("OPTIONS", "200 OK", "")
		return []Case{
			{Name: "two before the version", Text: swap(right, " SIP/2.0", "  SIP/2.0"), Want: []string{"error:   "}, Fixed: right},
			{Name: "a tab behind the method", Text: swap(right, "OPTIONS ", "OPTIONS\t"), Want: []string{"error: \t"}, Fixed: right},
			{Name: "before the line", Text: " " + right, Want: []string{"error:  "}, Fixed: right},
			{Name: "behind a request", Text: swap(right, " SIP/2.0", " SIP/2.0  "), Want: []string{"warning:   "}, Fixed: right},
			{Name: "in a response", Text: swap(ok, " 200", "  200"), Want: []string{"error:   "}, Fixed: ok},
			{Name: "a tab before the phrase", Text: swap(ok, "200 OK", "200\tOK"), Want: []string{"error: \t"}, Fixed: ok},
			{Name: "one everywhere", Text: right},
			{Name: "in the reason phrase and behind it", Text: swap(ok, "200 OK", "200  O K  ")},
			{Name: "cut off in a log", Log: true, Text: inCutLog(swap(right, " SIP/2.0", " SIP/2.0  "))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		if !m.Start.Malformed || !onWire(s) {
			return
		}
		gaps(m, func(g sip.Span, want string) bool {
			f := Finding{
				Severity:    Error,
				At:          at(g),
				Title:       "more than one space in the start line",
				Evidence:    fmt.Sprintf("The start line holds %q where one space belongs.", m.Bytes(g)),
				Consequence: "Strict receivers find an empty part there and answer 400, or drop the response.",
				Next:        "Write one space.",
			}
			switch {
			case g.Len == 1 && want != "":
				f.Title = "tab in the start line"
			case g.Off == 0:
				f.Title = "blanks before the start line"
				f.Evidence = fmt.Sprintf("The start line begins with %q.", m.Bytes(g))
				f.Consequence = "The receiver does not find a method or version there and drops the message."
				f.Next = "Delete them."
			case want == "":
				f.Severity = Warning
				f.Title = "blanks behind the request line"
				f.Evidence = fmt.Sprintf("%q stands between the version and the line end.", m.Bytes(g))
				f.Consequence = "Most receivers overlook them; strict ones answer 400."
				f.Next = "Delete them."
			}
			report(f)
			return false
		})
	},
	Fix: func(s *Subject, _ *Finding) []Fix {
		fix := Fix{Title: "Put single spaces into the start line", Preferred: true}
		gaps(s.Message, func(g sip.Span, want string) bool {
			fix.Edits = append(fix.Edits, Edit{At: g, Text: Literal(want)})
			return true
		})
		return []Fix{fix}
	},
}

// gaps calls yield for each run of blanks in the start line that is wrong, with what belongs there, until yield returns false.
func gaps(m *sip.Message, yield func(g sip.Span, want string) bool) {
	start := &m.Start
	parts := [...]sip.Span{start.Method, start.URI, start.Version}
	if !m.IsRequest() {
		parts = [...]sip.Span{start.Version, start.Code, {}}
	}
	end := int32(0)
	for i, p := range parts {
		if p.Len == 0 {
			continue
		}
		g, want := sip.Span{Off: end, Len: p.Off - end}, " "
		if i == 0 {
			want = ""
		}
		if string(m.Bytes(g)) != want && !yield(g, want) {
			return
		}
		end = p.End()
	}
	g, want := sip.Span{Off: end, Len: start.Text.End() - end}, ""
	if !m.IsRequest() {
		// What follows the space belongs to the phrase; a missing one is another rule's.
		if g.Len == 0 || m.Text[end] == ' ' {
			return
		}
		g.Len, want = 1, " "
	}
	if g.Len > 0 {
		yield(g, want)
	}
}
