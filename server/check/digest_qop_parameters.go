package check

import (
	"fmt"
	"strings"

	"sipls/knowledge"
	"sipls/server/sip"
)

var digestQOPParameters = &Rule{
	Name:     "digest-qop-parameters",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Error,
	Fields:   credentialFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "22.4"}, {Standard: "RFC 7616", Section: "3.4"}},
	Doc: Doc{
		Title: "qop, nc and cnonce do not go together",
		Text: `qop, nc and cnonce come together or not at all: with qop the digest is computed from nc and cnonce, without it they have no
part in it. This is information, since RFC 3665 prints it wrong itself. A session algorithm without cnonce is
an error: its key is computed from cnonce. Where qop stands with a hole in it, only that is said.`,
	},
	Cases: func() []Case {
		with := func(params string) string {
			return registerWith(`Authorization: Digest username="bob", realm="example.com", nonce="1", uri="sip:example.com", response="0123456789abcdef0123456789abcdef"` + params + "\n")
		}
		return []Case{
			{Name: "qop alone", Text: with(", qop=auth"), Want: []string{"information: qop=auth"}},
			{Name: "qop without cnonce", Text: with(", qop=auth, nc=00000001"), Want: []string{"information: qop=auth"}},
			{Name: "nc and cnonce without qop", Text: with(`, nc=00000001, cnonce="2"`), Want: []string{"information: nc=00000001"}},
			{Name: "session algorithm without cnonce", Text: with(", algorithm=MD5-sess"), Want: []string{"error: algorithm=MD5-sess"}},
			{Name: "session algorithm with cnonce, of a client of RFC 2617", Text: with(`, algorithm=MD5-sess, cnonce="2"`)},
			{Name: "all three", Text: with(`, qop=auth, nc=00000001, cnonce="2"`)},
			{Name: "none", Text: with("")},
			{Name: "before the first challenge", Text: registerWith(`Authorization: Digest username="bob@example.com", realm="example.com", nonce="", uri="sip:example.com", response="", qop=auth` + "\n")},
			{Name: "cut off behind it", Log: true, Text: cutLog(with(", qop=auth"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		a := m.AuthValues()
		for v := (sip.AuthValue{}); a.Next(&v); {
			if v.IsChallenge() || v.Broken || !isDigest(m, &v) || len(v.Unquoted(m, sip.AuthResponse)) == 0 {
				continue
			}
			qop, hasQOP := v.Param(sip.AuthQOP)
			nc, hasNC := v.Param(sip.AuthNC)
			cnonce, hasCNonce := v.Param(sip.AuthCNonce)
			algorithm, _ := v.Param(sip.AuthAlgorithm)
			sess := isSession(digestName(m, &v))
			f := Finding{Severity: Information}
			switch {
			case hasQOP && !(hasNC && hasCNonce):
				var missing []string
				if !hasNC {
					missing = append(missing, "nc")
				}
				if !hasCNonce {
					missing = append(missing, "cnonce")
				}
				f.At = at(qop.Text())
				f.Title = "qop without " + strings.Join(missing, " and ")
				f.Evidence = fmt.Sprintf("The credentials have %s but no %s.", clip(m.Bytes(qop.Text())), strings.Join(missing, " and no "))
				f.Consequence = "A server that believes qop cannot compute the digest and rejects the request."
				f.Next = "Send nc and cnonce with qop and compute the response from them."
			case sess && !hasCNonce:
				f.Severity = Error
				f.At = at(algorithm.Text())
				f.Title = "session algorithm without cnonce"
				f.Evidence = fmt.Sprintf("The credentials have %s but no cnonce.", clip(m.Bytes(algorithm.Text())))
				f.Consequence = "The key of the session is computed from cnonce: the server cannot check the response."
				f.Next = "Send cnonce, or use the algorithm without -sess."
			case !hasQOP && (hasNC || hasCNonce && !sess):
				p := nc
				if !hasNC {
					p = cnonce
				}
				f.At = at(p.Text())
				f.Title = fmt.Sprintf("%s without qop", p.ID)
				f.Evidence = fmt.Sprintf("The credentials have %s but no qop.", clip(m.Bytes(p.Text())))
				f.Consequence = "The server computes the digest without it; where the client did not, the passwords seem to differ."
				f.Next = "Send qop=auth where the challenge offers it, else neither nc nor cnonce."
			default:
				continue
			}
			report(f)
		}
	},
}

// isSession reports whether an algorithm is the session variant of another.
func isSession(algorithm []byte) bool {
	const suffix = "-sess"
	return len(algorithm) > len(suffix) && sip.EqualFold(algorithm[len(algorithm)-len(suffix):], suffix)
}
