package check

import (
	"fmt"

	"sipls/knowledge"
)

var requestURIScheme = &Rule{
	Name:     "request-uri-scheme",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Information,
	Messages: []knowledge.Range{{Request: true}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "8.2.2.1"}, {Standard: "RFC 3261", Section: "21.4.17"}},
	Doc: Doc{
		Title: "The Request-URI has a scheme that few elements know",
		Text: `Any URI is legal here, but an element that does not know the scheme answers 416. Apart from sip, sips and tel, the schemes im and pres
(RFC 3428, RFC 3856) and urn (emergency services, RFC 5031) are known in SIP; others are reported.`,
	},
	Cases: func() []Case {
		request := func(uri string) string {
			return "OPTIONS " + uri + " SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 OPTIONS\nAccept: application/sdp\nContent-Length: 0\n\n"
		}
		return []Case{
			{Name: "a web address", Text: request("http://example.com/"), Want: []string{"information: http"}},
			{Name: "an emergency service", Text: request("urn:service:sos")},
			{Name: "a scheme in capitals", Text: request("SIP:b@example.com")},
			{Name: "cut off behind it", Log: true, Text: "a message:\nOPTIONS http://example.com/ SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1"},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		u, err := m.URI(m.Start.URI)
		if err != nil {
			return
		}
		scheme := m.Bytes(u.Scheme)
		switch string(scheme) {
		case "sip", "sips", "tel":
			return
		}
		for _, known := range [...]string{"sip", "sips", "tel", "im", "pres", "urn"} {
			if len(scheme) == len(known) && hasPrefixFold(scheme, known) {
				return
			}
		}
		report(Finding{
			Severity:    Information,
			At:          at(u.Scheme),
			Title:       fmt.Sprintf("%s to a URI with the scheme %s", name(m), clip(scheme)),
			Evidence:    fmt.Sprintf("The Request-URI is %s.", clip(m.Bytes(m.Start.URI))),
			Consequence: "An element that does not know the scheme answers 416 (Unsupported URI Scheme).",
			Next:        "If a person or device is meant, use a sip, sips or tel URI.",
		})
	},
}
