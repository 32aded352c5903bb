package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var challengesOfBothKinds = &Rule{
	Name:     "challenges-of-both-kinds",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Information,
	Messages: []knowledge.Range{{Lo: 401, Hi: 401}, {Lo: 407, Hi: 407}},
	Fields:   challengeFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "22.3"}, {Standard: "RFC 8760", Section: "2.5"}},
	Doc: Doc{
		Title: "One response with both WWW-Authenticate and Proxy-Authenticate",
		Text: `A forking proxy collects the challenges of its branches in one response, so both kinds may stand in a 401 or 407. It is
legal and worth knowing: the client has to answer both kinds, and many answer only the one that fits the code. Where the
one that fits is missing, the rules about required header fields say so and this one is silent.`,
	},
	Cases: func() []Case {
		const www = `WWW-Authenticate: Digest realm="a.example.com", nonce="1", qop="auth"` + "\n"
		const proxy = `Proxy-Authenticate: Digest realm="b.example.com", nonce="2", qop="auth"` + "\n"
		return []Case{
			{Name: "both in a 407", Text: responseWith("407 Proxy Authentication Required", www+proxy), Want: []string{"information: WWW-Authenticate"}},
			{Name: "both in a 401", Text: challengedWith(www + proxy), Want: []string{"information: Proxy-Authenticate"}},
			{Name: "only the right one", Text: challengedWith(www)},
			{Name: "only the wrong one", Text: challengedWith(proxy)},
			{Name: "cut off", Log: true, Text: cutLog(challengedWith(www + proxy))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		right, other := sip.HeaderWWWAuthenticate, sip.HeaderProxyAuthenticate
		if m.Start.Status == 407 {
			right, other = other, right
		}
		if !s.facts.has(right) || !s.facts.has(other) {
			return
		}
		h := m.Header(other)
		report(Finding{
			Severity:    Information,
			At:          at(h.Name),
			Title:       fmt.Sprintf("%s with both kinds of challenge", name(m)),
			Evidence:    fmt.Sprintf("%s has %s and %s.", describe(m), right, other),
			Consequence: "The request gets through only with credentials for both; clients that answer one kind are challenged again.",
			Next:        "Look in the next request for both Authorization and Proxy-Authorization.",
		})
	},
}
