package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var optionTagMisplaced = &Rule{
	Name:     "option-tag-misplaced",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Warning,
	Messages: inRequests,
	Fields:   []sip.HeaderID{sip.HeaderRequire},
	Cites:    []knowledge.Cite{{Standard: "RFC 3262", Section: "4"}, {Standard: "RFC 7614", Section: "6"}},
	Doc: Doc{
		Title: "Require with an option tag that the method has no use for",
		Text: "`100rel` in Require demands reliable provisional responses, which only INVITE has; `explicitsub` and `nosub` are about the subscription that a REFER makes." +
			` In other requests these tags must not stand, and the receiver can only refuse the request. Methods that are not registered are not judged, for their specification may allow it.`,
	},
	Cases: func() []Case {
		return []Case{
			{
				Name: "100rel in an OPTIONS", Text: requestOf("OPTIONS", "Require: timer, 100rel\n"),
				Want: []string{"warning: 100rel"},
			},
			{Name: "nosub in a SUBSCRIBE", Text: requestOf("SUBSCRIBE", "Require: nosub\n"), Want: []string{"warning: nosub"}},
			{Name: "100rel in an INVITE", Text: requestOf("INVITE", "Require: 100rel\n")},
			{Name: "nosub in a REFER", Text: requestOf("REFER", "Require: nosub\n")},
			{Name: "in Supported", Text: requestOf("OPTIONS", "Supported: 100rel, nosub\n")},
			{Name: "cut off in it", Log: true, Text: inCutLog(requestOf("OPTIONS", "Accept: a/b\nRequire: 100rel\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		for i := range m.Headers {
			h := &m.Headers[i]
			if h.ID != sip.HeaderRequire {
				continue
			}
			for v := range listValues(m, h) {
				b := m.Bytes(v)
				method := ""
				f := Finding{Severity: Warning, At: at(v)}
				switch {
				case sip.EqualFold(b, "100rel"):
					method, f.Cites = "INVITE", []knowledge.Cite{{Standard: "RFC 3262", Section: "4"}}
				case sip.EqualFold(b, "explicitsub"), sip.EqualFold(b, "nosub"):
					method, f.Cites = "REFER", []knowledge.Cite{{Standard: "RFC 7614", Section: "6"}}
				}
				if method == "" || string(s.facts.method) == method || knowledge.LookupMethod(string(s.facts.method)) == nil {
					continue
				}
				f.Title = fmt.Sprintf("%s with Require: %s", name(m), clip(b))
				f.Evidence = fmt.Sprintf("%s requires %s, which is for %s only.", describe(m), clip(b), method)
				f.Consequence = "The receiver answers 420, or ignores the tag."
				f.Next = fmt.Sprintf("Leave %s out, or move it to Supported.", clip(b))
				report(f)
			}
		}
	},
}
