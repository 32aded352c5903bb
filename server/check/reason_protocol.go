package check

import (
	"fmt"
	"sync"

	"sipls/knowledge"
	"sipls/server/sip"
)

var reasonProtocol = &Rule{
	Name:     "reason-protocol-misspelt",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Fields:   []sip.HeaderID{sip.HeaderReason},
	Cites:    []knowledge.Cite{{Standard: "RFC 3326", Section: "2"}},
	Doc: Doc{
		Title: "Reason protocol with wrong punctuation",
		Text: "A Reason begins with a protocol such as `SIP` or `Q.850`; letter case does not matter, punctuation does. `Q850` is none that receivers know," +
			` so they ignore the value. Protocols that resemble no registered one are not reported: vendors have their own.`,
	},
	Cases: func() []Case {
		bye := func(reason string) string { return requestOf("BYE", "Reason: "+reason+"\n") }
		return []Case{
			{Name: "Q850", Text: bye("Q850;cause=16"), Want: []string{"warning: Q850"}, Fixed: bye("Q.850;cause=16")},
			{Name: "protocols that are known, and one of a vendor", Text: bye("sip;cause=200, q.850;cause=16, X.int;reasoncode=0x00000000")},
			{Name: "cut off behind it", Log: true, Text: inCutLog(bye("Q850;cause=16"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		for r := range m.Reasons {
			p := m.Bytes(r.Protocol)
			if len(p) == 0 || reasonProtocols().find(p) != "" {
				continue
			}
			right := reasonProtocols().similar(p)
			if right == "" {
				continue
			}
			report(Finding{
				Severity:    Warning,
				At:          at(r.Protocol),
				Title:       fmt.Sprintf("Reason of protocol %s", clip(p)),
				Evidence:    fmt.Sprintf("No protocol is called %s; %s is.", clip(p), right),
				Consequence: "Receivers ignore the value: the cause does not reach the other side or its telephone network.",
				Next:        fmt.Sprintf("Write %s.", right),
				detail:      right,
			})
		}
	},
	Fix: func(_ *Subject, f *Finding) []Fix {
		right := f.detail.(string)
		return []Fix{{Title: "Write " + right, Preferred: true, Edits: []Edit{{At: f.At.At, Text: Literal(right)}}}}
	},
}

var reasonProtocols = sync.OnceValue(func() nameSet {
	return newNameSet(knowledge.ReasonProtocols(), func(p *knowledge.ReasonProtocol) string { return p.Name })
})
