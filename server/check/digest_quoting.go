package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var digestQuoting = &Rule{
	Name:     "digest-parameter-quoting",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Fields:   authInfoFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 7616", Section: "3.3"}, {Standard: "RFC 7616", Section: "3.4"}},
	Doc: Doc{
		Title: "Digest parameter with quotes where none belong, or without those it needs",
		Text: `realm, domain, nonce, opaque, username, uri, response, cnonce, and qop in a challenge are quoted strings; algorithm, stale,
nc, and qop in credentials are not quoted. Each has one form, for historical reasons, though a reader might take both.
qop is information only (examples of RFC 3665 have it wrong), and in a log so are the others: the peers of that log live with it.`,
	},
	Cases: func() []Case {
		const rest = `, uri="sip:example.com", response="0123456789abcdef0123456789abcdef"` + "\n"
		const challenge = `WWW-Authenticate: Digest realm="example.com", nonce="1", `
		const credentials = `Authorization: Digest username="bob", realm="example.com", nonce="1", `
		return []Case{
			{
				Name:  "quoted algorithm",
				Text:  challengedWith(challenge + `qop="auth", algorithm="MD5"` + "\n"),
				Want:  []string{`warning: "MD5"`},
				Fixed: challengedWith(challenge + `qop="auth", algorithm=MD5` + "\n"),
			},
			{
				Name:  "unquoted qop in a challenge",
				Text:  challengedWith(challenge + "qop=auth\n"),
				Want:  []string{"information: auth"},
				Fixed: challengedWith(challenge + "qop=\"auth\"\n"),
			},
			{
				Name:  "quoted qop in credentials",
				Text:  registerWith(credentials + `qop="auth", nc=00000001, cnonce="2"` + rest),
				Want:  []string{`information: "auth"`},
				Fixed: registerWith(credentials + `qop=auth, nc=00000001, cnonce="2"` + rest),
			},
			{
				Name:  "unquoted user name",
				Text:  registerWith(`Authorization: Digest username=bob, realm="example.com", nonce="1"` + rest),
				Want:  []string{"warning: bob"},
				Fixed: registerWith(`Authorization: Digest username="bob", realm="example.com", nonce="1"` + rest),
			},
			{Name: "in a log", Log: true, Text: "a message:\n" + challengedWith(challenge+`qop="auth", algorithm="MD5"`+"\n"), Want: []string{`information: "MD5"`}},
			{Name: "all as it should be", Text: registerWith(credentials + `qop=auth, nc=00000001, cnonce="2", algorithm=MD5` + rest)},
			{Name: "another scheme", Text: challengedWith(`WWW-Authenticate: NTLM realm=a, qop=auth` + "\n")},
			{Name: "cut off behind it", Log: true, Text: cutLog(challengedWith(challenge + "qop=auth\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		for i := range m.Headers {
			h := &m.Headers[i]
			if !isAuthField(h.ID) {
				continue
			}
			digest := h.ID == sip.HeaderAuthenticationInfo
			var p sip.AuthPart
			for r := m.ReadAuth(h); r.Next(&p); {
				if p.Kind == sip.AuthScheme {
					digest = sip.EqualFold(m.Bytes(p.Name), "Digest")
					continue
				}
				want, told := mustQuote(p.ID, h.ID)
				if !digest || p.Err != nil || !told || want == p.Quoted {
					continue
				}
				f := Finding{Severity: Warning, At: at(p.Value)}
				if p.ID == sip.AuthQOP || !s.Editable {
					f.Severity = Information
				}
				f.Consequence = "Lenient receivers overlook it; strict ones reject the header field or compute another digest."
				if p.Quoted {
					f.Title = fmt.Sprintf("quoted %s in %s", p.ID, clip(m.Bytes(h.Name)))
					f.Evidence = fmt.Sprintf("%s stands in quotes.", clip(m.Bytes(p.Text())))
					f.Next = "Write the value without quotes."
				} else {
					f.Title = fmt.Sprintf("unquoted %s in %s", p.ID, clip(m.Bytes(h.Name)))
					f.Evidence = fmt.Sprintf("%s stands without quotes.", clip(m.Bytes(p.Text())))
					f.Next = "Put the value in quotes."
				}
				report(f)
			}
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		value := s.Message.Bytes(f.At.At)
		if value[0] != '"' {
			return []Fix{{Title: "Put the value in quotes", Preferred: true, Edits: []Edit{{At: f.At.At, Text: Literal(`"` + string(value) + `"`)}}}}
		}
		bare := bytes.Trim(value, `"`)
		if !sip.IsToken(bare) {
			return nil
		}
		return []Fix{{Title: "Take the quotes off", Preferred: true, Edits: []Edit{{At: f.At.At, Text: Literal(string(bare))}}}}
	},
}

// mustQuote says whether a parameter of Digest has to be quoted in a header
// field; told is false where the standards leave it open.
func mustQuote(id sip.AuthParamID, field sip.HeaderID) (quote, told bool) {
	switch id {
	case sip.AuthRealm, sip.AuthDomain, sip.AuthNonce, sip.AuthOpaque, sip.AuthUsername, sip.AuthURI, sip.AuthResponse,
		sip.AuthCNonce, sip.AuthNextNonce, sip.AuthRspAuth:
		return true, true
	case sip.AuthQOP:
		return field == sip.HeaderWWWAuthenticate || field == sip.HeaderProxyAuthenticate, true
	case sip.AuthAlgorithm, sip.AuthStale, sip.AuthNC:
		return false, true
	}
	return false, false
}
