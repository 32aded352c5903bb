package check

import (
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var ackWithoutCredentials = &Rule{
	Name:     "ack-2xx-without-credentials",
	Scope:    Dialog,
	Severity: Information,
	Methods:  []call.Method{call.ACK},
	Statuses: []knowledge.Range{{Lo: 200, Hi: 299}},
	Failures: []string{"reinvite-challenged-not-handled"},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "13.2.2.4"}, {Standard: "RFC 3261", Section: "22.1"}},
	Doc: Doc{
		Title: "ACK to a 2xx without the credentials of its INVITE",
		Text: `The ACK to a 2xx carries the credentials of the INVITE, since nobody can challenge an ACK. The rule compares INVITE and ACK on the hop of the caller, where no proxy has taken its credentials out.
Many clients leave them out, the examples in RFC 3665 and RFC 3666 among them, and few servers look: an information, once for a call.`,
	},
	Scenes: func() []Scene {
		challenged := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Challenged(407))
		invite, ack, ok := scenario.Request("INVITE"), scenario.Request("ACK"), scenario.StatusTo("INVITE", 200)
		return []Scene{
			{
				Name: "left out", Trace: challenged.With(ack.Nth(2), scenario.RemoveHeader("Proxy-Authorization")),
				Want: []Sighting{{Severity: Information, At: ack.Nth(2), Related: []scenario.Select{invite.Nth(2), ok}}},
			},
			{Name: "repeated", Trace: challenged},
			{Name: "repeated up to a proxy, which takes them out", Trace: scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.Challenged(407))},
			{Name: "no credentials at all", Trace: scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk))},
			{Name: "captured twice", Trace: challenged.Repeat(scenario.All, 2*time.Millisecond)},
			{Name: "the log begins behind the INVITE", Trace: challenged.Without(invite)},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		for k := range s.Transactions {
			t := &s.Transactions[k]
			if t.Method != call.INVITE || t.ACK == call.None || t.Final == call.None || t.Request == call.None || t.Vias != 1 || s.Messages[t.Final].Status > 299 {
				continue
			}
			ack, invite := &s.Messages[t.ACK], &s.Messages[t.Request]
			if ack.Vias != 1 || !ack.Whole || !invite.Whole || !sentBy(ack.Msg).same(sentBy(invite.Msg)) {
				continue
			}
			for _, id := range [...]sip.HeaderID{sip.HeaderAuthorization, sip.HeaderProxyAuthorization} {
				if invite.Msg.Header(id) == nil || ack.Msg.Header(id) != nil {
					continue
				}
				report(Finding{
					Severity:    Information,
					At:          s.At(t.ACK),
					Related:     []Related{{At: s.Field(t.Request, id), Text: "the INVITE with its credentials"}, s.Related(t.Final, "the 2xx that it acknowledges")},
					Title:       "ACK to a 2xx without the credentials of its INVITE",
					Evidence:    fmt.Sprintf("The INVITE has %s, the ACK has none.", id),
					Consequence: "A server that demands credentials of every request drops the ACK, for it cannot challenge it; few do.",
					Next:        "Make the client repeat the credentials of the INVITE in the ACK.",
				})
				return
			}
		}
	},
}
