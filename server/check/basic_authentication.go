package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var basicAuthentication = &Rule{
	Name:     "basic-authentication",
	Scope:    Message,
	Needs:    NeedFull,
	Severity: Error,
	Fields:   authFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "22.4"}, {Standard: "RFC 8760", Section: "2.6"}},
	Doc: Doc{
		Title: "Basic authentication in SIP",
		Text: `Servers must not ask for Basic credentials and must not accept them: they hold user name and password
in base64, which anybody can read. The rule fires on challenges and on credentials; the latter are a secret that
should be taken out of a log before it is shown to others.`,
	},
	Cases: func() []Case {
		return []Case{
			{Name: "asked for", Text: challengedWith("WWW-Authenticate: Basic realm=\"example.com\"\n"), Want: []string{"error: Basic"}},
			{Name: "sent", Text: registerWith("Authorization: basic dXNlcjpwYXNz\n"), Want: []string{"error: basic"}},
			{Name: "Digest", Text: challengedWith("WWW-Authenticate: Digest realm=\"Basic\", nonce=\"1\", qop=\"auth\"\n")},
			{Name: "cut off in it", Log: true, Text: cutLog(challengedWith("WWW-Authenticate: Basi\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		for i := range m.Headers {
			h := &m.Headers[i]
			if !isAuthField(h.ID) || h.ID == sip.HeaderAuthenticationInfo {
				continue
			}
			var scheme sip.AuthPart
			if !hasPrefixFold(m.Bytes(h.Value), "Basic") {
				continue
			}
			if r := m.ReadAuth(h); !r.Next(&scheme) || !sip.EqualFold(m.Bytes(scheme.Name), "Basic") {
				continue
			}
			f := Finding{
				Severity:    Error,
				At:          at(scheme.Name),
				Title:       "Basic authentication",
				Evidence:    fmt.Sprintf("%s asks for the scheme Basic.", clip(m.Bytes(h.Name))),
				Consequence: "SIP clients must not answer it, so that the request cannot succeed; one that does sends its password readably.",
				Next:        "Make the server challenge with Digest.",
			}
			if authWord(h.ID) == "credentials" {
				f.Evidence = fmt.Sprintf("%s carries user name and password in base64, which anybody can read.", clip(m.Bytes(h.Name)))
				f.Consequence = "SIP servers must not accept it, and whoever sees the message has the password."
				f.Next = "Make the client use Digest, change the password, and take this line out before you show the text to others."
			}
			report(f)
			return
		}
	},
}
