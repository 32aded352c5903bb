package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var contactBehindNAT = &Rule{
	Name:     "contact-behind-nat",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Information,
	Failures: []string{"private-ip-in-contact"},
	Messages: []knowledge.Range{{Request: true}},
	Fields:   []sip.HeaderID{sip.HeaderContact},
	Cites:    []knowledge.Cite{{Standard: "RFC 3581", Section: "4"}, {Standard: "RFC 5626", Section: "1"}},
	Doc: Doc{
		Title: "Contact with a private address that the network saw as a public one",
		Text: `The proof stands in the message: the sender's own Via, the lowest one, names a private address, the next element added with received the
public address that the request came from, and Contact repeats the private one. Requests to that Contact do not arrive unless a proxy mends the address or keeps the
flow, which most networks do. Contacts that RFC 5626 keeps reachable (ob, reg-id) or that carry the real address in a parameter (alias) are not reported, nor
addresses without that proof.`,
	},
	Cases: func() []Case {
		invite := func(via, contact string) string {
			return "INVITE sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 198.51.100.9;branch=z9hG4bK2\nVia: SIP/2.0/UDP " + via + ";branch=z9hG4bK1\nMax-Forwards: 69\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 INVITE\nAllow: INVITE, ACK, BYE, CANCEL\nSupported: 100rel\nContact: " + contact + "\nContent-Length: 0\n\n"
		}
		return []Case{
			{Name: "seen through a NAT", Text: invite("10.0.0.5:5060;received=203.0.113.7;rport=40321", "<sip:a@10.0.0.5:5060>"), Want: []string{"information: 10.0.0.5"}},
			{Name: "mended by a proxy", Text: invite("10.0.0.5:5060;received=203.0.113.7;rport=40321", "<sip:a@203.0.113.7:40321>")},
			{Name: "all in one private network", Text: invite("10.0.0.5:5060;received=10.0.0.6", "<sip:a@10.0.0.5:5060>")},
			{Name: "a flow that is kept", Text: invite("10.0.0.5:5060;received=203.0.113.7", "<sip:a@10.0.0.5:5060;ob>")},
			{Name: "no proof", Text: invite("10.0.0.5:5060", "<sip:a@10.0.0.5:5060>")},
			{
				Name: "cut off behind it", Log: true,
				Text: "a message:\nINVITE sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 10.0.0.5;received=203.0.113.7;branch=z9hG4bK1\nContact: <sip:a@10.0.0.5>",
			},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		if !makesDialog(s) && !inRegister(s) {
			return
		}
		m := s.Message
		contact, ok := m.Address(sip.HeaderContact)
		if !ok || contact.Star {
			return
		}
		u, err := m.URI(contact.URI)
		if err != nil || u.Kind != sip.SIPURI || !isPrivateIPv4(m.Bytes(u.Host)) || keepsFlow(m, u, contact) {
			return
		}
		own, received := lowestVia(m)
		if received.Len == 0 || !bytes.Equal(m.Bytes(own), m.Bytes(u.Host)) || !isPublicIPv4(m.Bytes(received)) {
			return
		}
		report(Finding{
			Severity:    Information,
			At:          at(u.Host),
			Title:       fmt.Sprintf("%s from behind a NAT with its private address as Contact", name(m)),
			Evidence:    fmt.Sprintf("The sender calls itself %s in Via and Contact, and was seen as %s.", clip(m.Bytes(u.Host)), clip(m.Bytes(received))),
			Consequence: "Requests to this Contact arrive only if a proxy mends the address or keeps the sender's flow.",
			Next:        "If ACK, BYE or calls to the sender get lost, switch on NAT support in the proxy, or STUN or outbound (RFC 5626) in the device.",
		})
	},
}

// lowestVia returns the host of the sender's own Via and the address that the next element saw.
func lowestVia(m *sip.Message) (host, received sip.Span) {
	var last sip.Span
	for _, v := range m.Values(sip.HeaderVia) {
		last = v
	}
	if last.Len == 0 {
		return host, received
	}
	// Protocol and sent-by stand in front of the parameters as the URI of an addr-spec does.
	via := m.ReadAddress(last)
	if p, ok := m.FindParam(via.Params, ';', "received"); ok {
		received = p.Value
	}
	sentBy := m.Bytes(via.URI)
	from := bytes.LastIndexAny(sentBy, " \t\r\n") + 1
	host = sip.Span{Off: via.URI.Off + int32(from), Len: int32(len(sentBy) - from)}
	if i := bytes.IndexByte(sentBy[from:], ':'); i >= 0 {
		host.Len = int32(i)
	}
	return host, received
}

func keepsFlow(m *sip.Message, u sip.URI, contact sip.Address) bool {
	for _, name := range [...]string{"ob", "alias", "gr"} {
		if _, ok := m.FindParam(u.Params, ';', name); ok {
			return true
		}
	}
	_, ok := m.FindParam(contact.Params, ';', "reg-id")
	return ok
}

// octets reads an IPv4 address.
func octets(b []byte) (o [4]int, ok bool) {
	n := 0
	for i, c := range b {
		switch {
		case c >= '0' && c <= '9' && o[n] < 100:
			o[n] = o[n]*10 + int(c-'0')
		case c == '.' && n < 3 && i > 0 && b[i-1] != '.':
			n++
		default:
			return o, false
		}
	}
	return o, n == 3 && len(b) > 0 && b[len(b)-1] != '.'
}

// isPrivateIPv4: RFC 1918, and the space that providers share among customers (RFC 6598).
func isPrivateIPv4(b []byte) bool {
	o, ok := octets(b)
	return ok && (o[0] == 10 || o[0] == 172 && o[1]&0xF0 == 16 || o[0] == 192 && o[1] == 168 || o[0] == 100 && o[1]&0xC0 == 64)
}

func isPublicIPv4(b []byte) bool {
	o, ok := octets(b)
	return ok && !isPrivateIPv4(b) && o[0] != 127 && o[0] != 0 && o[0] < 224 && (o[0] != 169 || o[1] != 254)
}
