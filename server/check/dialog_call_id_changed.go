package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var dialogCallIDChanged = &Rule{
	Name:     "dialog-call-id-changed",
	Scope:    Trace,
	Severity: Error,
	Failures: []string{"481-unknown-dialog"},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "12.2.1.1"}, {Standard: "RFC 3261", Section: "12"}},
	Doc: Doc{
		Title: "Request inside a call with another Call-ID",
		Text: `Call-ID and both tags name a dialog. The rule fires when a request with a To tag gets 481 and the log has a call with just these two tags and another Call-ID: somebody on the way, or the
sender itself, wrote another Call-ID. Tags are random, so the same two of them do not meet by accident.`,
	},
	Scenes: func() []Scene {
		pbx := scenario.PBX(scenario.Asterisk)
		byes, bye, gone := ofExchange("BYE"), scenario.Request("BYE"), scenario.Status(481)
		refused := scenario.Call(scenario.Alice, pbx, scenario.ByeAnswered(481))
		other := scenario.SetHeader("Call-ID", "another@192.0.2.1")
		return []Scene{
			{
				Name: "the BYE has another Call-ID", Trace: refused.With(byes, other),
				Want: []Sighting{{Severity: Error, At: gone, Related: []scenario.Select{bye, scenario.StatusTo("INVITE", 200)}}},
			},
			{Name: "a healthy call", Trace: scenario.Call(scenario.Alice, pbx)},
			{Name: "the same Call-ID", Trace: refused, Ill: true},
			{Name: "another call began before the log", Trace: scenario.Merge(refused.Only(byes), scenario.Call(scenario.Bob, pbx, scenario.Seed(7)))},
			{Name: "no 481: the other leg of a back-to-back user agent may have the same tags", Trace: scenario.Call(scenario.Alice, pbx).With(byes, other)},
			{Name: "the beginning of the call is not in the log", Trace: refused.With(byes, other).Only(byes)},
		}
	},
	CheckTrace: func(t *TraceSubject, report func(Finding)) {
		type tags struct{ a, b uint64 }
		type place struct {
			of int
			i  int32 // the 481
		}
		var strays map[tags]place
		for c, s := range t.Calls {
			if !s.Headless || !s.HasStatus(481) || len(s.Messages) > 64 {
				continue
			}
			for x := range s.Exchanges {
				final := s.FinalOf(int32(x))
				if final == call.None || s.Messages[final].Status != 481 || s.Exchanges[x].Initial {
					continue
				}
				r := s.RequestOf(final)
				if r == call.None || !s.Messages[r].Whole || s.Messages[r].From == 0 || s.Messages[r].To == 0 {
					continue
				}
				if strays == nil {
					strays = map[tags]place{}
				}
				m := &s.Messages[r]
				key := tags{min(m.From, m.To), max(m.From, m.To)}
				if _, ok := strays[key]; !ok {
					strays[key] = place{c, final}
				}
			}
		}
		if strays == nil {
			return
		}
		for c, s := range t.Calls {
			for k := range s.Dialogs {
				d := &s.Dialogs[k]
				if d.Formed == call.None || d.Confirmed == call.None {
					continue
				}
				key := tags{min(d.UAC, d.UAS), max(d.UAC, d.UAS)}
				p, ok := strays[key]
				if !ok || p.of == c {
					continue
				}
				delete(strays, key)
				o := t.Calls[p.of]
				r := o.RequestOf(p.i)
				name := o.Name(r)
				changed := t.Related(p.of, r, "it has another Call-ID")
				changed.At.At = o.Field(r, sip.HeaderCallID).At
				report(Finding{
					Severity: Error,
					At:       t.At(p.of, p.i),
					Related:  []Related{changed, t.Related(c, d.Confirmed, "the call with these tags")},
					Title:    fmt.Sprintf("481: the %s has another Call-ID than its call", name),
					Evidence: fmt.Sprintf("Its tags are those of the call with the Call-ID %s; the Call-ID of the %s is %s.", clip(s.Messages[d.Confirmed].Msg.CallID()), name,
						clip(o.Messages[r].Msg.CallID())),
					Consequence: "The other side does not find the call; it stays up there.",
					Next:        "Find out who changed the Call-ID: the sender, or an element between the two that rewrites messages.",
				})
			}
		}
	},
}
