package check

import (
	"fmt"
	"strings"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var answerDirection = &Rule{
	Name:     "answer-direction",
	Scope:    Dialog,
	Severity: Warning,
	Failures: []string{"hold-direction-stuck"},
	Methods:  []call.Method{call.INVITE},
	Cites:    []knowledge.Cite{{Standard: "RFC 3264", Section: "6.1"}},
	Doc: Doc{
		Title: "Answer with a direction that the offer does not allow",
		Text: `A stream that is offered as sendonly must be answered as recvonly or inactive, one that is offered as recvonly as sendonly or inactive, and one that is offered
as inactive as inactive. No direction at all means sendrecv. An offer of sendrecv may be answered with any direction. Refused and multicast streams are left alone.`,
	},
	Scenes: func() []Scene {
		held := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Hold())
		proxied := scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.Hold())
		// The 200 to the hold is the second one.
		hold := scenario.StatusTo("INVITE", 200).Nth(2)
		wrong := held.With(hold, direction("recvonly", "sendrecv"), fitLength)
		return []Scene{
			{Name: "hold answered with sendrecv", Trace: wrong, Want: []Sighting{{Severity: Warning, At: hold, Related: []scenario.Select{scenario.Request("INVITE").Nth(2)}}}},
			{
				Name: "hold answered without a direction", Trace: held.With(hold, direction("a=recvonly\r\n", ""), fitLength),
				Want: []Sighting{{Severity: Warning, At: hold, Related: []scenario.Select{scenario.Request("INVITE").Nth(2)}}},
			},
			{
				Name: "on both hops of a proxy",
				Trace: proxied.With(scenario.StatusTo("INVITE", 200).Nth(3), direction("recvonly", "sendrecv"), fitLength).
					With(scenario.StatusTo("INVITE", 200).Nth(4), direction("recvonly", "sendrecv"), fitLength),
				Want: []Sighting{{Severity: Warning, At: scenario.StatusTo("INVITE", 200).Nth(4), Related: []scenario.Select{scenario.Request("INVITE").Nth(3)}}},
			},
			{
				Name: "the answer came twice", Trace: wrong.Repeat(hold, 600_000_000),
				Want: []Sighting{{Severity: Warning, At: hold, Related: []scenario.Select{scenario.Request("INVITE").Nth(2)}}},
			},
			{Name: "hold and resume", Trace: held},
			{Name: "hold and resume through a proxy", Trace: proxied},
			{Name: "both hold", Trace: held.With(hold, direction("recvonly", "inactive"), fitLength)},
			{Name: "the offer is not in the log", Trace: wrong.Without(scenario.Request("INVITE").Nth(2)), Ill: true},
			{Name: "the answer is cut off", Trace: wrong.With(hold, scenario.CutBody()), Ill: true},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		var seen once
		list := s.negotiations()
		for k := range list {
			n := &list[k]
			offer, answer := s.description(n.offer), s.description(n.answer)
			if offer == nil || answer == nil || n.refused != call.None {
				continue
			}
			for o, a := range pairs(offer, answer) {
				if !o.isRTP() || !a.isRTP() || o.isMulticast() {
					continue
				}
				one, other := o.direction(), a.direction()
				want := allowedDirections(one, other)
				if want == "" || seen.again(s.exchangeOf(n), n.dialog) {
					continue
				}
				said := "a=" + other.String()
				at := a.text()
				if l := a.directionLine(); l != nil {
					at = l.Text()
				} else {
					said = "no direction, which means sendrecv"
				}
				report(Finding{
					Severity:    Warning,
					At:          s.Place(n.answer, at),
					Related:     []Related{s.Related(n.offer, "the offer, which says "+one.String())},
					Title:       fmt.Sprintf("%s offered as %s and answered as %s", clip(offer.Bytes(o.m.Media)), one, other),
					Evidence:    fmt.Sprintf("The offer says a=%s, the answer %s; only %s is allowed.", one, said, want),
					Consequence: "The sides disagree about who sends: a hold may end with media nobody wants, or a resume with silence.",
					Next:        "Make the side that answered mirror the direction of the offer; look there first if audio is missing after hold or transfer.",
				})
				break
			}
		}
	},
}

// allowedDirections names what may answer an offer of direction one; "" when other may (RFC 3264 section 6.1).
func allowedDirections(one, other sip.SDPAttr) string {
	switch {
	case other == sip.AttrInactive || one == sip.AttrSendrecv:
	case one == sip.AttrSendonly && other != sip.AttrRecvonly:
		return "recvonly or inactive"
	case one == sip.AttrRecvonly && other != sip.AttrSendonly:
		return "sendonly or inactive"
	case one == sip.AttrInactive:
		return "inactive"
	}
	return ""
}

// directionLine returns the line that gives the stream its direction, nil when none does.
func (t *stream) directionLine() *sip.SDPLine {
	for _, part := range [...]sip.SDPMedia{t.x, {First: 0, End: t.d.SessionEnd()}} {
		for i := part.First; i < part.End; i++ {
			if l := &t.d.Lines[i]; l.Attr.IsDirection() {
				return l
			}
		}
	}
	return nil
}

// isMulticast reports whether the stream has a multicast address, where directions mean something else (RFC 3264 section 6.2).
func (t *stream) isMulticast() bool {
	l := t.d.MediaConnection(t.x)
	if l == nil {
		return false
	}
	c, err := t.d.Connection(l)
	if err != nil {
		return true // nobody can tell
	}
	b := t.d.Bytes(c.Address)
	o, ok := octets(b)
	return ok && o[0] >= 224 && o[0] < 240 || len(b) > 2 && (b[0]|0x20) == 'f' && (b[1]|0x20) == 'f' && !ok
}

// direction replaces a direction in a scene's description.
func direction(old, with string) scenario.Fault {
	return func(m *scenario.Message) {
		if !strings.Contains(m.Body, old) {
			panic("no " + old + " in the scene's description")
		}
		m.Body = strings.Replace(m.Body, old, with, 1)
	}
}
