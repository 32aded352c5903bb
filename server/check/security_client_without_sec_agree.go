package check

import (
	"fmt"
	"slices"
	"strings"

	"sipls/knowledge"
	"sipls/server/sip"
)

var securityClientWithoutSecAgree = &Rule{
	Name:     "security-client-without-sec-agree",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Messages: inRequests,
	Fields:   []sip.HeaderID{sip.HeaderSecurityClient},
	Cites:    []knowledge.Cite{{Standard: "RFC 3329", Section: "2.3.1"}},
	Doc: Doc{
		Title: "Security-Client without sec-agree in Require and Proxy-Require",
		Text:  `A client that wants a security agreement with its first proxy sends Security-Client and puts sec-agree both into Require and into Proxy-Require. Without the tags a proxy that does not know the agreement lets the request pass unprotected.`,
	},
	Cases: func() []Case {
		register := func(lines string) string { return requestOf("REGISTER", lines+"Security-Client: tls\n") }
		return []Case{
			{
				Name: "in neither of the two", Text: register(""), Want: []string{"warning: Security-Client"},
				Fixed: strings.Replace(requestOf("REGISTER", "Security-Client: tls\nRequire: sec-agree\n"), "From:", "Proxy-Require: sec-agree\nFrom:", 1),
			},
			{
				Name: "in one of the two", Text: register("Require: path\nProxy-Require: sec-agree\n"), Want: []string{"warning: Security-Client"},
				Fixed: register("Require: path, sec-agree\nProxy-Require: sec-agree\n"),
			},
			{Name: "in both", Text: register("Require: Sec-Agree\nProxy-Require: sec-agree\n")},
			{Name: "cut off behind it", Log: true, Text: inCutLog(register(""))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		missing := missingSecAgree(m)
		if len(missing) == 0 {
			return
		}
		where := missing[0].String()
		if len(missing) == 2 {
			where += " and " + missing[1].String()
		}
		report(Finding{
			Severity:    Warning,
			At:          at(m.Header(sip.HeaderSecurityClient).Name),
			Title:       fmt.Sprintf("Security-Client without sec-agree in %s", where),
			Evidence:    fmt.Sprintf("%s proposes security mechanisms, but sec-agree is missing in %s.", describe(m), where),
			Consequence: "A proxy that does not know the agreement lets the request pass: it is not protected, and nobody notices.",
			Next:        "Put sec-agree into Require and Proxy-Require, or leave out Security-Client.",
		})
	},
	Fix: func(s *Subject, _ *Finding) []Fix {
		m := s.Message
		fix := Fix{Title: "Add sec-agree", Preferred: true}
		for _, id := range missingSecAgree(m) {
			edit := Edit{At: insertionPoint(m, id), NewLine: true, Text: Literal(id.String() + ": sec-agree")}
			if h := m.Header(id); h != nil {
				edit = Edit{At: sip.Span{Off: h.Value.End()}, Text: Literal(", sec-agree")}
			}
			fix.Edits = append(fix.Edits, edit)
		}
		slices.SortFunc(fix.Edits, func(a, b Edit) int { return int(a.At.Off - b.At.Off) })
		return []Fix{fix}
	},
}

var secAgree = []byte("sec-agree")

// missingSecAgree returns the header fields that lack sec-agree; malformed ones are not among them.
func missingSecAgree(m *sip.Message) (missing []sip.HeaderID) {
	for _, id := range [...]sip.HeaderID{sip.HeaderRequire, sip.HeaderProxyRequire} {
		if !lists(m, id, secAgree) && wellFormed(m, id) {
			missing = append(missing, id)
		}
	}
	return missing
}
