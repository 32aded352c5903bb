package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var methodUnknown = &Rule{
	Name:     "method-unknown",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Warning,
	Messages: inRequests,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "7.1"}, {Standard: "RFC 3261", Section: "8.2.1"}},
	Doc: Doc{
		Title: "A method that nobody knows",
		Text: `Anybody may define a method, and a server that does not know it answers 501 or 405: that is information. Methods are
compared with their letter case; a known one in other letters is a warning, for hardly anybody means it. In texts that
somebody writes, a name that is one letter away from a known one is pointed out. In logs only the letter case is reported.`,
	},
	Cases: func() []Case {
		right := requestOf("OPTIONS", "")
		small := swap(swap(right, "OPTIONS", "options"), "1 OPTIONS", "1 options")
		return []Case{
			{Name: "small letters", Text: small, Want: []string{"warning: options"}, Fixed: right},
			{Name: "small letters in a log", Log: true, Text: small, Want: []string{"warning: options"}},
			{Name: "a letter is missing", Text: swap(swap(right, "OPTIONS", "OPTION"), "1 OPTIONS", "1 OPTION"), Want: []string{"information: OPTION"}, Fixed: right},
			{Name: "two letters in the wrong order", Text: swap(right, "OPTIONS", "OPTINOS"), Want: []string{"information: OPTINOS"}, Fixed: right},
			{Name: "unlike all known ones", Text: requestOf("NEWMETHOD", ""), Want: []string{"information: NEWMETHOD"}},
			{Name: "a known one", Text: right},
			{Name: "an unknown one in a log", Log: true, Text: inLog(requestOf("NEWMETHOD", ""))},
			{Name: "cut off behind it", Log: true, Text: inCutLog(requestOf("NEWMETHOD", ""))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		method := m.Bytes(m.Start.Method)
		if knownMethods().exact(method) || m.Start.Version.Len == 0 || !sip.IsToken(method) {
			return
		}
		f := Finding{
			Severity:    Information,
			At:          at(m.Start.Method),
			Title:       fmt.Sprintf("unknown method %s", name(m)),
			Evidence:    fmt.Sprintf("No standard defines %s.", name(m)),
			Consequence: "A server that does not know it answers 501, or 405.",
			Next:        "Check the spelling, and that the other side knows the method.",
		}
		switch like := knownMethods().find(method); {
		case like != "":
			f.Severity = Warning
			f.Title = fmt.Sprintf("%s instead of %s", name(m), like)
			f.Evidence = "Methods are compared with their letter case."
			f.Consequence = "A server does not know this method and answers 501, or 405."
			f.Next = "Write " + like + "."
			f.detail = like
		case !s.Editable:
			return
		default:
			if like := knownMethods().oneOff(method, 3); like != "" {
				f.Next = fmt.Sprintf("Did you mean %s?", like)
				f.detail = like
			}
		}
		report(f)
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		like, ok := f.detail.(string)
		if !ok {
			return nil
		}
		m := s.Message
		fix := Fix{Title: "Write " + like, Preferred: true, Edits: []Edit{{At: m.Start.Method, Text: Literal(like)}}}
		if c := m.CSeq(); c.OK && string(m.Bytes(c.Method)) == string(m.Bytes(m.Start.Method)) {
			fix.Edits = append(fix.Edits, Edit{At: c.Method, Text: Literal(like)})
		}
		return []Fix{fix}
	},
}
