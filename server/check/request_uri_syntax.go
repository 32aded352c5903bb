package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var requestURISyntax = &Rule{
	Name:     "request-uri-syntax",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Error,
	Failures: []string{"malformed-header-400-or-drop"},
	Messages: []knowledge.Range{{Request: true}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "7.1"}, {Standard: "RFC 3261", Section: "25.1"}},
	Doc: Doc{
		Title: "The Request-URI is not a URI",
		Text: `The Request-URI must be a URI with its scheme, without angle brackets and without blanks; host, port,
parameters and escapes follow the grammar of the scheme. RFC 3966 has the grammar of tel URIs. A host name with an underscore is only mentioned,
and not in logs, as resolvers take it; a bare # in a user part is a warning. Schemes that the receiver does not know are right here.`,
	},
	Cases: func() []Case {
		const rest = " SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 OPTIONS\nAccept: application/sdp\nContent-Length: 0\n\n"
		fires := func(name, uri, want, fixed string) Case {
			c := Case{Name: name, Text: "OPTIONS " + uri + rest, Want: []string{want}}
			if fixed != "" {
				c.Fixed = "OPTIONS " + fixed + rest
			}
			return c
		}
		return []Case{
			fires("no scheme", "b@example.com", "error: b@example.com", "sip:b@example.com"),
			fires("a number without scheme", "+15550100", "error: +15550100", "tel:+15550100"),
			fires("angle brackets", "<sip:b@example.com>", "error: <sip:b@example.com>", "sip:b@example.com"),
			fires("a blank", "sip:b@example.com; lr", "error:  ", "sip:b@example.com;lr"),
			fires("an IPv6 address without brackets", "sip:b@2001:db8::1", "error: 2001:db8::1", "sip:b@[2001:db8::1]"),
			fires("a port that is none", "sip:b@example.com:99999", "error: 99999", ""),
			fires("no host", "sip:b@", "error: sip:b@", ""),
			fires("a service code", "sip:*21#@example.com", "warning: #", "sip:*21%23@example.com"),
			fires("an underscore", "sip:b@my_host.example.com", "information: _", ""),
			{
				Name: "all the characters a user part may hold",
				Text: "OPTIONS sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com" + rest,
			},
			{Name: "another scheme", Text: "OPTIONS im:b@example.com" + rest},
			{
				Name: "cut off behind it",
				Log:  true,
				Text: "2026-11-22 10:00:00 a message:\nOPTIONS b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
			},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		uri := m.Start.URI
		f := Finding{
			Consequence: "The receiver answers 400 or drops the request.",
			Next:        "Correct the element that wrote the request line.",
		}
		if uri.Len == 0 {
			f.At, f.Title = at(m.Start.Text), name(m)+" without a Request-URI"
			f.Evidence = fmt.Sprintf("The request line is %s.", clip(m.Bytes(m.Start.Text)))
			report(f)
			return
		}
		_, err := m.URI(uri)
		if err == nil {
			return
		}
		b := m.Bytes(uri)
		f.Severity, f.At = uriSeverity(m, err), at(err.At)
		if f.Severity == Information && !s.Editable {
			return
		}
		f.Title = fmt.Sprintf("%s whose Request-URI is malformed", name(m))
		f.Evidence = fmt.Sprintf("In %s the grammar wants %s.", clip(b), err.Want)
		switch {
		case b[0] == '<':
			f.Title, f.At = fmt.Sprintf("%s whose Request-URI stands in angle brackets", name(m)), at(uri)
			f.Evidence = fmt.Sprintf("The request line holds %s.", clip(b))
		case err.LacksScheme():
			f.Title = fmt.Sprintf("%s whose Request-URI has no scheme", name(m))
			f.Evidence = fmt.Sprintf("%s does not begin with a scheme, as sip:.", clip(b))
		case err.At.Len == 0:
			f.At = at(uri)
		case isLWS(m.Text[err.At.Off]):
			f.Title = fmt.Sprintf("%s with a blank in its Request-URI", name(m))
			f.Evidence = fmt.Sprintf("The request line holds %q.", clip(b))
		}
		if f.Severity != Error {
			f.Consequence = "Strict elements answer 400; many pass it on."
		}
		report(f)
	},
	Fix: func(s *Subject, _ *Finding) []Fix {
		m := s.Message
		uri := m.Start.URI
		_, err := m.URI(uri)
		if err == nil || uri.Len == 0 {
			return nil
		}
		r, ok := uriRepair(m, uri, err)
		b := m.Bytes(uri)
		if b[0] == '<' {
			r, ok = repair{title: "Remove the angle brackets", splices: []splice{{sip.Span{Off: uri.Off, Len: 1}, ""}}}, true
			if i := bytes.IndexByte(b, '>'); i >= 0 {
				r.splices = append(r.splices, splice{sip.Span{Off: uri.Off + int32(i), Len: 1}, ""})
			}
		}
		if !ok || !rightURI(apply(b, uri.Off, r.splices)) {
			return nil
		}
		return []Fix{{Title: r.title, Preferred: true, Edits: edits(r.splices)}}
	},
}
