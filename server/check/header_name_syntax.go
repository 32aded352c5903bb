package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var headerNameSyntax = &Rule{
	Name:     "header-name-syntax",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Error,
	Failures: []string{"malformed-header-400-or-drop"},
	Fields:   []sip.HeaderID{sip.HeaderOther},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "7.3.1"}, {Standard: "RFC 3261", Section: "25.1"}},
	Doc: Doc{
		Title: "The name of a header field is no token",
		Text: `The name of a header field is a token: letters, digits, hyphens and a few other characters, no blanks. Blanks between it
and the colon are right. In a log a line of another writer may have slipped in, so the rule only speaks where the bytes of the message are known to be its sender's.`,
	},
	Cases: func() []Case {
		with := func(line string) string { return requestOf("OPTIONS", line) }
		return []Case{
			{Name: "a blank in it", Text: with("User Agent: x\n"), Want: []string{"error: User Agent"}, Fixed: with("User-Agent: x\n")},
			{Name: "no name", Text: with(": x\n"), Want: []string{"error: : x"}},
			{
				Name: "a continuation that does not begin with a blank", Text: with("Route: <sip:p1.example.com;lr>,\n<sip:p2.example.com;lr>\n"),
				Want: []string{"error: <sip"}, Fixed: with("Route: <sip:p1.example.com;lr>,\n <sip:p2.example.com;lr>\n"),
			},
			{Name: "a percent sign, and blanks before the colon", Text: with("C%6Fntact : x\n")},
			{Name: "a line of another writer in a log", Log: true, Text: inLog(with("Nov 22 10:00:00 reloaded\n"))},
			{Name: "cut off behind it", Log: true, Text: inCutLog(with("Accept: a/b\nUser Agent: x\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		for i := range m.Headers {
			h := &m.Headers[i]
			if h.ID != sip.HeaderOther || sip.IsToken(m.Bytes(h.Name)) || !onWire(s) || afterOddLine(m, i) {
				continue
			}
			f := Finding{
				Severity:    Error,
				At:          at(h.Name),
				Title:       name(m) + " with a malformed name of a header field",
				Evidence:    fmt.Sprintf("%s is no token.", clip(m.Bytes(h.Name))),
				Consequence: "The receiver answers 400 or drops the message; some skip the line, and with it what it was to say.",
				Next:        "Correct the name; if the line continues the field above it, begin it with a blank.",
				detail:      i,
			}
			if h.Name.Len == 0 {
				if !hasColon(m, h) {
					continue
				}
				f.At = at(firstLineOf(m, h))
				f.Title = name(m) + " with a header field that has no name"
				f.Evidence = fmt.Sprintf("Nothing stands before the colon in %s.", clip(m.Bytes(firstLineOf(m, h))))
			}
			report(f)
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		m, i := s.Message, f.detail.(int)
		if fixes := continuation(m, i); fixes != nil {
			return fixes
		}
		if h := &m.Headers[i]; h.Name.Len > 0 {
			if like := knownFields().similar(m.Bytes(h.Name)); like != "" && !isTaken(s, like) {
				return []Fix{{Title: "Write " + like, Preferred: true, Edits: []Edit{{At: h.Name, Text: Literal(like)}}}}
			}
		}
		return nil
	},
}
