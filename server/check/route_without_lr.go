package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var routeWithoutLR = &Rule{
	Name:     "route-without-lr",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Failures: []string{"record-route-without-lr"},
	Fields:   []sip.HeaderID{sip.HeaderRoute, sip.HeaderRecordRoute},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "16.6"}, {Standard: "RFC 3261", Section: "16.12"}},
	Doc: Doc{
		Title: "Route or Record-Route without lr",
		Text: `A proxy puts the URI parameter ` + "`lr`" + ` into its Record-Route. Without it the next element takes the proxy for a strict router of
RFC 2543 and sends it requests with the route in the Request-URI, which today's proxies often do not forward. ` + "`lr=on`" + ` and ` + "`lr=true`" + ` count; a
parameter of another name, or lr behind the closing bracket, does not. Peers of RFC 2543 (no magic cookie in the topmost Via) and Path and Service-Route are not judged.`,
	},
	Cases: func() []Case {
		with := func(line string) string { return optionsTo("<sip:b@example.com>;tag=2", line+"\n") }
		return []Case{
			{
				Name:  "no lr",
				Text:  with("Route: <sip:p1.example.com;lr>, <sip:p2.example.com;transport=tcp>"),
				Want:  []string{"warning: <sip:p2.example.com;transport=tcp>"},
				Fixed: with("Route: <sip:p1.example.com;lr>, <sip:p2.example.com;transport=tcp;lr>"),
			},
			{
				Name:  "another parameter that begins like it",
				Text:  with("Record-Route: <sip:p1.example.com;lrx>"),
				Want:  []string{"warning: <sip:p1.example.com;lrx>"},
				Fixed: with("Record-Route: <sip:p1.example.com;lrx;lr>"),
			},
			{
				Name:  "lr behind the bracket",
				Text:  with("Record-Route: <sip:p1.example.com>;lr"),
				Want:  []string{"warning: <sip:p1.example.com>;lr"},
				Fixed: with("Record-Route: <sip:p1.example.com;lr>"),
			},
			{Name: "lr with a value", Text: with("Route: <sip:p1.example.com;lr=on>, <sip:p2.example.com;LR=true;ftag=1>")},
			{Name: "a URI that is no SIP URI", Text: with("Route: <tel:+15550100>")},
			{Name: "cut off behind it", Log: true, Text: cutOptions("Route: <sip:p1.example.com>\nFrom: <sip:a")},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		for _, id := range [...]sip.HeaderID{sip.HeaderRoute, sip.HeaderRecordRoute} {
			if !s.facts.has(id) {
				continue
			}
			for h, v := range s.Message.Values(id) {
				checkLR(s, h, v, report)
			}
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		m := s.Message
		a := m.ReadAddress(f.At.At)
		u, err := m.URI(a.URI)
		if err != nil {
			return nil
		}
		where := a.URI.End()
		if u.Headers.Len > 0 {
			where = u.Headers.Off - 1
		}
		fix := Fix{Title: "Add ;lr to the URI", Preferred: true, Edits: []Edit{{At: sip.Span{Off: where}, Text: Literal(";lr")}}}
		if p, ok := m.FindParam(a.Params, ';', "lr"); ok {
			fix.Title = "Move lr into the brackets"
			fix.Edits = append(fix.Edits, Edit{At: wholeParam(m, p)})
		}
		return []Fix{fix}
	},
}

func checkLR(s *Subject, h *sip.Header, v sip.Span, report func(Finding)) {
	m := s.Message
	a := m.ReadAddress(v)
	u, err := m.URI(a.URI)
	if err != nil || !a.Angle || u.Kind != sip.SIPURI {
		return // its grammar is the subject of another rule
	}
	if _, ok := m.FindParam(u.Params, ';', "lr"); ok || !s.facts.hasCookie() {
		return
	}
	f := Finding{
		Severity:    Warning,
		At:          at(v),
		Title:       fmt.Sprintf("%s without lr", fieldName(m, h)),
		Evidence:    fmt.Sprintf("The URI of %s has no parameter lr.", clip(m.Bytes(v))),
		Consequence: "The next element rewrites the Request-URI as for a strict router of RFC 2543, and requests inside the dialog get lost.",
		Next:        "Let the proxy that wrote the URI add ;lr inside the angle brackets.",
	}
	if _, ok := m.FindParam(a.Params, ';', "lr"); ok {
		f.Title = fmt.Sprintf("%s with lr outside the angle brackets", fieldName(m, h))
		f.Evidence = fmt.Sprintf("In %s it is a parameter of the header field, not of the URI.", clip(m.Bytes(v)))
	}
	report(f)
}

// wholeParam returns a parameter with the semicolon in front of it and the blanks between.
func wholeParam(m *sip.Message, p sip.Param) sip.Span {
	from := p.Name.Off - 1
	for from > 0 && m.Text[from] != ';' {
		from--
	}
	for from > 0 && isLWS(m.Text[from-1]) {
		from--
	}
	end := p.Name.End()
	if p.HasValue {
		end = p.Value.End()
	}
	return sip.Span{Off: from, Len: end - from}
}
