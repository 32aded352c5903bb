package check

import (
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var overlapWithoutRetryAfter = &Rule{
	Name:     "overlap-500-without-retry-after",
	Scope:    Dialog,
	Severity: Warning,
	Methods:  []call.Method{call.INVITE, call.UPDATE},
	Statuses: []knowledge.Range{{Lo: 500, Hi: 500}},
	Failures: []string{"491-glare"},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "14.2"}, {Standard: "RFC 3311", Section: "5.2"}},
	Doc: Doc{
		Title: "500 to an overlapping INVITE or UPDATE without Retry-After of 0 to 10",
		Text: `A second INVITE, or a second UPDATE, that comes in a dialog before the first one from the same side has its final response is refused with 500, and Retry-After says with a number from 0 to 10 seconds when to
try again. The rule fires when that Retry-After is missing or greater. A request from the other side gets a 491 instead.`,
	},
	Scenes: func() []Scene {
		hold := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Hold())
		invite, ok := scenario.Request("INVITE"), scenario.StatusTo("INVITE", 200)
		refused := hold.Delay(invite.Nth(3), 100*time.Millisecond).With(ok.Nth(3), scenario.SetStart("SIP/2.0 500 Server Internal Error"))
		// The answer to the first re-INVITE comes behind the second one.
		late := 25 * time.Second
		overlap := refused.Move(ok.Nth(2), late).Without(scenario.Request("ACK").Nth(2))
		final := scenario.Status(500)
		return []Scene{
			{
				Name: "no Retry-After", Trace: overlap,
				Want: []Sighting{{Severity: Warning, At: final, Related: []scenario.Select{invite.Nth(3), invite.Nth(2)}}},
			},
			{
				Name: "Retry-After of a minute", Trace: overlap.With(final, scenario.AddHeader("Retry-After", "60")),
				Want: []Sighting{{Severity: Warning, At: final, Related: []scenario.Select{invite.Nth(3), invite.Nth(2)}}},
			},
			{Name: "Retry-After: 5", Trace: overlap.With(final, scenario.AddHeader("Retry-After", "5")), Ill: true},
			{Name: "500 for another reason", Trace: refused, Ill: true},
			{Name: "nothing overlaps", Trace: hold},
			{Name: "nothing overlaps, through a proxy", Trace: scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.Hold())},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		var before [2]int32 // transactions of INVITE and UPDATE inside the dialog, the last ones
		before[0], before[1] = call.None, call.None
		for k := range s.Transactions {
			t := &s.Transactions[k]
			if t.Method != call.INVITE && t.Method != call.UPDATE || t.Initial || t.Request == call.None {
				continue
			}
			of := 0
			if t.Method == call.UPDATE {
				of = 1
			}
			last := before[of]
			if last != call.None && s.Transactions[last].Exchange == t.Exchange {
				continue // another hop
			}
			before[of] = int32(k)
			if last == call.None || t.Final == call.None || s.Messages[t.Final].Status != 500 || !s.Messages[t.Final].Whole {
				continue
			}
			o, m := &s.Transactions[last], &s.Messages[t.Request]
			p := &s.Messages[o.Request]
			if p.From != m.From || p.Dialog != m.Dialog || p.CSeq >= m.CSeq || o.Final != call.None && o.Final < t.Request || o.Final == call.None && o.Trying == call.None {
				continue
			}
			wrong := "It has no Retry-After"
			if h := s.Messages[t.Final].Msg.Header(sip.HeaderRetryAfter); h != nil {
				r, err := s.Messages[t.Final].Msg.RetryAfter(h.Value)
				if err != nil || r.Seconds <= 10 {
					continue
				}
				wrong = fmt.Sprintf("Its Retry-After is %d", r.Seconds)
			}
			name := s.Name(t.Request)
			report(Finding{
				Severity:    Warning,
				At:          s.Field(t.Final, sip.HeaderRetryAfter),
				Related:     []Related{s.Related(t.Request, "the refused "+name), s.Related(o.Request, "the "+name+" before it, still without a final response")},
				Title:       fmt.Sprintf("500 to an overlapping %s without Retry-After of 0 to 10", name),
				Evidence:    fmt.Sprintf("%s, and it refuses a second %s while the one before it from the same side had no final response yet.", wrong, name),
				Consequence: "The sender does not know that it may try again at once, and may take the call for broken.",
				Next:        "Make the refusing side add Retry-After with a random number from 0 to 10; and the sender wait for the first answer.",
			})
			return
		}
	},
}
