package check

import (
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
)

var cancelRace = &Rule{
	Name:     "cancel-vs-200-race",
	Scope:    Transaction,
	Severity: Warning,
	Methods:  []call.Method{call.CANCEL},
	Statuses: []knowledge.Range{{Lo: 200, Hi: 299}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "9.1"}, {Standard: "RFC 3261", Section: "15"}, {Standard: "RFC 5407", Section: "3.1.2"}},
	Doc: Doc{
		Title: "CANCEL crossed the 2xx, and the call stays up",
		Text: `A CANCEL does nothing to an INVITE that has its final response. When the callee answers at the moment at which the caller gives up, the call is up: the caller has to send ACK
and then BYE. The rule fires when the 2xx comes behind the CANCEL and either its ACK is missing while it is repeated, or no BYE follows for 64*T1 (32 s).
A proxy that cancels the other branches of a forked INVITE is not meant.`,
	},
	Scenes: func() []Scene {
		const ms = time.Millisecond
		answered := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk))
		cancelled := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Cancelled())
		cancel := scenario.Request("CANCEL")
		invite, ack, ok, bye := scenario.Request("INVITE"), scenario.Request("ACK"), scenario.StatusTo("INVITE", 200), scenario.Request("BYE")
		// The two calls are the same one up to what ends the ringing.
		late := scenario.Merge(answered.Move(ok, 2*ms), scenario.Trace{
			Base: answered.Base, Observer: answered.Observer,
			Messages: cancelled.Only(scenario.Where("the CANCEL and its 200", func(m *scenario.Message) bool { return m.Method() == "CANCEL" })).Messages,
		})
		later := scenario.Keepalive(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Start(2*time.Minute), scenario.Seed(7))
		noBye := late.Without(bye).Without(scenario.StatusTo("BYE", 200))
		return []Scene{
			{
				Name: "neither ACK nor BYE", Trace: noBye.Without(ack).Repeat(ok, 1000*ms, 3000*ms, 7000*ms),
				Want: []Sighting{{Severity: Warning, At: ok.First(), Related: []scenario.Select{cancel, invite}}},
			},
			{
				Name: "ACK without BYE", Trace: scenario.Merge(noBye, later),
				Want: []Sighting{{Severity: Warning, At: ok.First(), Related: []scenario.Select{cancel, invite, ack}}},
			},
			{Name: "ACK and BYE", Trace: late},
			{Name: "ACK, and the log ends", Trace: noBye},
			{Name: "the CANCEL came in time", Trace: scenario.Merge(cancelled, later)},
			{Name: "a proxy cancels the other branches", Trace: scenario.Merge(scenario.Forked(scenario.Alice, scenario.PBX(scenario.Kamailio), []scenario.Party{scenario.Bob, scenario.Tester()}).Without(bye).Without(scenario.StatusTo("BYE", 200)), later)},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		eachAccepted(s, func(a *accepted) {
			cancel := a.cancelledBy(s)
			if cancel == call.None {
				return
			}
			waited, timed := s.Until(a.ok)
			noACK := a.firstACK == call.None && (a.repeats >= 2 || timed && waited >= call.Timeout)
			if !noACK && (a.bye != call.None || !timed || waited < call.Timeout) {
				return
			}
			f := Finding{
				Severity:    Warning,
				At:          s.At(a.ok),
				Related:     []Related{s.Related(cancel, "the CANCEL, sent before the 2xx came")},
				Title:       fmt.Sprintf("CANCEL crossed the %s, and the call stays up", s.Name(a.ok)),
				Consequence: "The call is up though the caller has given up: a ghost call, which only the callee ends.",
				Next:        "Make the calling side answer a 2xx behind its CANCEL with ACK and then BYE.",
			}
			if a.invite.Request != call.None {
				f.Related = append(f.Related, s.Related(a.invite.Request, "the INVITE"))
			}
			f.Evidence = fmt.Sprintf("The %s to INVITE came ", s.Name(a.ok))
			if d, ok := s.Since(cancel, a.ok); ok {
				f.Evidence += Spell(d) + " "
			}
			f.Evidence += "behind the CANCEL, and "
			switch {
			case noACK && a.bye == call.None:
				f.Evidence += "neither ACK nor BYE follows."
			case noACK:
				f.Evidence += "no ACK follows."
				f.Related = append(f.Related, s.Related(a.bye, "the BYE"))
				f.Consequence = "The 2xx is repeated until the callee gives up; for the callee the call was up so long."
			default:
				f.Evidence += fmt.Sprintf("only an ACK follows; no BYE comes in the %s that the log goes on.", Spell(waited))
				f.Related = append(f.Related, s.Related(a.lastACK, "the ACK"))
			}
			s.Missing(&f)
			report(f)
		})
	},
}
