package check

import (
	"fmt"
	"strings"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var dtmfPayloadMismatch = &Rule{
	Name:     "dtmf-payload-mismatch",
	Scope:    Dialog,
	Severity: Information,
	Methods:  []call.Method{call.INVITE},
	Cites:    []knowledge.Cite{{Standard: "RFC 4733", Section: "2.1"}, {Standard: "RFC 4733", Section: "2.5.1.1"}, {Standard: "RFC 3264", Section: "6.1"}},
	Doc: Doc{
		Title: "The two sides of a call may not understand each other's DTMF",
		Text: `What offer and answer agree on for keys pressed during the call is legal but often goes wrong: telephone-event was offered and is not in the answer, while nobody sends
DTMF with INFO; the answer gives it another payload type than the offer; its clock rate is not that of the codec beside it; or keys are sent with INFO although
telephone-event was agreed on. One finding for each dialog, about the first of these.`,
	},
	Scenes: func() []Scene {
		pbx := scenario.PBX(scenario.Asterisk)
		fine := scenario.Call(scenario.Alice, pbx, scenario.Codecs("PCMU"))
		accepted := scenario.StatusTo("INVITE", 200)
		without := func(m *scenario.Message) {
			m.Body = strings.NewReplacer("RTP/AVP 0 101", "RTP/AVP 0", "a=rtpmap:101 telephone-event/8000\r\n", "", "a=fmtp:101 0-16\r\n", "").Replace(m.Body)
		}
		renumber := func(m *scenario.Message) {
			m.Body = strings.NewReplacer("RTP/AVP 0 101", "RTP/AVP 0 96", "a=rtpmap:101", "a=rtpmap:96", "a=fmtp:101", "a=fmtp:96").Replace(m.Body)
		}
		opus := scenario.Call(scenario.Alice, scenario.Bob, scenario.Codecs("opus"))
		info := func(t scenario.Trace) scenario.Trace {
			at := t.Index(scenario.Request("ACK"))
			m := t.Messages[at]
			m.Headers = append([]scenario.Header(nil), m.Headers...)
			m.At += 3 * time.Second
			m.Start = strings.Replace(m.Start, "ACK ", "INFO ", 1)
			for _, do := range []scenario.Fault{
				scenario.ReplaceInHeader("CSeq", "ACK", "INFO"), scenario.ReplaceInHeader("Via", "branch=z9hG4bK", "branch=z9hG4bKi"),
				scenario.AddHeader("Info-Package", "x"), scenario.SetBody("application/dtmf-relay", "Signal=5\r\nDuration=160\r\n"),
			} {
				do(&m)
			}
			return scenario.Merge(t, scenario.Of(t.Observer, m))
		}
		want := func(at scenario.Select) []Sighting {
			return []Sighting{{Severity: Information, At: at, Related: []scenario.Select{scenario.Request("INVITE")}}}
		}
		return []Scene{
			{Name: "not in the answer", Trace: fine.With(accepted, without, fitLength), Want: want(accepted)},
			{Name: "another payload type", Trace: fine.With(accepted, renumber, fitLength), Want: want(accepted)},
			{
				Name: "on both hops of a proxy", Trace: scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.Codecs("PCMU")).With(accepted, renumber, fitLength),
				Want: want(accepted.Nth(2)),
			},
			{Name: "the clock rate is not that of the codec", Trace: opus, Want: want(accepted)},
			{Name: "INFO besides", Trace: info(fine), Want: []Sighting{{Severity: Information, At: scenario.Request("INFO"), Related: []scenario.Select{accepted}}}},
			{Name: "agreed on", Trace: fine},
			{Name: "never offered", Trace: scenario.Call(scenario.Alice, pbx, scenario.TelephoneEvent(0))},
			{Name: "another number in both", Trace: scenario.Call(scenario.Alice, pbx, scenario.TelephoneEvent(96))},
			{Name: "INFO instead", Trace: info(fine.With(accepted, without, fitLength)), Ill: true},
			{Name: "the offer is not in the log", Trace: fine.With(accepted, without, fitLength).Without(scenario.Request("INVITE")), Ill: true},
			{Name: "the answer is cut off", Trace: fine.With(accepted, without, fitLength).With(accepted, scenario.CutBody()), Ill: true},
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
			o, ok1 := offer.audio()
			a, ok2 := answer.audio()
			if !ok1 || !ok2 {
				continue
			}
			of, af := o.formats(), a.formats()
			theirs, number, offered := of.named(telephoneEvent)
			_, _, taken := af.named(telephoneEvent)
			if !offered {
				continue
			}
			f := Finding{
				Severity: Information, Certainty: StrongHint,
				At:      s.Place(at, a.text()),
				Related: []Related{s.Related(n.offer, "the offer")},
			}
			switch {
			case !taken:
				if !af.complete || s.dtmfByInfo(n.dialog) != call.None {
					continue
				}
				f.Title = "telephone-event offered and not answered"
				f.Evidence = fmt.Sprintf("The offer has telephone-event (payload type %s), the answer does not.", clip(offer.Bytes(number)))
				f.Consequence = "Keys can travel as tones in the audio only, which compressed codecs garble: voice menus may not react."
				f.Next = "If DTMF fails, enable RFC 4733 (RFC 2833) at the side that answered, or set both sides to INFO or in-band tones."
			default:
				if !s.payloadTypeDiffers(&f, at, offer, answer, &of, &af) && !clockDiffers(&f, theirs, &af) && !s.infoBesides(&f, n, at) {
					continue
				}
			}
			if !seen.again(n.dialog, 0) {
				report(f)
			}
		}
	},
}

