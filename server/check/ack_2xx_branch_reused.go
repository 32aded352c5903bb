package check

import (
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var ackBranchReused = &Rule{
	Name:     "ack-2xx-branch-reused",
	Scope:    Dialog,
	Severity: Information,
	Methods:  []call.Method{call.ACK},
	Statuses: []knowledge.Range{{Lo: 200, Hi: 299}},
	Failures: []string{"ack-missing-200-retransmit-bye-32s"},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "13.2.2.4"}, {Standard: "RFC 3261", Section: "8.1.1.7"}},
	Doc: Doc{
		Title: "ACK to a 2xx with the branch of its INVITE",
		Text: `The ACK to a 2xx is a transaction of its own and has a branch of its own; only the ACK to a failure repeats that of the INVITE. Examples in RFC 3665 and RFC 3666 do not keep to it, and
most servers take it, so this is an information. It is reported once for a call.`,
	},
	Scenes: func() []Scene {
		answered := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk))
		invite, ack := scenario.Request("INVITE"), scenario.Request("ACK")
		via := answered.Messages[answered.Index(invite)].Get("Via")
		return []Scene{
			{
				Name: "the branch of the INVITE", Trace: answered.With(ack, scenario.SetHeader("Via", via)),
				Want: []Sighting{{Severity: Information, At: ack, Related: []scenario.Select{invite, scenario.StatusTo("INVITE", 200)}}},
			},
			{Name: "a branch of its own", Trace: answered},
			{Name: "a branch of its own, through a proxy", Trace: scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob)},
			{Name: "the ACK to a failure", Trace: scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Rejected(486))},
			{Name: "captured twice", Trace: answered.Repeat(scenario.All, 2*time.Millisecond)},
			{Name: "the log begins behind the INVITE", Trace: answered.Without(invite)},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		for k := range s.Transactions {
			t := &s.Transactions[k]
			if t.Method != call.INVITE || t.ACK == call.None || t.Final == call.None || t.Request == call.None || s.Messages[t.Final].Status > 299 {
				continue
			}
			for _, i := range t.Messages {
				// The transaction of an ACK is that of the INVITE by its branch alone.
				m := &s.Messages[i]
				if !m.Request || m.Method != call.ACK || m.To != s.Messages[t.Final].To || !sip.HasCookie(m.Msg.Branch(m.Msg.TopVia())) {
					continue
				}
				report(Finding{
					Severity:    Information,
					At:          s.Field(i, sip.HeaderVia),
					Related:     []Related{s.Related(t.Request, "the INVITE with the same branch"), s.Related(t.Final, "the 2xx that it acknowledges")},
					Title:       "ACK to a 2xx with the branch of its INVITE",
					Evidence:    "The branch in the topmost Via of the ACK is that of the INVITE, which a 2xx has ended.",
					Consequence: "A proxy may take the ACK for part of the ended transaction and not send it on, though most let it pass.",
					Next:        "Make the client give this ACK a branch of its own.",
				})
				return
			}
		}
	},
}
