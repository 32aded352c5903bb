package check

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"math/bits"
	"slices"
	"sort"
	"strings"
	"time"

	"sipls/server/call"
	"sipls/server/sip"
)

// authTrail is what a call has of challenges and of credentials that answer them, both in order.
type authTrail struct {
	challenges  []challengeMade
	credentials []credentialsGiven
}

// challengeMade is one challenge in a 401 or 407.
type challengeMade struct {
	message      int32
	at           sip.Span
	realm, nonce uint64 // hashes
	algorithm    sip.Span
	proxy        bool  // Proxy-Authenticate
	stale        bool  // stale=true
	before       int32 // the challenge before with the same nonce
	root         int32 // the first one with it

	// Of the first one: whether a request with its nonce got through, or may have, and which one did so first.
	spent       bool
	spentCSeq   uint32
	spentMethod call.Method
}

// credentialsGiven is one set of Digest credentials in a request.
type credentialsGiven struct {
	message      int32
	at           sip.Span
	realm, nonce uint64
	user         sip.Span
	algorithm    sip.Span
	response     sip.Span
	nc           sip.Span
	proxy        bool  // Proxy-Authorization
	answers      int32 // the challenge with this nonce that they fit best; None when the call has none
	faults       retryFault
	fresh        bool // nothing got through with the nonce before, and it is no minute old
	verdict      authVerdict
}

// authVerdict is what a server made of credentials.
type authVerdict uint8

const (
	authUnknown   authVerdict = iota
	authAccepted              // the request got past the server of that realm
	authRefused               // challenged again, or a 403 that names the password
	authStale                 // challenged again with stale=true
	authOldNonce              // challenged again with words about the nonce, without stale=true
	authForbidden             // 403
)

// retryFault is what is wrong with a request that answers a challenge.
type retryFault uint8

const (
	faultCSeq retryFault = 1 << iota
	faultBranch
	faultToTag
	faultFromTag
	faultHeader
	faultRealm
	faultNonce
	faultAlgorithm
)

const (
	// maxSameNonce is how many challenges with one nonce are compared with credentials.
	maxSameNonce = 8
	// freshFor is how old a nonce may be for its refusal to mean the password; no server is known that forgets one sooner.
	freshFor = 30 * time.Second
)

var authSeed = maphash.MakeSeed()

func authHash(b []byte) uint64 { return maphash.Bytes(authSeed, b) }

// trail reads the challenges and credentials of the call, once.
func (s *CallSubject) trail() *authTrail {
	if s.auth == nil {
		s.auth = &authTrail{}
		if s.HasStatus(401) || s.HasStatus(407) {
			s.auth.read(s)
		}
	}
	return s.auth
}

func (a *authTrail) read(s *CallSubject) {
	latest := map[uint64]int32{} // nonce to its last challenge
	var v sip.AuthValue
	for i := range s.Messages {
		m := &s.Messages[i]
		if !m.Whole || m.Method == call.ACK || m.Method == call.CANCEL {
			continue
		}
		if !m.Request && (m.Status != 401 && m.Status != 407 || m.First != call.None) {
			continue
		}
		if m.First != call.None && m.Text == s.Messages[m.First].Text {
			continue
		}
		for values := m.Msg.AuthValues(); values.Next(&v); {
			if v.Broken || !isDigest(m.Msg, &v) || !v.Has(sip.AuthNonce) || !v.Has(sip.AuthRealm) {
				continue
			}
			if m.Request != v.IsChallenge() {
				if m.Request {
					a.give(s, int32(i), &v, latest)
				} else {
					a.challenge(int32(i), m.Msg, &v, latest)
				}
			}
		}
	}
	for i := range a.credentials {
		a.judge(s, &a.credentials[i])
	}
}

func authSpan(v *sip.AuthValue, id sip.AuthParamID) sip.Span {
	p, _ := v.Param(id)
	return p.Value
}

func (a *authTrail) challenge(i int32, m *sip.Message, v *sip.AuthValue, latest map[uint64]int32) {
	c := challengeMade{
		message: i, at: v.All, realm: authHash(v.Unquoted(m, sip.AuthRealm)), nonce: authHash(v.Unquoted(m, sip.AuthNonce)),
		algorithm: authSpan(v, sip.AuthAlgorithm), proxy: v.Header.ID == sip.HeaderProxyAuthenticate,
		stale: sip.EqualFold(v.Unquoted(m, sip.AuthStale), "true"), before: call.None, root: int32(len(a.challenges)),
	}
	if b, ok := latest[c.nonce]; ok {
		c.before, c.root = b, a.challenges[b].root
	}
	latest[c.nonce] = int32(len(a.challenges))
	a.challenges = append(a.challenges, c)
}

