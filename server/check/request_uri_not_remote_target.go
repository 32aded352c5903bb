package check

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var notRemoteTarget = &Rule{
	Name:     "request-uri-not-remote-target",
	Scope:    Dialog,
	Severity: Warning,
	Methods:  []call.Method{call.BYE, call.INFO, call.INVITE, call.REFER, call.UPDATE},
	Statuses: []knowledge.Range{{Lo: 200, Hi: 299}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "12.2.1.1"}, {Standard: "RFC 3261", Section: "12.1.2"}, {Standard: "RFC 3261", Section: "12.2.2"}},
	Doc: Doc{
		Title: "Request inside a call that is not addressed to the Contact of the other side",
		Text: `Inside a dialog the Request-URI is the remote target: the Contact that the other side sent last. The rule fires when a request that comes straight from one of the two ends (one
Via) goes to the address that was dialled, or to the URI of To, though no Contact of the other side says so, or to a Contact that the other side has replaced by another one in a
re-INVITE or UPDATE. ACK is the business of another rule. It stays silent with strict routers, with peers of RFC 2543 (no magic cookie in the Via) and where the beginning of the call is not in the log.`,
	},
	Scenes: func() []Scene {
		proxy := scenario.Party{Domain: "example.com", Addr: scenario.UDP("192.0.2.10:5060"), Agent: scenario.Kamailio}
		held := scenario.Call(scenario.Alice, scenario.Bob, scenario.Hold(), scenario.CalleeHangsUp())
		own := scenario.Call(scenario.Alice, scenario.Bob)
		dialled := scenario.SetStart("BYE sip:1002@example.com SIP/2.0")
		bye, answered := scenario.Request("BYE"), scenario.StatusTo("INVITE", 200)
		hold := scenario.Request("INVITE").Nth(2)
		moved := held.With(hold, scenario.ReplaceInHeader("Contact", scenario.Alice.Addr.Host, "198.51.100.77")).
			With(scenario.Request("INVITE").Nth(3), scenario.ReplaceInHeader("Contact", scenario.Alice.Addr.Host, "198.51.100.77"))
		viaProxy := scenario.Proxied(scenario.Alice, proxy, scenario.Bob)
		return []Scene{
			{
				Name: "the BYE goes to the number that was dialled", Trace: own.With(bye, dialled),
				Want: []Sighting{{Severity: Warning, At: bye, Related: []scenario.Select{answered}}},
			},
			{
				Name: "the same over a proxy", Trace: viaProxy.With(bye, dialled),
				Want: []Sighting{{Severity: Warning, At: bye, Related: []scenario.Select{answered.Nth(2)}}},
			},
			{
				Name: "the caller has a new Contact since its re-INVITE", Trace: moved, Ill: true,
				Want: []Sighting{{Severity: Warning, At: bye, Related: []scenario.Select{scenario.Request("INVITE").Nth(3)}}},
			},
			{
				Name: "and gets 404", Trace: own.With(bye, dialled).With(scenario.StatusTo("BYE", 200), answeredWith("404 Not Found")), Ill: true,
				Want: []Sighting{{Severity: Warning, At: bye, Related: []scenario.Select{answered, scenario.Status(404)}}},
			},
			{Name: "to the Contact", Trace: own},
			{Name: "hold, and the callee hangs up", Trace: held},
			{Name: "over a proxy", Trace: viaProxy},
			{Name: "to the new Contact", Trace: moved.With(bye, scenario.SetStart("BYE sip:"+scenario.Alice.User+"@198.51.100.77:5060 SIP/2.0")), Ill: true},
			{Name: "behind the proxy, which looked the number up", Trace: viaProxy.With(bye, dialled).Only(scenario.Where("a message to or from the callee", func(m *scenario.Message) bool {
				return m.From.Host == scenario.Bob.Addr.Host || m.To.Host == scenario.Bob.Addr.Host
			})), Ill: true},
			{Name: "the log begins within the call", Trace: own.With(bye, dialled).Only(ofExchange("BYE"))},
			{Name: "what the caller sent alone", Trace: own.With(bye, dialled).Only(scenario.Where("a request", func(m *scenario.Message) bool { return !m.IsResponse() }))},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		for d := range s.Dialogs {
			if x := &s.Dialogs[d]; x.Invite != call.None && x.Request != call.None && x.Confirmed != call.None {
				s.checkTargets(x, report)
			}
		}
	},
}

