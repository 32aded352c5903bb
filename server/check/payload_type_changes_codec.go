package check

import (
	"fmt"
	"strings"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var payloadTypeChangesCodec = &Rule{
	Name:     "payload-type-changes-codec",
	Scope:    Dialog,
	Severity: Warning,
	Methods:  []call.Method{call.INVITE},
	Cites:    []knowledge.Cite{{Standard: "RFC 3264", Section: "8.3.2"}},
	Doc: Doc{
		Title: "Payload type that means another codec than before",
		Text: `Once a dynamic payload type (96 to 127) names a codec for a stream it must name the same one for the whole session. The rule compares successive offers and answers of
one side in a dialog. Streams whose place another media type took, and descriptions that the log does not show whole, are not compared.`,
	},
	Scenes: func() []Scene {
		held := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Codecs("PCMU"), scenario.Hold())
		invite := scenario.Request("INVITE")
		swap := func(m *scenario.Message) {
			m.Body = strings.NewReplacer("a=rtpmap:101 telephone-event/8000", "a=rtpmap:101 opus/48000/2", "a=fmtp:101 0-16\r\n", "").Replace(m.Body)
		}
		wrong := held.With(invite.Nth(2), swap, fitLength)
		always := wrong.With(invite.Nth(3), swap, fitLength)
		proxied := scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.Codecs("PCMU"), scenario.Hold()).
			With(invite.Nth(3), swap, fitLength).With(invite.Nth(4), swap, fitLength)
		return []Scene{
			{Name: "101 was telephone-event and is opus", Trace: wrong, Want: []Sighting{{Severity: Warning, At: invite.Nth(2), Related: []scenario.Select{invite.Nth(1)}}}},
			{Name: "on both hops of a proxy", Trace: proxied, Want: []Sighting{{Severity: Warning, At: invite.Nth(3), Related: []scenario.Select{invite.Nth(1)}}}},
			{Name: "the same codecs", Trace: held},
			{Name: "another letter case", Trace: held.With(invite.Nth(2), direction("101 telephone-event", "101 Telephone-Event"), fitLength)},
			{Name: "the log begins with the hold", Trace: always.Without(invite.Nth(1)), Ill: true},
			{Name: "the description before is cut off", Trace: always.With(invite.Nth(1), scenario.CutBody()), Ill: true},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		list := s.negotiations()
		if len(list) < 2 {
			return
		}
		var seen map[heldBy]bool
		hops := s.hasHops()
		last := map[heldBy]int32{}
		for k := range list {
			n := &list[k]
			if n.dialog == call.None || n.refused != call.None {
				continue
			}
			for _, i := range [2]int32{n.offer, n.answer} {
				if i == call.None {
					continue
				}
				who := heldBy{n.dialog, linkOf(&s.Messages[i]), s.sender(i)}
				d := s.description(i)
				before, ok := last[who]
				last[who] = i
				if d == nil || !ok || before == i || hops && who.link == 0 {
					continue
				}
				old := s.description(before)
				side := heldBy{dialog: n.dialog, side: who.side}
				if old == nil || seen[side] {
					continue
				}
				at, evidence := remapped(old, d)
				if evidence == "" {
					continue
				}
				if seen == nil {
					seen = map[heldBy]bool{}
				}
				seen[side] = true
				report(Finding{
					Severity:    Warning,
					At:          s.Place(i, at),
					Related:     []Related{s.Related(before, "the description of this side before it")},
					Title:       "payload type that means another codec than before",
					Evidence:    evidence,
					Consequence: "Packets under way, and devices that keep the first meaning, are decoded with the wrong codec: noise, silence or lost DTMF.",
					Next:        "Give the new codec a payload type of its own; where a PBX or SBC joins two calls, let it map the payload types.",
				})
			}
		}
	},
}

// remapped finds a dynamic payload type that has another codec than in the description before.
func remapped(old, d *description) (at sip.Span, evidence string) {
	for i := range min(len(old.Media), len(d.Media)) {
		a, ok1 := old.stream(i)
		b, ok2 := d.stream(i)
		if !ok1 || !ok2 || !a.isRTP() || !b.isRTP() || !a.used() || !b.used() || !a.sameMedia(&b) {
			continue
		}
		af, bf := a.formats(), b.formats()
		for j := range bf.list[:bf.n] {
			y := &bf.list[j]
			if n, ok := sip.PayloadType(d.Bytes(y.at)); !ok || !isDynamic(n) || y.name == nil {
				continue
			}
			for k := range af.list[:af.n] {
				x := &af.list[k]
				if x.name == nil || x.kin(y.codec) || string(old.Bytes(x.at)) != string(d.Bytes(y.at)) {
					continue
				}
				return y.at, fmt.Sprintf("Payload type %s was %s in this side's description before it and is %s now.", clip(d.Bytes(y.at)), clip(x.name), clip(y.name))
			}
		}
	}
	return at, ""
}
