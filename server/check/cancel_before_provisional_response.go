package check

import (
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
)

var cancelTooEarly = &Rule{
	Name:     "cancel-before-provisional-response",
	Scope:    Transaction,
	Severity: Warning,
	Methods:  []call.Method{call.CANCEL},
	Statuses: []knowledge.Range{{Lo: 100, Hi: 699}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "9.1"}},
	Failures: []string{"481-unknown-dialog"},
	Doc: Doc{
		Title: "CANCEL sent before any response to its INVITE",
		Text: `A client waits for a provisional response before it sends CANCEL: else the CANCEL may overtake its INVITE and find nothing to cancel. The rule fires when the log has times and the first response to the INVITE on that
hop comes behind the CANCEL. Where no response is in the log at all, and in a log without times, it stays silent.`,
	},
	Scenes: func() []Scene {
		const ms = time.Millisecond
		cancelled := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Cancelled())
		invite, cancel := scenario.Request("INVITE"), scenario.Request("CANCEL")
		early := cancelled.Messages[0].At + 20*ms - cancelled.Messages[cancelled.Index(cancel)].At
		late := cancelled.Without(scenario.Status(180)).Move(cancel, early).Move(scenario.StatusTo("CANCEL", 200), early).Move(scenario.Status(100), 1200*ms)
		return []Scene{
			{
				Name: "before the 100", Trace: late,
				Want: []Sighting{{Severity: Warning, At: cancel, Related: []scenario.Select{invite, scenario.Status(100)}}},
			},
			{Name: "behind the ringing", Trace: cancelled},
			{Name: "behind the ringing, through a proxy", Trace: scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.Cancelled())},
			{Name: "the log lacks provisional responses", Trace: cancelled.Without(scenario.Status(100)).Without(scenario.Status(180))},
			{Name: "the log ends behind the CANCEL", Trace: cancelled.Only(scenario.Where("INVITE and CANCEL", func(m *scenario.Message) bool { return m.Start[:3] == "INV" || m.Start[:3] == "CAN" }))},
			{Name: "without times", Trace: late, Formats: []scenario.Format{scenario.AsteriskPJSIP, scenario.AsteriskChanSIP}},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		for k := range s.Transactions {
			t := &s.Transactions[k]
			if t.Method != call.CANCEL || t.Cancels == call.None || t.Request == call.None {
				continue
			}
			x := &s.Transactions[t.Cancels]
			if x.Request == call.None || x.Request > t.Request || x.Trying == call.None || x.Trying < t.Request || s.Messages[x.Trying].Status > 199 ||
				x.Final != call.None && x.Final < x.Trying {
				continue
			}
			gap, known := s.Since(t.Request, x.Trying)
			if !known || gap < 10*time.Millisecond {
				continue // they may have crossed
			}
			report(Finding{
				Severity:    Warning,
				At:          s.At(t.Request),
				Related:     []Related{s.Related(x.Request, "the INVITE"), s.Related(x.Trying, "the first response to it")},
				Title:       "CANCEL before any response to its INVITE",
				Evidence:    "The first response to the INVITE comes " + Spell(gap) + " behind the CANCEL.",
				Consequence: "The CANCEL may reach the server before the INVITE: it gets a 481, and the callee rings all the same.",
				Next:        "Make the client keep its CANCEL until a provisional response has come.",
			})
			return
		}
	},
}
