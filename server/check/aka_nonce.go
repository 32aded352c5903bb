package check

import (
	"bytes"
	"encoding/base64"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var akaNonce = &Rule{
	Name:     "aka-nonce",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Error,
	Messages: inResponses,
	Fields:   challengeFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 3310", Section: "3.2"}},
	Doc: Doc{
		Title: "AKA challenge whose nonce does not hold RAND and AUTN",
		Text: `With the algorithms AKAv1 and AKAv2 the nonce is base64 of RAND and AUTN, 16 bytes each, and of what else the server
likes. The SIM computes its answer from these; with fewer than 32 bytes it has nothing to compute from.`,
	},
	Cases: func() []Case {
		with := func(nonce string) string {
			return challengedWith(`WWW-Authenticate: Digest realm="ims.example.com", nonce="` + nonce + `", qop="auth", algorithm=AKAv1-MD5` + "\n")
		}
		const good = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
		return []Case{
			{Name: "too short", Text: with("AAECAwQFBgcICQoLDA0ODw=="), Want: []string{`error: "AAECAwQFBgcICQoLDA0ODw=="`}},
			{Name: "not base64", Text: with("a:b"), Want: []string{`error: "a:b"`}},
			{Name: "RAND and AUTN", Text: with(good)},
			{Name: "a short nonce of MD5", Text: challengedWith(`WWW-Authenticate: Digest realm="example.com", nonce="1", qop="auth"` + "\n")},
			{Name: "cut off in it", Log: true, Text: cutLog(with(good[:8]))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		a := m.AuthValues()
		for v := (sip.AuthValue{}); a.Next(&v); {
			p, ok := v.Param(sip.AuthNonce)
			if !ok || !v.IsChallenge() || !isDigest(m, &v) || !hasPrefixFold(digestName(m, &v), "AKAv") {
				continue
			}
			const need = 32
			nonce := bytes.TrimRight(sip.Unquote(m.Bytes(p.Value)), "=")
			raw, err := base64.RawStdEncoding.DecodeString(string(nonce))
			if err == nil && len(raw) >= need {
				continue
			}
			f := Finding{
				Severity:    Error,
				At:          at(p.Value),
				Title:       "nonce without RAND and AUTN",
				Evidence:    fmt.Sprintf("The nonce decodes to %s; RAND and AUTN are %d.", bytesWord(len(raw)), need),
				Consequence: "The SIM has nothing to compute from: the client cannot register.",
				Next:        "Look at what the HSS gave the server, or use an algorithm without AKA.",
			}
			if err != nil {
				f.Evidence = fmt.Sprintf("The nonce %s is not base64.", clip(m.Bytes(p.Value)))
			}
			report(f)
		}
	},
}
