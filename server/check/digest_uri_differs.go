package check

import (
	"bytes"
	"fmt"
	"strings"

	"sipls/knowledge"
	"sipls/server/sip"
)

var digestURIDiffers = &Rule{
	Name:     "digest-uri-differs",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Information,
	Messages: inRequests,
	Fields:   credentialFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 8760", Section: "2.6"}, {Standard: "RFC 3261", Section: "22.4"}},
	Doc: Doc{
		Title: "uri of the credentials is not the Request-URI",
		Text: `The client computes the digest from the Request-URI as it sends it and repeats that in uri. Proxies change the
Request-URI later, so the rule looks only at requests with a single Via, which no proxy has passed on, and at user and
host only. ACK and CANCEL repeat the credentials of their INVITE and are left alone, and so are requests within a dialog
and those of RFC 2543 peers.`,
	},
	Cases: func() []Case {
		with := func(uri string) string {
			return registerWith(`Authorization: Digest username="bob", realm="example.com", nonce="1", uri="` + uri + `", response="0123456789abcdef0123456789abcdef"` + "\n")
		}
		return []Case{
			{Name: "another host", Text: with("sip:192.0.2.7"), Want: []string{`information: uri="sip:192.0.2.7"`}},
			{Name: "another user", Text: with("sip:bob@example.com"), Want: []string{`information: uri="sip:bob@example.com"`}},
			{Name: "the same with port and parameter", Text: with("SIP:Example.com:5060;transport=udp")},
			{Name: "a proxy passed it on", Text: "REGISTER sip:example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK2" + with("sip:192.0.2.7")[len("REGISTER sip:example.com SIP/2.0"):]},
			{Name: "an RFC 2543 peer", Text: strings.Replace(with("sip:192.0.2.7"), "z9hG4bK", "", 1)},
			{Name: "cut off in it", Log: true, Text: cutLog(with("sip:exam"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		if method := m.Bytes(m.Start.Method); string(method) == "ACK" || string(method) == "CANCEL" || s.facts.hasToTag() || !s.facts.hasCookie() || !oneVia(m) {
			return
		}
		a := m.AuthValues()
		for v := (sip.AuthValue{}); a.Next(&v); {
			p, ok := v.Param(sip.AuthURI)
			if !ok || v.IsChallenge() || !isDigest(m, &v) || len(v.Unquoted(m, sip.AuthResponse)) == 0 {
				continue
			}
			if sameTarget(sip.Unquote(m.Bytes(p.Value)), m.Bytes(m.Start.URI)) {
				continue
			}
			report(Finding{
				Severity:    Information,
				Certainty:   WeakHint,
				At:          at(p.Text()),
				Title:       "uri of the credentials is not the Request-URI",
				Evidence:    fmt.Sprintf("The credentials are for %s, the Request-URI is %s.", clip(m.Bytes(p.Value)), clip(m.Bytes(m.Start.URI))),
				Consequence: "The response is right only for the uri it names; some servers compute it from the Request-URI and reject the request.",
				Next:        "Compare with what the client sent: it should compute the digest from the Request-URI of this very request.",
			})
			return
		}
	},
}

func oneVia(m *sip.Message) bool {
	n := 0
	for range m.Values(sip.HeaderVia) {
		n++
	}
	return n == 1
}

// sameTarget reports whether two URIs name the same user at the same host. Scheme, port,
// password, parameters and headers are not looked at.
func sameTarget(a, b []byte) bool {
	userA, hostA := userAndHost(a)
	userB, hostB := userAndHost(b)
	return bytes.Equal(userA, userB) && bytes.EqualFold(hostA, hostB)
}

// userAndHost cuts a SIP URI; of another URI the host is all that follows the scheme.
func userAndHost(uri []byte) (user, host []byte) {
	_, rest, ok := bytes.Cut(uri, []byte(":"))
	if !ok {
		rest = uri
	}
	if at := bytes.IndexByte(rest, '@'); at >= 0 {
		user, rest = rest[:at], rest[at+1:]
		user, _, _ = bytes.Cut(user, []byte(":"))
	}
	if end := bytes.IndexAny(rest, ";?"); end >= 0 {
		rest = rest[:end]
	}
	if len(rest) > 0 && rest[0] == '[' {
		if end := bytes.IndexByte(rest, ']'); end >= 0 {
			return user, rest[:end+1]
		}
	}
	rest, _, _ = bytes.Cut(rest, []byte(":"))
	return user, rest
}
