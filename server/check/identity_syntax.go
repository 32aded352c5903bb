package check

import (
	"fmt"

	"sipls/knowledge"
)

var identitySyntax = &Rule{
	Name:     "identity-syntax",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Error,
	Failures: []string{"stir-shaken-438-403"},
	Fields:   identityFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 8224", Section: "4"}},
	Doc: Doc{
		Title: "Malformed Identity",
		Text: `Identity is a PASSporT (header, claims and signature in base64url, separated by points, the first two empty in the compact
form), then ` + "`;info=<URI>`" + ` with the URI of the certificate in angle brackets, then alg and ppt where they are needed. Header
and claims must decode to JSON objects. The form of RFC 4474, a quoted signature, has a rule of its own.`,
	},
	Cases: func() []Case {
		return []Case{
			{Name: "no info", Text: invited("Identity: ..c2lnbmF0dXJl\n"), Want: []string{"error: Identity"}},
			{
				Name:  "info without angle brackets",
				Text:  invited("Identity: ..c2lnbmF0dXJl;info=https://cert.example.org/p.cer;alg=ES256\n"),
				Want:  []string{"error: info=https://cert.example.org/p.cer"},
				Fixed: invited("Identity: ..c2lnbmF0dXJl;info=<https://cert.example.org/p.cer>;alg=ES256\n"),
			},
			{Name: "two parts", Text: invited("Identity: e30.c2lnbmF0dXJl;info=<https://cert.example.org/p.cer>\n"), Want: []string{"error: e30.c2lnbmF0dXJl"}},
			{Name: "claims that are no JSON", Text: invited("Identity: e30.e30x.c2lnbmF0dXJl;info=<https://cert.example.org/p.cer>\n"), Want: []string{"error: e30x"}},
			{Name: "compact form", Text: invited("Identity: ..c2lnbmF0dXJl;info=<https://cert.example.org/p.cer>\n")},
			{Name: "full form", Text: invited(identityLine(shakenHeader, shakenClaims, shakenParams))},
			{Name: "cut off", Log: true, Text: cutLog(invited("Identity: ..c2lnbmF0dXJl\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		for id := range m.Identities {
			err := id.Err
			if err == nil && !id.Old {
				_, err = m.PASSporT(id)
			}
			if err == nil {
				continue
			}
			f := Finding{
				Severity:    Error,
				At:          at(err.At),
				Title:       "malformed Identity",
				Evidence:    fmt.Sprintf("At %s the grammar wants %s.", clip(m.Bytes(err.At)), err.Want),
				Consequence: "The verifier cannot use the header field: it answers 436, 437 or 438, or treats the caller as unsigned.",
				Next:        "Look at what the authentication service wrote, and whether an element on the way shortened or rewrote it.",
			}
			if err.At.Len == 0 {
				f.At = at(id.Header.Name)
				f.Evidence = fmt.Sprintf("It lacks %s.", err.Want)
			}
			report(f)
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		for id := range s.Message.Identities {
			if id.Err == nil || id.Err.At != f.At.At || !hasPrefixFold(s.Message.Bytes(f.At.At), "info") || !isHTTP(s.Message.Bytes(id.Info)) {
				continue
			}
			return []Fix{{
				Title:     "Put the URI in angle brackets",
				Preferred: true,
				Edits:     []Edit{{At: id.Info, Text: Literal("<" + string(s.Message.Bytes(id.Info)) + ">")}},
			}}
		}
		return nil
	},
}

// isHTTP reports whether a URI begins as those of certificates do, and not with a bracket or quote.
func isHTTP(uri []byte) bool { return hasPrefixFold(uri, "http://") || hasPrefixFold(uri, "https://") }