const telephoneEvent = "telephone-event"

// payloadTypeDiffers tells of an answer that has telephone-event under none of the numbers that the offer has for it.
func (s *CallSubject) payloadTypeDiffers(f *Finding, at int32, offer, answer *description, of, af *formats) bool {
	var one, other sip.Span
	for i := range of.list[:of.n] {
		x := &of.list[i]
		if !x.is(telephoneEvent) {
			continue
		}
		for j := range af.list[:af.n] {
			y := &af.list[j]
			if !y.is(telephoneEvent) || y.rate != x.rate {
				continue
			}
			if string(offer.Bytes(x.at)) == string(answer.Bytes(y.at)) {
				return false
			}
			one, other = x.at, y.at
		}
	}
	if one.Len == 0 {
		return false
	}
	f.At = s.Place(at, other)
	f.Title = "another payload type for telephone-event in the answer"
	f.Evidence = fmt.Sprintf("The offer has telephone-event as payload type %s, the answer as %s.", clip(offer.Bytes(one)), clip(answer.Bytes(other)))
	f.Consequence = "This is legal, each side sends with the number of the other; devices that use one number both ways lose DTMF."
	f.Next = "If DTMF fails in one direction, set both sides to the same payload type, 101 as a rule."
	f.Cites = []knowledge.Cite{{Standard: "RFC 3264", Section: "6.1"}}
	return true
}

// clockDiffers tells of an answer whose first codec has another clock rate than any telephone-event in it.
func clockDiffers(f *Finding, offered codec, af *formats) bool {
	c, ok := af.first()
	if !ok || c.rate == 0 {
		return false
	}
	rate := offered.rate
	for i := range af.list[:af.n] {
		if x := &af.list[i]; x.is(telephoneEvent) {
			if x.rate == c.rate {
				return false
			}
			rate = x.rate
		}
	}
	f.Title = "telephone-event with another clock rate than the codec"
	f.Evidence = fmt.Sprintf("The answer has %s at %d Hz and telephone-event at %d Hz only; both share one stream and its time base.", clip(c.name), c.rate, rate)
	f.Consequence = "Key presses may come out too short or too long, or are not recognised."
	f.Next = fmt.Sprintf("If DTMF fails, offer and answer telephone-event/%d as well.", c.rate)
	f.Cites = []knowledge.Cite{{Standard: "RFC 4733", Section: "2.1"}}
	return true
}

// infoBesides tells of keys sent with INFO though telephone-event was agreed on.
func (s *CallSubject) infoBesides(f *Finding, n *negotiation, answer int32) bool {
	i := s.dtmfByInfo(n.dialog)
	if i == call.None || i < answer {
		return false
	}
	f.Certainty = WeakHint
	f.At = s.At(i)
	f.Related = []Related{s.Related(answer, "the answer, which has telephone-event")}
	f.Title = "DTMF by INFO though telephone-event was agreed on"
	f.Evidence = "Offer and answer have telephone-event, and a key is sent with INFO."
	f.Consequence = "If it is sent both ways, voice menus count it twice; if by INFO only, a side that waits for RTP may not see it."
	f.Next = "If keys are doubled or lost, set both sides to one way of DTMF."
	return true
}

// dtmfByInfo returns the first INFO of the dialog that carries a key, call.None for none.
func (s *CallSubject) dtmfByInfo(dialog int32) int32 {
	if !s.HasMethod(call.INFO) {
		return call.None
	}
	if s.facts.info == nil {
		s.facts.info = map[int32]int32{}
		for i := range s.Messages {
			m := &s.Messages[i]
			if m.Method != call.INFO || !m.Request || m.First != call.None {
				continue
			}
			if _, ok := s.facts.info[m.Dialog]; ok {
				continue
			}
			if h := m.Msg.Header(sip.HeaderContentType); h != nil {
				if t := strings.ToLower(string(m.Msg.Bytes(h.Value))); strings.Contains(t, "dtmf") {
					s.facts.info[m.Dialog] = int32(i)
				}
			}
		}
	}
	if i, ok := s.facts.info[dialog]; ok {
		return i
	}
	return call.None
}
