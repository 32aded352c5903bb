package check

import (
	"sipls/knowledge"
	"sipls/server/sip"
)

var maxForwardsZero = &Rule{
	Name:     "max-forwards-zero",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Information,
	Failures: []string{"loop-or-max-forwards"},
	Messages: []knowledge.Range{{Request: true}},
	Fields:   []sip.HeaderID{sip.HeaderMaxForwards},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "16.3"}, {Standard: "RFC 3261", Section: "20.22"}},
	Doc: Doc{
		Title: "Max-Forwards is 0",
		Text:  `No proxy may forward the request any more. In an OPTIONS that is how routes are traced, and meant so; in other requests it is mostly the end of a loop.`,
	},
	Cases: func() []Case {
		with := func(method, v string) string {
			return swap(requestOf(method, ""), "Max-Forwards: 70", "Max-Forwards: "+v)
		}
		return []Case{
			{Name: "an INVITE", Text: with("INVITE", "0"), Want: []string{"information: 0"}},
			{Name: "an OPTIONS, which traces", Text: with("OPTIONS", "0")},
			{Name: "one hop left", Text: with("INVITE", "1")},
			{Name: "cut off", Log: true, Text: inCutLog(with("INVITE", "0"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		h := m.Header(sip.HeaderMaxForwards)
		if n, err := m.MaxForwards(h.Value); err != nil || n != 0 || string(m.Method()) == "OPTIONS" {
			return
		}
		report(Finding{
			Severity:    Information,
			At:          at(h.Value),
			Title:       "Max-Forwards is used up",
			Evidence:    "Max-Forwards is 0, so that no proxy may forward this " + name(m) + ".",
			Consequence: "If it has not reached its target yet, the next proxy answers with 483 Too Many Hops.",
			Next:        "Look for a loop: count the Via values and compare the hosts in them.",
		})
	},
}
