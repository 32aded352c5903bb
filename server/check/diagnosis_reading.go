package check

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/sip"
)

// reading is what the deciding message and its request say of the cause.
type reading struct {
	suffix                string // of the title: " after credentials were sent"
	title                 string // the whole title where it is another one
	cause, evidence, next string
	extra                 string // what else catches the eye, whatever the cause is
	certainty             Certainty
	cites                 []knowledge.Cite
	open                  bool
}

const (
	// atOnce is the time within which nobody else can have been asked, over a network.
	atOnce = 2 * time.Millisecond
	// soon is the time within which an answer is no matter of a timer.
	soon = time.Second
	// ringing is the least that a server lets a phone ring: Timer C is more than 3 minutes (RFC 3261 section 16.6).
	ringingTime = 3 * time.Minute
)

func rfc3261(sections ...string) (out []knowledge.Cite) {
	for _, s := range sections {
		out = append(out, knowledge.Cite{Standard: "RFC 3261", Section: s})
	}
	return out
}

// read says what status code, Reason, Warning and the request tell.
func (f *failure) read() reading {
	var x reading
	switch {
	case f.decided == call.None:
		return f.silence()
	case f.status == 401 || f.status == 407:
		return f.challenged()
	case f.local() && (f.status == 408 || f.status >= 500 && f.status < 600):
		x = f.unsent()
	case f.mapped() != call.None:
		x = f.translated(f.mapped())
	case f.farSilent() && (f.status == 408 || f.status == 480 || f.status >= 500 && f.status < 600):
		x = f.nextHopSilent()
	case f.cause != nil && f.status != 404 || f.cause != nil && f.cause.Value != 1:
		x = f.telephoneNetwork()
	default:
		x = f.byStatus()
	}
	x.suffix += f.when()
	if f.phrase != "" && !strings.Contains(x.cause, f.phrase) {
		x.evidence = strings.TrimSpace(x.evidence + " The reason phrase is " + quoted(f.phrase) + ".")
	}
	if v := f.header(f.decided, sip.HeaderRetryAfter); v != "" {
		x.evidence += " Retry-After says " + quoted(v) + "."
		x.next += " Do not try again before the time in Retry-After is over."
	}
	if w := f.warning(); w != "" && !strings.Contains(x.evidence, w) {
		x.evidence = strings.TrimSpace(x.evidence + " " + w)
	}
	if x.evidence == "" {
		x.evidence = f.answered()
	}
	x.extra += f.feedback()
	return x
}

// feedback reads what SER and its descendants write into Warning 392 for people: under which URI they sent the request on.
func (f *failure) feedback() string {
	if f.status < 400 || f.status == 401 || f.status == 407 {
		return ""
	}
	m := f.m.Msg
	for w := range m.Warnings {
		if w.Err != nil || string(m.Bytes(w.Code)) != "392" {
			continue
		}
		text := string(sip.Unquote(m.Bytes(w.Text)))
		in, out := wordAfter(text, "in_uri="), wordAfter(text, "out_uri=")
		switch {
		case out == "":
		case in == out:
			return fmt.Sprintf(" Its Warning 392 says that %s went on as it came in: no registration or route was put in its place.", clip([]byte(out)))
		default:
			return fmt.Sprintf(" Its Warning 392 says that it was sent on to %s.", clip([]byte(out)))
		}
	}
	return ""
}

// wordAfter returns what stands behind a name up to the next blank, "" where the name is not there.
func wordAfter(text, name string) string {
	_, rest, ok := strings.Cut(text, name)
	if !ok {
		return ""
	}
	word, _, _ := strings.Cut(rest, " ")
	return word
}

// tellingPhrase returns the reason phrase of a response where it says something else than the standard one.
func tellingPhrase(m *sip.Message) string {
	phrase := clip(m.Bytes(m.Start.Reason))
	k := knowledge.LookupStatus(m.Start.Status)
	if phrase == "" || k == nil || strings.EqualFold(phrase, k.Phrase) || strings.EqualFold(phrase, "Error") {
		return ""
	}
	// Letter case and blanks say nothing.
	if norm := func(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), "")) }; norm(phrase) == norm(k.Phrase) {
		return ""
	}
	return phrase
}

