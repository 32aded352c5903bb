package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var parameterTwice = &Rule{
	Name:     "parameter-twice",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Error,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "7.3.1"}},
	Doc: Doc{
		Title: "The same parameter twice in one value",
		Text: `A parameter name may stand once in a header field value, and once in a URI (RFC 3261 section 19.1.1). Of two tags or
branches one element takes the first, the next one the last, and they do not recognise the dialog or transaction any more. It is an error where a header field
has two values of one parameter, and a warning where both are equal or the parameter stands in a URI. Fields whose grammar allows a name
several times are left out.`,
	},
	Cases: func() []Case {
		via := func(params string) string {
			return "OPTIONS sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1" + params + "\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 OPTIONS\nAccept: application/sdp\nContent-Length: 0\n\n"
		}
		return []Case{
			{Name: "two tags", Text: optionsTo("<sip:b@example.com>;tag=2;tag=3", ""), Want: []string{"error: tag=3"}},
			{
				Name:  "the same tag again",
				Text:  optionsTo("<sip:b@example.com>;tag=2; TAG = 2", ""),
				Want:  []string{"warning: TAG = 2"},
				Fixed: optionsTo("<sip:b@example.com>;tag=2", ""),
			},
			{Name: "three times", Text: via(";rport;rport;x;rport"), Want: []string{"warning: rport"}, Fixed: via(";rport;x")},
			{Name: "rport twice", Text: via(";rport;rport"), Want: []string{"warning: rport"}, Fixed: via(";rport")},
			{
				Name:  "in a URI",
				Text:  optionsTo("<sip:b@example.com;lr;transport=tcp;lr>", ""),
				Want:  []string{"warning: lr"},
				Fixed: optionsTo("<sip:b@example.com;lr;transport=tcp>", ""),
			},
			{
				Name: "once in each of two values, once inside and once outside the brackets",
				Text: optionsTo("<sip:b@example.com;tag=1>;tag=2", "Contact: <sip:a@192.0.2.1>;q=1, <sip:a@192.0.2.2>;q=1\n"),
			},
			{Name: "cut off behind it", Log: true, Text: cutOptions("To: <sip:b@example.com>;tag=1;tag=2\nFrom: <sip:a")},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		eachAddress(s, func(_ *addressField, h *sip.Header, v sip.Span) {
			if !severalParams(m, v) {
				return
			}
			a := m.ReadAddress(v)
			headerParamTwice(m, h, a.Params, report)
			uriParamTwice(m, a.URI, report)
		})
		for _, f := range parameterFields {
			if !s.facts.has(f.id) {
				continue
			}
			if !f.list {
				if h := m.Header(f.id); h != nil && severalParams(m, h.Value) {
					headerParamTwice(m, h, m.ReadAddress(h.Value).Params, report)
				}
				continue
			}
			for h, v := range m.Values(f.id) {
				if severalParams(m, v) {
					headerParamTwice(m, h, m.ReadAddress(v).Params, report)
				}
			}
		}
		if m.IsRequest() {
			uriParamTwice(m, m.Start.URI, report)
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		d := f.detail.(twice)
		if !d.equal {
			return nil
		}
		m := s.Message
		fix := Fix{Title: "Remove the second " + clip(m.Bytes(d.again.Name)), Preferred: true}
		for p := range m.Params(d.params, ';') {
			if p.Name.Off >= d.again.Name.Off && d.again.HasValue == p.HasValue &&
				bytes.EqualFold(m.Bytes(p.Name), m.Bytes(d.again.Name)) && bytes.Equal(m.Bytes(p.Value), m.Bytes(d.again.Value)) {
				fix.Edits = append(fix.Edits, Edit{At: wholeParam(m, p)})
			}
		}
		return []Fix{fix}
	},
}

// severalParams sorts out the values that cannot have a parameter twice.
func severalParams(m *sip.Message, v sip.Span) bool {
	return bytes.Count(m.Bytes(v), semicolon) > 1
}

var semicolon = []byte(";")

// parameterFields are the other header fields with parameters behind a semicolon.
var parameterFields = []struct {
	id   sip.HeaderID
	list bool
}{
	{sip.HeaderVia, true},
	{sip.HeaderContentType, false},
	{sip.HeaderContentDisposition, false},
	{sip.HeaderEvent, false},
	{sip.HeaderSubscriptionState, false},
	{sip.HeaderReason, true},
	{sip.HeaderReplaces, false},
	{sip.HeaderJoin, false},
	{sip.HeaderTargetDialog, false},
	{sip.HeaderSessionExpires, false},
	{sip.HeaderSessionID, false},
	{sip.HeaderMinSE, false},
	{sip.HeaderAccept, true},
	{sip.HeaderUserToUser, true},
	{sip.HeaderSecurityClient, true},
	{sip.HeaderSecurityServer, true},
	{sip.HeaderSecurityVerify, true},
	{sip.HeaderPChargingVector, false},
}

// twice is a parameter that stands in a list a second time.
type twice struct {
	params sip.Span
	again  sip.Param
	equal  bool // with the same value
}

func headerParamTwice(m *sip.Message, h *sip.Header, params sip.Span, report func(Finding)) {
	if bytes.IndexByte(m.Bytes(params), ';') < 0 {
		return // one parameter
	}
	d, ok := findTwice(m, params)
	if !ok {
		return
	}
	f := Finding{
		Severity: Error, At: at(paramSpan(d.again)), detail: d,
		Title:       fmt.Sprintf("%s twice in %s", clip(m.Bytes(d.again.Name)), fieldName(m, h)),
		Evidence:    fmt.Sprintf("The value goes on with %s though it has that parameter already.", clip(m.Bytes(paramSpan(d.again)))),
		Consequence: "Some receivers take the first value, some the last, some refuse the message.",
		Next:        "Correct the element that added it; keep one of the two.",
	}
	if d.equal {
		f.Severity, f.Consequence = Warning, "Strict receivers refuse the message; others do not mind, as both say the same."
	}
	report(f)
}

func uriParamTwice(m *sip.Message, uri sip.Span, report func(Finding)) {
	if !severalParams(m, uri) {
		return
	}
	u, err := m.URI(uri)
	if err != nil || u.Params.Len == 0 {
		return
	}
	if d, ok := findTwice(m, u.Params); ok {
		report(Finding{
			Severity: Warning, At: at(paramSpan(d.again)), detail: d,
			Title:       fmt.Sprintf("URI with %s twice", clip(m.Bytes(d.again.Name))),
			Evidence:    fmt.Sprintf("%s has that parameter already.", clip(m.Bytes(uri))),
			Consequence: "Some receivers take the first value, some the last.",
			Next:        "Correct the element that added it; keep one of the two.",
			Cites:       []knowledge.Cite{{Standard: "RFC 3261", Section: "19.1.1"}},
		})
	}
}

// findTwice looks for a name among the first parameters that stood there before.
func findTwice(m *sip.Message, params sip.Span) (twice, bool) {
	var seen [16]sip.Param
	n := 0
	for p := range m.Params(params, ';') {
		name := m.Bytes(p.Name)
		if len(name) == 0 {
			continue
		}
		for _, q := range seen[:n] {
			if q.Name.Len == p.Name.Len && bytes.EqualFold(m.Bytes(q.Name), name) {
				return twice{params, p, bytes.Equal(m.Bytes(q.Value), m.Bytes(p.Value)) && q.HasValue == p.HasValue}, true
			}
		}
		if n == len(seen) {
			break
		}
		seen[n] = p
		n++
	}
	return twice{}, false
}

// paramSpan is a parameter without its semicolon.
func paramSpan(p sip.Param) sip.Span {
	if !p.HasValue || p.Value.Len == 0 {
		return p.Name
	}
	return sip.Span{Off: p.Name.Off, Len: p.Value.End() - p.Name.Off}
}