// targets are the Contacts of one side so far.
type targets struct {
	last    int32 // the message with the last one; None
	all     []hostPort
	unknown bool // one of them cannot be read, or there are too many
}

// add notes the Contact of message i.
func (t *targets) add(s *CallSubject, i int32) {
	m := &s.Messages[i]
	if m.Msg.Header(sip.HeaderContact) == nil || m.First != call.None {
		return
	}
	c := contactOf(m.Msg)
	if len(c.host) == 0 || !m.Whole {
		t.unknown = true
		return
	}
	t.last = i
	for _, o := range t.all {
		if o.same(c) {
			return
		}
	}
	if len(t.all) == 16 {
		t.unknown = true
		return
	}
	t.all = append(t.all, c)
}

// checkTargets compares the Request-URI of requests of both sides with the Contact of the other side.
func (s *CallSubject) checkTargets(d *call.Dialog, report func(Finding)) {
	var answers []int32
	for _, i := range d.Messages {
		if m := &s.Messages[i]; m.Status >= 200 && m.First == call.None && s.forming(d, i) {
			if r, ok := routesOf(m.Msg, sip.HeaderRecordRoute); !ok || !m.Whole || len(r) > 0 && !r[0].lr || len(r) > 0 && !r[len(r)-1].lr {
				return
			}
			answers = append(answers, i)
		}
	}
	if len(answers) == 0 {
		return
	}
	var of [2]targets // of the caller and the callee
	of[0].last, of[1].last = call.None, call.None
	// The INVITE on all its hops, then what the dialog has.
	if e := s.Transactions[d.Invite].Exchange; e != call.None {
		for _, t := range s.Exchanges[e].Transactions {
			if r := s.Transactions[t].Request; r != call.None {
				of[0].add(s, r)
			}
		}
	}
	var told [2]bool
	for _, i := range d.Messages {
		m := &s.Messages[i]
		if m.Request && m.Vias == 1 && m.First == call.None && m.Whole && m.Transaction != call.None && i > answers[0] && inSession(m.Method) && m.Msg.HasMagicCookie() {
			side, origin := s.sentByEnd(d, i, answers)
			if origin != call.None && !told[side] {
				if f, ok := s.judgeTarget(d, i, &of[1-side], side, len(answers) == 1); ok {
					told[side] = true
					report(f)
				}
			}
		}
		switch {
		case m.Request && m.Method != call.INVITE && m.Method != call.UPDATE, !m.Request && m.Status >= 300:
		case m.Request == (m.From == d.UAC):
			of[0].add(s, i)
		default:
			of[1].add(s, i)
		}
	}
}

// inSession reports whether a request with the method belongs to the session of an INVITE and goes to the remote target; ACK has a rule of its own.
func inSession(m call.Method) bool {
	switch m {
	case call.BYE, call.INFO, call.INVITE, call.REFER, call.UPDATE:
		return true
	}
	return false
}