// warning writes the first Warning that is no debugging aid.
func (f *failure) warning() string {
	m := f.m.Msg
	for w := range m.Warnings {
		code := string(m.Bytes(w.Code))
		if w.Err != nil || code == "392" {
			continue
		}
		text := clip(sip.Unquote(m.Bytes(w.Text)))
		s := fmt.Sprintf("Warning %s says %s", code, strconv.Quote(text))
		if k := knowledge.LookupWarning(code); k != nil && code != "399" {
			s += ": " + lowerFirst(strings.TrimSuffix(k.Meaning, "."))
		}
		return s + "."
	}
	return ""
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func lowerFirst(s string) string {
	if len(s) > 1 && s[1] >= 'a' && s[1] <= 'z' || len(s) > 1 && s[1] == ' ' {
		return strings.ToLower(s[:1]) + s[1:]
	}
	return s
}

// answered says what answers what, and when.
func (f *failure) answered() string {
	out := f.s.Name(f.decided) + " answers the " + f.word()
	return out + f.after() + "."
}

// after says how long the answer took: " after 8.1 s", " at once", "" where the log does not tell.
func (f *failure) after() string {
	switch {
	case !f.timed:
		return ""
	case f.took < time.Millisecond:
		return " at once"
	}
	return " after " + Spell(f.took)
}

// when says for the title at which point of the call it failed.
func (f *failure) when() string {
	switch {
	case f.decided == call.None:
		return ""
	case f.rang() != call.None:
		if d, ok := f.s.Since(f.rang(), f.decided); ok && d > 0 {
			return " after ringing for " + Spell(d)
		}
		return " after ringing"
	case f.credentials != nil && f.challenge != call.None:
		return " after credentials were sent"
	}
	return ""
}

// rang returns the first 180 of the exchange, None where the phone did not ring.
func (f *failure) rang() int32 {
	if f.progress != call.None && f.s.Messages[f.progress].Status == 180 {
		return f.progress
	}
	return call.None
}

// farSilent reports whether a proxy sent the request on and nothing at all answered there.
func (f *failure) farSilent() bool {
	for _, x := range f.behind {
		if x.Trying != call.None || x.Final != call.None {
			return false
		}
	}
	return len(f.behind) > 0 && !f.s.OneSided && f.progress == call.None
}

// local reports whether the program that wrote the log made the deciding response for itself: nothing crossed the network.
func (f *failure) local() bool { return f.m.Vias == 0 && f.m.Whole }

// unsent explains a failure that a client reports to itself.
func (f *failure) unsent() reading {
	x := reading{certainty: StrongHint, cites: rfc3261("8.1.3.1", "18.4"), evidence: f.answered()}
	x.cause = "The program could not send the request: the name of the target was not resolved, or the connection was refused or broke off."
	if f.status == 408 {
		x.cause = "The program gave up waiting for an answer."
	}
	x.next = "Look at the lines around it in this log for errors of DNS, TCP, TLS or certificates, and check address, port and transport of the target."
	return x
}

// mapped returns what the hop behind the proxy answered where the proxy made another answer of it, None where it did not.
func (f *failure) mapped() int32 {
	for _, x := range f.behind {
		if x.Final != call.None && f.s.Messages[x.Final].Status >= 400 && f.s.Messages[x.Final].Status != 487 {
			return x.Final
		}
	}
	return call.None
}

// translated explains an answer that a proxy made of another one.
func (f *failure) translated(from int32) reading {
	x := reading{certainty: StrongHint, cites: rfc3261("16.7")}
	was := f.s.Name(from)
	x.suffix = fmt.Sprintf(", behind the proxy it was %d", f.s.Messages[from].Status)
	x.cause = fmt.Sprintf("The cause lies behind the proxy: the answer there was %s, and the proxy made %d of it.", was, f.status)
	if who := f.sender(from); who != "" {
		x.evidence = "Its sender calls itself " + quoted(who) + "."
	}
	if f.s.Messages[from].Status == 503 && f.status == 500 {
		x.evidence = strings.TrimSpace(x.evidence + " To make 500 of 503 is what proxies should do: the caller must not take the proxy itself for overloaded.")
	}
	x.next = "Look at the element that answered there, and into its log at that moment."
	if k := knowledge.LookupStatus(int(f.s.Messages[from].Status)); k != nil {
		x.next = fmt.Sprintf("Find out why the element behind the proxy answers %s: %s", was, lowerFirst(k.Short))
	}
	return x
}

// nextHopSilent explains a failure that a proxy made because nobody answered it.
func (f *failure) nextHopSilent() reading {
	s := f.s
	n, to := 0, ""
	for _, x := range f.behind {
		n += int(s.Messages[x.Request].Times) + 1
		to = f.target(x.Request)
	}
	x := reading{
		suffix:    ", the next hop did not answer",
		cause:     fmt.Sprintf("The element behind the proxy never answered the %s%s.", f.word(), to),
		certainty: StrongHint,
		next:      "See whether the target listens at the address, port and transport that the proxy sent to, whether a firewall lies between, and where the proxy has that address from (an old registration, DNS, a static route).",
		cites:     rfc3261("16.7", "16.9", "21.4.9"),
	}
	x.evidence = fmt.Sprintf("The proxy sent it on %s and got nothing back, not even 100", onceOrMore(n))
	if d, ok := s.Since(f.behind[0].Request, f.decided); ok {
		x.evidence += fmt.Sprintf("; %s after the first time it gave up and answered %d", Spell(d), f.status)
	}
	x.evidence += "."
	return x
}

// target names whom a request is for: " for 1002 at example.com".
func (f *failure) target(i int32) string {
	if i == call.None {
		return ""
	}
	m := f.s.Messages[i].Msg
	if len(m.Bytes(m.Start.URI)) == 0 {
		return ""
	}
	uri := m.Bytes(m.Start.URI)
	if host := bytes.IndexByte(uri, '@'); host >= 0 {
		// The parameters say less than the rest, which is to be seen whole.
		if end := bytes.IndexAny(uri[host:], ";?"); end > 0 {
			uri = uri[:host+end]
		}
	}
	return " for " + clip(uri)
}

// silence explains a request without any final response.
func (f *failure) silence() reading {
	s := f.s
	if f.request == call.None {
		return reading{
			title: f.word() + " without an answer", cause: "The log does not show what was sent.", evidence: "The request is not in this log.", certainty: WeakHint, open: true,
			next: "Take a log that begins earlier.",
		}
	}
	m := &s.Messages[f.request]
	waited, known := s.Until(f.request)
	if f.trying {
		return f.unfinished(waited, known)
	}
	n := int(m.Times) + 1
	sent := "once"
	if n > 1 {
		sent = fmt.Sprintf("%d times", n)
		if d, ok := s.Since(f.request, f.last()); ok {
			sent += " in " + Spell(d)
		}
	}
	x := reading{
		title:     fmt.Sprintf("%s: no answer in %s", map[call.Method]string{call.INVITE: "Call failed", call.REGISTER: "Registration failed"}[f.method], Spell(min(waited, call.Timeout))),
		certainty: StrongHint,
		cause:     fmt.Sprintf("Nothing answered the %s%s.", f.word(), f.target(f.request)),
		evidence:  fmt.Sprintf("It was sent %s; no response to it is in this log, which goes on long enough for its sender to give up (64*T1, 32 s).", sent),
		cites:     rfc3261("17.1.1.2", "17.1.2.2", "8.1.3.1"),
	}
	if f.method != call.INVITE && f.method != call.REGISTER {
		x.title = fmt.Sprintf("%s failed: no answer in %s", f.word(), Spell(min(waited, call.Timeout)))
	}
	switch {
	case !m.Whole || m.Msg.Tail.Is == sip.Cut:
		x.certainty, x.open = WeakHint, true
		x.title = f.word() + " without an answer in this log"
		x.cause = "The log is cut here: the request itself is not whole, and the answer to it may be among what was left out."
		x.evidence = fmt.Sprintf("The %s breaks off before its end.", f.word())
		x.next = "Take the log again without cuts; nothing else can be said for sure."
		return x
	case s.OneSided:
		x.certainty, x.open = WeakHint, true
		x.cause = "No answer is in this log, which shows one side of the traffic only."
		x.title = f.word() + " without an answer in this log"
	case f.decidedBefore() != call.None:
		other := f.decidedBefore()
		f.link(other, "an answer from the same server shortly before")
		x.cause = fmt.Sprintf("The server answers, but not this %s: it was dropped, or never arrived.", f.word())
		x.evidence += fmt.Sprintf(" The path works: %s came back to the %s before it.", s.Name(other), f.word())
		x.next = fmt.Sprintf("Look at what differs in this %s (its syntax, its size) and at the server's log of that moment; a server drops silently what it cannot read.", f.word())
		if f.credentials == nil && isChallenge(&s.Messages[other]) {
			x.evidence += fmt.Sprintf(" This one has no readable credentials, though the %d asked for them.", s.Messages[other].Status)
		}
		return x
	case n == 1:
		x.certainty = WeakHint
		x.evidence += " It was not retransmitted, so it went over TCP or TLS, or the log leaves copies out."
	}
	x.next = "See whether the host is up and listens at that address, port and transport, and whether a firewall or NAT lies between: take a trace at the other end and look whether the request arrives."
	return x
}

// last returns the last copy of the request that failed.
func (f *failure) last() int32 {
	out := f.request
	for _, i := range f.near.Messages {
		if m := &f.s.Messages[i]; m.Request && m.Method == f.method {
			out = i
		}
	}
	return out
}

// decidedBefore returns the final response to the request of the same method before this one, None where there is none.
func (f *failure) decidedBefore() int32 {
	for x := f.r.Exchange - 1; x >= 0; x-- {
		if f.s.Exchanges[x].Method == f.method {
			return f.s.FinalOf(x)
		}
	}
	return call.None
}

// unfinished explains a call where something provisional came and then nothing.
func (f *failure) unfinished(waited time.Duration, known bool) reading {
	s := f.s
	x := reading{title: "Call without an end: no final response to the " + f.word(), certainty: WeakHint, cites: rfc3261("13.3.1.1", "16.8", "17.1.1.2")}
	if f.progress != call.None {
		x.cause = "It rang and nobody answered, or the answer is not in this log."
		x.evidence = fmt.Sprintf("After %s no final response follows", s.Name(f.progress))
	} else {
		x.cause = "The element that said 100 never got, or never passed on, an answer."
		x.evidence = "After the 100 no final response follows"
	}
	x.open = !known || waited < ringingTime
	if known && waited > 0 {
		x.evidence += fmt.Sprintf(" in the %s that the log goes on", Spell(waited))
	} else {
		x.evidence += ", and the log ends"
	}
	x.evidence += "."
	x.next = "Follow the call one hop further, and take a log that goes on until its end."
	return x
}

// challenged explains a call that ends with 401 or 407.
func (f *failure) challenged() reading {
	s := f.s
	c := f.challengeFacts(f.decided)
	waited, known := s.Until(f.decided)
	x := reading{cites: rfc3261("22.2", "22.3")}
	realm := ""
	if c.realm != "" {
		realm = " in the realm " + quoted(c.realm)
	}
	if f.credentials == nil {
		later := f.tryAfter()
		ended := known && waited >= call.Timeout
		x.certainty, x.open = WeakHint, !ended
		x.suffix = ", no credentials follow"
		x.evidence = fmt.Sprintf("The %s carries no credentials; the %d asks for them%s.", f.word(), f.status, realm)
		switch {
		case f.request == call.None && later == call.None:
			x.title = fmt.Sprintf("%s challenged with %d, the log shows no more", f.word(), f.status)
			x.evidence = fmt.Sprintf("The request is not in this log; the %d asks for credentials%s.", f.status, realm)
			x.cause = "A challenge alone is no failure: the next request with credentials decides, and it is not in this log."
			x.next = "Take a log that goes on. If no request with credentials follows, the client has none for this realm or does not support the challenge."
		case later != call.None:
			f.link(later, "the next try")
			x.title = fmt.Sprintf("%s challenged with %d, the answer to the next try is not in this log", f.word(), f.status)
			x.cause = "The challenge is normal; the client tries again, and the answer to that is not in this log."
			x.evidence = fmt.Sprintf("After the %d another %s follows, and then nothing.", f.status, f.word())
			if c.stale {
				x.cause = "The nonce had expired (stale=true), which is normal: the client repeats the request with the new nonce, and the answer to that is not in this log."
			}
			x.next = "Take a log that goes on until the answer."
		case ended:
			x.certainty = StrongHint
			x.cause = "The client never answers the challenge: it has no credentials for this realm, or does not support the challenge."
			x.evidence += fmt.Sprintf(" In the %s that the log goes on no request with credentials follows.", Spell(waited))
			x.next = "Configure user name and password for this realm at the client; if they are there, see whether it knows algorithm and qop of the challenge."
			s.weaken(&x)
		default:
			x.title = fmt.Sprintf("%s challenged with %d, the log ends there", f.word(), f.status)
			x.cause = "Nothing is wrong so far: a challenge is the normal answer to a request without credentials, and the log ends before the next try."
			x.next = "Take a log that goes on. If no request with credentials follows, the client has none for this realm or does not support the challenge."
		}
		return x
	}
	m := s.Messages[f.request].Msg
	user, sentRealm := clip(f.credentials.Unquoted(m, sip.AuthUsername)), clip(f.credentials.Unquoted(m, sip.AuthRealm))
	who := ""
	if user != "" {
		who = " of user " + quoted(user)
	}
	x.suffix = ", the credentials were not accepted"
	x.certainty = StrongHint
	nonce := f.credentials.Unquoted(m, sip.AuthNonce)
	before := challengeFacts{}
	if f.challenge != call.None {
		before = f.challengeFacts(f.challenge)
	}
	age := ""
	if d, ok := time.Duration(0), false; f.challenge != call.None {
		if d, ok = s.Since(f.challenge, f.request); ok && d > 0 {
			age = Spell(d)
		}
	}
	switch {
	case c.stale:
		x.certainty = Proof
		x.suffix = ", the nonce had expired"
		x.cause = "The nonce of the credentials had expired; the server says so with stale=true, and user name and password were right."
		x.evidence = "The new challenge has stale=true, and no further try follows."
		x.next = "The client has to repeat the request at once with the new nonce, without asking anybody. If it does not, that is its fault."
		x.cites = append([]knowledge.Cite{{Standard: "RFC 7616", Section: "3.3"}}, x.cites...)
	case mentionsNonce(f.phrase):
		x.suffix = ", the nonce was no longer valid"
		x.cause = fmt.Sprintf("The server no longer accepts the nonce of the credentials: its reason phrase is %s.", quoted(f.phrase))
		if age != "" {
			x.evidence = fmt.Sprintf("The credentials came %s after the challenge", age)
		} else {
			x.evidence = "The credentials answer the challenge before"
		}
		x.evidence += ", with its nonce; the answer is a new challenge with another nonce, and no further try follows."
		x.next = "Let the client send credentials at once instead of waiting for a person, and try again when it is challenged with a new nonce; the server should say stale=true, so that clients do that by themselves, and let nonces live longer."
		x.cites = append([]knowledge.Cite{{Standard: "RFC 7616", Section: "3.3"}}, x.cites...)
	case sentRealm != "" && c.realm != "" && sentRealm != c.realm:
		x.cause = fmt.Sprintf("The credentials are for the realm %s, and this challenge is for %s: another server asks, or the client took the wrong account.", quoted(sentRealm), quoted(c.realm))
		x.evidence = fmt.Sprintf("The %s carries credentials for one realm, the %d names the other one.", f.word(), f.status)
		x.next = "Configure credentials for the realm that the challenge names, and let the client answer that one, too."
		x.certainty = StrongHint
	case before.nonce != "" && before.nonce != string(nonce):
		x.cause = "The client answered with a nonce that is not that of the last challenge."
		x.evidence = fmt.Sprintf("The nonce of the credentials%s differs from that of the challenge before.", who)
		x.next = "See why the client takes an old nonce: it must take that of the newest challenge."
	case f.challenge == call.None:
		x.certainty = WeakHint
		x.cause = fmt.Sprintf("The credentials%s were not accepted: the nonce may have expired, or user name or password are wrong.", who)
		x.evidence = "The challenge that they answer is not in this log, and no further try follows."
		x.next = "Look whether the client tries again with the nonce of the new challenge; if that is refused, too, check user name, realm and password on both sides."
	default:
		x.cause = fmt.Sprintf("The server did not accept the credentials%s%s: as a rule the password or the authentication user is wrong.", who, realm)
		x.evidence = fmt.Sprintf("The %s answers the challenge with its realm and nonce", f.word())
		if age != "" {
			x.evidence += fmt.Sprintf(" %s after it", age)
		}
		x.evidence += fmt.Sprintf(", and is challenged again with %d without stale=true.", f.status)
		if before.nonce != "" && before.nonce == c.nonce {
			x.extra += " The nonce is still the same, so it did not expire."
		}
		x.next = "Compare authentication user (not the number in From), realm and password at the client with the account on the server; after a change of the realm the stored hash has to be made anew. Only a computation of the digest with the password proves it."
	}
	if own := userOf(m, sip.HeaderFrom); user != "" && own != "" && own != user && x.certainty > Proof {
		x.extra += fmt.Sprintf(" The user name in them is %s, that in From %s.", quoted(user), quoted(own))
	}
	return x
}

// weaken makes what rests on a missing message weaker, as Missing does for findings.
func (s *CallSubject) weaken(x *reading) {
	f := Finding{Certainty: x.certainty, Evidence: x.evidence}
	s.Missing(&f)
	x.certainty, x.evidence = f.Certainty, f.Evidence
}

func mentionsNonce(phrase string) bool {
	p := strings.ToLower(phrase)
	return strings.Contains(p, "nonce") || strings.Contains(p, "stale")
}

// tryAfter returns the first request of the method behind the deciding response, None where there is none.
func (f *failure) tryAfter() int32 {
	for i := f.decided + 1; int(i) < len(f.s.Messages); i++ {
		m := &f.s.Messages[i]
		if m.Request && m.Method == f.method && m.CSeq > f.m.CSeq && m.From == f.m.From {
			return i
		}
	}
	return call.None
}

type challengeFacts struct {
	realm, nonce string
	stale        bool
}

func (f *failure) challengeFacts(i int32) (c challengeFacts) {
	m := f.s.Messages[i].Msg
	values := m.AuthValues()
	for v := (sip.AuthValue{}); values.Next(&v); {
		if !v.IsChallenge() {
			continue
		}
		c.realm, c.nonce = clip(v.Unquoted(m, sip.AuthRealm)), string(v.Unquoted(m, sip.AuthNonce))
		c.stale = sip.EqualFold(v.Unquoted(m, sip.AuthStale), "true")
		break
	}
	return c
}

// userOf returns the user part of the URI in From or To.
func userOf(m *sip.Message, id sip.HeaderID) string {
	if a, ok := m.Address(id); ok {
		u, _ := m.URI(a.URI)
		return clip(m.Bytes(u.User))
	}
	return ""
}

// telephoneNetwork explains a failure by the Q.850 cause in its Reason.
func (f *failure) telephoneNetwork() reading {
	c := f.cause
	x := reading{
		suffix:    fmt.Sprintf(", Q.850 cause %d", c.Value),
		cause:     fmt.Sprintf("The network behind the gateway or B2BUA ended the call with Q.850 cause %d, %s: %s", c.Value, lowerFirst(c.Name), lowerFirst(c.Meaning)),
		certainty: StrongHint,
		cites:     []knowledge.Cite{{Standard: "RFC 3326", Section: "2"}, {Standard: "RFC 3398", Section: "7.2.4.1"}},
		next:      "Ask whoever runs the far side (carrier, gateway, the other leg of the B2BUA) why; the status code is only a translation of this cause.",
	}
	x.evidence = fmt.Sprintf("It stands in the Reason of the %d, which answers the %s%s.", f.status, f.word(), f.after())
	if f.progress != call.None {
		x.evidence += fmt.Sprintf(" The call had got as far as %s, so number and route were right so far.", f.s.Name(f.progress))
	}
	switch c.Value {
	case 1, 28:
		x.next = "Check the dialled number and its form (country code, prefix) against what the far side expects."
	case 17:
		x.next = "Nothing is broken: the callee is busy."
	case 18, 19:
		x.next = "Nothing is broken if the phone rang: nobody answered. If it did not ring, see whether the callee is reachable there."
	case 21:
		x.next = "The far side refuses the call on purpose: check there whether caller number, account and destination are allowed, whether the callee rejects calls (do-not-disturb, black list)."
	case 34, 42:
		x.next = "The far side has no free line or is overloaded: take another route or try later, and ask for more channels if it is often so."
	case 27, 38, 41:
		x.next = "The far side is out of order: take another route and report it there."
	case 102:
		x.next = "Look at the other leg of the gateway or B2BUA: its request was not answered there. See whether that target is up and reachable."
	case 3, 2:
		x.next = "The far side has no route to the number: check number form, prefix and the routing table of the gateway."
	}
	return x
}

// refusesPassword are words of reason phrases with which servers refuse credentials.
var refusesPassword = []string{"password", "bad auth", "auth", "credential", "wrong user", "login"}

// byStatus explains a failure by its code and the request.
func (f *failure) byStatus() reading {
	switch f.status {
	case 403:
		return f.forbidden()
	case 404, 410, 604, 484, 485:
		return f.unknownUser()
	case 408:
		return f.timeout()
	case 415, 488, 606:
		return f.media()
	case 420, 421:
		return f.extension()
	case 422, 423:
		return f.tooShort()
	case 480:
		return f.unavailable()
	case 482, 483:
		return f.loop()
	case 481:
		return reading{
			cause:     fmt.Sprintf("Whoever answered does not know the dialog or transaction of the %s: it has ended, lives on another node, or the tags differ.", f.word()),
			certainty: WeakHint,
			next:      "Compare Call-ID and both tags with those of the 2xx that formed the dialog, and see whether the request reached the node that owns it.",
			cites:     rfc3261("12.2.2", "21.4.19"),
		}
	case 500, 502, 503, 504:
		return f.serverTrouble()
	case 603, 607, 608:
		return f.declined()
	case 405, 501:
		return f.methodRefused()
	case 489:
		return reading{
			cause:     fmt.Sprintf("The server does not know the event package %s.", quoted(f.header(f.request, sip.HeaderEvent))),
			certainty: Proof,
			next:      "Switch the subscription off at the client, or the package on at the server.",
			cites:     []knowledge.Cite{{Standard: "RFC 6665", Section: "8.3.2"}},
		}
	}
	return f.general()
}

// general explains a failure by what is known of its code.
func (f *failure) general() reading {
	x := reading{certainty: WeakHint, next: "Look at the log of the element that sent the response."}
	k := knowledge.LookupStatus(f.status)
	if k == nil {
		x.cause = fmt.Sprintf("The code %d is not registered; a client treats it like %d00.", f.status, f.status/100)
		return x
	}
	x.cause = k.Short
	if fix := firstItem(k.Section("How to fix it")); fix != "" {
		x.next = fix
	}
	return x
}

// firstItem returns the first item of a Markdown list as plain text.
func firstItem(s string) string {
	for line := range strings.SplitSeq(s, "\n") {
		if item, ok := strings.CutPrefix(strings.TrimSpace(line), "- "); ok {
			return strings.NewReplacer("**", "", "`", "").Replace(item)
		}
	}
	return ""
}

func (f *failure) forbidden() reading {
	x := reading{certainty: WeakHint, cites: rfc3261("21.4.4", "22.1")}
	aboutPassword := slices.ContainsFunc(refusesPassword, func(w string) bool { return strings.Contains(strings.ToLower(f.phrase), w) })
	x.evidence = f.answered()
	switch {
	case f.credentials != nil && aboutPassword:
		m := f.s.Messages[f.request].Msg
		x.certainty = StrongHint
		x.cause = fmt.Sprintf("The server refuses the credentials of user %s: it says %s.", quoted(string(f.credentials.Unquoted(m, sip.AuthUsername))), quoted(f.phrase))
		if own := userOf(m, sip.HeaderFrom); own != "" && own != clip(f.credentials.Unquoted(m, sip.AuthUsername)) {
			x.extra += fmt.Sprintf(" The user name in the credentials is %s, that in From %s.", quoted(string(f.credentials.Unquoted(m, sip.AuthUsername))), quoted(own))
		}
		if uri := clip(f.credentials.Unquoted(m, sip.AuthURI)); uri != "" && uri != clip(m.Bytes(m.Start.URI)) {
			x.extra += fmt.Sprintf(" Their uri is %s, the Request-URI %s: some servers refuse that alone.", quoted(uri), quoted(string(m.Bytes(m.Start.URI))))
		}
		x.extra += f.lateCredentials()
		x.next = "Compare authentication user, realm and password with the account on the server, and do not let the client repeat it: many servers lock an account after some tries."
	case aboutPassword:
		x.certainty = StrongHint
		x.suffix = ", no credentials were asked for"
		x.cause = fmt.Sprintf("The server refuses the sender before any challenge: it says %s.", quoted(f.phrase))
		x.evidence += fmt.Sprintf(" The %s carried no credentials, and no challenge came before.", f.word())
		x.next = "See in the server's configuration and log which rule sends this answer for the address in From and the source address: an account that is unknown or locked, or an address that is not allowed."
	case f.credentials != nil:
		x.cause = "The server refuses the request though credentials came with it: this account may not do it, or the server answers wrong credentials with 403."
		x.evidence += " Credentials were sent" + f.afterChallenge() + "."
		x.extra += f.lateCredentials()
		x.next = "First check user name and password; if other requests with the same account are accepted, check the rights: the dialled number, the number in From, the address being registered."
	case f.challenge == call.None:
		x.suffix = ", no credentials were asked for"
		x.cause = "The server refuses the request by a rule, without asking for credentials: the source address, the number in From or the destination is not allowed."
		x.evidence += fmt.Sprintf(" No challenge came before, and the %s carried no credentials.", f.word())
		x.next = "Check at the server whether the source address is on its list, and whether the number in From and the dialled number are allowed for it."
		if f.method == call.REGISTER {
			x.cause = "The server refuses the registration by a rule, without asking for credentials: the account is unknown or locked, or the source address is not allowed."
			x.next = "Check at the server whether the account in To exists and may register, and whether the source address is blocked (fail2ban and the like) or not on its list."
		}
		f.s.weaken(&x)
	default:
		x.cause = "The server refuses the request by a rule."
		x.next = "Look up the rule in the log of the server."
	}
	if f.status == 403 && strings.EqualFold(f.phrase, "Stale Date") {
		x.cause, x.certainty = "The Date or iat of the signed request is too old for the verifier (STIR).", Proof
		x.next = "Set the clocks by NTP, and do not hold signed requests back."
		x.cites = []knowledge.Cite{{Standard: "RFC 8224", Section: "6.2.2"}}
	}
	return x
}

// lateCredentials says so where the credentials came so late after the challenge that the nonce may have expired.
func (f *failure) lateCredentials() string {
	if f.challenge == call.None {
		return ""
	}
	d, ok := f.s.Since(f.challenge, f.request)
	if !ok || d < 10*time.Second {
		return ""
	}
	return fmt.Sprintf(" They came %s after the challenge: its nonce may have expired by then, though the server does not say so.", Spell(d))
}

func (f *failure) afterChallenge() string {
	if f.challenge == call.None {
		return ""
	}
	return fmt.Sprintf(" in answer to the %d", f.s.Messages[f.challenge].Status)
}

func (f *failure) unknownUser() reading {
	x := reading{certainty: WeakHint}
	to := f.target(f.request)
	if to == "" && f.decided != call.None {
		if u := userOf(f.m.Msg, sip.HeaderTo); u != "" {
			to = " for " + u
		}
	}
	x.evidence = f.answered()
	user := userOf(f.m.Msg, sip.HeaderTo)
	if f.request != call.None {
		m := f.s.Messages[f.request].Msg
		u, _ := m.URI(m.Start.URI)
		user = clip(m.Bytes(u.User))
	}
	switch {
	case f.method == call.REGISTER:
		x.certainty = StrongHint
		aor := strings.TrimPrefix(to, " for ")
		if f.request != call.None {
			if a, ok := f.s.Messages[f.request].Msg.Address(sip.HeaderTo); ok {
				aor = clip(f.s.Messages[f.request].Msg.Bytes(a.URI))
			}
		}
		x.cause = fmt.Sprintf("The registrar does not know %s: no such account, or it is not responsible for that domain.", aor)
		if f.challenge == call.None && f.credentials == nil {
			x.evidence += " It did not even ask for credentials."
		}
		x.next = "Compare user and domain in To with the account and the domains (realms, routing by domain) that the server is set up for."
		x.cites = rfc3261("10.3", "21.4.5")
	case f.s.inDialog(f.request), f.method == call.BYE:
		x.cause = fmt.Sprintf("The %s inside the dialog found nobody: it did not follow the route of the dialog, or the element does not know the dialog any more.", f.word())
		x.next = "Compare Request-URI and Route with Contact and Record-Route of the 2xx that formed the dialog."
		x.cites = rfc3261("12.2.1.1", "16.12")
	case f.method == call.OPTIONS:
		x.certainty = StrongHint
		x.cause = fmt.Sprintf("The server is alive but has nobody%s.", to)
		x.next = "As a sign of life the answer is good: let the monitor accept it, or send OPTIONS to the server itself, without a user part."
		x.cites = rfc3261("11.2", "21.4.5")
	case f.status == 484:
		x.certainty = StrongHint
		x.cause = fmt.Sprintf("The number is incomplete for the server%s.", to)
		x.next = "Compare the number of digits and the prefix with what the server expects; with overlap dialling more digits follow in a new INVITE."
	default:
		x.certainty = StrongHint
		x.cause = fmt.Sprintf("The server has no such user or route%s.", to)
		if f.rang() != call.None {
			x.certainty = WeakHint
		}
		x.next = "Check the dialled name and the domain, and at the server whether the user exists there and which route the number should have taken."
		if isNumber(user) {
			x.next = "Check the dialled number and its form (+E.164, 00, national, prefix), and at the server whether an extension or a route matches it."
		}
	}
	return x
}

// inDialog reports whether a message is a request with a To tag.
func (s *CallSubject) inDialog(i int32) bool {
	return i != call.None && s.Messages[i].To != 0
}

func isNumber(user string) bool {
	user = strings.NewReplacer("-", "", ".", "", "(", "", ")", "").Replace(strings.TrimPrefix(user, "+"))
	for i := range len(user) {
		if user[i] < '0' || user[i] > '9' {
			return false
		}
	}
	return len(user) > 1
}

func (f *failure) timeout() reading {
	x := reading{certainty: WeakHint, cites: rfc3261("21.4.9", "16.7", "16.8")}
	x.evidence = f.answered()
	cancelled := ""
	if f.near.Canceled != call.None {
		if c := f.s.Transactions[f.near.Canceled].Request; c != call.None && c < f.decided {
			cancelled = " The caller had given up by CANCEL before."
			if d, ok := f.s.Since(f.request, c); ok {
				cancelled = fmt.Sprintf(" The caller had given up by CANCEL after %s.", Spell(d))
			}
		}
	}
	switch {
	case f.rang() != call.None:
		x.certainty = StrongHint
		x.cause = "The phone rang and nobody answered until a timer of the server ran out."
		x.next = "Nothing is broken if nobody was there: send such calls to voicemail or a group. Otherwise raise the time for which the server lets it ring."
	case f.timed && f.took < soon:
		x.cause = "The response came too early for any timer: the element that sent it could not reach the next hop at all."
		x.next = "Look at its log for errors of DNS, connections or routing at that moment."
	case f.trying || f.progress != call.None:
		x.certainty = StrongHint
		x.cause = "The next hop took the request and then waited in vain: what lies behind it never answered."
		if p := f.firstProvisional(); p != call.None {
			x.evidence += " Before it came " + f.s.Name(p) + " only, and no ringing."
		}
		x.next = "Look at the log of the element that sent the 408: where did it send the request, and why does nobody answer there (host down, old registration, DNS, firewall)?"
	default:
		x.cause = "An element on the way waited in vain for an answer from the next one."
		x.next = "Follow the request one hop further, and see where it is answered no more."
	}
	x.evidence += cancelled
	return x
}

func (f *failure) firstProvisional() int32 {
	if f.near != nil && f.near.Trying != call.None {
		return f.near.Trying
	}
	return f.progress
}

func (f *failure) unavailable() reading {
	x := reading{certainty: WeakHint, cites: rfc3261("21.4.18")}
	x.evidence = f.answered()
	switch {
	case f.rang() != call.None:
		x.certainty = StrongHint
		x.cause = "The phone rang and nobody answered, or the callee sent the call away."
		x.next = "Nothing is broken if nobody was there; otherwise see what the callee's phone or server is set to do after that time."
	case f.progress != call.None:
		x.cause = "The call had reached the far side, and nobody answered there."
		x.evidence += " Before it came " + f.s.Name(f.progress) + "."
		x.next = "See at the far side (gateway, voicemail, queue) how long it waits for an answer, and why none came."
	case f.timed && f.took < 2*time.Second:
		x.cause = fmt.Sprintf("The server knows the user but had no device to reach%s: not registered, or set to do-not-disturb.", f.target(f.request))
		x.evidence += " No ringing came before."
		x.next = "See at the registrar whether the callee has a valid registration at that moment, and whether do-not-disturb or a forward is set."
	default:
		x.cause = "The callee could not be reached: not registered, switched off, or out of coverage."
		x.next = "See at the registrar whether the callee has a valid registration, and whether its address is reachable."
	}
	return x
}

func (f *failure) media() reading {
	x := reading{certainty: WeakHint, cites: rfc3261("21.4.26", "13.3.1.3", "20.43")}
	x.evidence = f.answered()
	if f.status == 415 {
		x.cites = rfc3261("21.4.13")
		x.cause = fmt.Sprintf("The callee does not take a body of type %s.", quoted(f.header(f.request, sip.HeaderContentType)))
		x.certainty = StrongHint
		if a := f.header(f.decided, sip.HeaderAccept); a != "" {
			x.evidence += " Its Accept lists " + quoted(a) + "."
		}
		x.next = "Send a body type that the callee accepts, plain SDP as a rule."
		return x
	}
	offer := f.offer()
	if offer == "" {
		x.cause = "The callee cannot agree to the session."
		x.next = "Compare codecs, transport (RTP or SRTP) and address family of the offer with what the callee supports."
		return x
	}
	x.cause = "The callee cannot use any of what was offered."
	x.evidence += " The offer was " + offer + "."
	for w := range f.m.Msg.Warnings {
		switch string(f.m.Msg.Bytes(w.Code)) {
		case "305":
			x.certainty, x.cause = StrongHint, "The callee has no codec in common with the offer."
		case "304":
			x.certainty, x.cause = StrongHint, "The callee does not take the kind of media that was offered."
		case "302":
			x.certainty, x.cause = StrongHint, "The callee does not take the media transport that was offered (RTP or SRTP)."
		}
	}
	x.next = "Compare that with the codecs and the media transport (RTP/AVP, RTP/SAVP, DTLS) that the callee is set up for; let both share one, or put a server between that translates."
	return x
}

// offer describes the media of the request that failed.
func (f *failure) offer() string {
	if f.request == call.None {
		return ""
	}
	subject := Subject{Message: f.s.Messages[f.request].Msg}
	var out []string
	for _, d := range subject.descriptions() {
		for _, sec := range d.Media {
			m, err := d.MediaLine(&d.Lines[sec.First])
			if err != nil {
				continue
			}
			var names []string
			for w := range d.Words(m.Formats) {
				name := string(d.Bytes(w))
				if r, ok := d.Encoding(sec, d.Bytes(w)); ok {
					name = string(d.Bytes(r.Name))
				} else if n, err := strconv.Atoi(name); err == nil {
					if p := knowledge.LookupPayloadType(n); p != nil && p.Codec != "" {
						name = p.Codec
					}
				}
				if !slices.Contains(names, name) {
					names = append(names, name)
				}
			}
			if len(names) > 8 {
				names = append(names[:8], "…")
			}
			out = append(out, fmt.Sprintf("%s %s over %s", clip(d.Bytes(m.Media)), strings.Join(names, ", "), clip(d.Bytes(m.Proto))))
		}
	}
	return strings.Join(out, "; ")
}

func (f *failure) extension() reading {
	x := reading{certainty: StrongHint, evidence: f.answered()}
	if f.status == 420 {
		x.cites = rfc3261("21.4.15", "8.2.2.3")
		list := f.header(f.decided, sip.HeaderUnsupported)
		x.cause = fmt.Sprintf("The request demands an extension that the server does not support: %s.", orUnknown(list))
		if r := f.header(f.request, sip.HeaderRequire); r != "" {
			x.evidence += " Require of the request lists " + quoted(r) + "."
		}
		x.next = "Offer the extension in Supported instead of demanding it in Require."
		return x
	}
	x.cites = rfc3261("21.4.16")
	x.cause = fmt.Sprintf("The server demands an extension that the request does not offer: %s.", orUnknown(f.header(f.decided, sip.HeaderRequire)))
	if v := f.header(f.request, sip.HeaderSupported); v != "" {
		x.evidence += " Supported of the request lists " + quoted(v) + "."
	}
	x.next = "Let the client support it and say so in Supported, or let the server do without it."
	return x
}

func orUnknown(list string) string {
	if list == "" {
		return "the response does not say which"
	}
	return quoted(list)
}

func (f *failure) tooShort() reading {
	x := reading{certainty: StrongHint, evidence: f.answered()}
	asked, least := "Session-Expires", f.header(f.decided, sip.HeaderMinSE)
	value := f.header(f.request, sip.HeaderSessionExpires)
	x.cites = []knowledge.Cite{{Standard: "RFC 4028", Section: "7.3"}}
	if f.status == 423 {
		asked, least, value = "Expires", f.header(f.decided, sip.HeaderMinExpires), f.header(f.request, sip.HeaderExpires)
		x.cites = rfc3261("10.2.8", "21.4.17")
	}
	x.cause = fmt.Sprintf("The %s asks for a shorter time than the server allows, and is not repeated with a longer one.", f.word())
	if value != "" {
		x.evidence += fmt.Sprintf(" %s was %s.", asked, quoted(value))
	}
	if least != "" {
		x.evidence += fmt.Sprintf(" The server wants at least %s.", quoted(least))
	}
	x.next = fmt.Sprintf("Let the client repeat the request with %s of at least what the response says.", asked)
	return x
}

func (f *failure) loop() reading {
	x := reading{certainty: StrongHint, evidence: f.answered()}
	if f.status == 482 {
		x.cause = "The request came back to an element that had it already: it runs in a loop, or the same request was merged from two ways."
		x.next = "See which elements stand twice in Via, and why they send the request back: a domain that is not known as its own, a dial plan that points back."
		x.cites = rfc3261("16.3", "8.2.2.2", "21.4.20")
		return x
	}
	x.cites = rfc3261("16.3", "21.4.21")
	v := f.header(f.request, sip.HeaderMaxForwards)
	x.cause = "The request passed more hops than Max-Forwards allows: as a rule it runs in a loop."
	if v != "" {
		x.evidence += fmt.Sprintf(" Max-Forwards was %s in the request here.", quoted(v))
	}
	if n, err := strconv.Atoi(strings.TrimSpace(v)); err == nil && n <= 5 {
		x.certainty = Proof
		x.cause = fmt.Sprintf("The request was sent with Max-Forwards %d, which is used up after %d hops; no loop is needed for that.", n, n)
		if n == 0 {
			x.cause = "The request was sent with Max-Forwards 0, so the first element on its way had to refuse it; no loop is needed for that."
		}
		if f.method == call.OPTIONS {
			x.next = "Nothing is broken if this is a probe of the way (as traceroute does); else send 70."
			return x
		}
		x.next = "Let the sender begin with 70; if it did, something before this hop loops."
		return x
	}
	x.next = "Follow the request through Via: which element gets it twice, and why does it send it back?"
	return x
}

func (f *failure) serverTrouble() reading {
	x := reading{certainty: WeakHint, evidence: f.answered()}
	switch {
	case f.status == 503 && f.timed && f.took < soon:
		x.cause = "The element that answered cannot handle the request now: overload, maintenance, or no gateway or next hop that it could use."
		x.evidence += " That is too early for any timer, so it did not wait for anybody."
		x.next = "Look at its log at that moment (overload, list of gateways down, DNS or connection errors); a client may try another server."
	case f.status == 503 || f.status == 504:
		x.cause = "The element that answered could not get the request through: what lies behind it is down, unreachable or overloaded."
		x.next = "Look at its log at that moment for the hop behind it: connection refused, DNS, timeouts."
	case f.status == 502:
		x.cause = "The server behind the one that answered sent something invalid."
		x.next = "Look at the hop behind it."
	default:
		x.cause = "The element that answered ran into trouble of its own, or into something in the request that it cannot handle."
		x.next = "Look at its log at that moment; compare with a request of the same kind that works."
	}
	return x
}

func (f *failure) declined() reading {
	x := reading{certainty: WeakHint, cites: rfc3261("21.6.2"), evidence: f.answered()}
	switch {
	case f.status == 607:
		x.cause, x.certainty = "The callee marked the call as unwanted.", Proof
		x.next = "Do not call again; see whether the number in From is taken for spam."
		x.cites = []knowledge.Cite{{Standard: "RFC 8197"}}
	case f.status == 608:
		x.cause, x.certainty = "A filter on the way rejected the call, not the callee.", Proof
		x.next = "Call-Info of the response tells where to object."
		x.cites = []knowledge.Cite{{Standard: "RFC 8688"}}
	case f.rang() != call.None:
		x.certainty = StrongHint
		x.cause = "The callee's side declined the call while it rang: somebody pressed reject, or the phone is set to."
		x.next = "Nothing is broken on the way. 603 stops all other branches, too: a phone that only wants to pass the call on should send 480 or 486."
	default:
		x.cause = "The callee's side declined the call at once: do-not-disturb, a rule of the phone, or a server that answers so."
		x.next = "See what the callee's phone or server is set to do with this caller."
	}
	return x
}

func (f *failure) methodRefused() reading {
	x := reading{certainty: StrongHint, cites: rfc3261("21.4.6", "8.2.1"), evidence: f.answered()}
	if f.status == 501 {
		x.cites = rfc3261("21.5.2")
	}
	x.cause = fmt.Sprintf("The element that answered does not do %s%s.", f.word(), f.target(f.request))
	if a := f.header(f.decided, sip.HeaderAllow); a != "" {
		x.evidence += " Its Allow lists " + string(bytes.TrimSpace([]byte(a))) + "."
	}
	x.next = "Send the request to an element that does, or switch it on there."
	return x
}

// onceOrMore counts: "once", "twice", "3 times".
func onceOrMore(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}
