package check

import (
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
)

var requestWithoutResponse = &Rule{
	Name:     "request-without-response",
	Scope:    Transaction,
	Severity: Warning,
	Symptom:  true,
	Failures: []string{"dns-srv-or-target-timeout"},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "17.1.2.2"}, {Standard: "RFC 3261", Section: "8.1.3.1"}},
	Doc: Doc{
		Title: "Request that nothing answers",
		Text: `Any request but ACK is answered within 64*T1 (32 s). The rule fires, once for each method of a call, when the log goes on so long behind a request other than INVITE and no response to it is there.
Over UDP its sender repeats it until then; when it is there only once, it is the log that lacks the answer. INVITE, and OPTIONS outside of a
dialog, have rules of their own. The CANCEL of an INVITE that nothing answers is not reported besides.`,
	},
	Scenes: func() []Scene {
		const s = time.Second
		answered := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk))
		later := scenario.Keepalive(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Start(2*time.Minute), scenario.Seed(7))
		bye := scenario.Request("BYE")
		lost := answered.Without(scenario.StatusTo("BYE", 200))
		register := scenario.Register(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Unanswered())
		proxied := scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob)
		return []Scene{
			{
				Name: "BYE, repeated until the timeout", Trace: lost.Repeat(bye, 1*s, 3*s, 7*s, 11*s, 15*s, 19*s, 23*s, 27*s, 31*s),
				Want: []Sighting{{Severity: Warning, At: bye.First(), Related: []scenario.Select{bye.Nth(10)}}},
			},
			{Name: "BYE, sent once over UDP", Trace: scenario.Merge(lost, later)},
			{
				Name: "REGISTER", Trace: register,
				Want: []Sighting{{Severity: Warning, At: scenario.Request("REGISTER").First(), Related: []scenario.Select{scenario.Request("REGISTER").Nth(11)}}},
			},
			{
				Name: "BYE that a proxy sends on", Trace: scenario.Merge(proxied.Without(scenario.StatusTo("BYE", 200)).Repeat(bye, 1*s, 3*s, 7*s, 11*s), later),
				Want: []Sighting{{Severity: Warning, At: bye.First(), Related: []scenario.Select{bye.Nth(9)}}},
			},
			{Name: "BYE, and the log ends", Trace: lost},
			{Name: "BYE, answered on one of two hops in the log", Trace: scenario.Merge(proxied.Without(scenario.StatusTo("BYE", 200).First()), later)},
			{Name: "all is answered", Trace: scenario.Merge(answered, later)},
			{Name: "captured twice", Trace: scenario.Merge(answered.Repeat(scenario.All, 2*time.Millisecond), later)},
			{Name: "what the caller sent", Trace: scenario.Merge(answered.Only(scenario.Where("from Alice", func(m *scenario.Message) bool { return m.From == scenario.Alice.Addr })), later)},
			{Name: "the BYE is answered after a repeat", Trace: scenario.Merge(answered.Repeat(bye, 2*time.Millisecond), later)},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		var methods [call.UPDATE + 1]struct {
			worst    unanswered
			n, total int
		}
		found := false
		for i := range s.Exchanges {
			x := &s.Exchanges[i]
			if x.Method <= call.Other || x.Method == call.INVITE || x.Method == call.ACK || x.Method == call.OPTIONS && x.Initial {
				continue
			}
			of := &methods[x.Method]
			of.total++
			u, ok := unansweredIn(s, x)
			if !ok || x.Method == call.CANCEL && ofUnanswered(s, x) {
				continue
			}
			if of.n == 0 || u.certainty < of.worst.certainty {
				of.worst = u
			}
			of.n++
			found = true
		}
		for m := range methods {
			if of := &methods[m]; found && of.n > 0 {
				report(notAnswered(s, &of.worst, of.n, of.total))
			}
		}
	},
}

// ofUnanswered reports whether a CANCEL is for a request that nothing answers either.
func ofUnanswered(s *CallSubject, x *call.Exchange) bool {
	t := s.Transactions[x.Upstream].Cancels
	return t != call.None && s.Transactions[t].Trying == call.None && s.Transactions[t].Final == call.None
}

func notAnswered(s *CallSubject, u *unanswered, n, total int) Finding {
	name := s.Name(u.request)
	f := Finding{
		Severity:    Warning,
		Certainty:   u.certainty,
		At:          s.At(u.request),
		Title:       name + " got no response",
		Evidence:    u.evidence(s),
		Consequence: "Its sender takes it for a 408 after 64*T1 (32 s).",
		Next:        "See whether it arrives at its target: Request-URI and Route, address and port, firewall, and whether the answer goes back where it came from.",
	}
	if n > 1 {
		f.Evidence += fmt.Sprintf(" So it went with %d of the %d %s requests under this Call-ID.", n, total, name)
	}
	switch s.Messages[u.request].Method {
	case call.BYE:
		f.Consequence = "Its sender takes the call for ended; the other side may not know, and its call may go on and be charged."
		f.Cites = []knowledge.Cite{{Standard: "RFC 3261", Section: "15.1.1"}, {Standard: "RFC 3261", Section: "17.1.2.2"}}
	case call.CANCEL:
		f.Consequence = "The callee may go on ringing."
	case call.PRACK:
		f.Consequence = "The callee repeats its provisional response and may give up the call."
	case call.REGISTER:
		f.Consequence = "The registration is not made or not refreshed: no calls come in when it runs out."
	}
	if u.last != u.request {
		f.Related = append(f.Related, s.Related(u.last, "sent for the last time"))
	}
	s.Missing(&f)
	return f
}
