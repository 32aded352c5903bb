package check

import (
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var ackNotMatched = &Rule{
	Name:     "ack-2xx-not-matched",
	Scope:    Dialog,
	Severity: Error,
	Methods:  []call.Method{call.ACK},
	Statuses: []knowledge.Range{{Lo: 200, Hi: 299}},
	Failures: []string{"cseq-out-of-order-500", "ack-missing-200-retransmit-bye-32s"},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "13.2.2.4"}, {Standard: "RFC 3261", Section: "12.2.1.1"}},
	Doc: Doc{
		Title: "ACK that does not match the 2xx that it answers",
		Text: `The ACK to a 2xx is a request inside the dialog: it has the tags of the dialog and the CSeq number of the INVITE. Anything else is no ACK for this 2xx, and the side that answered repeats
the 2xx and hangs up after 64*T1 (32 s). The rule fires when a 2xx has no ACK and a close-by ACK of the same side has another number or another To tag that belongs to nothing else. It is reported once for a call.`,
	},
	Scenes: func() []Scene {
		const ms = time.Millisecond
		answered := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk))
		challenged := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Challenged(407))
		invite, ack, ok := scenario.Request("INVITE"), scenario.Request("ACK"), scenario.StatusTo("INVITE", 200)
		otherTag := func(m *scenario.Message) { scenario.SetHeader("To", m.Get("To")+"x")(m) }
		noTag := func(m *scenario.Message) { scenario.SetHeader("To", "<sip:2000@example.com>")(m) }
		fires := func(at scenario.Select, related ...scenario.Select) []Sighting {
			return []Sighting{{Severity: Error, At: at, Related: related}}
		}
		hold := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Hold())
		proxied := scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob)
		return []Scene{
			{Name: "another CSeq number", Trace: answered.With(ack, scenario.SetHeader("CSeq", "99 ACK")).Repeat(ok, 500*ms, 1500*ms, 3500*ms), Want: fires(ack, ok, invite)},
			{Name: "another CSeq number, in a call with credentials", Trace: challenged.With(ack.Nth(2), scenario.SetHeader("CSeq", "99 ACK")), Want: fires(ack.Nth(2), ok, invite.Nth(2))},
			{Name: "another To tag", Trace: answered.With(ack, otherTag), Want: []Sighting{{Severity: Warning, At: ack, Related: []scenario.Select{ok, invite}}}},
			{Name: "no To tag", Trace: answered.With(ack, noTag), Want: fires(ack, ok, invite)},
			{Name: "on both hops of a proxy", Trace: proxied.With(ack, scenario.SetHeader("CSeq", "99 ACK")), Want: fires(ack, ok, invite.Nth(2))},
			{Name: "the right ACK", Trace: answered},
			{Name: "re-INVITEs", Trace: hold},
			{Name: "through a proxy", Trace: proxied},
			{Name: "the ACK is not in the log", Trace: answered.Without(ack)},
			{Name: "the log begins behind the 200", Trace: answered.Without(invite).Without(ok).Without(scenario.Status(100)).Without(scenario.Status(180))},
			{Name: "captured twice", Trace: answered.Repeat(scenario.All, 2*ms)},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		reported := false
		eachAccepted(s, func(a *accepted) {
			if reported || a.firstACK != call.None {
				return
			}
			i := a.strayACK(s)
			if i == call.None {
				return
			}
			ack, ok := &s.Messages[i], &s.Messages[a.ok]
			f := Finding{
				Severity:    Error,
				At:          s.Field(i, sip.HeaderCSeq),
				Related:     []Related{s.Related(a.ok, "the 2xx that gets no ACK")},
				Title:       "ACK does not match the " + s.Name(a.ok) + " that it answers",
				Consequence: "The side that answered takes the 2xx for not acknowledged: it repeats it and hangs up after 64*T1 (32 s).",
			}
			if a.invite.Request != call.None {
				f.Related = append(f.Related, s.Related(a.invite.Request, "the INVITE"))
			}
			switch {
			case ack.CSeq != ok.CSeq:
				f.Evidence = fmt.Sprintf("The ACK has the CSeq number %d, its INVITE has %d, and no INVITE has the number of the ACK.", ack.CSeq, ok.CSeq)
				f.Next = "Make the client send the ACK with the CSeq number of the INVITE; credentials, too, are those of that INVITE."
			case ack.To == 0:
				f.At = s.Field(i, sip.HeaderTo)
				f.Evidence = "The ACK has no To tag, so that it is outside of the dialog."
				f.Next = "Make the client copy To with its tag from the 2xx."
			default:
				f.At = s.Field(i, sip.HeaderTo)
				f.Evidence = "The To tag of the ACK is not that of the 2xx, and no other response has it."
				f.Next = "Make the client copy To with its tag from the 2xx; something between may have changed it."
				f.Certainty = StrongHint
			}
			reported = true // the client does so each time
			report(f)
		})
	},
}