func (a *authTrail) give(s *CallSubject, i int32, v *sip.AuthValue, latest map[uint64]int32) {
	m := &s.Messages[i]
	nonce := v.Unquoted(m.Msg, sip.AuthNonce)
	if len(nonce) == 0 || v.Has(sip.AuthAuts) {
		return // before the first challenge, or to bring sequence numbers of AKA together
	}
	g := credentialsGiven{
		message: i, at: v.All, realm: authHash(v.Unquoted(m.Msg, sip.AuthRealm)), nonce: authHash(nonce),
		user: authSpan(v, sip.AuthUsername), algorithm: authSpan(v, sip.AuthAlgorithm), response: authSpan(v, sip.AuthResponse), nc: authSpan(v, sip.AuthNC),
		proxy: v.Header.ID == sip.HeaderProxyAuthorization, answers: call.None,
	}
	if c, ok := latest[g.nonce]; ok {
		best := 100
		for n := 0; n < maxSameNonce && c != call.None && best > 0; n++ {
			if f := a.faultsOf(s, &g, c); g.answers == call.None || bits.OnesCount8(uint8(f)) < best {
				g.answers, g.faults, best = c, f, bits.OnesCount8(uint8(f))
			}
			c = a.challenges[c].before
		}
	} else {
		a.otherNonce(s, &g)
	}
	if m.First != call.None && g.faults&faultBranch == 0 {
		return // a copy that differs
	}
	a.credentials = append(a.credentials, g)
}

// faultsOf compares a request with the challenge that it answers, and with the request that was challenged.
func (a *authTrail) faultsOf(s *CallSubject, g *credentialsGiven, to int32) (f retryFault) {
	c := &a.challenges[to]
	if c.proxy != g.proxy {
		f |= faultHeader
	}
	if c.realm != g.realm {
		f |= faultRealm
	}
	m, answer := &s.Messages[g.message], &s.Messages[c.message]
	if !sameAlgorithm(answer, m, c.algorithm, g.algorithm) {
		f |= faultAlgorithm
	}
	if m.Method != answer.Method || answer.Transaction == call.None {
		return f
	}
	t := &s.Transactions[answer.Transaction]
	if t.Request == call.None || a.gave(t.Request, g.nonce) {
		return f // it had the nonce before: this is another branch of it, or a later use of it
	}
	first := &s.Messages[t.Request]
	if m.From != answer.From && m.From != 0 && answer.From != 0 {
		return f | faultFromTag
	}
	if m.CSeq == t.CSeq && m.Vias == answer.Vias {
		f |= faultCSeq
	}
	if m.Transaction == answer.Transaction && m.Facts.Transaction != 0 && m.First != call.None {
		f |= faultBranch
	}
	if m.To != 0 && m.To == answer.To && first.To == 0 && (m.Dialog == call.None || s.Dialogs[m.Dialog].Formed == call.None) {
		f |= faultToTag
	}
	return f
}

// otherNonce finds the challenge that a request with an unknown nonce answers all the same: it is the next request behind it.
func (a *authTrail) otherNonce(s *CallSubject, g *credentialsGiven) {
	m := &s.Messages[g.message]
	for n := len(a.challenges) - 1; n >= 0 && n >= len(a.challenges)-maxSameNonce; n-- {
		c := &a.challenges[n]
		answer := &s.Messages[c.message]
		if c.realm != g.realm || c.proxy != g.proxy || answer.Method != m.Method || m.CSeq != answer.CSeq+1 || answer.From != m.From || answer.Vias != m.Vias {
			continue
		}
		if d, ok := s.Since(c.message, g.message); !ok || d > 5*time.Second || s.Guessed {
			continue
		}
		g.answers, g.faults = int32(n), faultNonce
		return
	}
}

// gave reports whether a request carries credentials with a nonce.
func (a *authTrail) gave(request int32, nonce uint64) bool {
	for _, g := range a.of(request) {
		if g.nonce == nonce {
			return true
		}
	}
	return false
}

// of returns the credentials in a message.
func (a *authTrail) of(message int32) []credentialsGiven {
	i := sort.Search(len(a.credentials), func(i int) bool { return a.credentials[i].message >= message })
	k := i
	for k < len(a.credentials) && a.credentials[k].message == message {
		k++
	}
	return a.credentials[i:k]
}

