package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var digestNonceCount = &Rule{
	Name:     "digest-nonce-count",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Information,
	Fields:   credentialFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 7616", Section: "3.4"}, {Standard: "RFC 3261", Section: "25.1"}},
	Doc: Doc{
		Title: "nc that is not 8 hexadecimal digits",
		Text: `The nonce count nc is written with exactly 8 hexadecimal digits, 00000001 for the first request with a nonce. It goes
into the digest as written, so it is for the client to correct and there is no fix.`,
	},
	Cases: func() []Case {
		with := func(nc string) string {
			return registerWith(`Authorization: Digest username="bob", realm="example.com", nonce="1", uri="sip:example.com", response="0123456789abcdef0123456789abcdef", qop=auth, cnonce="2", nc=` + nc + "\n")
		}
		return []Case{
			{Name: "one digit", Text: with("1"), Want: []string{"information: 1"}},
			{Name: "not hexadecimal", Text: with("0000000g"), Want: []string{"information: 0000000g"}},
			{Name: "eight digits", Text: with("0000001f")},
			{Name: "quoted, which another rule reports", Text: with(`"00000001"`)},
			{Name: "cut off in it", Log: true, Text: cutLog(with("0000"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		a := m.AuthValues()
		for v := (sip.AuthValue{}); a.Next(&v); {
			p, ok := v.Param(sip.AuthNC)
			if !ok || v.IsChallenge() || !isDigest(m, &v) {
				continue
			}
			nc := sip.Unquote(m.Bytes(p.Value))
			if len(nc) == 8 && isHex(nc) {
				continue
			}
			report(Finding{
				Severity:    Information,
				At:          at(p.Value),
				Title:       "nc is not 8 hexadecimal digits",
				Evidence:    fmt.Sprintf("nc is %s.", clip(m.Bytes(p.Value))),
				Consequence: "Strict servers reject the credentials.",
				Next:        "Make the client send nc with 8 digits, as 00000001, and compute the response from just these.",
			})
		}
	},
}

func isHex(b []byte) bool {
	for _, c := range b {
		if !('0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f') {
			return false
		}
	}
	return len(b) > 0
}
