package check

import (
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var authLoopBadCredentials = &Rule{
	Name:     "auth-loop-bad-credentials",
	Scope:    Call,
	Severity: Warning,
	Statuses: []knowledge.Range{{Lo: 401, Hi: 401}, {Lo: 407, Hi: 407}},
	Cites:    []knowledge.Cite{{Standard: "RFC 7616", Section: "3.3"}, {Standard: "RFC 3261", Section: "22.2"}, {Standard: "RFC 3261", Section: "22.3"}},
	Doc: Doc{
		Title: "Credentials refused",
		Text: `A request answers a challenge, with its realm and its nonce, and the server challenges again without stale=true, or answers with a 403 that names the password: by RFC 7616 the user
name or the password is wrong. One finding tells of all refusals in a row, on the last challenge or on the 403 that ends the tries.

Compared are nonces. A request with an old nonce that gets a new challenge, as refreshes of registrations do, is normal; so is a challenge with stale=true, and one
of another realm, and one whose reason phrase blames the nonce. A single refusal after which the same user is accepted is a matter of stale-nonce.`,
	},
	Scenes: authLoopScenes,
	CheckCall: func(s *CallSubject, report func(Finding)) {
		var loops []authLoop
		trail := s.trail()
		for i := range trail.credentials {
			g := &trail.credentials[i]
			m := &s.Messages[g.message]
			if g.answers == call.None || g.faults&^faultFromTag != 0 || m.Transaction == call.None {
				continue
			}
			t := &s.Transactions[m.Transaction]
			if !s.firstHop(t) || g.verdict == authRefused && !g.fresh && s.Messages[t.Final].Status != 403 {
				continue
			}
			l := findLoop(&loops, g, m, s)
			if l == nil || l.ended {
				continue
			}
			switch g.verdict {
			case authRefused:
				if l.refused > 0 && l.nonce == g.nonce && l.cseq == t.CSeq {
					continue // another hop
				}
				if l.refused == 0 {
					l.first, l.answer = trail.challenges[g.answers].message, g.message
				}
				l.refused++
				l.last, l.given, l.nonce, l.cseq = t.Final, g, g.nonce, t.CSeq
			case authForbidden:
				if l.refused > 0 {
					l.last, l.ended = t.Final, true
				}
			case authAccepted:
				if l.refused > 1 {
					l.ended = true
				} else {
					l.refused = 0
				}
			}
		}
		for i := range loops {
			if loops[i].refused > 0 {
				report(loops[i].finding(s))
			}
		}
	},
}

// maxLoops is how many users and realms are told apart in one call.
const maxLoops = 16

// authLoop are credentials of one user for one realm that are refused again and again.
type authLoop struct {
	realm  uint64
	user   uint64
	proxy  bool
	method call.Method

	refused       int
	first, answer int32 // the challenge and the request that answered it
	last          int32 // the last refusal
	given         *credentialsGiven
	nonce         uint64
	cseq          uint32
	ended         bool
}

// findLoop returns the loop that credentials belong to; nil where there is none and they are not refused.
func findLoop(loops *[]authLoop, g *credentialsGiven, m *call.Message, s *CallSubject) *authLoop {
	user := authHash(sip.Unquote(m.Msg.Bytes(g.user)))
	for i := range *loops {
		if l := &(*loops)[i]; l.realm == g.realm && l.user == user && l.proxy == g.proxy && l.method == m.Method {
			return l
		}
	}
	if g.verdict != authRefused || len(*loops) == maxLoops {
		return nil
	}
	*loops = append(*loops, authLoop{realm: g.realm, user: user, proxy: g.proxy, method: m.Method})
	return &(*loops)[len(*loops)-1]
}

func (l *authLoop) finding(s *CallSubject) Finding {
	user, realm := s.textOf(l.given.message, l.given.user), s.realmAt(l.given.message, l.given.at)
	last := &s.Messages[l.last]
	said := "challenges again, without stale=true"
	if last.Status == 403 {
		said = "answers " + s.phraseOf(l.last)
	}
	f := Finding{
		Severity:    Warning,
		Certainty:   StrongHint,
		At:          s.At(l.last),
		Related:     []Related{s.Related(l.first, "the first challenge"), s.Related(l.answer, "the credentials that answered it")},
		Title:       "credentials refused",
		Evidence:    fmt.Sprintf("The %s answers the challenge with its nonce, as user %s of realm %s; the server %s.", l.method, user, realm, said),
		Consequence: "The request cannot succeed; some servers lock the account or the address after a few such tries.",
		Next:        "Check the user name for authentication (it may differ from the number), the realm and the password on both sides; after a change of realm make stored HA1 values anew.",
	}
	if l.refused > 1 {
		f.Title = fmt.Sprintf("credentials refused %d times in a row", l.refused)
		f.Evidence = fmt.Sprintf("%d requests %s answer a challenge with its nonce, as user %s of realm %s, and all are refused; at last the server %s.", l.refused, l.method, user, realm, said)
		f.Next += " Stop the retries until then."
	}
	return f
}

func authLoopScenes() []Scene {
	pbx := scenario.PBX(scenario.Asterisk)
	refused := scenario.Register(scenario.Alice, pbx, scenario.WrongPassword())
	invite := scenario.Call(scenario.Alice, pbx, scenario.Challenged(407), scenario.WrongPassword())
	loop := registerLoop(4)
	nth := func(method string, n int) scenario.Select { return scenario.Request(method).Nth(n) }
	return []Scene{
		{
			Name: "a registration with a wrong password", Trace: refused,
			Want: []Sighting{{Severity: Warning, At: scenario.Status(401).Nth(2), Related: []scenario.Select{scenario.Status(401).First(), nth("REGISTER", 2)}}},
		},
		{
			Name: "a call with a wrong password", Trace: invite,
			Want: []Sighting{{Severity: Warning, At: scenario.Status(407).Nth(2), Related: []scenario.Select{scenario.Status(407).First(), nth("INVITE", 2)}}},
		},
		{
			Name: "a loop", Trace: loop,
			Want: []Sighting{{Severity: Warning, At: scenario.Status(401).Nth(5), Related: []scenario.Select{scenario.Status(401).First(), nth("REGISTER", 2)}}},
		},
		{
			Name: "403 ends the tries", Trace: loop.With(scenario.Status(401).Nth(5), scenario.SetStart("SIP/2.0 403 Forbidden"), scenario.RemoveHeader("WWW-Authenticate")),
			Want: []Sighting{{Severity: Warning, At: scenario.Status(403), Related: []scenario.Select{scenario.Status(401).First(), nth("REGISTER", 2)}}},
		},
		{
			Name: "the refusal is sent twice", Trace: refused.Repeat(scenario.Status(401).Nth(2), 500*time.Millisecond),
			Want: []Sighting{{Severity: Warning, At: scenario.Status(401).Nth(2), Related: []scenario.Select{scenario.Status(401).First(), nth("REGISTER", 2)}}},
		},
		{
			Name: "through a proxy that shows each message twice", Trace: scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.Challenged(407), scenario.WrongPassword()),
			Want: []Sighting{{Severity: Warning, At: scenario.Status(407).Nth(2), Related: []scenario.Select{scenario.Status(407).First(), nth("INVITE", 2)}}},
		},
		{
			Name: "a 403 that names the password", Trace: refused.With(scenario.Status(401).Nth(2), scenario.SetStart("SIP/2.0 403 Wrong password"), scenario.RemoveHeader("WWW-Authenticate")),
			Want: []Sighting{{Severity: Warning, At: scenario.Status(403), Related: []scenario.Select{scenario.Status(401), nth("REGISTER", 2)}}},
		},
		{Name: "a 403 that says nothing", Trace: refused.With(scenario.Status(401).Nth(2), scenario.SetStart("SIP/2.0 403 Forbidden"), scenario.RemoveHeader("WWW-Authenticate")), Ill: true},
		{Name: "the server says that it was the nonce", Trace: refused.With(scenario.Status(401).Nth(2), scenario.SetStart("SIP/2.0 401 nonce has changed")), Ill: true},
		{Name: "accepted at the second try", Trace: scenario.Register(scenario.Alice, pbx, scenario.Challenged(401))},
		{Name: "the nonce was too old", Trace: refused.With(scenario.Status(401).Nth(2), stale), Ill: true},
		{Name: "a challenge of another realm", Trace: refused.With(scenario.Status(401).Nth(2), scenario.ReplaceInHeader("WWW-Authenticate", `realm="`, `realm="b.`)), Ill: true},
		{Name: "a refresh with an old nonce gets a new challenge", Trace: refreshedAgain(30*time.Minute, false)},
		{Name: "a refresh with an old nonce, stale=true", Trace: refreshedAgain(30*time.Minute, true)},
		{Name: "refreshes with one nonce", Trace: scenario.Register(scenario.Alice, pbx, scenario.Challenged(401), scenario.Refreshes(3, 30*time.Minute))},
		{Name: "the log begins behind the first challenge", Trace: refused.Without(scenario.Request("REGISTER").First()).Without(scenario.Status(401).First()), Ill: true},
		{Name: "only what the server received", Trace: refused.Only(scenario.Request("REGISTER")), Ill: true},
	}
}
