package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var contactNotSIPS = &Rule{
	Name:     "contact-not-sips",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Messages: []knowledge.Range{{Request: true}, {Lo: 200, Hi: 299}},
	Fields:   []sip.HeaderID{sip.HeaderContact},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "8.1.1.8"}, {Standard: "RFC 3261", Section: "12.1.1"}},
	Doc: Doc{
		Title: "sip Contact in a dialog that has to be sips",
		Text: `Where the Request-URI or the top Route of a request is a sips URI, its Contact must be one, and so must that of a 2xx: otherwise
later requests of the dialog travel without TLS. REGISTER is not judged, nor responses whose request is not in the text.`,
	},
	Cases: func() []Case {
		invite := func(uri, lines string) string {
			return "INVITE " + uri + " SIP/2.0\nVia: SIP/2.0/TLS 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sips:a@example.com>;tag=1\nTo: <sips:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 INVITE\nAllow: INVITE, ACK, BYE, CANCEL\nSupported: 100rel\n" + lines + "Content-Length: 0\n\n"
		}
		answer := func(contact string) string {
			return "SIP/2.0 200 OK\nVia: SIP/2.0/TLS 192.0.2.1;branch=z9hG4bK1\nFrom: <sips:a@example.com>;tag=1\nTo: <sips:b@example.com>;tag=2\nCall-ID: 1@192.0.2.1\nCSeq: 1 INVITE\nAllow: INVITE, ACK, BYE, CANCEL\nSupported: 100rel\nContact: <" + contact + ">\nContent-Length: 0\n\n"
		}
		return []Case{
			{
				Name:  "sips Request-URI",
				Text:  invite("sips:b@example.com", "Contact: <sip:a@192.0.2.1>\n"),
				Want:  []string{"warning: sip"},
				Fixed: invite("sips:b@example.com", "Contact: <sips:a@192.0.2.1>\n"),
			},
			{
				Name:  "sips Route",
				Text:  invite("sip:b@example.com", "Route: <sips:p.example.com;lr>\nContact: <sip:a@192.0.2.1>\n"),
				Want:  []string{"warning: sip"},
				Fixed: invite("sip:b@example.com", "Route: <sips:p.example.com;lr>\nContact: <sips:a@192.0.2.1>\n"),
			},
			{
				Name:  "the answer",
				Text:  invite("sips:b@example.com", "Contact: <sips:a@192.0.2.1>\n") + answer("sip:b@192.0.2.4"),
				Want:  []string{"warning: sip"},
				Fixed: invite("sips:b@example.com", "Contact: <sips:a@192.0.2.1>\n") + answer("sips:b@192.0.2.4"),
			},
			{Name: "TLS with sip URIs", Text: invite("sip:b@example.com;transport=tls", "Contact: <sip:a@192.0.2.1;transport=tls>\n")},
			{Name: "cut off behind it", Log: true, Text: "a message:\nINVITE sips:b@example.com SIP/2.0\nVia: SIP/2.0/TLS 192.0.2.1;branch=z9hG4bK1\nContact: <sip:a@192.0.2.1>"},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		if !makesDialog(s) || string(s.facts.method) == "NOTIFY" {
			return
		}
		q := m
		if !m.IsRequest() {
			q = s.Request
		}
		if q == nil {
			return
		}
		secure, why := sipsWanted(q)
		if !secure {
			return
		}
		for _, a := range m.Addresses(sip.HeaderContact) {
			u, err := m.URI(a.URI)
			if err != nil || u.Kind != sip.SIPURI || u.Secure {
				continue
			}
			report(Finding{
				Severity:    Warning,
				At:          at(u.Scheme),
				Title:       fmt.Sprintf("%s whose Contact is sip where sips is wanted", name(m)),
				Evidence:    fmt.Sprintf("The %s of the request is a sips URI, the Contact is %s.", why, clip(m.Bytes(a.URI))),
				Consequence: "Peers refuse it, or send the later requests of the dialog without TLS.",
				Next:        "Give a sips URI as Contact.",
			})
			return
		}
	},
	Fix: func(_ *Subject, f *Finding) []Fix {
		return []Fix{{Title: "Make it a sips URI", Preferred: true, Edits: []Edit{{At: f.At.At, Text: Literal("sips")}}}}
	},
}

// sipsWanted reports whether the Request-URI or the top Route of a request is a sips URI, and which.
func sipsWanted(q *sip.Message) (wanted bool, why string) {
	if u, err := q.URI(q.Start.URI); err == nil && u.Secure {
		return true, "Request-URI"
	}
	if a, ok := q.Address(sip.HeaderRoute); ok {
		if u, err := q.URI(a.URI); err == nil && u.Secure {
			return true, "top Route"
		}
	}
	return false, ""
}
