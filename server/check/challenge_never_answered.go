package check

import (
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
)

var challengeNeverAnswered = &Rule{
	Name:     "challenge-never-answered",
	Scope:    Call,
	Severity: Information,
	Statuses: []knowledge.Range{{Lo: 401, Hi: 401}, {Lo: 407, Hi: 407}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "22.2"}, {Standard: "RFC 3261", Section: "22.3"}, {Standard: "RFC 3261", Section: "8.1.3.5"}},
	Doc: Doc{
		Title: "Challenge that nobody answers",
		Text: `A 401 or 407 asks for credentials, and in the minute that the log shows after it no request with credentials follows under this Call-ID. It is information: the client
may have none, its user may not want to, or it begins anew under another Call-ID. Challenges inside a dialog are the matter of reinvite-challenged-not-handled, those with an algorithm
that many clients do not know of digest-algorithm-unsupported. A log that ends within the minute, or has no times, does not tell. OPTIONS is left out: any answer says that the server is there.`,
	},
	Scenes: func() []Scene {
		pbx := scenario.PBX(scenario.Asterisk)
		registered := scenario.Register(scenario.Alice, pbx, scenario.Challenged(401))
		lost := scenario.Merge(registered.Only(scenario.Request("REGISTER").First()), registered.Only(scenario.Status(401)))
		called := scenario.Call(scenario.Alice, pbx, scenario.Challenged(407))
		gaveUp := called
		gaveUp.Messages = called.Messages[:3]
		proxied := scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.Challenged(407))
		later := laterPing(5 * time.Minute)
		return []Scene{
			{
				Name: "a registration", Trace: scenario.Merge(lost, later),
				Want: []Sighting{{Severity: Information, At: scenario.Status(401), Related: []scenario.Select{scenario.Request("REGISTER")}}},
			},
			{
				Name: "a call", Trace: scenario.Merge(gaveUp, later),
				Want: []Sighting{{Severity: Information, At: scenario.Status(407), Related: []scenario.Select{scenario.Request("INVITE")}}},
			},
			{
				Name: "a call, the challenge sent twice", Trace: scenario.Merge(gaveUp.Repeat(scenario.Status(407), 500*time.Millisecond), later),
				Want: []Sighting{{Severity: Information, At: scenario.Status(407), Related: []scenario.Select{scenario.Request("INVITE")}}},
			},
			{Name: "the registration is repeated with credentials", Trace: scenario.Merge(registered, later)},
			{Name: "the call is repeated with credentials", Trace: scenario.Merge(called, later)},
			{Name: "the call through a proxy is repeated with credentials", Trace: scenario.Merge(proxied, later)},
			{Name: "the log ends too early to tell", Trace: lost},
			{Name: "what the server sent", Trace: scenario.Merge(registered.Only(scenario.Responses), later)},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		for _, o := range s.open(false) {
			if rest, ok := s.Until(o.final); o.foreign != "" || !ok || rest < 2*call.Timeout {
				continue
			}
			f := Finding{
				Severity:    Information,
				Certainty:   StrongHint,
				At:          s.At(o.final),
				Related:     []Related{s.Related(o.request, "the request that is challenged")},
				Title:       "challenge never answered",
				Evidence:    fmt.Sprintf("The %s got %s; in the %s that the log shows after it no %s with credentials follows under this Call-ID.", s.Name(o.request), s.phraseOf(o.final), s.goneFor(o.final), s.Name(o.request)) + o.again(),
				Consequence: "The request fails, unless the client begins anew under another Call-ID.",
				Next:        "See whether the client has a user name and a password for this realm, and whether the challenge reached it.",
			}
			s.Missing(&f)
			report(f)
		}
	},
}
