package check

import (
	"fmt"
	"strings"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
)

var answerChanged = &Rule{
	Name:     "answer-changed",
	Scope:    Dialog,
	Severity: Information,
	Failures: []string{"forked-early-dialogs"},
	Methods:  []call.Method{call.INVITE},
	Statuses: []knowledge.Range{{Lo: 180, Hi: 199}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "13.2.1"}, {Standard: "RFC 6337", Section: "3.1.1"}},
	Doc: Doc{
		Title: "2xx with another answer than the provisional response before it",
		Text: `Within one dialog all session descriptions in the responses to an INVITE must be the same: the caller's side takes the first one for the answer and ignores later ones.
The rule compares the number of streams, ports, addresses, transports and directions of the first provisional response with a session description and of the 2xx; a shorter list
of codecs is let through. Another To tag is another dialog, which has an answer of its own.`,
	},
	Scenes: func() []Scene {
		pbx := scenario.PBX(scenario.Asterisk)
		early := scenario.Call(scenario.Alice, pbx, scenario.EarlyMedia(), scenario.Codecs("PCMU", "PCMA"))
		accepted, progress := scenario.StatusTo("INVITE", 200), scenario.Status(183)
		elsewhere := func(m *scenario.Message) {
			at := strings.Index(m.Body, "m=audio ") + len("m=audio ")
			end := at + strings.IndexByte(m.Body[at:], ' ')
			m.Body = m.Body[:at] + "30000" + m.Body[end:]
		}
		fewer := func(m *scenario.Message) {
			m.Body = strings.NewReplacer("RTP/AVP 0 8 101", "RTP/AVP 0 101", "a=rtpmap:8 PCMA/8000\r\n", "").Replace(m.Body)
		}
		proxied := scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.EarlyMedia())
		return []Scene{
			{
				Name: "another port in the 200", Trace: early.With(accepted, elsewhere, fitLength),
				Want: []Sighting{{Severity: Information, At: accepted, Related: []scenario.Select{progress}}},
			},
			{
				Name: "on both hops of a proxy", Trace: proxied.With(accepted, elsewhere, fitLength),
				Want: []Sighting{{Severity: Information, At: accepted.Nth(2), Related: []scenario.Select{progress.Nth(2)}}},
			},
			{Name: "the same answer", Trace: early},
			{Name: "the same answer, through a proxy", Trace: proxied},
			{Name: "fewer codecs in the 200", Trace: early.With(accepted, fewer, fitLength)},
			{Name: "no answer in the 183", Trace: early.With(progress, scenario.SetBody("", ""))},
			{Name: "another fork", Trace: early.With(accepted, elsewhere, fitLength).With(progress, scenario.ReplaceInHeader("To", ";tag=", ";tag=other")), Ill: true},
			{Name: "the 183 is cut off", Trace: early.With(accepted, elsewhere, fitLength).With(progress, scenario.CutBody()), Ill: true},
			{Name: "the log ends before the 200", Trace: early.Only(scenario.Where("the ringing", func(m *scenario.Message) bool { return m.Method() == "INVITE" && m.Status() < 200 }))},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		var seen once
		list := s.negotiations()
		for k := range list {
			n := &list[k]
			if n.late || n.accepted == call.None || n.refused != call.None {
				continue
			}
			first := n.preview
			if first == call.None {
				first = n.answer
			}
			old, d := s.description(first), s.description(n.accepted)
			if first == n.accepted || old == nil || d == nil {
				continue
			}
			change := difference(old, d, false)
			if change == "" || seen.again(s.exchangeOf(n), n.dialog) {
				continue
			}
			report(Finding{
				Severity:    Information,
				At:          s.At(n.accepted),
				Related:     []Related{s.Related(first, "the answer before")},
				Title:       fmt.Sprintf("%s with another answer than the %d before it", s.Name(n.accepted), s.Messages[first].Status),
				Evidence:    fmt.Sprintf("Between the two responses, in the same dialog, %s.", change),
				Consequence: "Callers that go by the standard keep the first answer and send media to the wrong place; others follow the new one.",
				Next:        "Let the callee's side repeat its first answer in the 2xx and change media with UPDATE or re-INVITE, or give each destination a To tag of its own.",
			})
		}
	},
}