// in returns the challenges in a message.
func (a *authTrail) in(message int32) []challengeMade {
	i := sort.Search(len(a.challenges), func(i int) bool { return a.challenges[i].message >= message })
	k := i
	for k < len(a.challenges) && a.challenges[k].message == message {
		k++
	}
	return a.challenges[i:k]
}

// judge finds out what the server made of credentials.
func (a *authTrail) judge(s *CallSubject, g *credentialsGiven) {
	m := &s.Messages[g.message]
	if m.Transaction == call.None {
		return
	}
	t := &s.Transactions[m.Transaction]
	g.verdict = a.verdict(s, t, g)
	if g.answers == call.None || g.faults&faultNonce != 0 {
		return
	}
	root := &a.challenges[a.challenges[g.answers].root]
	g.fresh = !root.spent || root.spentCSeq == t.CSeq && root.spentMethod == t.Method
	if age, ok := s.Since(a.challenges[g.answers].message, g.message); ok && age > freshFor {
		g.fresh = false
	}
	if !root.spent && g.verdict != authRefused && g.verdict != authStale && g.verdict != authOldNonce {
		root.spent, root.spentCSeq, root.spentMethod = true, t.CSeq, t.Method
	}
}

func (a *authTrail) verdict(s *CallSubject, t *call.Transaction, g *credentialsGiven) authVerdict {
	if t.Final == call.None {
		if t.Ringing != call.None {
			return authAccepted
		}
		return authUnknown
	}
	if t.Final < g.message {
		return authUnknown
	}
	final := &s.Messages[t.Final]
	switch final.Status {
	case 401, 407:
		challenges := a.in(t.Final)
		for k := range challenges {
			if c := &challenges[k]; c.realm == g.realm && c.proxy == g.proxy {
				switch {
				case c.stale:
					return authStale
				case s.phraseHas(t.Final, "nonce", "stale"):
					return authOldNonce
				}
				return authRefused
			}
		}
		if len(challenges) > 0 {
			return authAccepted // somebody behind this server asks for credentials of his own
		}
		return authUnknown
	case 403:
		if s.phraseHas(t.Final, "password", "credential", "authentication") {
			return authRefused
		}
		return authForbidden
	case 400, 408, 482, 483, 494:
		return authUnknown
	}
	if final.Status >= 500 && final.Status < 600 {
		return authUnknown
	}
	return authAccepted
}

// firstHop reports whether no transaction closer to the sender of the request is in the trace.
func (s *CallSubject) firstHop(t *call.Transaction) bool {
	return t.Exchange == call.None || t.Vias <= s.Transactions[s.Exchanges[t.Exchange].Upstream].Vias
}

// textOf returns a value without its quotes for a sentence.
func (s *CallSubject) textOf(message int32, at sip.Span) string {
	return clip(sip.Unquote(s.Messages[message].Msg.Bytes(at)))
}

// realmAt reads the realm of the challenge or the credentials at a place.
func (s *CallSubject) realmAt(message int32, at sip.Span) string {
	m := s.Messages[message].Msg
	values := m.AuthValues()
	for v := (sip.AuthValue{}); values.Next(&v); {
		if v.All == at {
			return clip(v.Unquoted(m, sip.AuthRealm))
		}
	}
	return ""
}

// hasCredentials reports whether a request carries credentials, or may carry some that the log does not show.
func (s *CallSubject) hasCredentials(i int32) bool {
	m := &s.Messages[i]
	return !m.Whole || m.Msg.Header(sip.HeaderAuthorization) != nil || m.Msg.Header(sip.HeaderProxyAuthorization) != nil
}

// phraseHas reports whether the reason phrase of a response holds one of the words, which are in lower case.
func (s *CallSubject) phraseHas(i int32, words ...string) bool {
	m := s.Messages[i].Msg
	phrase := bytes.ToLower(m.Bytes(m.Start.Reason))
	return slices.ContainsFunc(words, func(w string) bool { return bytes.Contains(phrase, []byte(w)) })
}

// phraseOf writes a response as it stands in the log: "403 Wrong password".
func (s *CallSubject) phraseOf(i int32) string {
	m := &s.Messages[i]
	return strings.TrimSpace(fmt.Sprintf("%d %s", m.Status, clip(m.Msg.Bytes(m.Msg.Start.Reason))))
}
