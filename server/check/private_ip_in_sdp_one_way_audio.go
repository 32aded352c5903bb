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

var privateAddressForMedia = &Rule{
	Name:     "private-ip-in-sdp-one-way-audio",
	Scope:    Dialog,
	Severity: Warning,
	Methods:  []call.Method{call.INVITE},
	Cites:    []knowledge.Cite{{Standard: "RFC 3264", Section: "5.1"}, {Standard: "RFC 3264", Section: "6.1"}, {Standard: "RFC 8866", Section: "5.7"}},
	Doc: Doc{
		Title: "Media address that the other side cannot reach",
		Text: `One side asks for media at a private address although the log shows that it talks over the Internet: its packets come from a public address, its Via was
marked with received, or its packets go to a public address; and the other side's media address is a public one. Many servers cope, they send media back to where media comes
from. So this is an information, and a warning when the log shows that media failed, too: the call ended by a timeout of RTP, or the statistics of a side count no packets.

Calls within a private network, streams with ICE, streams that ask for no media and descriptions that a proxy in the log corrects are left alone.

A call that was answered with the address 0.0.0.0 and never gets another one is a warning: the other side may send no media.`,
	},
	Scenes: func() []Scene {
		pbx := scenario.PBX(scenario.Asterisk)
		phone := scenario.Alice.BehindNAT("192.168.1.20:5060")
		behind := scenario.Call(phone, pbx)
		stats := behind.With(scenario.Request("BYE"), scenario.AddHeader("P-RTP-Stat", "PS=1150,OS=184000,PR=0,OR=0,PL=0"))
		lan := scenario.Bob
		lan.Addr = scenario.UDP("192.168.1.30:5062")
		inside := scenario.Alice
		inside.Addr = scenario.UDP("192.168.1.20:5060")
		zero := func(m *scenario.Message) {
			m.Body = strings.Replace(m.Body, "c=IN IP4 192.0.2.10", "c=IN IP4 0.0.0.0", 1)
		}
		silent := scenario.Call(scenario.Alice, pbx).With(scenario.StatusTo("INVITE", 200), zero, fitLength)
		related := []scenario.Select{scenario.StatusTo("INVITE", 200)}
		return []Scene{
			{
				Name: "a phone behind a NAT", Trace: behind,
				Want: []Sighting{{Severity: Information, At: scenario.Request("INVITE"), Related: related}},
			},
			{
				Name: "and it received nothing", Trace: stats,
				Want: []Sighting{{Severity: Warning, At: scenario.Request("INVITE"), Related: append(related, scenario.Request("BYE"))}},
			},
			{
				Name: "the callee is behind a NAT", Trace: scenario.Call(scenario.Alice, scenario.Bob.BehindNAT("10.0.0.7:5062")), Formats: []scenario.Format{scenario.Sngrep, scenario.Ngrep},
				Want: []Sighting{{Severity: Information, At: scenario.StatusTo("INVITE", 200), Related: []scenario.Select{scenario.Request("INVITE")}}},
			},
			{
				Name: "through a proxy, on both hops", Trace: scenario.Proxied(phone, scenario.PBX(scenario.Kamailio), scenario.Bob), Formats: []scenario.Format{scenario.Sngrep, scenario.Ngrep},
				Want: []Sighting{{Severity: Information, At: scenario.Request("INVITE"), Related: []scenario.Select{scenario.StatusTo("INVITE", 200).Nth(2)}}},
			},
			{
				Name: "answered with 0.0.0.0", Trace: silent,
				Want: []Sighting{{Severity: Warning, At: scenario.StatusTo("INVITE", 200), Related: []scenario.Select{scenario.Request("INVITE")}}},
			},
			{Name: "the phone knows its public address", Trace: scenario.Call(scenario.Alice, pbx)},
			{Name: "both in one private network", Trace: scenario.Call(inside, lan)},
			{Name: "both behind a NAT, perhaps the same", Trace: scenario.Call(phone, scenario.Bob.BehindNAT("192.168.1.30:5062")), Ill: true},
			{
				Name: "a proxy corrects the address", Ill: true, Formats: []scenario.Format{scenario.Sngrep, scenario.Ngrep},
				Trace: scenario.Proxied(phone, scenario.PBX(scenario.Kamailio), scenario.Bob).With(scenario.Request("INVITE").Nth(2), func(m *scenario.Message) {
					m.Body = strings.Replace(m.Body, "c=IN IP4 192.168.1.20", "c=IN IP4 192.0.2.10", 1)
				}, fitLength),
			},
			{Name: "the log has one side only", Trace: behind.Only(scenario.Request("INVITE")), Ill: true},
			{Name: "the answer is not in the log", Trace: behind.Without(scenario.StatusTo("INVITE", 200)), Ill: true},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		var seen, sides once
		var mended map[[2]int32]bool
		list := s.negotiations()
		for k := range list {
			n := &list[k]
			if n.offer == call.None || n.refused != call.None {
				continue
			}
			offer, answer, answeredBy := s.answered(n)
			if offer == nil || answer == nil {
				continue
			}
			s.zeroAddress(n, offer, answer, answeredBy, &sides, report)
			for side, from := range [2]*description{offer, answer} {
				i, to, j := n.offer, answer, answeredBy
				if side == 1 {
					i, to, j = answeredBy, offer, n.offer
				}
				t, line, address, ok := privateStream(from)
				if !ok || !hasPublicStream(to) {
					continue
				}
				why := s.outside(i, n)
				if why == "" {
					continue
				}
				if mended == nil {
					mended = s.mendedDescriptions()
				}
				x := s.exchangeOf(n)
				if mended[[2]int32{x, int32(side)}] {
					continue
				}
				// The same side again, on another hop or in a later offer or answer.
				m := &s.Messages[i]
				sender := m.From
				if !m.Request {
					sender = m.To
				}
				if seen.again(i, 0) || sides.again(int32(sender&0x7fffffff), 1) {
					continue
				}
				f := Finding{
					Severity: Information, Certainty: StrongHint,
					At:          s.Place(i, line.Text()),
					Related:     []Related{s.Related(j, "the other side, which has a public media address")},
					Title:       "media wanted at a private address over the Internet",
					Evidence:    fmt.Sprintf("The %s asks for %s at %s, but %s, and the other side's media address is a public one.", s.Name(i), clip(from.Bytes(t.m.Media)), clip(from.Bytes(address)), why),
					Consequence: "Media to this address does not arrive unless the other side sends it back to where media comes from: one-way audio, or none.",
					Next:        "If a side hears nothing, set the external media address of the sender, use STUN or ICE, or lead the media through a relay.",
				}
				if failed, words := s.mediaFailed(); failed != call.None {
					f.Severity = Warning
					f.Evidence += " " + words
					f.Related = append(f.Related, s.Related(failed, "the sign that media failed"))
				}
				report(f)
			}
		}
	},
}

// fitLength makes Content-Length of a scene's message right again.
func fitLength(m *scenario.Message) {
	scenario.SetHeader("Content-Length", fmt.Sprint(len(m.Body)))(m)
}

// privateStream returns the first stream that wants media at a private IPv4 address without ICE.
func privateStream(d *description) (t stream, line *sip.SDPLine, address sip.Span, ok bool) {
	for i := range d.Media {
		t, ok := d.stream(i)
		if !ok || !t.used() || t.isHeld() || d.usesICE(t.x) {
			continue
		}
		if a, l := t.address(); l != nil && isPrivateIPv4(d.Bytes(a)) {
			return t, l, a, true
		}
	}
	return t, nil, address, false
}

// hasPublicStream reports whether a stream in use has a public IPv4 address.
func hasPublicStream(d *description) bool {
	for i := range d.Media {
		if t, ok := d.stream(i); ok && t.used() {
			if a, l := t.address(); l != nil && isPublicIPv4(d.Bytes(a)) {
				return true
			}
		}
	}
	return false
}

// outside says why message i of a negotiation crossed the edge of a private network, "" when nothing shows it.
func (s *CallSubject) outside(i int32, n *negotiation) string {
	m := &s.Messages[i]
	via := m.Msg
	if i == n.request && n.accepted != call.None {
		via = s.Messages[n.accepted].Msg // the response shows what its receiver added to Via
	}
	if i == n.request || m.Request {
		if own, received := lowestVia(via); received.Len > 0 && isPrivateIPv4(via.Bytes(own)) && isPublicIPv4(via.Bytes(received)) {
			return "its packets come from " + clip(via.Bytes(received)) + ", as received in its Via says"
		}
	}
	switch {
	case m.SrcNet == call.NetPublic:
		return "the message came from a public address"
	case m.SrcNet == call.NetPrivate && m.DstNet == call.NetPublic:
		return "the message went to a public address"
	}
	return ""
}

// mendedDescriptions returns the exchanges whose offer (0) or answer (1) has no private address on one of the hops.
func (s *CallSubject) mendedDescriptions() map[[2]int32]bool {
	out := map[[2]int32]bool{}
	list := s.negotiations()
	for k := range list {
		n := &list[k]
		offer, answer, _ := s.answered(n)
		for side, d := range [2]*description{offer, answer} {
			if d == nil {
				continue
			}
			if _, _, _, private := privateStream(d); !private && hasPublicStream(d) {
				out[[2]int32{s.exchangeOf(n), int32(side)}] = true
			}
		}
	}
	return out
}

// mediaFailed returns a message that says that media did not arrive, and the words for it; call.None for none.
func (s *CallSubject) mediaFailed() (i int32, words string) {
	if !s.HasMethod(call.BYE) {
		return call.None, ""
	}
	for i := range s.Messages {
		m := &s.Messages[i]
		if m.Method != call.BYE || m.First != call.None {
			continue
		}
		for k := range m.Msg.Headers {
			h := &m.Msg.Headers[k]
			v := m.Msg.Bytes(h.Value)
			switch {
			case h.ID == sip.HeaderReason || h.ID == sip.HeaderWarning:
				if low := bytes.ToLower(v); (bytes.Contains(low, []byte("rtp")) || bytes.Contains(low, []byte("media"))) && bytes.Contains(low, []byte("timeout")) {
					return int32(i), "The call ended because media failed to come: " + clip(v) + "."
				}
			case countsNothing(m.Msg.Bytes(h.Name), v):
				return int32(i), "The statistics of a side count no packets: " + clip(v) + "."
			}
		}
	}
	return call.None, ""
}

// countsNothing reports whether a field is a statistic of RTP that counts no packets one way: P-RTP-Stat and
// X-RTP-Stat with PS=0 or PR=0, RTP-RxStat with Pkt=0.
func countsNothing(name, v []byte) bool {
	if !bytes.Contains(bytes.ToUpper(name), []byte("RTP-")) {
		return false
	}
	for part := range bytes.FieldsFuncSeq(v, func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
		for _, zero := range [...]string{"PS=0", "PR=0", "Pkt=0"} {
			if sip.EqualFold(part, zero) {
				return true
			}
		}
	}
	return false
}

// zeroAddress reports an answer that names no address for media, when nothing later in the call gives one.
func (s *CallSubject) zeroAddress(n *negotiation, offer, answer *description, i int32, sides *once, report func(Finding)) {
	if n.late || n.answer != i || n.accepted != i || !s.Transactions[n.transaction].Initial {
		return
	}
	t, ok := answer.audio()
	if !ok || t.direction() != sip.AttrSendrecv || answer.usesICE(t.x) {
		return
	}
	a, line := t.address()
	if line == nil || !sip.IsUnspecified(answer.Bytes(a)) {
		return
	}
	if o, ok := offer.audio(); !ok || o.isHeld() || o.direction() != sip.AttrSendrecv {
		return
	}
	list := s.negotiations()
	for k := range list {
		// Another description of that side follows.
		if x := &list[k]; x.dialog == n.dialog && x.transaction != n.transaction && s.exchangeOf(x) != s.exchangeOf(n) && x.refused == call.None {
			return
		}
	}
	if sides.again(s.exchangeOf(n), 2) {
		return
	}
	f := Finding{
		Severity: Warning, Certainty: StrongHint,
		At:          s.Place(i, line.Text()),
		Related:     []Related{s.Related(n.offer, "the offer, which wants to talk both ways")},
		Title:       "call answered without an address for media",
		Evidence:    fmt.Sprintf("The %s has the address %s for a stream that is to go both ways, and no later description in the call has another one.", s.Name(i), clip(answer.Bytes(a))),
		Consequence: "The other side may send no media there: who answered hears nothing.",
		Next:        "See at the side that answered why it did not know its address: its media address, its interface, or the element that hides it.",
		Cites:       []knowledge.Cite{{Standard: "RFC 3264", Section: "8.4"}},
	}
	s.Missing(&f)
	report(f)
}
