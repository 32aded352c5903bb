package check

import (
	"bytes"
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
	"sipls/server/trace"
)

var privateAddressInContact = &Rule{
	Name:     "private-ip-in-contact",
	Scope:    Dialog,
	Severity: Warning,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "12.2.1.1"}, {Standard: "RFC 3261", Section: "8.1.1.8"}, {Standard: "RFC 5626", Section: "1"}},
	Doc: Doc{
		Title: "Request to a private Contact gets no answer",
		Text: `Requests inside a dialog go to the Contact of the other side. The rule fires when such a request goes to a private address, straight and not by a
Route, and nothing comes back (for an ACK: the 2xx is repeated all the same), while the log shows that this other side is reached at a public address: by the
received parameter in its Via, or by the address to which its INVITE went. It stays silent where the log shows that the request went to another
address than the one it names, as servers with NAT support do, and where all is in one private network.`,
	},
	Scenes: func() []Scene {
		home := scenario.Alice.BehindNAT("10.0.0.5:5060")
		inside := func(m *scenario.Message) { m.To = scenario.UDP("10.0.0.5:5060") }
		server := scenario.PBX(scenario.Asterisk)
		later := scenario.Keepalive(scenario.Bob, server, scenario.Start(2*time.Minute), scenario.Seed(7))
		hungUp := scenario.Call(home, server, scenario.CalleeHangsUp())
		lost := hungUp.Without(scenario.StatusTo("BYE", 200)).With(scenario.Request("BYE"), inside).Repeat(scenario.Request("BYE"), repeats...)
		want := []Sighting{{Severity: Warning, At: scenario.Request("BYE"), Related: []scenario.Select{scenario.Request("INVITE")}}}
		called := scenario.Call(server, home)
		called = called.With(scenario.Request("INVITE"), scenario.SetStart("INVITE sip:1001@198.51.100.21:5060 SIP/2.0"))
		unheard := called.With(scenario.Request("ACK"), inside).Repeat(scenario.StatusTo("INVITE", 200), repeats[1:5]...).Repeat(scenario.Request("ACK"), repeats[1:5]...)
		return []Scene{
			{Name: "BYE to the phone's private address", Trace: scenario.Merge(lost, later), Want: want},
			{
				Name: "ACK to the private address of a phone that was called", Trace: scenario.Merge(unheard, later),
				Want: []Sighting{{Severity: Warning, At: scenario.Request("ACK"), Related: []scenario.Select{scenario.StatusTo("INVITE", 200)}}},
			},
			{Name: "the server sends to the public address", Trace: scenario.Merge(hungUp, later)},
			{Name: "the server sends to the public address and gets no answer", Trace: scenario.Merge(hungUp.Without(scenario.StatusTo("BYE", 200)).Repeat(scenario.Request("BYE"), repeats...), later), Ill: true},
			{Name: "all in one private network", Trace: scenario.Merge(scenario.Call(scenario.Party{User: "1001", Domain: "example.com", Addr: scenario.UDP("10.0.0.5:5060"), Agent: scenario.Yealink}, server, scenario.CalleeHangsUp()).Without(scenario.StatusTo("BYE", 200)), later), Ill: true},
			{Name: "the log ends behind the BYE", Trace: lost.Without(scenario.Request("BYE").Nth(11)).Without(scenario.Request("BYE").Nth(10)).Without(scenario.Request("BYE").Nth(9))},
			{Name: "through a proxy that stays on the path", Trace: scenario.Merge(scenario.Proxied(home, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.CalleeHangsUp()), later)},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		for d := range s.Dialogs {
			checkPrivateContact(s, &s.Dialogs[d], report)
		}
	},
}

// repeats are the times at which a request is sent again over UDP (RFC 3261 section 17.1.2.2).
var repeats = knowledge.LookupTimer("E").Repetitions()

