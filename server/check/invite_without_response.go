package check

import (
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var inviteWithoutResponse = &Rule{
	Name:     "invite-without-response",
	Scope:    Transaction,
	Severity: Warning,
	Symptom:  true,
	Methods:  []call.Method{call.INVITE},
	Failures: []string{"dns-srv-or-target-timeout"},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "17.1.1.2"}, {Standard: "RFC 3261", Section: "8.1.3.1"}},
	Doc: Doc{
		Title: "INVITE that nothing answers",
		Text: `A server answers an INVITE within 200 ms, with 100 Trying at least. The rule fires when the log goes on for 64*T1 (32 s) behind an INVITE and nothing at all has come back. Over UDP its
sender repeats it until then; when it is there only once, it is the log that lacks the answer. A proxy's 100 is an answer.`,
	},
	Scenes: func() []Scene {
		lost := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Unanswered())
		answered := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk))
		alice := scenario.Alice
		alice.Addr = scenario.TCP("198.51.100.21:5060")
		tcp := scenario.Call(alice, scenario.Party{User: "1009", Domain: "example.com", Addr: scenario.TCP("192.0.2.10:5060"), Agent: scenario.Asterisk}, scenario.Unanswered())
		later := scenario.Keepalive(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Start(time.Minute), scenario.Seed(7))
		invite := scenario.Request("INVITE")
		return []Scene{
			{
				Name: "repeated until the timeout", Trace: lost,
				Want: []Sighting{{Severity: Warning, At: invite.First(), Related: []scenario.Select{invite.Nth(7)}}},
			},
			{Name: "the log ends too early to tell", Trace: lost.Only(scenario.Where("of 10 s", func(m *scenario.Message) bool { return m.At < 10*time.Second }))},
			{
				Name: "sent once over TCP, and the log goes on", Trace: scenario.Merge(tcp, later),
				Want: []Sighting{{Severity: Warning, At: invite}},
			},
			{Name: "sent once over TCP, and the log ends", Trace: tcp},
			{Name: "sent once over UDP, and the log goes on", Trace: scenario.Merge(answered.Only(invite), later)},
			{Name: "answered", Trace: scenario.Merge(answered, later)},
			{Name: "what the caller sent", Trace: scenario.Merge(answered.Only(scenario.Where("from Alice", func(m *scenario.Message) bool { return m.From == scenario.Alice.Addr })), later)},
			{Name: "a proxy gives up for the caller", Trace: scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.Unanswered()), Ill: true},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		first, n, total := unanswered{request: call.None}, 0, 0
		for i := range s.Exchanges {
			x := &s.Exchanges[i]
			if x.Method != call.INVITE {
				continue
			}
			total++
			if u, ok := unansweredIn(s, x); ok {
				if n == 0 || u.certainty < first.certainty {
					first = u
				}
				n++
			}
		}
		if n == 0 {
			return
		}
		m := s.Messages[first.request].Msg
		f := Finding{
			Severity:    Warning,
			Certainty:   first.certainty,
			At:          s.At(first.request),
			Title:       "INVITE got no response at all",
			Evidence:    first.evidence(s),
			Consequence: "The caller hears nothing and takes it for a 408 after 64*T1 (32 s).",
			Next:        "See whether the INVITE arrives at its target: address and port, DNS, firewall, and whether the answer goes back where it came from. A server also drops what it cannot read.",
		}
		if first.last != first.request {
			f.Related = append(f.Related, s.Related(first.last, "sent for the last time"))
		}
		if n > 1 {
			f.Evidence += fmt.Sprintf(" So it went with %d of the %d INVITE requests of this call.", n, total)
		}
		if len(m.Text) > mostUDP && m.Exact && sip.EqualFold(m.Bytes(m.TopVia().Transport), "UDP") {
			f.Next = fmt.Sprintf("It has %d bytes, too many for one packet: see whether its fragments arrive, or send it over TCP. Else ", len(m.Text)) + "check address and port, DNS and firewall."
		}
		s.Missing(&f)
		report(f)
	},
}
