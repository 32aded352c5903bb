package check

import (
	"fmt"
	"strings"

	"sipls/knowledge"
	"sipls/server/sip"
)

var digestChallengeIncomplete = &Rule{
	Name:     "digest-challenge-incomplete",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Error,
	Messages: inResponses,
	Fields:   challengeFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "22.1"}, {Standard: "RFC 7616", Section: "3.3"}},
	Doc: Doc{
		Title: "Digest challenge without realm or nonce",
		Text: `A client computes the digest from realm and nonce; without one of them it has nothing to compute from. Values that
are malformed are reported by the rules about syntax and not here.`,
	},
	Cases: func() []Case {
		return []Case{
			{
				Name:  "no nonce",
				Text:  challengedWith("WWW-Authenticate: Digest realm=\"example.com\", qop=\"auth\"\n"),
				Want:  []string{"error: Digest"},
				Fixed: challengedWith("WWW-Authenticate: Digest nonce=\"nonce\", realm=\"example.com\", qop=\"auth\"\n"),
			},
			{
				Name:  "neither",
				Text:  challengedWith("WWW-Authenticate: Digest qop=\"auth\"\n"),
				Want:  []string{"error: Digest"},
				Fixed: challengedWith("WWW-Authenticate: Digest realm=\"realm\", nonce=\"nonce\", qop=\"auth\"\n"),
			},
			{Name: "both", Text: challengedWith("WWW-Authenticate: Digest nonce=\"1\", Realm=\"example.com\", qop=\"auth\"\n")},
			{Name: "another scheme", Text: challengedWith("WWW-Authenticate: Bearer authz_server=\"https://auth.example.com\"\n")},
			{Name: "cut off", Log: true, Text: cutLog(challengedWith("WWW-Authenticate: Digest realm=\"example.com\"\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		a := m.AuthValues()
		for v := (sip.AuthValue{}); a.Next(&v); {
			if !v.IsChallenge() || v.Broken || !isDigest(m, &v) || v.Has(sip.AuthRealm) && v.Has(sip.AuthNonce) {
				continue
			}
			missing := strings.Join(missingParams(&v, challengeNeeds), " and no ")
			report(Finding{
				Severity:    Error,
				At:          at(v.Scheme.Name),
				Title:       "challenge without " + strings.ReplaceAll(missing, "and no", "and"),
				Evidence:    fmt.Sprintf("%s asks for Digest and has no %s.", clip(m.Bytes(v.Header.Name)), missing),
				Consequence: "The client cannot compute a response and gives up.",
				Next:        "Make the server send both realm and nonce.",
			})
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		return fixMissingParams(s.Message, f, challengeNeeds, nil)
	},
}

var challengeNeeds = []sip.AuthParamID{sip.AuthRealm, sip.AuthNonce}

func missingParams(v *sip.AuthValue, needs []sip.AuthParamID) (names []string) {
	for _, id := range needs {
		if !v.Has(id) && !(id == sip.AuthUsername && v.Has(sip.AuthUsernameStar)) {
			names = append(names, id.String())
		}
	}
	return names
}

// fixMissingParams puts the parameters that are needed and missing behind the
// scheme; values holds those that are known.
func fixMissingParams(m *sip.Message, f *Finding, needs []sip.AuthParamID, values map[string]Template) []Fix {
	v, ok := authValueAt(m, f.At.At)
	if !ok {
		return nil
	}
	var t Template
	names := missingParams(&v, needs)
	for _, name := range names {
		t = append(t, TemplatePart{Text: " " + name + `="`})
		if known, ok := values[name]; ok {
			t = append(t, known...)
		} else {
			t = append(t, TemplatePart{Text: name, Placeholder: true})
		}
		t = append(t, TemplatePart{Text: `",`})
	}
	if len(names) == 0 {
		return nil
	}
	return []Fix{{
		Title:     "Insert " + strings.Join(names, ", "),
		Preferred: true,
		Edits:     []Edit{{At: sip.Span{Off: v.Scheme.Name.End()}, Text: t}},
	}}
}
