package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var digestUsernameTwice = &Rule{
	Name:     "digest-username-in-both-forms",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Error,
	Fields:   credentialFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 7616", Section: "3.4"}},
	Doc: Doc{
		Title: "Credentials with both username and username*",
		Text: `username* (RFC 5987) is for names that a quoted string cannot hold. Credentials have one of the two; a server must
treat both together as an error.`,
	},
	Cases: func() []Case {
		with := func(names string) string {
			return registerWith("Authorization: Digest " + names + `, realm="example.com", nonce="1", uri="sip:example.com", response="0123456789abcdef0123456789abcdef"` + "\n")
		}
		return []Case{
			{Name: "both", Text: with(`username="bob", username*=UTF-8''bob`), Want: []string{"error: username*=UTF-8''bob"}, Fixed: with(`username="bob"`)},
			{Name: "one", Text: with("username*=UTF-8''b%C3%B6b")},
			{Name: "cut off", Log: true, Text: cutLog(with(`username="bob", username*=UTF-8''bob`))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		if !starInCredentials(m) {
			return
		}
		a := m.AuthValues()
		for v := (sip.AuthValue{}); a.Next(&v); {
			p, ok := v.Param(sip.AuthUsernameStar)
			if !ok || !v.Has(sip.AuthUsername) {
				continue
			}
			report(Finding{
				Severity:    Error,
				At:          at(p.Text()),
				Title:       "username and username* in one header field",
				Evidence:    fmt.Sprintf("Beside username there is %s.", clip(m.Bytes(p.Text()))),
				Consequence: "Servers must treat it as an error.",
				Next:        "Send one of the two: username wherever a quoted string can hold the name.",
			})
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		m := s.Message
		h := fieldAt(m, f.At.At)
		if h == nil {
			return nil
		}
		var p sip.AuthPart
		first := true // behind the scheme no comma goes with it
		for r := m.ReadAuth(h); r.Next(&p); {
			if p.ID == sip.AuthUsernameStar && !first {
				return []Fix{{Title: "Delete username*", Preferred: true, Edits: []Edit{{At: sip.Span{Off: p.Gap.Off, Len: p.Text().End() - p.Gap.Off}, Text: Literal("")}}}}
			}
			first = p.Kind == sip.AuthScheme
		}
		return nil
	},
}

// starInCredentials reports whether a * stands in credentials: almost never, so that they need not be read.
func starInCredentials(m *sip.Message) bool {
	for i := range m.Headers {
		if h := &m.Headers[i]; (h.ID == sip.HeaderAuthorization || h.ID == sip.HeaderProxyAuthorization) && bytes.IndexByte(m.Bytes(h.Value), '*') >= 0 {
			return true
		}
	}
	return false
}
