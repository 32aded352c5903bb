package check

import (
	"fmt"
	"strings"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
)

var answerWithoutOfferedCodec = &Rule{
	Name:     "answer-without-offered-codec",
	Scope:    Dialog,
	Severity: Error,
	Failures: []string{"no-common-codec-488"},
	Methods:  []call.Method{call.INVITE},
	Cites:    []knowledge.Cite{{Standard: "RFC 3264", Section: "6.1"}},
	Doc: Doc{
		Title: "Answer with none of the codecs that were offered",
		Text: `An accepted stream of an answer must have at least one of the formats of the offer; who has none must refuse the stream with port 0. Codecs are compared by
their names, so that another payload type or letter case does not count, and telephone-event and comfort noise are no codecs. The rule is silent where the description does not
say what a format means.`,
	},
	Scenes: func() []Scene {
		pbx := scenario.PBX(scenario.Asterisk)
		other := func(m *scenario.Message) {
			m.Body = strings.NewReplacer(" RTP/AVP 0 101", " RTP/AVP 8 101", "rtpmap:0 PCMU", "rtpmap:8 PCMA").Replace(m.Body)
		}
		fine := scenario.Call(scenario.Alice, pbx, scenario.Codecs("PCMU"))
		wrong := fine.With(scenario.StatusTo("INVITE", 200), other, fitLength)
		renumbered := scenario.Call(scenario.Alice, pbx, scenario.Codecs("PCMU")).With(scenario.StatusTo("INVITE", 200), func(m *scenario.Message) {
			m.Body = strings.NewReplacer(" RTP/AVP 0 101", " RTP/AVP 96 101", "rtpmap:0 PCMU", "rtpmap:96 pcmu").Replace(m.Body)
		}, fitLength)
		proxied := scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.Codecs("PCMU"))
		want := []Sighting{{Severity: Error, At: scenario.StatusTo("INVITE", 200), Related: []scenario.Select{scenario.Request("INVITE")}}}
		return []Scene{
			{Name: "PCMU offered, PCMA answered", Trace: wrong, Want: want},
			{
				Name: "on both hops of a proxy", Trace: proxied.With(scenario.StatusTo("INVITE", 200), other, fitLength),
				Want: []Sighting{{Severity: Error, At: scenario.StatusTo("INVITE", 200).Nth(2), Related: []scenario.Select{scenario.Request("INVITE")}}},
			},
			{Name: "the answer has it", Trace: fine},
			{Name: "the same codec under another payload type", Trace: renumbered},
			{Name: "through a proxy", Trace: proxied},
			{Name: "the offer is not in the log", Trace: wrong.Without(scenario.Request("INVITE")), Ill: true},
			{Name: "the answer is cut off", Trace: wrong.With(scenario.StatusTo("INVITE", 200), scenario.CutBody()), Ill: true},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		var seen once
		list := s.negotiations()
		for k := range list {
			n := &list[k]
			offer, answer, at := s.answered(n)
			if offer == nil || answer == nil || n.refused != call.None {
				continue
			}
			for o, a := range pairs(offer, answer) {
				if !o.isRTP() || !a.isRTP() || !a.sameMedia(&o) {
					continue
				}
				of, af := o.formats(), a.formats()
				if common, known := of.shares(&af); common || !known || seen.again(s.exchangeOf(n), n.dialog) {
					continue
				}
				report(Finding{
					Severity:    Error,
					At:          s.Place(at, a.text()),
					Related:     []Related{s.Related(n.offer, "the offer")},
					Title:       "answer with none of the codecs that were offered",
					Evidence:    fmt.Sprintf("The offer has %s, the answer %s.", of.String(), af.String()),
					Consequence: "The sides cannot decode each other's media, or the offerer ends the call.",
					Next:        "See at the side that answers why it does not refuse the stream or take an offered codec; then enable a shared codec.",
				})
				break
			}
		}
	},
}
