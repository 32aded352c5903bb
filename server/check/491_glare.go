package check

import (
	"fmt"
	"strings"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
)

var glare = &Rule{
	Name:     "491-glare",
	Scope:    Dialog,
	Severity: Warning,
	Statuses: []knowledge.Range{{Lo: 491, Hi: 491}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "14.1"}, {Standard: "RFC 3261", Section: "14.2"}, {Standard: "RFC 3311", Section: "5.3"}},
	Doc: Doc{
		Title: "491 that was not handled as it should be",
		Text: `When both sides send re-INVITE or UPDATE at the same moment, each refuses the other's with 491 and they try again after different times: the owner of the Call-ID, who sent the first
INVITE, after 2.1 to 4 s, the other side after 0 to 2 s. That is no fault. The rule fires when the owner of the Call-ID tries again sooner, when a 491 comes though the log
shows nothing pending, and, as information, when nobody changes the session within 10 s behind a 491 though the call goes on.`,
	},
	Scenes: func() []Scene {
		pbx := scenario.PBX(scenario.Asterisk)
		proxy := scenario.Party{Domain: "example.com", Addr: scenario.UDP("192.0.2.10:5060"), Agent: scenario.Kamailio}
		clash := scenario.Call(scenario.Alice, pbx, scenario.Glare())
		numbered := func(number string) scenario.Select {
			return scenario.Where("the INVITE number "+number+" and what belongs to it", func(m *scenario.Message) bool {
				return strings.HasPrefix(m.Get("CSeq"), number+" ") && (m.Method() == "INVITE" || m.Method() == "ACK")
			})
		}
		theirs := scenario.Where("the callee's re-INVITE and what belongs to it", func(m *scenario.Message) bool {
			return m.Method() != "BYE" && strings.Contains(m.Get("To"), scenario.Alice.User)
		})
		early := clash.Delay(numbered("3").First(), -3*time.Second)
		again := early.With(scenario.StatusTo("INVITE", 200).Nth(2), answeredWith("491 Request Pending"))
		first := scenario.Status(491).First()
		reinvite, other := scenario.Request("INVITE").Nth(2), scenario.Request("INVITE").Nth(3)
		alone := clash.Without(theirs)
		return []Scene{
			{
				Name: "the owner of the Call-ID tries again too early", Trace: early,
				Want: []Sighting{{Severity: Information, At: scenario.Request("INVITE").Nth(4), Related: []scenario.Select{first, reinvite, other}}},
			},
			{
				Name: "and is refused again", Trace: again.Without(scenario.Request("ACK").Nth(4)), Ill: true,
				Want: []Sighting{{Severity: Warning, At: scenario.Request("INVITE").Nth(4), Related: []scenario.Select{first, reinvite, other}}},
			},
			{
				Name: "nothing is pending", Trace: alone, Ill: true,
				Want: []Sighting{{Severity: Warning, At: first, Related: []scenario.Select{reinvite}}},
			},
			{
				Name: "nobody tries again", Trace: clash.Without(numbered("3")),
				Want: []Sighting{{Severity: Information, At: first, Related: []scenario.Select{reinvite, other}}},
			},
			{
				Name: "nobody tries again, on both hops of a proxy", Trace: scenario.Proxied(scenario.Alice, proxy, scenario.Bob, scenario.Glare()).Without(numbered("3")), Ill: true,
				Want: []Sighting{{Severity: Information, At: scenario.Where("the 491 to the caller", func(m *scenario.Message) bool {
					return m.Status() == 491 && m.To.Host == scenario.Alice.Addr.Host
				}), Related: []scenario.Select{scenario.Request("INVITE").Nth(3), scenario.Where("the callee's re-INVITE", func(m *scenario.Message) bool {
					return m.Method() == "INVITE" && !m.IsResponse() && m.From.Host == scenario.Bob.Addr.Host
				})}}},
			},
			{Name: "the ACK shows a re-INVITE that is not in the log", Trace: clash.Without(other), Ill: true},
			{Name: "the owner waits as it should", Trace: clash},
			{Name: "the same over a proxy", Trace: scenario.Proxied(scenario.Alice, proxy, scenario.Bob, scenario.Glare())},
			{Name: "the log ends before the next try", Trace: clash.Only(scenario.Where("a message of the first ten seconds", func(m *scenario.Message) bool {
				return m.At < 12*time.Second
			}))},
			{Name: "a call without 491", Trace: scenario.Call(scenario.Alice, pbx, scenario.Hold())},
			{Name: "what the callee sent alone", Trace: clash.Only(scenario.Where("what the callee sent", func(m *scenario.Message) bool {
				return m.From.Host == pbx.Addr.Host
			})), Ill: true},
			{Name: "the log begins within the call, the other re-INVITE is not in it", Trace: alone.Without(numbered("1")).Without(numbered("3")), Ill: true, Want: []Sighting{
				{Severity: Information, At: first, Related: []scenario.Select{scenario.Request("INVITE").First()}},
			}},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		const most = 16 // a loop of them is one defect
		partner, seen := call.None, 0
		for x := range s.Exchanges {
			e := &s.Exchanges[x]
			if e.Method != call.INVITE && e.Method != call.UPDATE || e.Initial || int32(x) == partner {
				continue
			}
			final := s.FinalOf(int32(x))
			if final == call.None || s.Messages[final].Status != 491 {
				continue
			}
			r := s.RequestOf(final)
			if r == call.None {
				continue
			}
			if seen++; seen > most {
				return
			}
			if f, other, ok := s.checkGlare(int32(x), r, final); ok {
				partner = other
				report(f)
				if f.Severity == Warning {
					return
				}
			}
		}
	},
}