func checkPrivateContact(s *CallSubject, d *call.Dialog, report func(Finding)) {
	ack, again := call.None, 0 // the last ACK to a private address, and how often its 2xx is sent again behind it
	for _, i := range d.Messages {
		m := &s.Messages[i]
		switch {
		case ack != call.None && !m.Request && m.Method == call.INVITE && m.CSeq == s.Messages[ack].CSeq && m.Status >= 200 && m.Retransmitted():
			if again++; again == 2 {
				reportPrivateContact(s, d, ack, "The 2xx that it acknowledges is sent again all the same.", report)
				return
			}
		case !m.Request || m.First != call.None || m.Transaction == call.None || !goesToPrivate(m):
		case m.Method == call.ACK:
			ack, again = i, 0
		default:
			if waited, ok := s.unanswered(&s.Transactions[m.Transaction]); ok {
				reportPrivateContact(s, d, i, fmt.Sprintf("In %s no answer follows%s.", Spell(waited), times(m.Times)), report)
				return
			}
		}
	}
}

// goesToPrivate reports whether a request goes to a private address, by no Route, as far as the log tells.
func goesToPrivate(m *call.Message) bool {
	if m.Direction == trace.Received {
		return false // it arrived
	}
	u, ok := requestURI(m.Msg)
	return ok && isPrivateIPv4(m.Msg.Bytes(u.Host)) && m.Whole && m.Msg.Header(sip.HeaderRoute) == nil && (m.Dst == 0 || m.Dst == endOf(m.Msg, u))
}

func reportPrivateContact(s *CallSubject, d *call.Dialog, i int32, evidence string, report func(Finding)) {
	m := &s.Messages[i]
	u, _ := requestURI(m.Msg)
	contact := contactNamed(s, d, m.To, m.Msg.Bytes(u.Host))
	seen := publicAddressOf(s, d, m.To)
	if contact == call.None || seen == "" {
		return
	}
	f := Finding{
		Severity:    Warning,
		Certainty:   StrongHint,
		At:          s.Place(i, u.Host),
		InsteadOf:   s.insteadOf(i),
		Related:     []Related{s.Related(contact, "its Contact names the private address")},
		Title:       fmt.Sprintf("%s to the private address %s gets lost", s.Name(i), clip(m.Msg.Bytes(u.Host))),
		Evidence:    fmt.Sprintf("It goes to the Contact of the other side, which is reached at %s. %s", seen, evidence),
		Consequence: "Most likely nothing that is sent to this Contact arrives: ACK, BYE, re-INVITE and calls get lost, the call hangs or ends at 32 s.",
		Next:        "Set the external address or STUN in the device with the private Contact, or switch on NAT support for it in the server or proxy.",
	}
	s.Missing(&f)
	report(f)
}

// times says how often a request is sent again, "" when it is not.
func times(n int32) string {
	switch n {
	case 0:
		return ""
	case 1:
		return ", though it is sent again"
	}
	return fmt.Sprintf(", though it is sent again %d times", n)
}

// contactNamed returns the last message from the side with the tag whose Contact names the host.
func contactNamed(s *CallSubject, d *call.Dialog, tag uint64, host []byte) int32 {
	names := func(i int32) bool {
		m := &s.Messages[i]
		if m.Again() || m.Request && m.From != tag || !m.Request && m.To != tag {
			return false
		}
		u, ok := contactURI(m.Msg)
		return ok && bytes.Equal(m.Msg.Bytes(u.Host), host)
	}
	for k := len(d.Messages) - 1; k >= 0; k-- {
		if names(d.Messages[k]) {
			return d.Messages[k]
		}
	}
	if d.Request != call.None && names(d.Request) {
		return d.Request
	}
	return call.None
}

// publicAddressOf returns the public address at which the side with the tag is reached as far as the call tells, "" when it does not.
func publicAddressOf(s *CallSubject, d *call.Dialog, tag uint64) string {
	received := func(i int32) string {
		m := &s.Messages[i]
		if m.From != tag {
			return ""
		}
		if _, r := lowestVia(m.Msg); isPublicIPv4(m.Msg.Bytes(r)) {
			return clip(m.Msg.Bytes(r))
		}
		return ""
	}
	if d.Request != call.None {
		if a := received(d.Request); a != "" {
			return a
		}
		if r := &s.Messages[d.Request]; d.UAS == tag && r.Msg.Header(sip.HeaderRoute) == nil {
			if u, ok := requestURI(r.Msg); ok && isPublicIPv4(r.Msg.Bytes(u.Host)) {
				return clip(r.Msg.Bytes(u.Host))
			}
		}
	}
	for _, i := range d.Messages {
		if a := received(i); a != "" {
			return a
		}
	}
	return ""
}
