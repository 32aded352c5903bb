package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
)

var answerMissing = &Rule{
	Name:     "answer-missing",
	Scope:    Transaction,
	Severity: Warning,
	Methods:  []call.Method{call.INVITE},
	Statuses: []knowledge.Range{{Lo: 200, Hi: 299}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "13.3.1.4"}, {Standard: "RFC 3261", Section: "13.2.1"}, {Standard: "RFC 3262", Section: "5"}},
	Doc: Doc{
		Title: "Offer accepted without an answer",
		Text: `An INVITE, UPDATE or PRACK has an offer, and the 2xx has no answer. The answer to an INVITE may also stand in a provisional response before it: then nothing is reported, though
one that was not sent reliably does not count for the standards. Responses that the log does not show whole are never taken for responses without an answer.`,
	},
	Scenes: func() []Scene {
		pbx := scenario.PBX(scenario.Asterisk)
		fine := scenario.Call(scenario.Alice, pbx)
		invite, accepted := scenario.Request("INVITE"), scenario.StatusTo("INVITE", 200)
		bare := fine.With(accepted, scenario.SetBody("", ""))
		proxied := scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob)
		want := func(at scenario.Select) []Sighting {
			return []Sighting{{Severity: Warning, At: at, Related: []scenario.Select{invite}}}
		}
		early := scenario.Call(scenario.Alice, pbx, scenario.EarlyMedia(), scenario.Reliable())
		return []Scene{
			{Name: "200 without a session description", Trace: bare, Want: want(accepted)},
			{Name: "on both hops of a proxy", Trace: proxied.With(accepted, scenario.SetBody("", "")), Want: want(accepted.Nth(2))},
			{Name: "the 200 came twice", Trace: bare.Repeat(accepted, 500_000_000), Want: want(accepted)},
			{Name: "answered", Trace: fine},
			{Name: "answered in a reliable 183", Trace: early},
			{Name: "answered in a 183", Trace: scenario.Call(scenario.Alice, pbx, scenario.EarlyMedia()).With(accepted, scenario.SetBody("", ""))},
			{Name: "a late offer", Trace: scenario.Call(scenario.Alice, pbx, scenario.LateOffer())},
			{Name: "through a proxy", Trace: proxied},
			{Name: "the INVITE is not in the log", Trace: bare.Without(invite), Ill: true},
			{Name: "the 200 is cut off", Trace: fine.With(accepted, scenario.CutBody()), Ill: true},
			{Name: "the log ends before the 200", Trace: bare.Only(scenario.Where("the ringing", func(m *scenario.Message) bool { return m.Method() == "INVITE" && m.Status() < 200 }))},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		var seen once
		list := s.negotiations()
		for k := range list {
			n := &list[k]
			if n.late || n.offer == call.None || n.accepted == call.None || n.answer != call.None || n.preview != call.None || s.media(n.offer).is != readable {
				continue
			}
			if seen.again(s.exchangeOf(n), n.dialog) {
				continue
			}
			m := &s.Messages[n.accepted]
			f := Finding{
				Severity:    Warning,
				At:          s.At(n.accepted),
				Related:     []Related{s.Related(n.offer, "the offer")},
				Title:       fmt.Sprintf("%s to %s without an answer to its offer", s.Name(n.accepted), m.Method),
				Evidence:    fmt.Sprintf("The %s has an offer, and neither the %s nor a response before it has a session description.", m.Method, s.Name(n.accepted)),
				Consequence: "The offerer does not know where to send media: no audio, or it ends the call.",
				Next:        "Make the side that answers put its session description into the 2xx, or find the element that took it out.",
			}
			if m.Method == call.UPDATE {
				f.Cites = []knowledge.Cite{{Standard: "RFC 3311", Section: "5.2"}}
			}
			s.provisionalMissing(n, &f)
			report(f)
		}
	},
}

// provisionalMissing makes a finding weaker where the answer may have been in a provisional response that the log lacks: it
// was sent reliably, as a PRACK shows.
func (s *CallSubject) provisionalMissing(n *negotiation, f *Finding) {
	if !s.HasMethod(call.PRACK) || s.Messages[n.accepted].Method != call.INVITE {
		s.Missing(f)
		return
	}
	for _, i := range s.Transactions[n.transaction].Messages {
		if m := &s.Messages[i]; !m.Request && m.Status > 100 && m.Status < 200 {
			s.Missing(f)
			return
		}
	}
	f.Certainty = WeakHint
	f.Evidence += " A PRACK shows that a response before it is not in this log, which may have had the answer."
}
