package check

import (
	"bytes"
	"fmt"
	"strings"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var familyMismatch = &Rule{
	Name:     "ip-family-mismatch",
	Scope:    Dialog,
	Severity: Warning,
	Methods:  []call.Method{call.INVITE},
	Cites:    []knowledge.Cite{{Standard: "RFC 6157", Section: "4.1"}, {Standard: "RFC 8866", Section: "5.7"}},
	Doc: Doc{
		Title: "Offer and answer with IPv4 on one side and IPv6 on the other",
		Text: `The media address of an answer must be of the same type as that of the offer, IP4 or IP6. Streams with ICE, which try all pairs of addresses, streams on hold, refused
ones and host names are left alone, and so are offers that give both families (a=altc, a=group:ANAT). Or an offer is refused and Warning 301 says that the address format does not fit.`,
	},
	Scenes: func() []Scene {
		pbx := scenario.PBX(scenario.Asterisk)
		fine := scenario.Call(scenario.Alice, pbx)
		six := func(m *scenario.Message) {
			m.Body = strings.Replace(m.Body, "c=IN IP4 192.0.2.10", "c=IN IP6 2001:db8::10", 1)
		}
		accepted := scenario.StatusTo("INVITE", 200)
		phone6, pbx6 := scenario.Alice, pbx
		phone6.Addr, pbx6.Addr = scenario.UDP("[2001:db8::21]:5060"), scenario.UDP("[2001:db8::10]:5060")
		wrong := fine.With(accepted, six, fitLength)
		refused := scenario.Call(phone6, pbx6, scenario.Rejected(488)).With(scenario.Status(488), scenario.SetHeader("Warning", `301 [2001:db8::10] "Incompatible network address format"`))
		proxied := scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob).With(accepted, func(m *scenario.Message) {
			m.Body = strings.Replace(m.Body, "c=IN IP4 198.51.100.22", "c=IN IP6 2001:db8::22", 1)
		}, fitLength)
		want := func(at scenario.Select) []Sighting {
			return []Sighting{{Severity: Warning, At: at, Related: []scenario.Select{scenario.Request("INVITE")}}}
		}
		return []Scene{
			{Name: "IPv4 offered, IPv6 answered", Trace: wrong, Want: want(accepted)},
			{Name: "on both hops of a proxy", Trace: proxied, Want: want(accepted.Nth(2))},
			{Name: "refused for the address", Trace: refused, Want: want(scenario.Status(488))},
			{Name: "both IPv4", Trace: fine},
			{Name: "both IPv6", Trace: scenario.Call(phone6, pbx6)},
			{Name: "a host name", Trace: fine.With(accepted, direction("c=IN IP4 192.0.2.10", "c=IN IP6 media.example.com"), fitLength)},
			{Name: "the offer is not in the log", Trace: wrong.Without(scenario.Request("INVITE")), Ill: true},
			{Name: "the answer is cut off", Trace: wrong.With(accepted, scenario.CutBody()), Ill: true},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		var seen once
		list := s.negotiations()
		for k := range list {
			n := &list[k]
			if n.refused != call.None {
				s.addressRefused(n, &seen, report)
				continue
			}
			offer, answer, at := s.answered(n)
			if offer == nil || answer == nil {
				continue
			}
			for o, a := range pairs(offer, answer) {
				if offer.usesICE(o.x) || offer.hasAlternatives(o.x) {
					continue
				}
				one, _ := o.family()
				other, line := a.family()
				if one == 0 || other == 0 || one == other || seen.again(s.exchangeOf(n), n.dialog) {
					continue
				}
				report(Finding{
					Severity:    Warning,
					At:          s.Place(at, line.Text()),
					Related:     []Related{s.Related(n.offer, "the offer")},
					Title:       fmt.Sprintf("IPv%d offered for media and IPv%d answered", one, other),
					Evidence:    fmt.Sprintf("The offer wants %s at an IPv%d address, the answer has an IPv%d address, and neither offers the other family.", clip(offer.Bytes(o.m.Media)), one, other),
					Consequence: "Unless both hosts have both families, media cannot flow: no audio.",
					Next:        "Make the side that answers use the family of the offer, or lead the media through a relay that has both.",
				})
				break
			}
		}
	},
}

// family returns 4 or 6, the family of the stream's address, and its line; 0 for a name, no address, or one that means none.
func (t *stream) family() (int, *sip.SDPLine) {
	a, l := t.address()
	if l == nil {
		return 0, nil
	}
	b := t.d.Bytes(a)
	_, four := octets(b)
	switch {
	case sip.IsUnspecified(b):
		return 0, nil
	case four:
		return 4, l
	case bytes.IndexByte(b, ':') >= 0:
		return 6, l
	}
	return 0, nil
}

// hasAlternatives reports whether the description gives addresses of both families (RFC 6947, RFC 4091).
func (d *description) hasAlternatives(x sip.SDPMedia) bool {
	for i := range d.Lines {
		l := &d.Lines[i]
		if v := d.Bytes(l.Value); l.Type == 'a' && (bytes.HasPrefix(v, []byte("altc:")) && x.First <= i && i < x.End || bytes.HasPrefix(v, []byte("group:ANAT"))) {
			return true
		}
	}
	return false
}

// addressRefused reports an offer that was refused with Warning 301.
func (s *CallSubject) addressRefused(n *negotiation, seen *once, report func(Finding)) {
	m := &s.Messages[n.refused]
	if m.Status != 488 && m.Status != 606 || n.offer == call.None {
		return
	}
	for w := range m.Msg.Warnings {
		if string(m.Msg.Bytes(w.Code)) != "301" {
			continue
		}
		if !seen.again(s.exchangeOf(n), n.dialog) {
			report(Finding{
				Severity:    Warning,
				At:          s.Field(n.refused, sip.HeaderWarning),
				Related:     []Related{s.Related(n.offer, "the offer")},
				Title:       "offer refused for the format of its address",
				Evidence:    fmt.Sprintf("Warning of the %s says: %s.", s.Name(n.refused), clip(m.Msg.Bytes(w.Value))),
				Consequence: "There is no session: the sides have no address family in common.",
				Next:        "Offer an address of the family that the other side has, or lead the media through a relay that has both.",
				Cites:       []knowledge.Cite{{Standard: "RFC 3261", Section: "20.43"}, {Standard: "RFC 6157", Section: "4"}},
			})
		}
		return
	}
}
