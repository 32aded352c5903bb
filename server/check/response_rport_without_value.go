package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var viaRPortEmpty = &Rule{
	Name:     "response-rport-without-value",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Messages: inResponses,
	Fields:   []sip.HeaderID{sip.HeaderVia},
	Cites:    []knowledge.Cite{{Standard: "RFC 3581", Section: "4"}},
	Doc: Doc{
		Title: "Response whose topmost Via has rport without a value",
		Text: `The sender of a request over UDP writes ` + "`rport`" + ` and so asks for the response at the port that it sent from. A server that knows RFC 3581 fills in that port. Where it
is not filled in the response goes to the port in sent-by. That is information in message files and passes in logs: not every server knows the extension. Where ` + "`received`" + ` shows that the request came from another address than its
Via says, there is NAT in between and the response gets lost: a warning, in logs as well.`,
	},
	Cases: func() []Case {
		with := func(params string) string {
			return swap(responseTo("BYE", "200 OK", ""), "192.0.2.1;", "192.0.2.1:5060"+params+";")
		}
		return []Case{
			{Name: "not filled in", Text: with(";rport"), Want: []string{"information: rport"}},
			{Name: "not filled in, the same address", Text: with(";rport;received=192.0.2.1"), Want: []string{"information: rport"}},
			{Name: "not filled in, behind NAT", Text: with(";rport;received=203.0.113.9"), Want: []string{"warning: rport"}},
			{Name: "not filled in, behind NAT, in a log", Log: true, Text: inLog(with(";rport;received=203.0.113.9")), Want: []string{"warning: rport"}},
			{Name: "not filled in, in a log", Log: true, Text: inLog(with(";rport;received=192.0.2.1"))},
			{Name: "filled in", Text: with(";rport=40112;received=203.0.113.9")},
			{Name: "not asked for", Text: with(";received=203.0.113.9")},
			{Name: "a connection, on which the response goes back", Text: swap(with(";rport;received=203.0.113.9"), "/UDP", "/TCP")},
			{Name: "a request", Text: swap(requestOf("OPTIONS", ""), "192.0.2.1;", "192.0.2.1;rport;")},
			{Name: "a lower Via", Text: swap(responseTo("BYE", "200 OK", ""), "branch=z9hG4bK1", "branch=z9hG4bK1, SIP/2.0/UDP 192.0.2.9;rport;branch=z9hG4bK2")},
			{Name: "cut off", Log: true, Text: inCutLog(with(";rport"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		v := m.TopVia()
		p, ok := m.FindParam(v.Params, ';', "rport")
		if !ok || p.HasValue || !sip.EqualFold(m.Bytes(v.Transport), "UDP") {
			return
		}
		f := Finding{
			Severity:    Information,
			At:          at(p.Name),
			Title:       fmt.Sprintf("%s whose rport is not filled in", name(m)),
			Evidence:    "The topmost Via has rport without a value, as the request had it.",
			Consequence: "The server does not know RFC 3581 and sends responses to the port in Via; behind NAT they get lost.",
			Next:        "Nothing to do unless responses do not arrive: then make the server support rport.",
		}
		host := m.Bytes(v.Host)
		if from, ok := m.FindParam(v.Params, ';', "received"); ok && from.Value.Len > 0 && isIPv4(host) && !bytes.Equal(host, m.Bytes(from.Value)) {
			f.Severity, f.Certainty = Warning, StrongHint
			f.Evidence = fmt.Sprintf("The request came from %s, not from %s as its Via says, and asked with rport for the response at the port it came from; rport has no value.", clip(m.Bytes(from.Value)), clip(host))
			f.Consequence = "The response goes to the port in Via, which the NAT in between does not let through: the client repeats its request until it times out."
			f.Next = "Make the server fill in rport, or switch on what it has against NAT."
		}
		if f.Severity == Warning || s.Editable {
			report(f)
		}
	},
}

// isIPv4 reports whether b looks like an IPv4 address: digits and dots only.
func isIPv4(b []byte) bool {
	for _, c := range b {
		if c != '.' && (c < '0' || '9' < c) {
			return false
		}
	}
	return len(b) > 0
}
