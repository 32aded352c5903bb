package check

import (
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
)

var notReacked = &Rule{
	Name:     "2xx-retransmit-not-reacked",
	Scope:    Transaction,
	Severity: Warning,
	Methods:  []call.Method{call.ACK},
	Statuses: []knowledge.Range{{Lo: 200, Hi: 299}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "13.2.2.4"}, {Standard: "RFC 3261", Section: "13.3.1.4"}},
	Doc: Doc{
		Title: "Repeated 2xx to INVITE that is not acknowledged again",
		Text: `The side that called has to send its ACK again for each 2xx that arrives, for no transaction layer does it. The rule fires when a 2xx comes two times or more behind the
last ACK. One repeat that crosses the ACK on its way is no finding; a log without times does not tell what crossed what.`,
	},
	Scenes: func() []Scene {
		const ms = time.Millisecond
		answered := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk))
		ack, ok := scenario.Request("ACK"), scenario.StatusTo("INVITE", 200)
		repeated := answered.Repeat(ok, 500*ms, 1500*ms, 3500*ms)
		proxied := scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob)
		return []Scene{
			{
				Name: "one ACK for four 200", Trace: repeated,
				Want: []Sighting{{Severity: Warning, At: ok.Nth(4), Related: []scenario.Select{ok.First(), ack}}},
			},
			{
				Name: "the same through a proxy", Trace: proxied.Repeat(ok, 500*ms, 1500*ms, 3500*ms),
				Want: []Sighting{{Severity: Warning, At: ok.Nth(7), Related: []scenario.Select{ok.First(), ack.Nth(2)}}},
			},
			{
				Name: "the log begins behind the INVITE", Trace: repeated.Without(scenario.Request("INVITE")),
				Want: []Sighting{{Severity: Warning, At: ok.Nth(4), Related: []scenario.Select{ok.First(), ack}}},
			},
			{Name: "each 200 is acknowledged", Trace: answered.Repeat(ok, 500*ms, 1500*ms).Repeat(ack, 500*ms, 1500*ms)},
			{Name: "acknowledged through a proxy", Trace: proxied},
			{Name: "one 200 crosses the ACK", Trace: answered.Repeat(ok, 500*ms).Move(ack, 480*ms)},
			{Name: "what the callee sent", Trace: repeated.Only(scenario.Where("from the PBX", func(m *scenario.Message) bool { return m.From.Host == "192.0.2.10" })), Ill: true},
			{Name: "the log ends behind the ACK", Trace: answered.Without(scenario.Request("BYE")).Without(scenario.StatusTo("BYE", 200))},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		eachAccepted(s, func(a *accepted) {
			if a.firstACK == call.None || a.afterLast < 2 || a.stopped(s) != call.None || a.onOtherTransport(s) {
				return
			}
			// Without times nothing proves that the ACK came first: two logs may have been put together.
			d, known := s.Since(a.lastACK, a.lastRepeat)
			if !known {
				return
			}
			f := Finding{
				Severity:    Warning,
				At:          s.At(a.lastRepeat),
				Related:     []Related{s.Related(a.ok, "the first one"), s.Related(a.lastACK, "the last ACK")},
				Title:       fmt.Sprintf("Repeated %s to INVITE is not acknowledged again", s.Name(a.ok)),
				Evidence:    fmt.Sprintf("The 2xx was sent %d times; %d of them came within %s behind the last ACK, and no ACK answers them.", a.repeats+1, a.afterLast, Spell(d)),
				Consequence: "The ACK most likely got lost; without another one the side that answered hangs up after 64*T1 (32 s).",
				Next:        "Make the calling side send its ACK again for every 2xx that arrives.",
			}
			if after, yes := a.gaveUp(s); yes {
				f.Consequence = fmt.Sprintf("The ACK most likely got lost: %s behind its 2xx the side that answered hung up%s.", Spell(after), byeReason(s, a.bye))
				f.Related = append(f.Related, s.Related(a.bye, "the side that answered gives up"))
			}
			if s.OneSided {
				s.Missing(&f)
			}
			report(f)
		})
	},
}
