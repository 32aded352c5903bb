package check

import (
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
)

var forkedDialogs = &Rule{
	Name:     "forked-early-dialogs",
	Scope:    Dialog,
	Severity: Warning,
	Methods:  []call.Method{call.INVITE},
	Statuses: []knowledge.Range{{Lo: 200, Hi: 299}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "13.2.2.4"}, {Standard: "RFC 3261", Section: "16.7"}},
	Doc: Doc{
		Title: "Second 2xx of a forked INVITE that is not acknowledged, or not ended",
		Text: `When a proxy has forked an INVITE, two phones may answer at once. Each 2xx with a To tag of its own is a call of its own: the caller has to send an ACK for each, and a BYE to those it does
not want. The rule fires as warning when another 2xx than the first one is repeated, or the log goes on for 64*T1 (32 s), and there is no ACK for it; as information when both calls
are acknowledged and neither is ended. Several provisional responses with different To tags are usual and no finding.`,
	},
	Scenes: func() []Scene {
		const s = time.Second
		answered := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk))
		invite, ack, ok, bye := scenario.Request("INVITE"), scenario.Request("ACK"), scenario.StatusTo("INVITE", 200), scenario.Request("BYE")
		otherTag := func(m *scenario.Message) { scenario.SetHeader("To", m.Get("To")+"x")(m) }
		second := answered.Repeat(ok, 60*time.Millisecond).With(ok.Nth(2), otherTag)
		both := second.Repeat(ack, 70*time.Millisecond).With(ack.Nth(2), otherTag)
		later := scenario.Keepalive(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Start(2*time.Minute), scenario.Seed(7))
		noBye := both.Without(bye).Without(scenario.StatusTo("BYE", 200))
		forked := scenario.Forked(scenario.Alice, scenario.PBX(scenario.Kamailio), []scenario.Party{scenario.Bob, scenario.Tester()})
		return []Scene{
			{
				Name: "the second 200 gets no ACK", Trace: second.Repeat(ok.Nth(2), 1*s, 3*s, 7*s),
				Want: []Sighting{{Severity: Warning, At: ok.Nth(2), Related: []scenario.Select{ok.First(), invite}}},
			},
			{
				Name: "both calls stay up", Trace: scenario.Merge(noBye, later),
				Want: []Sighting{{Severity: Information, At: ok.Nth(2), Related: []scenario.Select{ok.First(), invite}}},
			},
			{Name: "both are acknowledged and the second one is ended", Trace: scenario.Merge(both.Repeat(bye, -20*s).With(bye.First(), otherTag).Without(bye.Nth(2)).Without(scenario.StatusTo("BYE", 200)), later)},
			{Name: "one phone answers, the others are cancelled", Trace: scenario.Merge(forked, later)},
			{Name: "the log ends behind the second 200", Trace: second.Only(scenario.Where("until then", func(m *scenario.Message) bool { return m.At < second.Messages[second.Index(ok.Nth(2))].At+s }))},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		eachAccepted(s, func(a *accepted) {
			first := a.forkOf(s)
			if first == call.None || a.cancelledBy(s) != call.None {
				return
			}
			waited, timed := s.Until(a.ok)
			long := timed && waited >= call.Timeout
			noACK := a.firstACK == call.None
			if noACK && a.repeats < 2 && !long || noACK && a.strayACK(s) != call.None ||
				!noACK && (!long || a.bye != call.None || s.Dialogs[s.Messages[first].Dialog].Bye != call.None) {
				return
			}
			f := Finding{
				Severity: Warning,
				At:       s.At(a.ok),
				Related:  []Related{s.Related(first, "the first phone answers")},
				Next:     "Make the calling side acknowledge each 2xx and send BYE to the calls that it does not want.",
			}
			if a.invite.Request != call.None {
				f.Related = append(f.Related, s.Related(a.invite.Request, "the INVITE"))
			}
			if noACK {
				f.Title = fmt.Sprintf("Second %s of a forked INVITE never got an ACK", s.Name(a.ok))
				f.Evidence = fmt.Sprintf("It has another To tag than the %s before it, so another phone answered; no ACK stands in its dialog", s.Name(first))
				if a.repeats > 0 {
					f.Evidence += fmt.Sprintf(", and it was sent %d times", a.repeats+1)
				}
				f.Evidence += "."
				f.Consequence = "The second phone believes that it talks to the caller, and hangs up after 64*T1 (32 s)."
			} else {
				f.Certainty = WeakHint
				f.Title = "Two phones answered a forked INVITE, and both calls stay up"
				f.Evidence = fmt.Sprintf("Both %s are acknowledged, and in the %s that the log goes on no BYE ends either of the calls.", s.Name(a.ok), Spell(waited))
				f.Consequence = "Unless the caller wants both, one of the phones hears nothing."
			}
			s.Missing(&f)
			report(f)
		})
	},
}
