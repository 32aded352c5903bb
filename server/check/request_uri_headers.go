package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var requestURIHeaders = &Rule{
	Name:     "request-uri-headers",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Error,
	Messages: []knowledge.Range{{Request: true}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "19.1.1"}, {Standard: "RFC 3261", Section: "19.1.5"}},
	Doc: Doc{
		Title: "The Request-URI carries header fields",
		Text: `What stands behind a question mark in a URI, as ` + "`?Replaces=...`" + `, asks whoever forms a request from that URI to put these
header fields into it. The Request-URI of a request must not hold them any more. In From, To, Refer-To and the Contact of a redirection they are not judged here.`,
	},
	Cases: func() []Case {
		request := func(uri string) string {
			return "OPTIONS " + uri + " SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 OPTIONS\nAccept: application/sdp\nContent-Length: 0\n\n"
		}
		return []Case{
			{
				Name:  "an escaped Route",
				Text:  request("sip:b@example.com?Route=%3Csip:example.net%3E"),
				Want:  []string{"error: ?Route=%3Csip:example.net%3E"},
				Fixed: request("sip:b@example.com"),
			},
			{Name: "a question mark in the user part", Text: request("sip:b?c=d@example.com")},
			{Name: "the query of another scheme", Text: request("im:b@example.com?a=b")},
			{Name: "cut off behind it", Log: true, Text: "a message:\nOPTIONS sip:b@example.com?Subject=x SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1"},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		headers, ok := uriHeaderPart(s.Message)
		if !ok {
			return
		}
		report(Finding{
			Severity:    Error,
			At:          at(headers),
			Title:       fmt.Sprintf("%s whose Request-URI carries header fields", name(s.Message)),
			Evidence:    fmt.Sprintf("The Request-URI ends in %s.", clip(s.Message.Bytes(headers))),
			Consequence: "Strict elements answer 400, others ignore the header fields.",
			Next:        "The element that formed the request from a URI has to make real header fields of these, or leave them out.",
		})
	},
	Fix: func(s *Subject, _ *Finding) []Fix {
		headers, _ := uriHeaderPart(s.Message)
		return []Fix{{Title: "Remove the header fields from the Request-URI", Preferred: true, Edits: []Edit{{At: headers}}}}
	},
}

// uriHeaderPart returns the ? of the Request-URI and what follows it.
func uriHeaderPart(m *sip.Message) (sip.Span, bool) {
	u, err := m.URI(m.Start.URI)
	if err != nil || u.Kind != sip.SIPURI || u.Headers.Len == 0 {
		return sip.Span{}, false
	}
	return sip.Span{Off: u.Headers.Off - 1, Len: u.Headers.Len + 1}, true
}
