package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var telWithoutContext = &Rule{
	Name:     "tel-without-phone-context",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Cites:    []knowledge.Cite{{Standard: "RFC 3966", Section: "5.1.5"}},
	Doc: Doc{
		Title: "A local number without phone-context",
		Text: `A tel URI whose number does not begin with + holds a local number. It must say with phone-context where the number is
good, as in ` + "`tel:7042;phone-context=example.com`" + `; else two networks take it for two numbers. The first one of a message is reported.
SIP URIs with user=phone are not judged.`,
	},
	Cases: func() []Case {
		return []Case{
			{
				Name: "a number without +", Text: optionsTo("<tel:7042>", ""), Want: []string{"warning: 7042"},
				Fixed: optionsTo("<tel:7042;phone-context=example.com>", ""),
			},
			{Name: "phone-context and a global number", Text: optionsTo("<tel:7042;phone-context=+1555>", "Reply-To: <tel:+15550100>\n")},
			{Name: "cut off behind it", Log: true, Text: cutOptions("To: <tel:7042>\nFrom: <sip:a")},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		found := false
		look := func(uri sip.Span) {
			if found || uri.Len < 5 || !sip.EqualFold(m.Bytes(sip.Span{Off: uri.Off, Len: 4}), "tel:") {
				return
			}
			u, err := m.URI(uri)
			if err != nil || u.Global || u.Context.Len > 0 {
				return
			}
			found = true
			report(Finding{
				Severity:    Warning,
				At:          at(u.User),
				Title:       "A local number without phone-context",
				Evidence:    fmt.Sprintf("%s holds neither a + nor phone-context.", clip(m.Bytes(uri))),
				Consequence: "Another network may read it as another number or refuse it.",
				Next:        "Write the number with + and country code, or say with phone-context where it is good.",
			})
		}
		if m.IsRequest() {
			look(m.Start.URI)
		}
		eachAddress(s, func(_ *addressField, _ *sip.Header, v sip.Span) {
			if bytes.Contains(m.Bytes(v), telScheme) {
				look(m.ReadAddress(v).URI)
			}
		})
	},
	Fix: func(_ *Subject, f *Finding) []Fix {
		return []Fix{{
			Title: "Add phone-context",
			Edits: []Edit{{At: sip.Span{Off: f.At.At.End()}, Text: ParseTemplate(";phone-context={example.com}")}},
		}}
	},
}

var telScheme = []byte("tel:")
