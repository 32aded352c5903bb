package check

import (
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
)

var failureNotEnded = &Rule{
	Name:     "dialog-failure-not-ended",
	Scope:    Dialog,
	Severity: Information,
	Methods:  []call.Method{call.INVITE, call.UPDATE},
	Statuses: []knowledge.Range{{Lo: 404, Hi: 404}, {Lo: 408, Hi: 408}, {Lo: 410, Hi: 410}, {Lo: 416, Hi: 416}, {Lo: 480, Hi: 485}, {Lo: 502, Hi: 502}, {Lo: 604, Hi: 604}},
	Cites:    []knowledge.Cite{{Standard: "RFC 5057", Section: "5.1"}, {Standard: "RFC 3261", Section: "12.2.1.2"}},
	Doc: Doc{
		Title: "Call that nobody ends after a failure that ends it",
		Text: `Some failures of a re-INVITE or UPDATE end the call, not only the request: 404, 408, 410, 416, 480 to 485, 502 and 604. Its sender should send BYE then. The rule fires when the log
goes on for 64 s behind such a failure and neither BYE nor any accepted request follows in the dialog: one side, or both, may hold the call for ever.`,
	},
	Scenes: func() []Scene {
		pbx := scenario.PBX(scenario.Asterisk)
		held := scenario.Call(scenario.Alice, pbx, scenario.Hold(), scenario.Talking(5*time.Minute))
		second := scenario.StatusTo("INVITE", 200).Nth(2)
		lost := held.With(second, answeredWith("408 Request Timeout"), scenario.SetBody("", ""))
		after := lost.Messages[lost.Index(scenario.Status(408))].At
		// alone leaves nothing behind the failure.
		alone := lost.Only(scenario.Where("a message up to the failure", func(m *scenario.Message) bool { return m.At <= after }))
		later := scenario.Keepalive(scenario.Alice, pbx, scenario.Start(10*time.Minute), scenario.Seed(7))
		return []Scene{
			{
				Name: "408 to the re-INVITE, then nothing", Trace: scenario.Merge(alone, later), Ill: true,
				Want: []Sighting{{Severity: Information, At: scenario.Status(408), Related: []scenario.Select{scenario.Request("INVITE").Nth(2)}}},
			},
			{Name: "BYE follows", Trace: scenario.Merge(alone, scenario.Call(scenario.Alice, pbx).Only(ofExchange("BYE")), later), Ill: true},
			{Name: "the log ends too early to tell", Trace: alone, Ill: true},
			{Name: "the call goes on", Trace: lost, Ill: true},
			{Name: "a failure of the request alone", Trace: scenario.Merge(alone.With(scenario.Status(408), answeredWith("488 Not Acceptable Here")), later), Ill: true},
			{Name: "a healthy call", Trace: scenario.Merge(held, later)},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		tries := 0
		for x := range s.Exchanges {
			e := &s.Exchanges[x]
			if e.Initial || e.Method != call.INVITE && e.Method != call.UPDATE {
				continue
			}
			final := s.FinalOf(int32(x))
			if final == call.None || !endsDialog(int(s.Messages[final].Status), e.Method) {
				continue
			}
			r := s.RequestOf(final)
			if r == call.None || s.Messages[r].Dialog == call.None {
				continue
			}
			rest, ok := s.Until(final)
			if !ok || rest < 2*call.Timeout {
				continue
			}
			if tries++; tries > 16 {
				return
			}
			if s.goesOn(&s.Dialogs[s.Messages[r].Dialog], final) {
				continue
			}
			f := Finding{
				Severity: Information, Certainty: StrongHint,
				At:          s.At(final),
				Related:     []Related{s.Related(r, "the request that failed")},
				Title:       fmt.Sprintf("%s ends the call, but nobody sends BYE", s.Name(final)),
				Evidence:    fmt.Sprintf("It answers a %s inside the call; in the %s behind it neither BYE nor any accepted request follows.", s.Name(r), Spell(rest)),
				Consequence: "One side, or both, may hold the call for ever: lines stay busy and the call is charged on.",
				Next:        "Let the sender of the request end the call with BYE when it gets such a failure.",
			}
			s.Missing(&f)
			report(f)
			return
		}
	},
}

// goesOn reports whether a BYE is in a dialog, or an accepted request behind message i.
func (s *CallSubject) goesOn(d *call.Dialog, i int32) bool {
	if d.Bye != call.None {
		return true
	}
	for k := len(d.Messages) - 1; k >= 0 && d.Messages[k] > i; k-- {
		if m := &s.Messages[d.Messages[k]]; !m.Request && m.Status >= 200 && m.Status < 300 {
			return true
		}
	}
	return false
}
