package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var securityPreferenceTwice = &Rule{
	Name:     "security-preference-twice",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Fields:   []sip.HeaderID{sip.HeaderSecurityServer, sip.HeaderSecurityVerify},
	Cites:    []knowledge.Cite{{Standard: "RFC 3329", Section: "2.2"}},
	Doc: Doc{
		Title: "Two security mechanisms with the same preference",
		Text: `The client takes the mechanism with the highest q in Security-Server that it knows, so each mechanism needs a q of its own. Proposals of one
mechanism with other algorithms, as mobile networks send them for ipsec-3gpp, are not judged.`,
	},
	Cases: func() []Case {
		refuse := func(list string) string {
			return responseTo("OPTIONS", "494 Security Agreement Required", "Require: sec-agree\nSecurity-Server: "+list+"\n")
		}
		return []Case{
			{Name: "two with 0.1", Text: refuse("ipsec-ike;q=0.1, tls;q=0.1"), Want: []string{"warning: 0.1"}},
			{Name: "each has its own, and one has none", Text: refuse("ipsec-ike;q=0.1, tls;q=0.2, digest")},
			{Name: "one mechanism with two algorithms", Text: refuse("ipsec-3gpp;q=0.1;alg=hmac-md5-96, ipsec-3gpp;q=0.1;alg=hmac-sha-1-96")},
			{Name: "cut off behind it", Log: true, Text: inCutLog(refuse("ipsec-ike;q=0.1, tls;q=0.1"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		for _, id := range [...]sip.HeaderID{sip.HeaderSecurityServer, sip.HeaderSecurityVerify} {
			if !s.facts.has(id) {
				continue
			}
			type mechanism struct{ name, q sip.Span }
			var seen [16]mechanism
			n := 0
			for h, v := range m.Values(id) {
				w := m.ReadWorded(v)
				p, ok := m.FindParam(w.Params, ';', "q")
				if !ok || p.Value.Len == 0 || n == len(seen) {
					continue
				}
				for _, x := range seen[:n] {
					if !bytes.Equal(m.Bytes(x.q), m.Bytes(p.Value)) || bytes.EqualFold(m.Bytes(x.name), m.Bytes(w.Word)) {
						continue
					}
					report(Finding{
						Severity:    Warning,
						At:          at(p.Value),
						Title:       fmt.Sprintf("%s with the same preference for two mechanisms", h.ID),
						Evidence:    fmt.Sprintf("Both %s and %s have q=%s.", clip(m.Bytes(x.name)), clip(m.Bytes(w.Word)), clip(m.Bytes(p.Value))),
						Consequence: "Client and server may choose different mechanisms, and the agreement fails.",
						Next:        "Give each mechanism a q of its own.",
					})
					return
				}
				seen[n] = mechanism{w.Word, p.Value}
				n++
			}
		}
	},
}
