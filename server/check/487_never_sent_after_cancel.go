package check

import (
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
)

var neverTerminatedAfterCancel = &Rule{
	Name:     "487-never-sent-after-cancel",
	Scope:    Transaction,
	Severity: Warning,
	Methods:  []call.Method{call.CANCEL},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "9.2"}, {Standard: "RFC 3261", Section: "9.1"}, {Standard: "RFC 3261", Section: "21.4.25"}},
	Doc: Doc{
		Title: "INVITE without a final response though its CANCEL was accepted",
		Text: `A 200 to CANCEL says only that the CANCEL arrived; the INVITE itself still has to be answered, with 487 as a rule. The rule fires when the log goes on for 64*T1 (32 s)
behind the 200 and no final response to the INVITE comes on that hop. It stays silent where the log ends earlier or has no times.`,
	},
	Scenes: func() []Scene {
		cancelled := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Cancelled())
		later := scenario.Keepalive(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Start(time.Minute), scenario.Seed(7))
		lost := cancelled.Without(scenario.Status(487)).Without(scenario.Request("ACK"))
		return []Scene{
			{
				Name: "the 487 never comes", Trace: scenario.Merge(lost, later),
				Want: []Sighting{{Severity: Warning, At: scenario.StatusTo("CANCEL", 200), Related: []scenario.Select{scenario.Request("INVITE"), scenario.Request("CANCEL")}}},
			},
			{Name: "487 and ACK follow", Trace: scenario.Merge(cancelled, later)},
			{Name: "the log ends too early to tell", Trace: lost},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		for i := range s.Transactions {
			t := &s.Transactions[i]
			if t.Cancels == call.None || t.Final == call.None || s.Messages[t.Final].Status >= 300 {
				continue
			}
			invite := &s.Transactions[t.Cancels]
			// Without the request the trace may just as well lack the answer.
			if invite.Final != call.None || invite.Request == call.None {
				continue
			}
			waited, ok := s.Until(t.Final)
			if !ok || waited < call.Timeout {
				continue
			}
			f := Finding{
				Severity:    Warning,
				At:          s.At(t.Final),
				Related:     []Related{s.Related(invite.Request, "the INVITE that still waits")},
				Title:       "INVITE without a final response though its CANCEL was accepted",
				Evidence:    fmt.Sprintf("The CANCEL got %s; in the %s that the log shows after it no final response to the INVITE follows.", s.Name(t.Final), Spell(waited)),
				Consequence: "The caller's side waits until 64*T1 (32 s) after the CANCEL, proxies until Timer C; the line stays busy so long.",
				Next:        "See at the callee's side why the 487 was not sent, or where between the two it got lost.",
			}
			if t.Request != call.None {
				f.Related = append(f.Related, s.Related(t.Request, "the CANCEL"))
			}
			s.Missing(&f)
			report(f)
		}
	},
}
