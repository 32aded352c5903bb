package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var subscriptionExtended = &Rule{
	Name:     "subscription-longer-than-asked",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Messages: []knowledge.Range{{Lo: 200, Hi: 299}},
	Fields:   []sip.HeaderID{sip.HeaderExpires},
	Cites:    []knowledge.Cite{{Standard: "RFC 6665", Section: "4.2.1.1"}, {Standard: "RFC 6665", Section: "3.1.1"}},
	Doc: Doc{
		Title: "2xx to SUBSCRIBE that grants more time than was asked for",
		Text:  `A notifier may shorten a subscription and must not lengthen it. The rule compares Expires of the response with that of the SUBSCRIBE it answers, where that is in the text.`,
	},
	Cases: func() []Case {
		request := requestOf("SUBSCRIBE", "Expires: 600\nContact: <sip:a@192.0.2.1>\nEvent: presence\n")
		with := func(v string) string {
			return responseTo("SUBSCRIBE", "200 OK", "Contact: <sip:b@192.0.2.2>\nExpires: "+v+"\n")
		}
		return []Case{
			{Name: "twice as long", Text: request + with("1200"), Want: []string{"warning: 1200"}, Fixed: ""},
			{Name: "shorter", Text: request + with("300")},
			{Name: "the request is not in the text", Text: with("1200")},
			{Name: "cut off", Log: true, Text: inLog(request) + "\n" + inCutLog(responseTo("SUBSCRIBE", "200 OK", "Contact: <sip:b@192.0.2.2>\nExpires: 1200\nServer: x\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		if s.Request == nil || string(m.Method()) != "SUBSCRIBE" {
			return
		}
		asked := s.Request.Header(sip.HeaderExpires)
		if asked == nil {
			return
		}
		h := m.Header(sip.HeaderExpires)
		a, errA := s.Request.Number(asked.Value)
		b, errB := m.Number(h.Value)
		if errA != nil || errB != nil || b <= a {
			return
		}
		report(Finding{
			Severity:    Warning,
			At:          at(h.Value),
			Title:       "subscription longer than asked for",
			Evidence:    fmt.Sprintf("The SUBSCRIBE asks for %d seconds, the response grants %d.", a, b),
			Consequence: "The subscriber refreshes too late by its own clock, or too early by the notifier's.",
			Next:        "Make the notifier grant at most what was asked for.",
		})
	},
}
