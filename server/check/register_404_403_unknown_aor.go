package check

import (
	"fmt"
	"strings"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var registerRefused = &Rule{
	Name:     "register-404-403-unknown-aor",
	Scope:    Transaction,
	Severity: Information,
	Methods:  []call.Method{call.REGISTER, call.INVITE},
	Statuses: []knowledge.Range{{Lo: 403, Hi: 404}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "10.3"}, {Standard: "RFC 3261", Section: "21.4.4"}, {Standard: "RFC 3261", Section: "21.4.5"}},
	Doc: Doc{
		Title: "403 or 404 to REGISTER, 403 to INVITE: who is refused, before or after authentication",
		Text: `Without a challenge before it the refusal is one of policy: the domain, the number, the address of the sender. With credentials it is about the account: the server had what it
needs to know who asks. The finding says which, and repeats what the server adds in Warning, Reason, Error-Info and X- fields. It is information, told once for a call and method, and
left out where another rule tells why (a 403 that names the password, a retry that does not fit its challenge).`,
	},
	Scenes:    registerRefusedScenes,
	CheckCall: checkRegisterRefused,
}

func checkRegisterRefused(s *CallSubject, report func(Finding)) {
	for _, method := range [...]call.Method{call.REGISTER, call.INVITE} {
		first, times := call.None, 0
		for x := range s.Exchanges {
			e := &s.Exchanges[x]
			if e.Method != method || !e.Initial {
				continue
			}
			t := &s.Transactions[e.Upstream]
			if t.Final == call.None || t.Request == call.None {
				continue
			}
			m := &s.Messages[t.Final]
			if m.Status != 403 && (m.Status != 404 || method != call.REGISTER) || s.phraseHas(t.Final, "stale") || s.toldElsewhere(t.Final) {
				continue
			}
			if times++; first == call.None {
				first = e.Upstream
			}
		}
		if first != call.None {
			report(refusedFinding(s, &s.Transactions[first], times))
		}
	}
}

// toldElsewhere reports whether a rule that ran before names a message.
func (s *CallSubject) toldElsewhere(i int32) bool {
	for k := range s.Found {
		f := &s.Found[k]
		if f.Rule != authLoopBadCredentials && f.Rule != retryAfterChallengeMalformed {
			continue
		}
		if f.At.Msg.Seq == uint32(i) {
			return true
		}
		for _, r := range f.Related {
			if r.At.Msg.Seq == uint32(i) {
				return true
			}
		}
	}
	return false
}

func refusedFinding(s *CallSubject, t *call.Transaction, times int) Finding {
	m := &s.Messages[t.Request]
	f := Finding{
		Severity:  Information,
		Certainty: WeakHint,
		At:        s.At(t.Final),
		Related:   []Related{s.Related(t.Request, "the request that is refused")},
		Title:     fmt.Sprintf("%s refused with %d", m.Method, s.Messages[t.Final].Status),
	}
	who := s.addressOf(t.Request, sip.HeaderTo)
	if m.Method == call.INVITE {
		who = s.addressOf(t.Request, sip.HeaderFrom)
	}
	f.Evidence = fmt.Sprintf("The %s of %s at %s gets %s", m.Method, who, clip(m.Msg.Bytes(m.Msg.Start.URI)), s.phraseOf(t.Final))
	f.Consequence = "It is most likely no matter of the network: the same request will be refused again."
	switch {
	case m.Whole && s.hasCredentials(t.Request):
		f.Evidence += " though it carries credentials: the server knows who asks and refuses this account, or does not say that it refuses the password."
		f.Next = "See at the server what the account may do: this address or number, this caller id, this many contacts, this place; then the password."
	case s.Headless || s.OneSided || !m.Whole:
		f.Evidence += "."
		f.Next = "Check that the domain and the user exist at the server, that the account may do this, and that the address of the sender is allowed."
	case s.Messages[t.Final].Status == 404:
		f.Evidence += " without a challenge before it: most likely the server knows no such user, or serves another domain."
		f.Next = "Check the user and the domain in To and the domain in the Request-URI against what the server has."
	default:
		f.Evidence += " without a challenge before it: most likely the server refuses it by policy, before it asks for a password."
		f.Next = "Check that the domain in To and Request-URI is one of the server's, that user or number exists, that the trunk may show this caller id, and that the address of the sender is allowed."
	}
	if added := s.addedWords(t.Final); added != "" {
		f.Evidence += " The server adds " + added + "."
	}
	if times > 1 {
		f.Evidence += fmt.Sprintf(" So it goes %d times in this call.", times)
	}
	return f
}