// checkGlare judges what led to a 491 to request r of exchange x, and what its sender did then. other is the exchange that
// it crossed.
func (s *CallSubject) checkGlare(x, r, final int32) (f Finding, other int32, found bool) {
	m := &s.Messages[r]
	other, retry, change := call.None, call.None, call.None
	for y := range s.Exchanges {
		e := &s.Exchanges[y]
		if int32(y) == x || e.Method != call.INVITE && e.Method != call.UPDATE && e.Method != call.PRACK {
			continue
		}
		q := s.Transactions[e.Upstream].Request
		if q == call.None {
			return f, other, false // something is not in the log
		}
		if q > final {
			if s.Messages[q].From == m.From && retry == call.None && e.Method != call.PRACK {
				retry = int32(y)
			}
			if end := s.FinalOf(int32(y)); end != call.None && s.Messages[end].Status < 300 && change == call.None {
				change = int32(y)
			}
			continue
		}
		if s.pendingAt(int32(y), r) && other == call.None {
			other = int32(y)
		}
	}
	name := s.Name(r)
	f = Finding{Severity: Warning, At: s.At(final), Related: []Related{s.Related(r, "the "+name+" that was refused")}}
	if other == call.None {
		if s.lacksInvite() {
			return f, other, false
		}
		f.Certainty = StrongHint
		f.Title = fmt.Sprintf("491 to %s though nothing is pending", name)
		f.Evidence = fmt.Sprintf("The log shows no INVITE or UPDATE of either side that was open when this %s was sent.", name)
		f.Consequence = "The change that it asks for (hold, codec, address, refresh) is not made."
		f.Next = "See at the side that sent the 491 which offer it takes for open: one without its ACK, or one on the other leg of a back-to-back user agent."
		f.Cites = []knowledge.Cite{{Standard: "RFC 3261", Section: "14.2"}, {Standard: "RFC 3261", Section: "21.4.27"}, {Standard: "RFC 3311", Section: "5.2"}}
		s.Missing(&f)
		if f.Certainty == WeakHint {
			f.Severity = Information
		}
		return f, other, true
	}
	crossed := s.Transactions[s.Exchanges[other].Upstream].Request
	open := s.Related(crossed, "the "+s.Name(crossed)+" that was open")
	if retry != call.None {
		return s.earlyRetry(f, r, final, retry, open, other)
	}
	if change != call.None || s.Partial() || m.Dialog == call.None {
		return f, other, false
	}
	rest, ok := s.Until(final)
	if !ok || rest < 10*time.Second {
		return f, other, false
	}
	if bye := s.Dialogs[m.Dialog].Bye; bye != call.None {
		if d, ok := s.Since(final, bye); !ok || d < 10*time.Second {
			return f, other, false
		}
		rest, _ = s.Since(final, bye)
	}
	f.Severity, f.Certainty = Information, StrongHint
	f.Related = append(f.Related, open)
	f.Title = fmt.Sprintf("%s refused with 491 is not sent again", name)
	f.Evidence = fmt.Sprintf("It crossed the %s of %s; in the %s behind the 491 neither side changes the session.", s.Name(crossed), s.sideOf(crossed), Spell(rest))
	f.Consequence = "The change that it asked for (hold, codec, address, refresh) is lost."
	f.Next = "Let its sender try again after a random time: 2.1 to 4 s for the owner of the Call-ID, 0 to 2 s for the other side."
	return f, other, true
}

