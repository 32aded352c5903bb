package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var status202Obsolete = &Rule{
	Name:     "202-obsolete",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Information,
	Messages: []knowledge.Range{{Lo: 202, Hi: 202}},
	Cites:    []knowledge.Cite{{Standard: "RFC 6665", Section: "8.3.1"}, {Standard: "RFC 7647", Section: "5"}},
	Doc: Doc{
		Title: "202 to SUBSCRIBE, NOTIFY or REFER",
		Text: `RFC 3265 let a notifier answer 202 while it had not decided yet. RFC 6665 takes that back: 200 says the same, and Subscription-State tells
the rest; 202 must not be sent any more, and clients treat it as 200. 202 to MESSAGE is right.`,
	},
	Cases: func() []Case {
		with := func(method, status string) string {
			return responseTo(method, status, "Expires: 60\nContact: <sip:b@192.0.2.2>\n")
		}
		return []Case{
			{Name: "to REFER", Text: with("REFER", "202 Accepted"), Want: []string{"information: 202"}, Fixed: with("REFER", "200 OK")},
			{Name: "to MESSAGE", Text: responseTo("MESSAGE", "202 Accepted", "")},
			{Name: "cut off behind it", Log: true, Text: inCutLog(with("REFER", "202 Accepted"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		switch string(s.facts.method) {
		case "SUBSCRIBE", "NOTIFY", "REFER":
		default:
			return
		}
		report(Finding{
			Severity:    Information,
			At:          at(s.Message.Start.Code),
			Title:       fmt.Sprintf("202 to %s", s.facts.method),
			Evidence:    fmt.Sprintf("%s, and RFC 6665 wants 200 instead.", describe(s.Message)),
			Consequence: "None: clients treat it as 200.",
			Next:        "Send 200, when the element that answers can be changed.",
		})
	},
	Fix: func(s *Subject, _ *Finding) []Fix {
		l := &s.Message.Start
		return []Fix{{
			Title: "Answer 200 OK", Preferred: true,
			Edits: []Edit{{At: sip.Span{Off: l.Code.Off, Len: l.Text.End() - l.Code.Off}, Text: Literal("200 OK")}},
		}}
	},
}