// addressOf returns the URI of From or To for a sentence.
func (s *CallSubject) addressOf(i int32, id sip.HeaderID) string {
	m := s.Messages[i].Msg
	a, ok := m.Address(id)
	if !ok {
		return "an unknown user"
	}
	return clip(m.Bytes(a.URI))
}

// addedWords returns the header fields in which a server says more about a refusal, three at most.
func (s *CallSubject) addedWords(i int32) string {
	m := s.Messages[i].Msg
	var out []string
	for k := range m.Headers {
		h := &m.Headers[k]
		name := m.Bytes(h.Name)
		switch {
		case h.ID == sip.HeaderWarning, h.ID == sip.HeaderReason, h.ID == sip.HeaderErrorInfo, h.ID == sip.HeaderOther && hasPrefixFold(name, "X-"):
			out = append(out, clip(name)+": "+clip(m.Bytes(h.Value)))
		}
		if len(out) == 3 {
			break
		}
	}
	return strings.Join(out, ", ")
}

func registerRefusedScenes() []Scene {
	pbx := scenario.PBX(scenario.Asterisk)
	nth := func(method string, n int) scenario.Select { return scenario.Request(method).Nth(n) }
	refused := func(code int, more ...scenario.Option) scenario.Trace {
		return scenario.Register(scenario.Alice, pbx, append(more, scenario.Rejected(code))...)
	}
	challenged := scenario.Challenged(401)
	called := scenario.Call(scenario.Alice, pbx, scenario.Rejected(403))
	one := func(code int, method string, n int) []Sighting {
		return []Sighting{{Severity: Information, At: scenario.Status(code), Related: []scenario.Select{nth(method, n)}}}
	}
	wrong := scenario.Register(scenario.Alice, pbx, scenario.WrongPassword())
	return []Scene{
		{Name: "an unknown user", Trace: refused(404), Want: one(404, "REGISTER", 1)},
		{Name: "an account that is refused", Trace: refused(403, challenged), Want: one(403, "REGISTER", 2)},
		{Name: "a caller id that is refused", Trace: called.With(scenario.Status(403), scenario.AddHeader("X-Reason", "caller id not allowed")), Want: one(403, "INVITE", 1)},
		{Name: "the refusal is sent twice", Trace: refused(404).Repeat(scenario.Status(404), 0), Want: one(404, "REGISTER", 1)},
		{Name: "through a proxy", Trace: scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.Rejected(403)), Want: []Sighting{{Severity: Information, At: scenario.Status(403).Nth(2), Related: []scenario.Select{nth("INVITE", 1)}}}},
		{Name: "a registration", Trace: scenario.Register(scenario.Alice, pbx, challenged)},
		{Name: "a number that does not exist", Trace: scenario.Call(scenario.Alice, pbx, scenario.Rejected(404))},
		{Name: "a 403 that names the password", Trace: wrong.With(scenario.Status(401).Nth(2), scenario.SetStart("SIP/2.0 403 Wrong password"), scenario.RemoveHeader("WWW-Authenticate")), Ill: true},
		{Name: "the log begins with the refusal", Trace: refused(404).Without(scenario.Request("REGISTER"))},
	}
}
