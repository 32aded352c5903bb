package check

import (
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var ackNotToContact = &Rule{
	Name:     "ack-2xx-not-to-contact",
	Scope:    Dialog,
	Severity: Information,
	Methods:  []call.Method{call.ACK},
	Statuses: []knowledge.Range{{Lo: 200, Hi: 299}},
	Failures: []string{"ack-missing-200-retransmit-bye-32s"},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "13.2.2.4"}, {Standard: "RFC 3261", Section: "12.2.1.1"}},
	Doc: Doc{
		Title: "ACK to a 2xx whose Request-URI is not the Contact of the 2xx",
		Text: `The Request-URI of the ACK is the Contact of the 2xx. The rule compares user, host and port on the hop of the caller, where nobody has rewritten them yet; with a strict router in Record-Route (no lr) it stays silent.
Examples in RFC 3665 and RFC 3666 do not keep to it, so this is an information. It is reported once for a call.`,
	},
	Scenes: func() []Scene {
		answered := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk))
		ack, ok := scenario.Request("ACK"), scenario.StatusTo("INVITE", 200)
		return []Scene{
			{
				Name: "the Request-URI of the INVITE", Trace: answered.With(ack, scenario.SetStart("ACK sip:2000@example.com SIP/2.0")),
				Want: []Sighting{{Severity: Information, At: ack, Related: []scenario.Select{ok}}},
			},
			{Name: "the Contact", Trace: answered},
			{Name: "the Contact, through a proxy", Trace: scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob)},
			{Name: "a strict router", Trace: answered.With(ack, scenario.SetStart("ACK sip:192.0.2.77 SIP/2.0")).With(ok, scenario.AddHeader("Record-Route", "<sip:192.0.2.77>")), Ill: true},
			{Name: "captured twice", Trace: answered.Repeat(scenario.All, 2*time.Millisecond)},
			{Name: "the log lacks the 200", Trace: answered.With(ack, scenario.SetStart("ACK sip:2000@example.com SIP/2.0")).Without(ok)},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		for k := range s.Transactions {
			t := &s.Transactions[k]
			if t.Method != call.INVITE || t.ACK == call.None || t.Final == call.None || s.Messages[t.Final].Status > 299 || s.Messages[t.Final].Vias != 1 {
				continue
			}
			ack, ok := &s.Messages[t.ACK], &s.Messages[t.Final]
			if ack.Vias != 1 || !ack.Whole || !ok.Whole || strictRouter(ok.Msg) {
				continue
			}
			uri := ack.Msg.Start.URI
			target, known := ok.Msg.Address(sip.HeaderContact)
			if !known || target.Star || sameTarget(ack.Msg.Bytes(uri), ok.Msg.Bytes(target.URI)) && hostPortOf(ack.Msg, uri).same(hostPortOf(ok.Msg, target.URI)) {
				continue
			}
			to := hostPortOf(ack.Msg, uri)
			if len(to.host) == 0 || len(hostPortOf(ok.Msg, target.URI).host) == 0 || !sentBy(ack.Msg).same(s.inviterOf(t)) {
				continue
			}
			report(Finding{
				Severity:    Information,
				At:          s.Place(t.ACK, uri),
				Related:     []Related{{At: s.Field(t.Final, sip.HeaderContact), Text: "the 2xx with its Contact"}},
				Title:       "ACK does not go to the Contact of the 2xx",
				Evidence:    fmt.Sprintf("Its Request-URI is %s, the Contact of the 2xx is %s.", clip(ack.Msg.Bytes(uri)), clip(ok.Msg.Bytes(target.URI))),
				Consequence: "The ACK may go to another element than the one that answered, which then hangs up after 64*T1 (32 s).",
				Next:        "Make the client take the Request-URI of requests in the dialog from the Contact of the 2xx.",
			})
			return
		}
	},
}

// inviterOf returns who sent the INVITE, as its Via says.
func (s *CallSubject) inviterOf(t *call.Transaction) hostPort {
	if t.Request == call.None {
		return hostPort{}
	}
	return sentBy(s.Messages[t.Request].Msg)
}

// strictRouter reports whether a Record-Route value lacks lr.
func strictRouter(m *sip.Message) bool {
	for _, a := range m.Addresses(sip.HeaderRecordRoute) {
		u, err := m.URI(a.URI)
		if err != nil {
			return true
		}
		if _, ok := m.FindParam(u.Params, ';', "lr"); !ok {
			return true
		}
	}
	return false
}
