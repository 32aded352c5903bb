package check

import (
	"fmt"
	"strings"

	"sipls/knowledge"
	"sipls/server/sip"
)

var digestAlgorithm = &Rule{
	Name:     "digest-algorithm-unknown",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Failures: []string{"digest-algorithm-unsupported"},
	Fields:   authFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 7616", Section: "3.3"}, {Standard: "RFC 8760", Section: "2.1"}},
	Doc: Doc{
		Title: "Digest algorithm that nobody knows",
		Text: `Clients ignore a challenge whose algorithm they do not understand. A known algorithm with its hyphens in the wrong place
(SHA256) is a warning; any other name is information, for the list may grow. Those of AKA (RFC 3310, RFC 4169) are known.`,
	},
	Cases: func() []Case {
		with := func(algorithm string) string {
			return challengedWith(`WWW-Authenticate: Digest realm="example.com", nonce="1", qop="auth", algorithm=` + algorithm + "\n")
		}
		return []Case{
			{Name: "hyphen missing", Text: with("SHA256"), Want: []string{"warning: SHA256"}, Fixed: with("SHA-256")},
			{Name: "hyphens missing in quotes", Text: with(`"md5_SESS"`), Want: []string{`warning: "md5_SESS"`}, Fixed: with("MD5-sess")},
			{Name: "another one", Text: with("SHA3-512"), Want: []string{"information: SHA3-512"}},
			{Name: "known, in lower case", Text: with("sha-512-256-sess")},
			{Name: "AKA", Text: registerWith(`Authorization: Digest username="bob", realm="example.com", nonce="", uri="sip:example.com", response="", algorithm=AKAv2-MD5` + "\n")},
			{Name: "cut off in it", Log: true, Text: cutLog(with("SHA25"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		a := m.AuthValues()
		for v := (sip.AuthValue{}); a.Next(&v); {
			p, ok := v.Param(sip.AuthAlgorithm)
			if !ok || !isDigest(m, &v) {
				continue
			}
			value := sip.Unquote(m.Bytes(p.Value))
			if knownAlgorithm(value) {
				continue
			}
			f := Finding{
				Severity:    Information,
				At:          at(p.Value),
				Title:       "unknown Digest algorithm",
				Evidence:    fmt.Sprintf("The algorithm %s is not one of %s.", clip(value), strings.Join(digestAlgorithms[:], ", ")),
				Consequence: "A client that does not know the algorithm ignores the challenge.",
				Next:        "Use one of these, or make sure that both sides know the algorithm.",
			}
			if meant := meantAlgorithm(value); meant != "" {
				f.Severity = Warning
				f.Title = "misspelt Digest algorithm"
				f.Evidence = fmt.Sprintf("The algorithm is %s; the registered name is %s.", clip(value), meant)
				f.Consequence = "Peers that know only the registered name ignore the challenge or reject the credentials."
				f.Next = fmt.Sprintf("Write %s.", meant)
			}
			report(f)
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		meant := meantAlgorithm(sip.Unquote(s.Message.Bytes(f.At.At)))
		if meant == "" {
			return nil
		}
		return []Fix{{Title: "Write " + meant, Preferred: true, Edits: []Edit{{At: f.At.At, Text: Literal(meant)}}}}
	},
}

// digestAlgorithms are those of RFC 8760 section 2.7.
var digestAlgorithms = [...]string{"MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess"}

func knownAlgorithm(b []byte) bool {
	for _, a := range digestAlgorithms {
		if sip.EqualFold(b, a) {
			return true
		}
	}
	return hasPrefixFold(b, "AKAv")
}

// meantAlgorithm returns the algorithm that has the same letters and digits, "" when there is none.
func meantAlgorithm(b []byte) string {
	letters := func(s string) string {
		return strings.Map(func(r rune) rune {
			if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
				return r
			}
			return -1
		}, strings.ToLower(s))
	}
	for _, a := range digestAlgorithms {
		if letters(string(b)) == letters(a) {
			return a
		}
	}
	return ""
}
