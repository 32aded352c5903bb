package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var digestChallengeWithoutQOP = &Rule{
	Name:     "digest-challenge-without-qop",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Messages: inResponses,
	Fields:   challengeFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "22.4"}, {Standard: "RFC 8760", Section: "2.6"}},
	Doc: Doc{
		Title: "Digest challenge without qop",
		Text: `Servers must send qop in a challenge. Without it the client answers in the old way of RFC 2069, without nc and cnonce:
responses can be replayed. Clients live with it, and many servers leave qop out: in a log it is information.`,
	},
	Cases: func() []Case {
		return []Case{
			{
				Name:  "none",
				Text:  challengedWith("WWW-Authenticate: Digest realm=\"example.com\", nonce=\"1\"\n"),
				Want:  []string{"warning: Digest"},
				Fixed: challengedWith("WWW-Authenticate: Digest realm=\"example.com\", nonce=\"1\", qop=\"auth\"\n"),
			},
			{Name: "in a log", Log: true, Text: "a message:\n" + challengedWith("WWW-Authenticate: Digest realm=\"example.com\", nonce=\"1\"\n"), Want: []string{"information: Digest"}},
			{Name: "qop there", Text: challengedWith("WWW-Authenticate: Digest realm=\"example.com\", qop=\"auth-int\", nonce=\"1\"\n")},
			{Name: "another scheme", Text: challengedWith("WWW-Authenticate: Bearer realm=\"example.com\", authz_server=\"https://auth.example.com\"\n")},
			{Name: "cut off", Log: true, Text: cutLog(challengedWith("WWW-Authenticate: Digest realm=\"example.com\", nonce=\"1\"\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		a := m.AuthValues()
		for v := (sip.AuthValue{}); a.Next(&v); {
			if !v.IsChallenge() || v.Broken || v.Has(sip.AuthQOP) || !isDigest(m, &v) {
				continue
			}
			f := Finding{
				Severity:    Warning,
				At:          at(v.Scheme.Name),
				Title:       "challenge without qop",
				Evidence:    fmt.Sprintf("%s asks for Digest without qop.", clip(m.Bytes(v.Header.Name))),
				Consequence: "Clients answer without nc and cnonce, so that whoever records a response can send it again while the nonce lives.",
				Next:        `Make the server send qop="auth".`,
			}
			if !s.Editable {
				f.Severity = Information
			}
			report(f)
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		v, ok := authValueAt(s.Message, f.At.At)
		if !ok {
			return nil
		}
		return []Fix{{Title: `Add qop="auth"`, Preferred: true, Edits: []Edit{{At: sip.Span{Off: v.All.End()}, Text: Literal(`, qop="auth"`)}}}}
	},
}

// authValueAt returns the challenge or credentials that a place lies in.
func authValueAt(m *sip.Message, place sip.Span) (v sip.AuthValue, ok bool) {
	for a := m.AuthValues(); a.Next(&v); {
		if v.All.Off <= place.Off && place.Off < v.All.End() {
			return v, true
		}
	}
	return v, false
}
