package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var networkBlocked = &Rule{
	Name:     "603-network-blocked",
	Scope:    Message,
	Needs:    NeedFull,
	Severity: Information,
	Messages: []knowledge.Range{{Lo: 603, Hi: 603}},
	Cites:    []knowledge.Cite{{Standard: "ATIS-1000099"}, {Standard: "RFC 3326", Section: "2"}},
	Doc: Doc{
		Title: "603+: the network blocked the call, not the callee",
		Text: `Networks in North America answer calls that an analytics engine takes for unwanted with 603, the reason phrase Network Blocked and a Reason whose text begins with
` + "`v=analytics1`" + ` and says where to complain. A 603 Decline, on the other hand, is what the callee wanted.`,
	},
	Cases: func() []Case {
		blocked := responseTo("INVITE", "603 Network Blocked", `Reason: SIP;cause=603;text="v=analytics1;url=https://redress.example.com;id=1"`+"\n")
		return []Case{
			{Name: "phrase and text", Text: blocked, Want: []string{"information: 603 Network Blocked"}},
			{Name: "the text alone, in a log", Log: true, Text: inLog(swap(blocked, "Network Blocked", "Decline")), Want: []string{"information: 603 Decline"}},
			{Name: "declined", Text: responseTo("INVITE", "603 Decline", `Reason: SIP;cause=603;text="declined"`+"\n")},
			{Name: "declined, and cut off", Log: true, Text: inCutLog(responseTo("INVITE", "603 Decline", "Server: x\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		evidence := ""
		if sip.EqualFold(m.Bytes(m.Start.Reason), "Network Blocked") {
			evidence = fmt.Sprintf("The reason phrase is %s.", clip(m.Bytes(m.Start.Reason)))
		}
		for i := range m.Headers {
			if h := &m.Headers[i]; h.ID == sip.HeaderReason && bytes.Contains(m.Bytes(h.Value), []byte(`"v=analytics1`)) {
				evidence = "The text of Reason begins with v=analytics1."
			}
		}
		if evidence == "" {
			return
		}
		report(Finding{
			Severity:    Information,
			At:          at(sip.Span{Off: m.Start.Code.Off, Len: m.Start.Text.End() - m.Start.Code.Off}),
			Title:       "call blocked by the network's analytics (603+)",
			Evidence:    evidence,
			Consequence: "The callee has not seen the call; trying again or another route to the same network ends the same way.",
			Next:        "Complain where the text of Reason says, and look at how the calls of this number are signed and rated.",
		})
	},
}
