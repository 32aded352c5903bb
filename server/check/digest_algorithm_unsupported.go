package check

import (
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var digestAlgorithmUnsupported = &Rule{
	Name:     "digest-algorithm-unsupported",
	Scope:    Call,
	Severity: Warning,
	Statuses: []knowledge.Range{{Lo: 401, Hi: 401}, {Lo: 407, Hi: 407}},
	Cites:    []knowledge.Cite{{Standard: "RFC 8760", Section: "2.3"}, {Standard: "RFC 8760", Section: "2.4"}},
	Doc: Doc{
		Title: "Digest algorithm that the client does not know",
		Text: `Many clients know only MD5, and qop auth. The rule fires when every challenge in a 401 or 407 demands something else and in the minute that the log shows
after it nothing with credentials follows; and when credentials for a challenge name another algorithm than it does and are refused.`,
	},
	Scenes: func() []Scene {
		pbx := scenario.PBX(scenario.Asterisk)
		registered := scenario.Register(scenario.Alice, pbx, scenario.Challenged(401))
		refused := scenario.Register(scenario.Alice, pbx, scenario.WrongPassword())
		lost := scenario.Merge(registered.Only(scenario.Request("REGISTER").First()), registered.Only(scenario.Status(401)))
		sha := scenario.ReplaceInHeader("WWW-Authenticate", "algorithm=MD5", "algorithm=SHA-256")
		later := laterPing(5 * time.Minute)
		called := scenario.Call(scenario.Alice, pbx, scenario.Challenged(407))
		gaveUp := called.With(scenario.Status(407), scenario.ReplaceInHeader("Proxy-Authenticate", "algorithm=MD5", "algorithm=SHA-512-256"))
		gaveUp.Messages = gaveUp.Messages[:3]
		return []Scene{
			{
				Name: "SHA-256, and the client gives up", Trace: scenario.Merge(lost.With(scenario.Status(401), sha), later),
				Want: []Sighting{{Severity: Warning, At: scenario.Status(401), Related: []scenario.Select{scenario.Request("REGISTER")}}},
			},
			{
				Name: "a call with SHA-512-256", Trace: scenario.Merge(gaveUp, later),
				Want: []Sighting{{Severity: Warning, At: scenario.Status(407), Related: []scenario.Select{scenario.Request("INVITE")}}},
			},
			{
				Name: "auth-int alone", Trace: scenario.Merge(lost.With(scenario.Status(401), scenario.ReplaceInHeader("WWW-Authenticate", `qop="auth"`, `qop="auth-int"`)), later),
				Want: []Sighting{{Severity: Warning, At: scenario.Status(401), Related: []scenario.Select{scenario.Request("REGISTER")}}},
			},
			{
				Name: "the client answers with MD5 all the same", Trace: refused.With(scenario.Status(401), sha),
				Want: []Sighting{{Severity: Warning, At: scenario.Request("REGISTER").Nth(2), Related: []scenario.Select{scenario.Status(401).First(), scenario.Status(401).Nth(2)}}},
			},
			{Name: "MD5 is offered as well", Trace: scenario.Merge(registered.With(scenario.Status(401), func(m *scenario.Message) {
				md5 := m.Get("WWW-Authenticate")
				sha(m)
				scenario.AddHeader("WWW-Authenticate", md5)(m)
			}), later)},
			{Name: "a client that knows it", Trace: scenario.Merge(registered.With(scenario.Status(401), sha).With(scenario.Request("REGISTER").Nth(2), scenario.ReplaceInHeader("Authorization", "algorithm=MD5", "algorithm=SHA-256"),
				func(m *scenario.Message) {
					scenario.SetHeader("Authorization", wideResponse(m.Get("Authorization")))(m)
				}), later)},
			{Name: "the log ends too early to tell", Trace: lost.With(scenario.Status(401), sha)},
			{Name: "a wrong password", Trace: refused, Ill: true},
			{Name: "MD5, and the client gives up", Trace: scenario.Merge(lost, later)},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		for _, inDialog := range [...]bool{false, true} {
			for _, o := range s.open(inDialog) {
				if rest, ok := s.Until(o.final); o.foreign == "" || !ok || rest < 2*call.Timeout {
					continue
				}
				f := Finding{
					Severity:    Warning,
					Certainty:   StrongHint,
					At:          s.At(o.final),
					Related:     []Related{s.Related(o.request, "the request that is challenged")},
					Title:       fmt.Sprintf("challenge with %s alone, and the client gives up", o.foreign),
					Evidence:    fmt.Sprintf("The %s got %s, which demands %s and offers nothing else; in the %s that the log shows after it no %s with credentials follows.", s.Name(o.request), s.phraseOf(o.final), o.foreign, s.goneFor(o.final), s.Name(o.request)) + o.again(),
					Consequence: "Most likely the client knows only MD5 with qop auth, ignores the challenge, as RFC 8760 demands, and fails.",
					Next:        "Let the server offer MD5 with qop=\"auth\" in a second challenge below this one, or update the client.",
				}
				s.Missing(&f)
				report(f)
			}
		}
		trail := s.trail()
		for i := range trail.credentials {
			g := &trail.credentials[i]
			if g.faults&faultAlgorithm == 0 || g.verdict != authRefused {
				continue
			}
			t := &s.Transactions[s.Messages[g.message].Transaction]
			if !s.firstHop(t) {
				continue
			}
			c := &trail.challenges[g.answers]
			report(Finding{
				Severity:    Warning,
				At:          s.At(g.message),
				Related:     []Related{s.Related(c.message, "the challenge"), s.Related(t.Final, "the refusal")},
				Title:       "credentials with another algorithm than the challenge",
				Evidence:    fmt.Sprintf("The challenge demands %s, the %s answers it with %s, and is refused.", s.algorithmAt(c.message, c.algorithm), s.Messages[g.message].Method, s.algorithmAt(g.message, g.algorithm)),
				Consequence: "The server cannot compute the same response: no password helps.",
				Next:        "Make the client use the algorithm of the challenge, or let the server offer one that the client knows.",
				Cites:       []knowledge.Cite{{Standard: "RFC 7616", Section: "3.4"}, {Standard: "RFC 8760", Section: "2.4"}},
			})
			return
		}
	},
}

// algorithmAt returns an algorithm as it is written, MD5 where it is not.
func (s *CallSubject) algorithmAt(message int32, at sip.Span) string {
	if at.Len == 0 {
		return "MD5, because it names none,"
	}
	return s.textOf(message, at)
}

// sameAlgorithm reports whether credentials name the algorithm of a challenge; none is MD5.
func sameAlgorithm(challenge, credentials *call.Message, c, g sip.Span) bool {
	a, b := sip.Unquote(challenge.Msg.Bytes(c)), sip.Unquote(credentials.Msg.Bytes(g))
	if len(a) == 0 {
		a = md5Name
	}
	if len(b) == 0 {
		b = md5Name
	}
	return sip.EqualFold(a, string(b))
}
