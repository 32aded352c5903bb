package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var reasonPhraseSpace = &Rule{
	Name:     "status-line-ends-behind-code",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Warning,
	Messages: []knowledge.Range{{Lo: 1, Hi: 699}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "7.2"}, {Standard: "RFC 4475", Section: "3.1.1.13"}},
	Doc: Doc{
		Title: "No space behind the status code",
		Text: `A reason phrase may be empty, but the space between it and the status code must be there all the same. Most receivers do
without. Loggers take blanks off the ends of lines, so nothing is said about logs.`,
	},
	Cases: func() []Case {
		bare := responseTo("BYE", "200", "")
		return []Case{
			{Name: "nothing behind the code", Text: bare, Want: []string{"warning: 200"}, Fixed: responseTo("BYE", "200 ", "")},
			{Name: "a space and no phrase", Text: responseTo("BYE", "200 ", "")},
			{Name: "in a log", Log: true, Text: inLog(bare)},
			{Name: "cut off behind it", Log: true, Text: inCutLog(bare)},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		l := &s.Message.Start
		if l.Code.End() != l.Text.End() || !onWire(s) {
			return
		}
		report(Finding{
			Severity:    Warning,
			At:          at(l.Code),
			Title:       fmt.Sprintf("%d without the space before its reason phrase", l.Status),
			Evidence:    "The status line ends with the code.",
			Consequence: "A strict client cannot read the status line and drops the response.",
			Next:        "Write a space behind the code, also when the phrase is empty.",
		})
	},
	Fix: func(s *Subject, _ *Finding) []Fix {
		return []Fix{{Title: "Add the space", Preferred: true, Edits: []Edit{{At: sip.Span{Off: s.Message.Start.Code.End()}, Text: Literal(" ")}}}}
	},
}
