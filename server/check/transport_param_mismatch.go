package check

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
	"sipls/server/trace"
)

var transportLost = &Rule{
	Name:     "transport-param-mismatch",
	Scope:    Dialog,
	Severity: Warning,
	Cites:    []knowledge.Cite{{Standard: "RFC 3263", Section: "4.1"}, {Standard: "RFC 3261", Section: "19.1.1"}, {Standard: "RFC 3261", Section: "12.2.1.1"}},
	Doc: Doc{
		Title: "Request over UDP inside a dialog that was set up over TCP, TLS or WebSocket",
		Text: `Without a transport parameter in the Contact (or in the Record-Route of the nearest proxy), a request inside the dialog to an address with an IP or a port goes over UDP. The rule
fires when the dialog was set up over a connection on the same hop, the request goes over UDP and gets no answer for 64*T1 (32 s) (for an ACK: the 2xx is repeated all the same).
It stays silent where UDP works, in logs that show several hops, and for requests that were received.`,
	},
	Scenes: func() []Scene {
		phone, server := scenario.Alice, scenario.PBX(scenario.Asterisk)
		phone.Addr, server.Addr = scenario.TCP("198.51.100.21:5060"), scenario.TCP("192.0.2.10:5060")
		later := scenario.Keepalive(scenario.Bob, scenario.PBX(scenario.Asterisk), scenario.Start(2*time.Minute), scenario.Seed(7))
		udp := func(m *scenario.Message) {
			m.Start = strings.Replace(m.Start, ";transport=tcp", "", 1)
			for i := range m.Headers {
				if h := &m.Headers[i]; h.Name == "Via" {
					h.Value = strings.Replace(h.Value, "SIP/2.0/TCP", "SIP/2.0/UDP", 1)
				}
			}
			m.From.Transport, m.To.Transport = "UDP", "UDP"
		}
		bare := scenario.ReplaceInHeader("Contact", ";transport=tcp", "")
		invite, bye, ack := scenario.Request("INVITE"), scenario.Request("BYE"), scenario.Request("ACK")
		byeAnswer := scenario.StatusTo("BYE", 200)
		fine := scenario.Call(phone, server, scenario.CalleeHangsUp())
		lax := fine.With(invite, bare).With(bye, udp).With(byeAnswer, udp)
		lost := lax.Without(byeAnswer).Repeat(bye, repeats...)
		out := scenario.Call(server, phone)
		unheard := out.With(scenario.StatusTo("INVITE", 200), bare).With(ack, udp).Repeat(scenario.StatusTo("INVITE", 200), repeats[1:5]...).Repeat(ack, repeats[1:5]...)
		return []Scene{
			{Name: "BYE over UDP to a phone on TCP", Trace: scenario.Merge(lost, later), Want: []Sighting{{Severity: Warning, At: bye, Related: []scenario.Select{invite}}}},
			{Name: "ACK over UDP to a phone on TCP", Trace: scenario.Merge(unheard, later), Want: []Sighting{{Severity: Warning, At: ack, Related: []scenario.Select{scenario.StatusTo("INVITE", 200)}}}},
			{Name: "all over TCP", Trace: scenario.Merge(fine, later)},
			{Name: "UDP, and it is answered", Trace: scenario.Merge(lax, later)},
			{Name: "all over UDP, and the BYE gets lost", Trace: scenario.Merge(scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.CalleeHangsUp()).Without(byeAnswer).Repeat(bye, repeats...), later), Ill: true},
			{Name: "over TCP, and the BYE gets lost", Trace: scenario.Merge(fine.Without(byeAnswer), later), Ill: true},
			{Name: "the log ends behind the BYE", Trace: lax.Without(byeAnswer)},
			{Name: "the call began before the log", Trace: scenario.Merge(lost.Only(bye), later), Ill: true},
			{Name: "a proxy between TCP and UDP", Trace: scenario.Merge(scenario.Proxied(phone, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.CalleeHangsUp()), later)},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		for d := range s.Dialogs {
			checkTransport(s, &s.Dialogs[d], report)
		}
	},
}