// lacksInvite reports whether an ACK is in the trace whose INVITE is not.
func (s *CallSubject) lacksInvite() bool {
	type invite struct {
		from uint64
		cseq uint32
	}
	have := map[invite]bool{}
	for i := range s.Messages {
		if m := &s.Messages[i]; m.Request && m.Method == call.INVITE {
			have[invite{m.From, m.CSeq}] = true
		}
	}
	for i := range s.Messages {
		if m := &s.Messages[i]; m.Request && m.Method == call.ACK && !have[invite{m.From, m.CSeq}] {
			return true
		}
	}
	return false
}

// pendingAt reports whether the request of an exchange was open when request r was sent: it had no final response, or a
// 2xx without its ACK.
func (s *CallSubject) pendingAt(y, r int32) bool {
	end := s.FinalOf(y)
	if end == call.None || end > r {
		return true
	}
	e := &s.Exchanges[y]
	if e.Method != call.INVITE || s.Messages[end].Status >= 300 || s.Messages[end].Transaction == call.None {
		return false
	}
	ack := s.Transactions[s.Messages[end].Transaction].ACK
	return ack == call.None || ack > r
}

// sideOf says who sent a request.
func (s *CallSubject) sideOf(i int32) string {
	m := &s.Messages[i]
	if m.Dialog != call.None && s.Dialogs[m.Dialog].Formed != call.None {
		if m.From == s.Dialogs[m.Dialog].UAC {
			return "the caller"
		}
		return "the callee"
	}
	return "the other side"
}

// earlyRetry judges the next try behind a 491.
func (s *CallSubject) earlyRetry(f Finding, r, final, retry int32, open Related, other int32) (Finding, int32, bool) {
	m := &s.Messages[r]
	again := s.Transactions[s.Exchanges[retry].Upstream].Request
	if m.Dialog == call.None || s.Dialogs[m.Dialog].Formed == call.None || s.Dialogs[m.Dialog].UAC != m.From {
		return f, other, false // it is not the owner of the Call-ID, which may try at once
	}
	gap, ok := s.Since(final, again)
	if !ok || gap < 0 || gap >= 2*time.Second {
		return f, other, false
	}
	f.At = s.At(again)
	f.Related = append([]Related{s.Related(final, "the 491")}, append(f.Related, open)...)
	f.Title = fmt.Sprintf("%s sent again too early after a 491", s.Name(again))
	f.Evidence = fmt.Sprintf("The caller owns the Call-ID and has to wait 2.1 to 4 s; it sent the %s again after %s.", s.Name(again), Spell(gap))
	f.Consequence = "It may cross the next try of the other side, which comes within 2 s."
	f.Next = "Let the caller wait a random time from 2.1 to 4 s behind the 491."
	f.Severity = Information
	if end := s.FinalOf(retry); end != call.None && s.Messages[end].Status == 491 {
		f.Severity = Warning
		f.Evidence += " It was refused with 491 again."
		f.Consequence = "Both sides go on refusing each other, and the session is not changed."
	}
	return f, other, true
}
