package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var maxForwards = &Rule{
	Name:     "max-forwards-value",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Error,
	Failures: []string{"loop-or-max-forwards"},
	Messages: []knowledge.Range{{Request: true}},
	Fields:   []sip.HeaderID{sip.HeaderMaxForwards},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "20.22"}, {Standard: "RFC 3261", Section: "25.1"}},
	Doc: Doc{
		Title: "Max-Forwards that is no number up to 255",
		Text: `Max-Forwards is a number from 0 to 255; 70 is what a client should begin with. Anything that is no number is an error: proxies cannot count it down. A
greater number is a warning, since many take it as 255.`,
	},
	Cases: func() []Case {
		with := func(v string) string { return swap(requestOf("OPTIONS", ""), "Max-Forwards: 70", "Max-Forwards: "+v) }
		return []Case{
			{Name: "a word", Text: with("many"), Want: []string{"error: many"}, Fixed: requestOf("OPTIONS", "")},
			{Name: "negative", Text: with("-1"), Want: []string{"error: -1"}, Fixed: requestOf("OPTIONS", "")},
			{Name: "300", Text: with("300"), Want: []string{"warning: 300"}, Fixed: requestOf("OPTIONS", "")},
			{Name: "255, with zeros", Text: with("000255")},
			{Name: "cut off", Log: true, Text: inCutLog(with("300"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		h := m.Header(sip.HeaderMaxForwards)
		if h.Value.Len == 0 {
			return // an empty field has a rule of its own
		}
		_, err := m.MaxForwards(h.Value)
		if err == nil {
			return
		}
		f := Finding{
			Severity:    Error,
			At:          at(h.Value),
			Title:       fmt.Sprintf("Max-Forwards is %s", clip(m.Bytes(h.Value))),
			Evidence:    "Max-Forwards has to be a number from 0 to 255.",
			Consequence: "A proxy cannot count it down and refuses the request with 400.",
			Next:        "Begin with 70.",
		}
		if _, noNumber := m.Number(h.Value); noNumber == nil {
			f.Severity = Warning
			f.Consequence = "Some proxies refuse it with 400, others read 255: a loop runs longer than it should."
		}
		report(f)
	},
	Fix: func(_ *Subject, f *Finding) []Fix {
		return []Fix{{Title: "Set Max-Forwards to 70", Preferred: true, Edits: []Edit{{At: f.At.At, Text: Literal("70")}}}}
	},
}
