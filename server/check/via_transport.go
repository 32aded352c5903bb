package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var viaTransport = &Rule{
	Name:     "via-transport-unknown",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Information,
	Fields:   []sip.HeaderID{sip.HeaderVia},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "20.42"}, {Standard: "RFC 3261", Section: "18"}},
	Doc: Doc{
		Title: "Via with a transport nobody knows",
		Text:  `SIP runs over UDP, TCP, TLS, SCTP, TLS-SCTP (RFC 4168), WS and WSS (RFC 7118). The topmost Via names another one: responses may find no way back.`,
	},
	Cases: func() []Case {
		return []Case{
			{Name: "a word of its own", Text: swap(requestOf("OPTIONS", ""), "SIP/2.0/UDP", "SIP/2.0/DTLS-UDP"), Want: []string{"information: DTLS-UDP"}},
			{Name: "small letters", Text: swap(requestOf("OPTIONS", ""), "SIP/2.0/UDP", "SIP/2.0/wss")},
			{Name: "cut off", Log: true, Text: inCutLog(swap(requestOf("OPTIONS", ""), "SIP/2.0/UDP", "SIP/2.0/DTLS-UDP"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		v := m.TopVia()
		if !v.OK || isKnownTransport(m.Bytes(v.Transport)) {
			return
		}
		report(Finding{
			Severity:    Information,
			At:          at(v.Transport),
			Title:       fmt.Sprintf("transport %s in Via", clip(m.Bytes(v.Transport))),
			Evidence:    fmt.Sprintf("The topmost Via says that the message came over %s, which no RFC defines for SIP.", clip(m.Bytes(v.Transport))),
			Consequence: "A peer that does not know it cannot send the response back.",
			Next:        "Ask the vendor of the sender what it means, or correct the transport.",
		})
	},
}

func isKnownTransport(b []byte) bool {
	for _, t := range [...]string{"UDP", "TCP", "TLS", "WS", "WSS", "SCTP", "TLS-SCTP"} {
		if sip.EqualFold(b, t) {
			return true
		}
	}
	return false
}
