package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var contactUnreachable = &Rule{
	Name:     "contact-unreachable",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Failures: []string{"private-ip-in-contact"},
	Messages: []knowledge.Range{{Request: true}, {Lo: 101, Hi: 299}},
	Fields:   []sip.HeaderID{sip.HeaderContact},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "8.1.1.8"}, {Standard: "RFC 3261", Section: "12.1.1"}},
	Doc: Doc{
		Title: "Contact with an address at which nobody can be reached",
		Text: `Later requests of the dialog go to the Contact. 0.0.0.0, [::] and multicast or broadcast addresses name no element that could answer;
a loopback address (127.0.0.1, [::1], localhost) names the reader's own host, and is reported in requests whose sender calls itself something else in its
Via. Private addresses may well be reachable and are not reported, nor host names under .invalid, which WebSocket clients use (RFC 7118).`,
	},
	Cases: func() []Case {
		invite := func(via, contact string) string {
			return "INVITE sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP " + via + ";branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 INVITE\nAllow: INVITE, ACK, BYE, CANCEL\nSupported: 100rel\nContact: <sip:a@" + contact + ">\nContent-Length: 0\n\n"
		}
		return []Case{
			{Name: "any address", Text: invite("192.0.2.1", "0.0.0.0:5060"), Want: []string{"warning: 0.0.0.0"}},
			{Name: "a multicast group", Text: invite("192.0.2.1", "224.0.1.75"), Want: []string{"warning: 224.0.1.75"}},
			{Name: "loopback to another host", Text: invite("192.0.2.1", "127.0.1.1:5060"), Want: []string{"warning: 127.0.1.1"}},
			{Name: "loopback among programs of one host", Text: invite("127.0.0.1:5080", "127.0.0.1:5080")},
			{Name: "a private address", Text: invite("10.0.0.5", "10.0.0.5")},
			{Name: "a WebSocket client", Text: invite("df7jal23ls0d.invalid", "df7jal23ls0d.invalid;transport=ws")},
			{Name: "cut off behind it", Log: true, Text: "a message:\nINVITE sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nContact: <sip:a@0.0.0.0>"},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		if !makesDialog(s) && (!inRegister(s) || !s.Message.IsRequest()) {
			return
		}
		m := s.Message
		for _, a := range m.Addresses(sip.HeaderContact) {
			u, err := m.URI(a.URI)
			if err != nil || u.Kind != sip.SIPURI {
				continue
			}
			why := unreachable(m, u.Host)
			if why == "" {
				continue
			}
			report(Finding{
				Severity:    Warning,
				At:          at(u.Host),
				Title:       fmt.Sprintf("%s whose Contact nobody can reach", name(m)),
				Evidence:    fmt.Sprintf("The Contact is at %s, %s.", clip(m.Bytes(u.Host)), why),
				Consequence: "ACK, BYE or calls to the sender do not arrive unless a proxy mends the address.",
				Next:        "Set the address that the sender announces (bind address, external address, SIP domain of the stack).",
			})
			return
		}
	},
}

// unreachable says why nobody is reached at a host, "" when somebody may be.
func unreachable(m *sip.Message, host sip.Span) string {
	h := m.Bytes(host)
	o, v4 := octets(h)
	switch {
	case v4 && o == [4]int{}, string(h) == "[::]":
		return "which stands for no address"
	case v4 && o[0] >= 224 && o[0] < 240:
		return "a multicast group"
	case v4 && o == [4]int{255, 255, 255, 255}:
		return "the broadcast address"
	case !isLoopback(h, o, v4) || !m.IsRequest():
		return ""
	}
	own, _ := lowestVia(m)
	via := m.Bytes(own)
	o, v4 = octets(via)
	// A name may be that of the sender's own host; only another address proves something.
	if !v4 || isLoopback(via, o, v4) || bytes.Equal(via, h) {
		return ""
	}
	return fmt.Sprintf("a loopback address, though the sender's Via says %s", clip(via))
}

func isLoopback(h []byte, o [4]int, v4 bool) bool {
	return v4 && o[0] == 127 || string(h) == "[::1]" || sip.EqualFold(h, "localhost")
}
