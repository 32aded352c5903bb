package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

// mostUDP is the length in bytes from which a request may not go over UDP where the
// MTU of the path is unknown (RFC 3261 section 18.1.1).
const mostUDP = 1300

var requestTooLarge = &Rule{
	Name:     "request-too-large-for-udp",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedBody | NeedValues,
	Severity: Information,
	Failures: []string{"udp-message-too-large"},
	Messages: inRequests,
	Fields:   []sip.HeaderID{sip.HeaderVia},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "18.1.1"}},
	Doc: Doc{
		Title: "A request of more than 1300 bytes over UDP",
		Text: `A request of more than 1300 bytes must go over TCP or another transport with congestion control, unless the sender knows
that the path takes more: its datagrams may be cut into fragments, which firewalls and NATs drop. The rule counts only where the bytes of the message are known to be those of the wire.`,
	},
	Cases: func() []Case {
		with := func(transport string, n int) string {
			long := make([]byte, n)
			for i := range long {
				long[i] = 'x'
			}
			return swap(requestOf("OPTIONS", "Subject: "+string(long)+"\n"), "SIP/2.0/UDP", "SIP/2.0/"+transport)
		}
		return []Case{
			{Name: "a long one", Text: with("UDP", 1200), Want: []string{"information: OPTIONS sip:b@example.com SIP/2.0"}},
			{Name: "over TCP", Text: with("TCP", 1200)},
			{Name: "a short one", Text: with("UDP", 900)},
			{Name: "cut off in it", Log: true, Text: inCutLog(with("UDP", 1200))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		if len(m.Text) <= mostUDP || !m.Exact || m.Tail.Is != sip.Whole || !sip.EqualFold(m.Bytes(m.TopVia().Transport), "UDP") {
			return
		}
		report(Finding{
			Severity:    Information,
			At:          at(m.Start.Text),
			Title:       fmt.Sprintf("%s of %d bytes over UDP", name(m), len(m.Text)),
			Evidence:    fmt.Sprintf("It has %d bytes, its topmost Via says UDP; from %d bytes on another transport must be used.", len(m.Text), mostUDP),
			Consequence: "The datagram may be cut into fragments, which firewalls and NATs drop: the request gets lost and is repeated.",
			Next:        "Use TCP, or make the request shorter: fewer codecs, compact header names.",
		})
	},
}
