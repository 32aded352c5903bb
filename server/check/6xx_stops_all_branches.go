package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var globalFailure = &Rule{
	Name:     "6xx-stops-all-branches",
	Scope:    Transaction,
	Severity: Information,
	Failures: []string{"wrong-cause-mapping"},
	Methods:  []call.Method{call.INVITE},
	Statuses: []knowledge.Range{{Lo: 600, Hi: 699}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "16.7"}, {Standard: "RFC 3261", Section: "21.6"}},
	Doc: Doc{
		Title: "6xx of one branch that ended the others of a forked call",
		Text: `A 6xx speaks for the user as a whole: a proxy that gets one cancels all other branches of the call and sends the 6xx to the caller. Phones and gateways that mean only
themselves (declined here, no circuit, busy on this line) should send a 4xx, as 486 or 480. The rule fires where a proxy's log shows other branches cancelled behind the 6xx.`,
	},
	Scenes: func() []Scene {
		proxy := scenario.Party{Domain: "example.com", Addr: scenario.UDP("192.0.2.10:5060"), Agent: scenario.Kamailio}
		carol := scenario.Party{Name: "Carol", User: "1003", Domain: "example.com", Addr: scenario.UDP("198.51.100.23:5060"), Agent: scenario.Baresip}
		forked := func(opts ...scenario.Option) scenario.Trace {
			return scenario.Forked(scenario.Alice, proxy, []scenario.Party{scenario.Bob, carol}, opts...)
		}
		declined := forked(scenario.Rejected(603))
		return []Scene{
			{
				Name: "Bob declines, Carol's phone stops ringing", Trace: declined,
				Want: []Sighting{{Severity: Information, At: scenario.Status(603), Related: []scenario.Select{scenario.Request("CANCEL")}}},
			},
			{
				Name: "a gateway without a circuit", Trace: declined.With(scenario.Status(603), scenario.AddHeader("Reason", "Q.850;cause=34")),
				Want: []Sighting{{Severity: Information, At: scenario.Status(603), Related: []scenario.Select{scenario.Request("CANCEL")}}},
			},
			{Name: "busy here, which ends one branch", Trace: forked(scenario.Rejected(486))},
			{Name: "Bob answers", Trace: forked()},
			{Name: "one branch only", Trace: scenario.Proxied(scenario.Alice, proxy, scenario.Bob, scenario.Rejected(603))},
			{Name: "a call between two phones", Trace: scenario.Call(scenario.Alice, scenario.Bob, scenario.Rejected(603))},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		for x := range s.Exchanges {
			e := &s.Exchanges[x]
			if e.Method != call.INVITE || !e.Initial || len(e.Transactions) < 3 {
				continue
			}
			final := call.None // the 6xx that came first, on a branch
			for _, t := range e.Transactions {
				b := &s.Transactions[t]
				if b.Vias < 2 || b.Final == call.None || s.Messages[b.Final].Status < 600 {
					continue
				}
				if final == call.None || b.Final < final {
					final = b.Final
				}
			}
			if final == call.None {
				continue
			}
			vias := s.Transactions[s.Messages[final].Transaction].Vias
			cancel, stopped := call.None, 0
			for _, t := range e.Transactions {
				b := &s.Transactions[t]
				if b.Vias != vias || b.Canceled == call.None || b.Ringing == call.None {
					continue
				}
				if r := s.Transactions[b.Canceled].Request; r != call.None && r > final {
					if stopped++; cancel == call.None {
						cancel = r
					}
				}
			}
			// The caller may have given up at the same moment.
			if up := &s.Transactions[e.Upstream]; stopped == 0 || up.Canceled != call.None {
				continue
			}
			s.reportGlobalFailure(final, cancel, stopped, report)
		}
	},
}

func (s *CallSubject) reportGlobalFailure(final, cancel int32, stopped int, report func(Finding)) {
	m := s.Messages[final].Msg
	branches := "another branch that was ringing"
	if stopped > 1 {
		branches = fmt.Sprintf("%d other branches that were ringing", stopped)
	}
	f := Finding{
		Severity: Information, Certainty: StrongHint,
		At:          s.At(final),
		Related:     []Related{s.Related(cancel, "the CANCEL of another branch")},
		Title:       fmt.Sprintf("%s of one branch ends the whole call", s.Name(final)),
		Evidence:    fmt.Sprintf("One branch of the forked call got %s; behind it the proxy cancelled %s.", s.Name(final), branches),
		Consequence: "Nobody else can take the call, and hunting or the queue of the caller stops.",
		Next:        "If the sender speaks only for itself, let it send a 4xx, as 486 Busy Here or 480 Temporarily Unavailable, or let the proxy make that of it.",
	}
	for r := range m.Reasons {
		if r.Err != nil || r.Cause.Len == 0 || !sip.EqualFold(m.Bytes(r.Protocol), "Q.850") {
			continue
		}
		if cause := knowledge.LookupCause(digits(m.Bytes(r.Cause))); cause != nil {
			f.Evidence += fmt.Sprintf(" Its Reason has Q.850 cause %d (%s)", cause.Value, cause.Name)
			if len(cause.SIP) > 0 {
				f.Evidence += fmt.Sprintf(", for which RFC 3398 has %d", cause.SIP[0])
				f.Cites = []knowledge.Cite{{Standard: "RFC 3261", Section: "16.7"}, {Standard: "RFC 3398", Section: "7.2.4.1"}}
			}
			f.Evidence += "."
			break
		}
	}
	report(f)
}
