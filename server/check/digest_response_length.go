package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var digestResponseLength = &Rule{
	Name:     "digest-response-length",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Information,
	Fields:   credentialFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 8760", Section: "2.2"}, {Standard: "RFC 8760", Section: "2.7"}},
	Doc: Doc{
		Title: "Digest response whose length does not fit the algorithm",
		Text: `The response is hexadecimal: 32 digits for MD5, 64 for SHA-256 and SHA-512-256. An empty one is legal while
there was no challenge yet (first REGISTER in IMS). In a log a value that is not hexadecimal has been masked and is passed over.`,
	},
	Cases: func() []Case {
		with := func(response string) string {
			return registerWith(`Authorization: Digest username="bob", realm="example.com", nonce="1", uri="sip:example.com", response="` + response + "\"\n")
		}
		withAlgorithm := func(response, algorithm string) string {
			return with(response + `", cnonce="2", nc=00000001, qop=auth, algorithm=` + algorithm + `, opaque="3`)
		}
		const md5 = "0123456789abcdef0123456789abcdef"
		return []Case{
			{Name: "31 digits", Text: with(md5[1:]), Want: []string{`information: "` + md5[1:] + `"`}},
			{Name: "not hexadecimal", Text: with("x" + md5[1:]), Want: []string{`information: "x` + md5[1:] + `"`}},
			{Name: "MD5 for SHA-256", Text: withAlgorithm(md5, "SHA-256"), Want: []string{`information: "` + md5 + `"`}},
			{Name: "MD5", Text: with(md5)},
			{Name: "SHA-256", Text: withAlgorithm(md5+md5, "sha-256-sess")},
			{Name: "an algorithm that nobody knows", Text: withAlgorithm(md5[8:], "FOO")},
			{Name: "empty before the first challenge", Text: with("")},
			{Name: "masked by hand in a log", Log: true, Text: "a message:\n" + with("***")},
			{Name: "cut off in it", Log: true, Text: cutLog(with(md5[20:]))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		a := m.AuthValues()
		for v := (sip.AuthValue{}); a.Next(&v); {
			p, ok := v.Param(sip.AuthResponse)
			if !ok || v.IsChallenge() || !isDigest(m, &v) {
				continue
			}
			want := digestDigits(digestName(m, &v))
			response := sip.Unquote(m.Bytes(p.Value))
			hex := isHex(response)
			if want == 0 || len(response) == 0 || hex && len(response) == want || !hex && !s.Editable {
				continue
			}
			f := Finding{
				Severity:    Information,
				At:          at(p.Value),
				Title:       fmt.Sprintf("response is not %d hexadecimal digits", want),
				Evidence:    fmt.Sprintf("The response has %d hexadecimal digits; %s makes %d.", len(response), clip(digestName(m, &v)), want),
				Consequence: "The server rejects the credentials as if the password were wrong.",
				Next:        "Look whether the client computed the digest with the algorithm that it names, and whether somebody shortened the value.",
			}
			if !hex {
				f.Evidence = fmt.Sprintf("The response is %s.", clip(m.Bytes(p.Value)))
			}
			report(f)
		}
	},
}

// digestDigits returns how many hexadecimal digits a digest of that algorithm has; 0 when that is not known.
func digestDigits(algorithm []byte) int {
	if isSession(algorithm) {
		algorithm = algorithm[:len(algorithm)-len("-sess")]
	}
	switch {
	case sip.EqualFold(algorithm, "SHA-256"), sip.EqualFold(algorithm, "SHA-512-256"):
		return 64
	case sip.EqualFold(algorithm, "MD5"):
		return 32
	case sip.EqualFold(algorithm, "AKAv1-MD5"), sip.EqualFold(algorithm, "AKAv2-MD5"):
		return 32
	}
	return 0
}
