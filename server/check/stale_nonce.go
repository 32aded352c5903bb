package check

import (
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var staleNonce = &Rule{
	Name:     "stale-nonce",
	Scope:    Call,
	Severity: Warning,
	Statuses: []knowledge.Range{{Lo: 401, Hi: 401}, {Lo: 407, Hi: 407}},
	Cites:    []knowledge.Cite{{Standard: "RFC 7616", Section: "3.3"}},
	Doc: Doc{
		Title: "A nonce that is too old, and what the two sides make of it",
		Text: `With stale=true a server says: the password is right, the nonce is too old, try again with the new one. That is normal. What is not:

- the client gives up, or tries the old nonce again;
- the client uses a count nc that it used before with the nonce, and is challenged for it;
- the server calls its own new nonces stale, twice or more in a row;
- the server challenges again without stale=true though the next try of the same user gets through (a hint), or though the nonce was old and the client gives up (information).

Each is told once for a call.`,
	},
	Scenes:    staleNonceScenes,
	CheckCall: checkStaleNonce,
}

// staleKind is what goes wrong with a nonce.
type staleKind uint8

const (
	staleGaveUp  staleKind = iota // the client does not try again though stale=true asks it to
	staleSame                     // it tries the old nonce again
	staleCount                    // it repeats a count
	staleFresh                    // the server calls new nonces stale
	staleUnsaid                   // the server did not say that it was the nonce
	staleSilence                  // and the client gives up
	staleKinds
)

// nonceWait is a user whose credentials were answered with a new challenge.
type nonceWait struct {
	realm, user uint64
	proxy       bool
	method      call.Method

	last  *credentialsGiven // the credentials that were challenged; nil when it got through since
	final int32             // the new challenge
	row   int               // how often in a row a fresh nonce was called stale
}

func checkStaleNonce(s *CallSubject, report func(Finding)) {
	trail := s.trail()
	again := false
	for i := range trail.credentials {
		switch trail.credentials[i].verdict {
		case authStale, authOldNonce, authRefused:
			again = true
		}
	}
	if !again {
		return
	}
	var found [staleKinds]struct {
		first         *credentialsGiven
		final, second int32
		times         int
	}
	note := func(kind staleKind, g *credentialsGiven, final, second int32) {
		f := &found[kind]
		if f.times++; f.times == 1 {
			f.first, f.final, f.second = g, final, second
		}
	}
	counts := map[[2]uint64]int32{} // nonce and count to the first request that got through with them
	var waits []nonceWait
	for i := range trail.credentials {
		g := &trail.credentials[i]
		m := &s.Messages[g.message]
		if m.Transaction == call.None || g.faults&^faultFromTag != 0 {
			continue
		}
		t := &s.Transactions[m.Transaction]
		if !s.firstHop(t) {
			continue
		}
		before := call.None
		if g.nc.Len > 0 {
			key := [2]uint64{g.nonce, authHash(m.Msg.Bytes(g.nc))}
			if b, ok := counts[key]; !ok {
				if g.verdict == authAccepted {
					counts[key] = g.message
				}
			} else if p := &s.Messages[b]; p.CSeq != m.CSeq && p.Method == m.Method && p.From == m.From {
				before = b
			}
		}
		w := waitOf(&waits, g, m)
		if w == nil {
			continue
		}
		challenged := g.verdict == authStale || g.verdict == authOldNonce || g.verdict == authRefused && s.Messages[t.Final].Status != 403
		old := w.last
		switch {
		case challenged && before != call.None:
			note(staleCount, g, t.Final, before)
			old = nil
		case old == nil || g.message < w.final:
			// nothing to compare with
		case old.nonce == g.nonce:
			if old.verdict != authRefused && t.Final != call.None {
				note(staleSame, g, t.Final, w.final)
			}
			old = nil
		case g.verdict == authAccepted && old.verdict != authStale:
			note(staleUnsaid, old, w.final, g.message)
		}
		switch {
		case challenged:
			if g.verdict == authStale && g.fresh {
				if w.row++; w.row >= 2 && old != nil {
					note(staleFresh, g, t.Final, w.final)
				}
			} else {
				w.row = 0
			}
			w.last, w.final = g, t.Final
		case g.verdict != authUnknown:
			w.last, w.row = nil, 0
		default:
			w.last = nil
		}
	}
	for i := range waits {
		w := &waits[i]
		if w.last == nil || w.row >= 2 || w.last.verdict == authRefused && w.last.fresh || !s.abandoned(w.final, w.method) {
			continue
		}
		if w.last.verdict == authStale {
			note(staleGaveUp, w.last, w.final, call.None)
		} else {
			note(staleSilence, w.last, w.final, call.None)
		}
	}
	for kind := range found {
		if f := &found[kind]; f.times > 0 {
			report(staleFinding(s, staleKind(kind), f.first, f.final, f.second, f.times))
		}
	}
}

// waitOf returns the state of a user; nil when there are too many of them.
func waitOf(waits *[]nonceWait, g *credentialsGiven, m *call.Message) *nonceWait {
	user := authHash(sip.Unquote(m.Msg.Bytes(g.user)))
	for i := range *waits {
		if w := &(*waits)[i]; w.realm == g.realm && w.user == user && w.proxy == g.proxy && w.method == m.Method {
			return w
		}
	}
	if len(*waits) == maxLoops {
		return nil
	}
	*waits = append(*waits, nonceWait{realm: g.realm, user: user, proxy: g.proxy, method: m.Method})
	return &(*waits)[len(*waits)-1]
}

// abandoned reports whether no request of the method follows message i, though the log goes on for as long as anybody waits.
func (s *CallSubject) abandoned(i int32, method call.Method) bool {
	if rest, ok := s.Until(i); !ok || rest < call.Timeout {
		return false
	}
	for k := int(i) + 1; k < len(s.Messages); k++ {
		if m := &s.Messages[k]; m.Request && m.Method == method && m.First == call.None {
			return false
		}
	}
	return true
}

func staleFinding(s *CallSubject, kind staleKind, g *credentialsGiven, final, second int32, times int) Finding {
	m := &s.Messages[g.message]
	f := Finding{Severity: Warning, At: s.At(final)}
	given := s.Related(g.message, "the credentials with the nonce that is too old")
	switch kind {
	case staleGaveUp:
		f.Related = []Related{given}
		f.Title = "the client gives up though the server says stale=true"
		f.Evidence = fmt.Sprintf("The %s to the %s says stale=true: the credentials are right, the nonce is too old. In the log no %s follows with the new nonce.", s.Name(final), m.Method, m.Method)
		f.Consequence = "The request fails though the password is right: a registration is lost, a call is not made, or the phone asks for a password."
		f.Next = "Make the client take the new nonce and send the request again without asking anybody; an update of its firmware may do that."
		s.Missing(&f)
	case staleSame:
		f.At = s.At(g.message)
		f.Related = []Related{s.Related(second, "the challenge with the new nonce")}
		f.Title = "the client sends the old nonce again"
		f.Evidence = fmt.Sprintf("The server refused this nonce as too old and gave a new one; the next %s carries the old one once more.", m.Method)
		f.Consequence = "The server challenges again and again, until the client gives up."
		f.Next = "Make the client use the nonce of the last challenge."
		f.Cites = []knowledge.Cite{{Standard: "RFC 7616", Section: "3.3"}, {Standard: "RFC 7616", Section: "3.6"}}
	case staleCount:
		f.At = s.At(g.message)
		f.Related = []Related{s.Related(second, "the request with the same nonce and count"), s.Related(final, "the new challenge")}
		f.Title = "nonce count used twice"
		f.Evidence = fmt.Sprintf("The %s uses nc=%s with a nonce that an earlier %s used with the same count; the server challenges it again.", m.Method, s.textOf(g.message, g.nc), m.Method)
		f.Consequence = "To the server this looks like a replay: each such request costs a new challenge, or is refused for good."
		f.Next = "Make the client count up nc with each request that uses the nonce, or ask for a new nonce each time."
		f.Cites = []knowledge.Cite{{Standard: "RFC 7616", Section: "3.4"}}
	case staleFresh:
		f.Certainty = StrongHint
		f.Related = []Related{given, s.Related(second, "the challenge before, that says stale=true too")}
		f.Title = "the server calls its own new nonces stale"
		f.Evidence = fmt.Sprintf("The %s answers the last challenge at once with its nonce, and the server says stale=true again.", m.Method)
		f.Consequence = "No request of this client gets through."
		f.Next = "See whether several servers answer that do not share their nonces, whether their clocks differ, and how long a nonce lives; see too whether the client's address changes."
	case staleUnsaid:
		f.Severity, f.Certainty = Hint, StrongHint
		f.Related = []Related{given, s.Related(second, "the next try, which gets through")}
		f.Title = "new challenge without stale=true"
		f.Evidence = fmt.Sprintf("The server challenges credentials of user %s without stale=true, and accepts the same user with the new nonce: most likely only the nonce was too old.", s.textOf(g.message, g.user))
		f.Consequence = "This client tries again; others take their password for wrong, ask for another one or give up."
		f.Next = "Make the server say stale=true when only the nonce is too old, and let nonces live longer than the time between two requests."
	case staleSilence:
		f.Severity, f.Certainty = Information, WeakHint
		f.Related = []Related{given}
		f.Title = "an old nonce is challenged without stale=true, and the client gives up"
		why := "the nonce had been used before or was some time old"
		if g.verdict == authOldNonce {
			why = fmt.Sprintf("the server says %q", s.phraseOf(final))
		}
		f.Evidence = fmt.Sprintf("The server challenges the %s again without stale=true; %s. In the log no other %s follows.", m.Method, why, m.Method)
		f.Consequence = "The client may have taken its password for wrong, though only the nonce was too old."
		f.Next = "Make the server say stale=true when only the nonce is too old; if the password was changed, correct it."
		s.Missing(&f)
	}
	if times > 1 {
		f.Evidence += fmt.Sprintf(" So it goes %d times in this call.", times)
	}
	return f
}

func staleNonceScenes() []Scene {
	pbx := scenario.PBX(scenario.Asterisk)
	first := scenario.Register(scenario.Alice, pbx, scenario.Challenged(401))
	again := refreshedAgain(10*time.Minute, true)
	nth := func(n int) scenario.Select { return scenario.Request("REGISTER").Nth(n) }
	challenge := scenario.Status(401).Nth(2)
	later := laterPing(20 * time.Minute)
	// The refresh and its challenge are the last of the call.
	gaveUp := scenario.Merge(again.Without(nth(4)).Without(scenario.Status(200).Nth(2)), later)
	oldNonce := scenario.ReplaceInHeader("Authorization", authParamText(again.Messages[6].Get("Authorization"), "nonce"), authParamText(again.Messages[4].Get("Authorization"), "nonce"))
	counted := scenario.Register(scenario.Alice, pbx, scenario.Challenged(401), scenario.Refreshes(1, time.Minute))
	sameCount := refreshedAgain(10*time.Minute, true).With(nth(3), scenario.ReplaceInHeader("Authorization", "nc=00000002", "nc=00000001"))
	alwaysStale := registerLoop(3).With(scenario.Status(401), stale)
	unsaid := refreshedAgain(10*time.Minute, false)
	return []Scene{
		{
			Name: "the client gives up", Trace: gaveUp,
			Want: []Sighting{{Severity: Warning, At: challenge, Related: []scenario.Select{nth(3)}}},
		},
		{
			Name: "the old nonce once more", Trace: again.With(nth(4), oldNonce),
			Want: []Sighting{{Severity: Warning, At: nth(4), Related: []scenario.Select{challenge}}},
		},
		{
			Name: "a count used twice", Trace: sameCount,
			Want: []Sighting{{Severity: Warning, At: nth(3), Related: []scenario.Select{nth(2), challenge}}},
		},
		{
			Name: "each new nonce is stale", Trace: alwaysStale,
			Want: []Sighting{{Severity: Warning, At: scenario.Status(401).Nth(3), Related: []scenario.Select{nth(3), challenge}}},
		},
		{
			Name: "the server does not say that it was the nonce", Trace: unsaid,
			Want: []Sighting{{Severity: Hint, At: challenge, Related: []scenario.Select{nth(3), nth(4)}}},
		},
		{
			Name: "the server does not say it, and the client gives up", Trace: scenario.Merge(unsaid.Without(nth(4)).Without(scenario.Status(200).Nth(2)), later),
			Want: []Sighting{{Severity: Information, At: challenge, Related: []scenario.Select{nth(3)}}},
		},
		{Name: "a refresh with an old nonce, stale=true", Trace: again},
		{Name: "refreshes that count", Trace: counted},
		{Name: "one challenge", Trace: first},
		{Name: "the challenge is sent twice", Trace: again.Repeat(challenge, 500*time.Millisecond)},
		{Name: "the request is sent twice", Trace: again.Repeat(nth(3), 500*time.Millisecond)},
		{Name: "the log ends too early to tell", Trace: again.Without(nth(4)).Without(scenario.Status(200).Nth(2))},
		{Name: "a wrong password", Trace: scenario.Register(scenario.Alice, pbx, scenario.WrongPassword()), Ill: true},
		{Name: "two realms on the way", Trace: scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.Challenged(407))},
	}
}
