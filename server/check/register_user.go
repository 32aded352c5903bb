package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var registerUser = &Rule{
	Name:     "register-request-uri-user",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Messages: []knowledge.Range{{Request: true}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "10.2"}},
	Doc: Doc{
		Title: "REGISTER with a user in its Request-URI",
		Text: `The Request-URI of a REGISTER names the domain whose registrar is asked; the user stands in To. The user part and
the @ must not be there. Most registrars look at To only and put up with it; some route the REGISTER to that user instead.`,
	},
	Cases: func() []Case {
		register := func(uri string) string {
			return "REGISTER " + uri + " SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:b@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 2 REGISTER\nContent-Length: 0\n\n"
		}
		return []Case{
			{Name: "a user", Text: register("sip:b@example.com;transport=tcp"), Want: []string{"warning: b@"}, Fixed: register("sip:example.com;transport=tcp")},
			{Name: "the domain alone", Text: register("sip:example.com")},
			{Name: "cut off behind it", Log: true, Text: "a message:\nREGISTER sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1"},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		user, ok := registerUserPart(s)
		if !ok {
			return
		}
		report(Finding{
			Severity:    Warning,
			At:          at(user),
			Title:       "REGISTER with a user in its Request-URI",
			Evidence:    fmt.Sprintf("The Request-URI is %s.", clip(s.Message.Bytes(s.Message.Start.URI))),
			Consequence: "A proxy may look that user up and send the REGISTER to a phone instead of the registrar.",
			Next:        "Put the domain alone into the Request-URI; the address of record stands in To.",
		})
	},
	Fix: func(s *Subject, _ *Finding) []Fix {
		user, ok := registerUserPart(s)
		if !ok {
			return nil
		}
		return []Fix{{Title: "Remove the user part", Preferred: true, Edits: []Edit{{At: user}}}}
	},
}

// registerUserPart returns user, password and @ of the Request-URI of a REGISTER.
func registerUserPart(s *Subject) (sip.Span, bool) {
	m := s.Message
	if string(m.Bytes(m.Start.Method)) != "REGISTER" {
		return sip.Span{}, false
	}
	u, err := m.URI(m.Start.URI)
	if err != nil || u.Kind != sip.SIPURI || u.User.Len == 0 {
		return sip.Span{}, false
	}
	return sip.Span{Off: u.User.Off, Len: u.Host.Off - u.User.Off}, true
}