// judgeTarget judges the Request-URI of message i against the Contacts of the other side. alone says that the log shows one hop.
func (s *CallSubject) judgeTarget(d *call.Dialog, i int32, other *targets, side int, alone bool) (f Finding, found bool) {
	m := &s.Messages[i]
	u, err := m.Msg.URI(m.Msg.Start.URI)
	if err != nil || u.Kind != sip.SIPURI || other.unknown || other.last == call.None {
		return f, false
	}
	to := hostPort{m.Msg.Bytes(u.Host), u.PortNum}
	last := other.last
	seen := slices.ContainsFunc(other.all, to.same)
	now := contactOf(s.Messages[last].Msg)
	name := s.Name(i)
	f = Finding{
		Severity: Warning,
		At:       s.Place(i, m.Msg.Start.URI),
		Related:  []Related{{At: s.Field(last, sip.HeaderContact), Text: "the Contact of the other side"}},
		Next:     "Let the sender put the last Contact of the other side into the Request-URI.",
	}
	contact := clip(s.Messages[last].Msg.Value(sip.HeaderContact))
	if seen {
		// An old one: only where one hop shows in which order they came, and the other side has accepted the change.
		if !alone || now.same(to) || !s.settled(last, i) {
			return f, false
		}
		f.Title = fmt.Sprintf("%s to a Contact that is no longer valid", name)
		f.Evidence = fmt.Sprintf("The %s goes to %s; the other side has said %s since.", name, clip(m.Msg.Bytes(m.Msg.Start.URI)), contact)
		f.Consequence = "The request may go to the old address, where nobody answers any more."
		s.tellAnswer(&f, i)
		return f, true
	}
	if !s.isAddressOfRecord(d, i, &u) {
		return f, false
	}
	f.Title = fmt.Sprintf("%s to the address that was dialled instead of the Contact", name)
	if side == 1 {
		f.Title = fmt.Sprintf("%s to the address of the caller instead of its Contact", name)
	}
	f.Evidence = fmt.Sprintf("The Request-URI of the %s is %s; the Contact of the other side is %s.", name, clip(m.Msg.Bytes(m.Msg.Start.URI)), contact)
	f.Consequence = "It is routed like a new call: it may reach another device of the user, or end with 404, 408 or 481, and the call stays up."
	s.tellAnswer(&f, i)
	return f, true
}

// tellAnswer adds what request i got.
func (s *CallSubject) tellAnswer(f *Finding, i int32) {
	final := s.FinalOf(s.Transactions[s.Messages[i].Transaction].Exchange)
	switch {
	case final == call.None:
	case s.Messages[final].Status < 300:
		f.Evidence += fmt.Sprintf(" This time it was accepted (%s).", s.Name(final))
	default:
		f.Evidence += fmt.Sprintf(" It got %s.", s.Name(final))
		f.Related = append(f.Related, s.Related(final, "the answer"))
	}
}

// settled reports whether the Contact in message k was in force when message i was sent: it stands in a 2xx, or in a request that was
// accepted before, and that is a second ago.
func (s *CallSubject) settled(k, i int32) bool {
	m := &s.Messages[k]
	if m.Request {
		if m.Transaction == call.None {
			return false
		}
		k = s.Transactions[m.Transaction].Final
		if k == call.None || k >= i || s.Messages[k].Status >= 300 {
			return false
		}
	} else if m.Status < 200 {
		return false
	}
	gap, ok := s.Since(k, i)
	return ok && gap >= time.Second
}

// isAddressOfRecord reports whether a Request-URI is the URI of To, or the one that was dialled.
func (s *CallSubject) isAddressOfRecord(d *call.Dialog, i int32, u *sip.URI) bool {
	m := &s.Messages[i]
	same := func(o *sip.Message, at sip.Span) bool {
		v, err := o.URI(at)
		return err == nil && v.Kind == sip.SIPURI && bytes.Equal(o.Bytes(v.User), m.Msg.Bytes(u.User)) && strings.EqualFold(string(o.Bytes(v.Host)), string(m.Msg.Bytes(u.Host)))
	}
	if a, ok := m.Msg.Address(sip.HeaderTo); ok && same(m.Msg, a.URI) {
		return true
	}
	invite := s.Messages[d.Request].Msg
	return m.From == d.UAC && same(invite, invite.Start.URI)
}
