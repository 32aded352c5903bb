package check

import (
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
)

var failureWithoutACK = &Rule{
	Name:     "failure-without-ack",
	Scope:    Transaction,
	Severity: Warning,
	Methods:  []call.Method{call.INVITE},
	Statuses: []knowledge.Range{{Lo: 300, Hi: 699}},
	Failures: []string{"ack-not-matched-407-retransmit"},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "17.2.1"}, {Standard: "RFC 3261", Section: "17.1.1.2"}},
	Doc: Doc{
		Title: "Failure of an INVITE that is repeated and gets no ACK",
		Text: `Over UDP a final response of 300 to 699 to an INVITE is repeated after 0.5, 1, 2, 4, 4 ... s until its ACK arrives, for 64*T1 (32 s). The rule fires when it is repeated three times or more and no ACK is there.
An ACK that does not match has a rule of its own. An INVITE that is repeated as well shows that its answers do not arrive at all, and is no finding of this rule.`,
	},
	Scenes: func() []Scene {
		const s = time.Second
		refused := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Rejected(486))
		invite, ack, busy := scenario.Request("INVITE"), scenario.Request("ACK"), scenario.Status(486)
		again := refused.Repeat(busy, 1500*time.Millisecond, 3500*time.Millisecond, 7500*time.Millisecond, 11500*time.Millisecond)
		return []Scene{
			{
				Name: "no ACK", Trace: again.Without(ack),
				Want: []Sighting{{Severity: Warning, At: busy.First(), Related: []scenario.Select{busy.Nth(5), invite}}},
			},
			{
				Name: "the log begins behind the INVITE", Trace: again.Without(ack).Without(invite).Without(scenario.Status(100)),
				Want: []Sighting{{Severity: Warning, At: busy.First(), Related: []scenario.Select{busy.Nth(5)}}},
			},
			{Name: "acknowledged", Trace: refused},
			{Name: "acknowledged through a proxy", Trace: scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.Rejected(486))},
			{Name: "the log ends behind the 486", Trace: refused.Without(ack)},
			{Name: "captured twice", Trace: refused.Without(ack).Repeat(scenario.All, 2*time.Millisecond)},
			{Name: "the INVITE is repeated, too", Trace: again.Without(ack).Repeat(invite, 2*s, 4*s, 8*s), Ill: true},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		for k := range s.Transactions {
			t := &s.Transactions[k]
			if t.Method != call.INVITE || t.Final == call.None || t.ACK != call.None || s.Messages[t.Final].Status < 300 || s.Messages[t.Final].Times < 3 {
				continue
			}
			last := t.Final
			invited := false
			for _, i := range t.Messages {
				switch m := &s.Messages[i]; {
				case m.First == t.Final && !m.Copy:
					last = i
				case m.Request && i > t.Final:
					invited = true
				}
			}
			if invited || t.Request != call.None && strayFailureACK(s, t) != call.None {
				continue
			}
			took, timed := s.Since(t.Final, last)
			if t.Request == call.None && (!timed || took < time.Second) {
				continue // a collection of messages, as like as not
			}
			name := s.Name(t.Final)
			f := Finding{
				Severity:    Warning,
				At:          s.At(t.Final),
				Related:     []Related{s.Related(last, "sent for the last time, still without an ACK")},
				Title:       name + " to INVITE never got an ACK",
				Evidence:    fmt.Sprintf("The %s was sent %d times, and no ACK with the branch of its INVITE is there.", name, s.Messages[t.Final].Times+1),
				Consequence: "The server keeps the transaction until 64*T1 (32 s) have passed; a caller that did not see the response goes on waiting.",
				Next:        "See at the calling side whether the response arrives and whether the ACK is sent; a firewall or a wrong port in Via may stop either.",
			}
			if timed {
				f.Evidence = fmt.Sprintf("The %s was sent %d times within %s, and no ACK with the branch of its INVITE is there.", name, s.Messages[t.Final].Times+1, Spell(took))
			}
			if t.Request != call.None {
				f.Related = append(f.Related, s.Related(t.Request, "the INVITE"))
			}
			s.Missing(&f)
			report(f)
		}
	},
}