func checkTransport(s *CallSubject, d *call.Dialog, report func(Finding)) {
	if d.Request == call.None {
		return
	}
	first := &s.Messages[d.Request]
	if !onOneHop(s, first.Transaction) || !isOver(first.Msg, "TCP", "TLS", "WS", "WSS") {
		return
	}
	ack, again := call.None, 0
	for _, i := range d.Messages {
		m := &s.Messages[i]
		switch {
		case ack != call.None && !m.Request && m.Method == call.INVITE && m.CSeq == s.Messages[ack].CSeq && m.Status >= 200 && m.Retransmitted():
			if again++; again == 2 {
				reportTransport(s, d, ack, "The 2xx that it acknowledges is sent again all the same.", report)
				return
			}
		case !m.Request || m.First != call.None || m.Transaction == call.None || m.Direction == trace.Received || m.Vias != first.Vias:
		case !isOver(m.Msg, "UDP") || !onOneHop(s, m.Transaction):
		case m.Method == call.ACK:
			ack, again = i, 0
		default:
			if waited, ok := s.unanswered(&s.Transactions[m.Transaction]); ok {
				reportTransport(s, d, i, fmt.Sprintf("In %s no answer follows%s.", Spell(waited), times(m.Times)), report)
				return
			}
		}
	}
}

// onOneHop reports whether the log shows a request on one hop only.
func onOneHop(s *CallSubject, transaction int32) bool {
	if transaction == call.None || s.Transactions[transaction].Exchange == call.None {
		return false
	}
	return len(s.Exchanges[s.Transactions[transaction].Exchange].Transactions) == 1
}

func reportTransport(s *CallSubject, d *call.Dialog, i int32, evidence string, report func(Finding)) {
	m := &s.Messages[i]
	if !m.Whole || goesToPrivate(m) && publicAddressOf(s, d, m.To) != "" {
		return // private-ip-in-contact reports it
	}
	target, from, what := m.Msg.Start.URI, call.None, "the Contact that names no transport"
	if a, ok := m.Msg.Address(sip.HeaderRoute); ok {
		target, from, what = a.URI, d.Formed, "the Record-Route that names no transport"
	}
	u, err := m.Msg.URI(target)
	if err != nil || u.Kind != sip.SIPURI || u.Secure || endsInInvalid(m.Msg.Bytes(u.Host)) {
		return
	}
	if p, ok := m.Msg.FindParam(u.Params, ';', "transport"); ok {
		if !sip.EqualFold(m.Msg.Bytes(p.Value), "udp") {
			return
		}
		what = strings.Replace(what, "names no transport", "names UDP", 1)
	}
	if from == call.None {
		from = contactNamed(s, d, m.To, m.Msg.Bytes(u.Host))
	}
	if from == call.None {
		return
	}
	before := strings.ToUpper(string(s.Messages[d.Request].Msg.Bytes(s.Messages[d.Request].Msg.TopVia().Transport)))
	f := Finding{
		Severity:    Warning,
		Certainty:   StrongHint,
		At:          s.Place(i, target),
		InsteadOf:   s.insteadOf(i),
		Related:     []Related{s.Related(from, what)},
		Title:       fmt.Sprintf("%s over UDP in a dialog that was set up over %s gets lost", s.Name(i), before),
		Evidence:    fmt.Sprintf("%s set the dialog up over %s; this %s goes over UDP. %s", s.Name(d.Request), before, s.Name(i), evidence),
		Consequence: "Most likely the other side does not listen on UDP there: nothing that is sent inside the dialog arrives.",
		Next:        fmt.Sprintf("Let the side that wrote %s put transport=%s and the right port into it.", strings.TrimSuffix(strings.TrimSuffix(what, " that names no transport"), " that names UDP"), strings.ToLower(before)),
	}
	s.Missing(&f)
	report(f)
}

// endsInInvalid reports whether a host is under .invalid, as WebSocket clients call themselves (RFC 7118 appendix B.1).
func endsInInvalid(host []byte) bool {
	const suffix = ".invalid"
	return len(host) > len(suffix) && bytes.EqualFold(host[len(host)-len(suffix):], []byte(suffix))
}
