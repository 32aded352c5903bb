package check

import (
	"bytes"
	"fmt"
	"strings"

	"sipls/knowledge"
	"sipls/server/sip"
)

var digestCredentialsIncomplete = &Rule{
	Name:     "digest-credentials-incomplete",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Messages: inRequests,
	Fields:   credentialFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "22.4"}, {Standard: "RFC 7616", Section: "3.4"}},
	Doc: Doc{
		Title: "Digest credentials without username, realm, nonce, uri or response",
		Text: `A server computes the digest from username, realm, nonce and uri and compares it with response; it needs all five. Empty
nonce and response are legal while there was no challenge yet (first REGISTER in IMS). A missing one is a warning, for the
grammar demands none and servers answer with a new challenge; so is an empty username beside a response, for no account has that name.`,
	},
	Cases: func() []Case {
		const rest = `, nonce="1", response="0123456789abcdef0123456789abcdef"` + "\n"
		return []Case{
			{
				Name:  "no uri",
				Text:  registerWith(`Authorization: Digest username="bob", realm="example.com"` + rest),
				Want:  []string{"warning: Digest"},
				Fixed: registerWith(`Authorization: Digest uri="sip:example.com", username="bob", realm="example.com"` + rest),
			},
			{
				Name:  "a challenge where credentials belong",
				Text:  registerWith(`Authorization: Digest realm="example.com", nonce="1"` + "\n"),
				Want:  []string{"warning: Digest"},
				Fixed: registerWith(`Authorization: Digest username="username", uri="sip:example.com", response="", realm="example.com", nonce="1"` + "\n"),
			},
			{Name: "empty username", Text: registerWith(`Authorization: Digest username="", realm="example.com", uri="sip:example.com"` + rest), Want: []string{`warning: username=""`}},
			{Name: "the other form of username", Text: registerWith(`Authorization: Digest username*=UTF-8''b%C3%B6b, realm="example.com", uri="sip:example.com"` + rest)},
			{Name: "before the first challenge", Text: registerWith(`Authorization: Digest username="bob@example.com", realm="example.com", nonce="", uri="sip:example.com", response=""` + "\n")},
			{Name: "another scheme", Text: registerWith("Authorization: Bearer abc\n")},
			{Name: "cut off", Log: true, Text: cutLog(registerWith(`Authorization: Digest username="bob"` + "\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		a := m.AuthValues()
		for v := (sip.AuthValue{}); a.Next(&v); {
			if v.IsChallenge() || v.Broken || !isDigest(m, &v) {
				continue
			}
			username, named := v.Param(sip.AuthUsername)
			if v.Has(sip.AuthRealm) && v.Has(sip.AuthNonce) && v.Has(sip.AuthURI) && v.Has(sip.AuthResponse) && (named || v.Has(sip.AuthUsernameStar)) {
				if named && len(sip.Unquote(m.Bytes(username.Value))) == 0 && len(v.Unquoted(m, sip.AuthResponse)) > 0 {
					report(Finding{
						Severity:    Warning,
						At:          at(username.Text()),
						Title:       "credentials with an empty username",
						Evidence:    fmt.Sprintf("The credentials have a response but %s.", clip(m.Bytes(username.Text()))),
						Consequence: "No account has an empty name: the server rejects the request.",
						Next:        "Set the user name for authentication in the client.",
					})
				}
				continue
			}
			missing := missingParams(&v, credentialsNeed)
			report(Finding{
				Severity:    Warning,
				At:          at(v.Scheme.Name),
				Title:       "credentials without " + strings.Join(missing, ", "),
				Evidence:    fmt.Sprintf("%s has no %s.", clip(m.Bytes(v.Header.Name)), strings.Join(missing, " and no ")),
				Consequence: "The server cannot check the response: it answers 400 or challenges again.",
				Next:        "Make the client send username, realm, nonce, uri and response.",
			})
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		known := map[string]Template{"response": {{Placeholder: true}}}
		if uri := s.Message.Bytes(s.Message.Start.URI); !bytes.ContainsAny(uri, `"\`) {
			known["uri"] = Literal(string(uri))
		}
		return fixMissingParams(s.Message, f, credentialsNeed, known)
	},
}

var credentialsNeed = []sip.AuthParamID{sip.AuthUsername, sip.AuthRealm, sip.AuthNonce, sip.AuthURI, sip.AuthResponse}
