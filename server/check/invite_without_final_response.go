package check

import (
	"fmt"
	"slices"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
)

var inviteWithoutFinal = &Rule{
	Name:     "invite-without-final-response",
	Scope:    Transaction,
	Severity: Warning,
	Methods:  []call.Method{call.INVITE},
	Statuses: []knowledge.Range{{Lo: 100, Hi: 199}},
	Failures: []string{"487-never-sent-after-cancel"},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "13.3.1.1"}, {Standard: "RFC 3261", Section: "16.8"}},
	Doc: Doc{
		Title: "INVITE that is never answered for good",
		Text: `An INVITE ends with a final response, a refusal or a timeout at the latest; until then the callee repeats its provisional response every minute, since a proxy may end the INVITE when none
came for three minutes (Timer C). The rule fires when the log goes on for three minutes behind the last provisional response and there is neither a final response
on any hop nor a CANCEL nor anything that shows that the call was up. An INVITE that got no response at all and one that was cancelled have rules of their own.`,
	},
	Scenes: func() []Scene {
		answered := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk))
		refused := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Rejected(480))
		later := scenario.Keepalive(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Start(6*time.Minute), scenario.Seed(7))
		stuck := refused.Without(scenario.Status(480)).Without(scenario.Request("ACK"))
		proxied := scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.Rejected(480)).Without(scenario.Status(480)).Without(scenario.Request("ACK"))
		invite := scenario.Request("INVITE")
		return []Scene{
			{
				Name: "180, and then nothing", Trace: scenario.Merge(stuck, later),
				Want: []Sighting{{Severity: Warning, At: invite, Related: []scenario.Select{scenario.Status(180)}}},
			},
			{
				Name: "100, and then nothing", Trace: scenario.Merge(stuck.Without(scenario.Status(180)), later),
				Want: []Sighting{{Severity: Warning, At: invite, Related: []scenario.Select{scenario.Status(100)}}},
			},
			{
				Name: "through a proxy", Trace: scenario.Merge(proxied, later),
				Want: []Sighting{{Severity: Warning, At: invite.First(), Related: []scenario.Select{scenario.Status(180).Nth(2)}}},
			},
			{Name: "the log ends while it rings", Trace: stuck},
			{Name: "180 every minute", Trace: stuck.Repeat(scenario.Status(180), time.Minute, 2*time.Minute, 3*time.Minute)},
			{Name: "refused", Trace: scenario.Merge(refused, later)},
			{Name: "answered, and the log lacks the 200", Trace: scenario.Merge(answered.Without(scenario.StatusTo("INVITE", 200)), later)},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		for i := range s.Exchanges {
			x := &s.Exchanges[i]
			if x.Method != call.INVITE {
				continue
			}
			t := &s.Transactions[x.Upstream]
			if t.Request == call.None || t.Trying == call.None || s.FinalOf(int32(i)) != call.None || cancelledSomewhere(s, x) {
				continue
			}
			last := t.Trying
			for _, k := range t.Messages {
				if m := &s.Messages[k]; !m.Request && !m.Copy {
					last = k
				}
			}
			waited, ok := s.Until(last)
			if !ok || waited < 3*time.Minute || acceptedInPart(s, t.Request) {
				continue
			}
			f := Finding{
				Severity:    Warning,
				Certainty:   StrongHint,
				At:          s.At(t.Request),
				Related:     []Related{s.Related(last, "the last that was heard of it")},
				Title:       "INVITE never got a final response",
				Evidence:    fmt.Sprintf("The last response to it is %s; in the %s that the log goes on behind it neither a final response nor a CANCEL comes.", s.Name(last), Spell(waited)),
				Consequence: "The caller hears ringing or silence; proxies end the INVITE when Timer C (3 min) runs out, others may hold the line for ever.",
				Next:        "See at the callee's side what became of the call: why it sent no refusal when it stopped ringing, or where the refusal got lost.",
			}
			s.Missing(&f)
			report(f)
		}
	},
}

func cancelledSomewhere(s *CallSubject, x *call.Exchange) bool {
	return slices.ContainsFunc(x.Transactions, func(t int32) bool { return s.Transactions[t].Canceled != call.None })
}

// acceptedInPart reports whether something near an INVITE shows that it was answered after all: an ACK, or a request that only
// confirmed dialogs have.
func acceptedInPart(s *CallSubject, i int32) bool {
	r := &s.Messages[i]
	around, first := s.around(i)
	return slices.ContainsFunc(around[i-first:], func(m call.Message) bool {
		switch {
		case !m.Request:
			return m.CSeq == 0 // cut: it may be the one
		case m.Method == call.ACK:
			return m.CSeq == r.CSeq && m.From == r.From
		case r.To != 0:
			return false
		}
		return m.To != 0 && m.Method != call.PRACK && m.Method != call.UPDATE && m.Method != call.CANCEL && (m.From == r.From || m.To == r.From)
	})
}
