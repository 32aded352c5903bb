package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var contactCount = &Rule{
	Name:     "contact-count",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Messages: []knowledge.Range{{Request: true}, {Lo: 101, Hi: 299}},
	Fields:   []sip.HeaderID{sip.HeaderContact},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "8.1.1.8"}, {Standard: "RFC 3261", Section: "12.1.1"}},
	Doc: Doc{
		Title: "Not exactly one SIP Contact where a dialog is set up",
		Text: `A request that can set up a dialog (INVITE, SUBSCRIBE, REFER), and its provisional and 2xx responses, carry one Contact with one SIP or
SIPS URI: that is where the requests of the dialog go. A Contact that is missing is the subject of other rules; REGISTER, redirections and OPTIONS may
list several.`,
	},
	Cases: func() []Case {
		invite := func(contact string) string {
			return "INVITE sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 INVITE\nAllow: INVITE, ACK, BYE, CANCEL\nSupported: 100rel\nContact: " + contact + "\nContent-Length: 0\n\n"
		}
		return []Case{
			{Name: "two contacts", Text: invite("<sip:a@192.0.2.1>, <sip:a@192.0.2.2>"), Want: []string{"warning: <sip:a@192.0.2.2>"}},
			{Name: "a tel URI", Text: invite("<tel:+15550100>"), Want: []string{"warning: <tel:+15550100>"}},
			{Name: "one", Text: invite("<sips:a@192.0.2.1>")},
			{Name: "several in an OPTIONS", Text: optionsTo("<sip:b@example.com>", "Contact: <sip:a@192.0.2.1>, <tel:+15550100>\n")},
			{Name: "cut off behind it", Log: true, Text: "a message:\nINVITE sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nContact: <sip:a@192.0.2.1>, <sip:a@192.0.2.2>"},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		switch string(s.facts.method) {
		case "INVITE", "SUBSCRIBE", "REFER":
		default:
			return
		}
		m := s.Message
		n := 0
		for _, a := range m.Addresses(sip.HeaderContact) {
			f := Finding{
				Severity:    Warning,
				At:          at(a.Value),
				Consequence: "Where the other side sends the later requests of the dialog is not certain.",
				Next:        "Send one Contact with the SIP or SIPS URI at which the sender is reached.",
			}
			u, err := m.URI(a.URI)
			switch n++; {
			case n > 1:
				f.Title = fmt.Sprintf("%s with more than one Contact", name(m))
				f.Evidence = fmt.Sprintf("%s is another one.", clip(m.Bytes(a.Value)))
			case err == nil && u.Kind != sip.SIPURI:
				f.Title = fmt.Sprintf("%s whose Contact is no SIP URI", name(m))
				f.Evidence = fmt.Sprintf("It says %s.", clip(m.Bytes(a.Value)))
			default:
				continue
			}
			report(f)
			return
		}
	},
}
