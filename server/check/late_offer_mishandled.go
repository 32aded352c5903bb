package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
)

var lateOffer = &Rule{
	Name:     "late-offer-mishandled",
	Scope:    Dialog,
	Severity: Error,
	Methods:  []call.Method{call.INVITE},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "13.2.1"}, {Standard: "RFC 3261", Section: "13.2.2.4"}, {Standard: "RFC 3262", Section: "5"}},
	Doc: Doc{
		Title: "INVITE without an offer that is not followed by offer and answer",
		Text: `An INVITE without a session description asks the other side for the offer: it must stand in the first reliable response, a provisional one with RSeq or the 2xx, and
the answer in its PRACK or ACK. It is an error when the PRACK or ACK comes without an answer, and a warning when the 2xx comes without an offer, which
test calls and re-INVITEs that only ask whether the call lives do on purpose. An INVITE without an offer that is refused with 488 or 606 is a warning, too: that side most likely wants the offer in the INVITE.

Messages that the log does not show whole are never taken for messages without a session description.`,
	},
	Scenes: func() []Scene {
		pbx := scenario.PBX(scenario.Asterisk)
		late := scenario.Call(scenario.Alice, pbx, scenario.LateOffer())
		reliable := scenario.Call(scenario.Alice, pbx, scenario.LateOffer(), scenario.Reliable())
		proxied := scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.LateOffer())
		invite, accepted, ack := scenario.Request("INVITE"), scenario.StatusTo("INVITE", 200), scenario.Request("ACK")
		noBody := scenario.SetBody("", "")
		noAnswer := late.With(ack, noBody)
		return []Scene{
			{Name: "ACK without an answer", Trace: noAnswer, Want: []Sighting{{Severity: Error, At: ack, Related: []scenario.Select{accepted}}}},
			{
				Name: "the 2xx has no offer", Trace: noAnswer.With(accepted, noBody),
				Want: []Sighting{{Severity: Warning, At: accepted, Related: []scenario.Select{invite}}},
			},
			{
				Name: "PRACK without an answer", Trace: reliable.With(scenario.Request("PRACK"), noBody),
				Want: []Sighting{{Severity: Error, At: scenario.Request("PRACK"), Related: []scenario.Select{scenario.Status(180)}}},
			},
			{
				Name: "refused", Trace: scenario.Call(scenario.Alice, pbx, scenario.LateOffer(), scenario.Rejected(488)),
				Want: []Sighting{{Severity: Warning, At: scenario.Status(488), Related: []scenario.Select{invite}}},
			},
			{
				Name: "on both hops of a proxy", Trace: proxied.With(ack, noBody),
				Want: []Sighting{{Severity: Error, At: ack, Related: []scenario.Select{accepted.Nth(2)}}},
			},
			{
				Name: "the 2xx and the ACK came twice", Trace: noAnswer.Repeat(accepted, 500_000_000).Repeat(ack, 500_000_000),
				Want: []Sighting{{Severity: Error, At: ack, Related: []scenario.Select{accepted}}},
			},
			{Name: "offer in the 2xx, answer in the ACK", Trace: late},
			{Name: "offer in a provisional response, answer in the PRACK", Trace: reliable},
			{Name: "through a proxy", Trace: proxied},
			{Name: "the offer is in the INVITE", Trace: scenario.Call(scenario.Alice, pbx)},
			{Name: "the log ends before the ACK", Trace: late.Without(ack).Without(scenario.Request("BYE")).Without(scenario.StatusTo("BYE", 200)), Ill: true},
			{Name: "the INVITE is not in the log", Trace: noAnswer.Without(invite), Ill: true},
			{Name: "the ACK is cut off", Trace: late.With(ack, scenario.CutInHeader("Call-ID")), Ill: true, Formats: []scenario.Format{scenario.AsteriskFull}},
			{Name: "the ACK's body is cut off", Trace: late.With(ack, scenario.CutBody()), Ill: true, Formats: []scenario.Format{scenario.AsteriskFull, scenario.Sngrep}},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		var seen once
		list := s.negotiations()
		for k := range list {
			n := &list[k]
			if !n.late {
				continue
			}
			f := Finding{Severity: Error}
			switch {
			case n.refused != call.None:
				if m := &s.Messages[n.refused]; m.Status != 488 && m.Status != 606 || s.Result.Outcome == call.Answered && s.Transactions[n.transaction].Initial {
					continue
				}
				f.Severity, f.Certainty = Warning, StrongHint
				f.At = s.At(n.refused)
				f.Related = []Related{s.Related(n.request, "the INVITE without an offer")}
				f.Title = "INVITE without an offer refused, most likely for want of one"
				f.Evidence = fmt.Sprintf("The INVITE has no session description and got %s: there was no offer that could be unacceptable.", s.Name(n.refused))
				f.Consequence = "There is no session; devices and trunks that want the offer in the INVITE refuse all such calls."
				f.Next = "Let the caller's side, most often a PBX or call manager, send the offer in the INVITE (early offer)."
			case n.accepted != call.None && n.offer == call.None:
				f.Severity = Warning
				f.At = s.At(n.accepted)
				f.Related = []Related{s.Related(n.request, "the INVITE without an offer")}
				f.Title = "2xx without an offer to an INVITE without one"
				f.Evidence = fmt.Sprintf("The INVITE has no session description, so the %s must have the offer, and it has none either.", s.Name(n.accepted))
				f.Consequence = "The call is up without any media: nobody hears anything."
				f.Next = "Make the side that answers put its offer into the 2xx, or send the offer in the INVITE."
			case n.offer != call.None && n.acked != call.None && n.answer == call.None:
				name := s.Name(n.acked)
				f.At = s.At(n.acked)
				f.Related = []Related{s.Related(n.offer, "the response with the offer")}
				f.Title = name + " without the answer to a late offer"
				f.Evidence = fmt.Sprintf("The INVITE had no offer, the %s brought it, and the %s has no session description.", s.Name(n.offer), name)
				f.Consequence = "The callee's side does not know where to send media: no audio, or it hangs up."
				f.Next = fmt.Sprintf("Make the caller's side answer in the %s, or send its offer in the INVITE.", name)
			default:
				continue
			}
			if !seen.again(s.exchangeOf(n), n.dialog) {
				report(f)
			}
		}
	},
}
