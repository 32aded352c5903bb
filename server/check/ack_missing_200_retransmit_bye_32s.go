package check

import (
	"fmt"
	"strings"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var ackMissing = &Rule{
	Name:     "ack-missing-200-retransmit-bye-32s",
	Scope:    Dialog,
	Severity: Warning,
	Methods:  []call.Method{call.INVITE},
	Statuses: []knowledge.Range{{Lo: 200, Hi: 299}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "13.3.1.4"}, {Standard: "RFC 3261", Section: "13.2.2.4"}},
	Doc: Doc{
		Title: "2xx to INVITE that gets no ACK",
		Text: `The side that answers repeats its 2xx after 0.5, 1, 2, 4, 4 ... s until the ACK arrives, and hangs up when none has come for 64*T1 (32 s). The rule fires where the 2xx is
repeated and no ACK for it is in the dialog, or where ACKs are there and the 2xx is repeated all the same: they do not arrive, or a proxy does not send them on. It also fires where the side that
answered hangs up at that very time and no ACK is in the log. A CANCEL that crossed the 2xx, a second 2xx of a forked INVITE and an ACK that does not match have rules of their own. A late ACK
is no finding: third party call control sends it when the other side has answered (RFC 3725).`,
	},
	Scenes: func() []Scene {
		answered := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk))
		invite, ok, bye := scenario.Request("INVITE"), scenario.StatusTo("INVITE", 200), scenario.Request("BYE")
		gaps := []time.Duration{500 * time.Millisecond, 1500 * time.Millisecond, 3500 * time.Millisecond, 7500 * time.Millisecond, 11500 * time.Millisecond, 15500 * time.Millisecond, 19500 * time.Millisecond, 23500 * time.Millisecond, 27500 * time.Millisecond, 31500 * time.Millisecond}
		gaveUp := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.CalleeHangsUp(), scenario.Talking(32*time.Second))
		lost := gaveUp.Without(scenario.Request("ACK")).Repeat(ok, gaps...)
		proxied := scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob)
		proxiedLost := proxied.Without(scenario.Request("ACK")).Repeat(ok, gaps[:5]...)
		reached := answered.Repeat(ok, gaps[:6]...).Repeat(scenario.Request("ACK"), gaps[:6]...)
		return []Scene{
			{
				Name: "no ACK, BYE after 32 s", Trace: lost,
				Want: []Sighting{{Severity: Warning, At: ok.First(), Related: []scenario.Select{invite, ok.Nth(11), bye}}},
			},
			{
				Name: "no ACK on either hop of a proxy", Trace: proxiedLost,
				Want: []Sighting{{Severity: Warning, At: ok.First(), Related: []scenario.Select{invite.Nth(2), ok.Nth(11)}}},
			},
			{
				Name: "what the callee sent", Trace: lost.Only(scenario.Where("from the PBX", func(m *scenario.Message) bool { return m.From.Host == "192.0.2.10" })),
				Want: []Sighting{{Severity: Warning, At: ok.First(), Related: []scenario.Select{ok.Nth(11), bye}}},
			},
			{
				Name: "BYE after 32 s without repeats", Trace: gaveUp.Without(scenario.Request("ACK")),
				Want: []Sighting{{Severity: Warning, At: ok.First(), Related: []scenario.Select{invite, bye}}},
			},
			{
				Name: "each repeat is acknowledged and the next one comes", Trace: reached,
				Want: []Sighting{{Severity: Warning, At: ok.First(), Related: []scenario.Select{invite, scenario.Request("ACK").First(), ok.Nth(7)}}},
			},
			{
				Name: "a proxy does not send the ACK on", Trace: proxied.Without(scenario.Request("ACK").Nth(2)).Repeat(ok, gaps[:5]...),
				Want: []Sighting{{Severity: Warning, At: ok.First(), Related: []scenario.Select{invite.Nth(2), scenario.Request("ACK"), ok.Nth(11)}}},
			},
			{Name: "acknowledged at once", Trace: answered},
			{Name: "acknowledged at once, through a proxy", Trace: proxied},
			{Name: "the first ACK was lost", Trace: answered.Repeat(ok, gaps[0]).Repeat(scenario.Request("ACK"), gaps[0])},
			{Name: "the ACK comes late", Trace: answered.Repeat(ok, gaps[:3]...).Move(scenario.Request("ACK"), 4*time.Second)},
			{Name: "captured twice", Trace: answered.Repeat(scenario.All, 2*time.Millisecond)},
			{Name: "the log ends behind the 200", Trace: lost.Only(scenario.Where("until then", func(m *scenario.Message) bool { return m.At < lost.Messages[lost.Index(ok)].At+2*time.Second }))},
			{Name: "the log begins behind the INVITE", Trace: answered.Without(invite)},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		eachAccepted(s, func(a *accepted) {
			stopped := a.stopped(s)
			if stopped != call.None {
				if a.repeats < 3 {
					return
				}
			} else if a.firstACK != call.None {
				if _, known := s.Since(a.firstACK, a.ok); a.afterFirst < 3 || a.afterLast > 1 || !known || a.onOtherTransport(s) {
					return // the ACK that is not sent again has a rule of its own
				}
			} else if !ackIsMissing(s, a) || a.cancelledBy(s) != call.None || a.strayACK(s) != call.None {
				return
			}
			if f := a.forkOf(s); f != call.None {
				return
			}
			ok := &s.Messages[a.ok]
			f := Finding{Severity: Warning, At: s.At(a.ok)}
			if a.invite.Request != call.None {
				f.Related = append(f.Related, s.Related(a.invite.Request, "the INVITE"))
			}
			sent := fmt.Sprintf("The %s to INVITE was sent %d times", s.Name(a.ok), a.repeats+1)
			if a.repeats == 0 {
				sent = fmt.Sprintf("After the %s to INVITE", s.Name(a.ok))
			} else if d, known := s.Since(a.ok, a.lastRepeat); known {
				sent += " within " + Spell(d)
			} else {
				sent = fmt.Sprintf("The %s to INVITE stands %d times in the log", s.Name(a.ok), a.repeats+1)
			}
			switch {
			case stopped != call.None:
				f.Certainty = StrongHint
				f.Title = fmt.Sprintf("ACK to the %s does not go on to the side that answered", s.Name(a.ok))
				f.Evidence = sent + ". Its ACK comes in from the calling side, and no ACK is there on the hop that the 2xx came by."
				f.Related = append(f.Related, s.Related(stopped, "the ACK comes as far as here"), s.Related(a.lastRepeat, "the 2xx, sent for the last time"))
			case a.firstACK == call.None:
				f.Title = fmt.Sprintf("%s to INVITE never got an ACK", s.Name(a.ok))
				if a.repeats == 0 {
					f.Certainty = StrongHint
					f.Evidence = fmt.Sprintf("%s no ACK with CSeq %d stands in its dialog.", sent, ok.CSeq)
				} else {
					f.Evidence = fmt.Sprintf("%s, and no ACK with CSeq %d stands in its dialog.", sent, ok.CSeq)
					f.Related = append(f.Related, s.Related(a.lastRepeat, "sent for the last time, still without an ACK"))
				}
			default:
				f.Certainty = StrongHint
				f.Title = fmt.Sprintf("%s to INVITE is repeated though it was acknowledged", s.Name(a.ok))
				f.Evidence = fmt.Sprintf("%s, %d of them behind the first ACK; the ACKs most likely do not arrive.", sent, a.afterFirst)
				f.Related = append(f.Related, s.Related(a.firstACK, "an ACK that does not help"), s.Related(a.lastRepeat, "sent for the last time"))
			}
			if after, yes := a.gaveUp(s); yes {
				f.Evidence += fmt.Sprintf(" %s after it the side that answered hung up%s.", Spell(after), byeReason(s, a.bye))
				f.Related = append(f.Related, s.Related(a.bye, "the side that answered gives up"))
				f.Consequence = "The call was cut by the side that answered, which waited for the ACK for 64*T1 (32 s)."
			} else {
				f.Consequence = "The side that answered hangs up when no ACK has come for 64*T1 (32 s)."
			}
			f.Next = ackPath(s, a)
			if stopped != call.None {
				m := s.Messages[stopped].Msg
				f.Next = fmt.Sprintf("See why the proxy between does not send it on: it comes for %s", clip(m.Bytes(m.Start.URI)))
				if m.Header(sip.HeaderRoute) == nil {
					f.Next += " and has no Route"
				}
				f.Next += fmt.Sprintf("; the Contact of the 2xx is %s.", clip(s.target(a.ok)))
			}
			if a.firstACK == call.None {
				s.Missing(&f)
			}
			report(f)
		})
	},
}

// ackIsMissing reports whether enough was logged behind a 2xx to say that its ACK does not come.
func ackIsMissing(s *CallSubject, a *accepted) bool {
	_, gaveUp := a.gaveUp(s)
	waited, timed := s.Until(a.ok)
	switch {
	case a.repeats >= 3:
		return true
	case a.repeats == 2:
		return timed && waited >= 10*time.Second || !timed && a.bye != call.None && s.Messages[a.bye].From == s.Messages[a.ok].To
	case a.repeats == 1:
		return gaveUp
	}
	after, _ := s.Since(a.ok, max(a.bye, 0))
	return gaveUp && after >= 30*time.Second && after <= 35*time.Second && !s.Partial()
}

// ackPath says what to look at when the ACK does not arrive.
func ackPath(s *CallSubject, a *accepted) string {
	target := s.target(a.ok)
	if target == nil {
		return "See at the calling side whether the ACK was sent and where to."
	}
	way := "straight"
	if s.Messages[a.ok].Msg.Header(sip.HeaderRecordRoute) != nil {
		way = "by way of the Record-Route values"
	}
	next := fmt.Sprintf("The ACK has to go %s to the Contact of the 2xx, %s: see whether the caller can reach that, and whether a NAT, a firewall or a SIP ALG drops it.", way, clip(target))
	if a.firstACK != call.None {
		if got := s.Messages[a.firstACK].Msg; !leadsTo(got.Bytes(got.Start.URI), target) && s.Messages[a.firstACK].Vias == 1 {
			next = fmt.Sprintf("The ACK goes to %s, the Contact of the 2xx is %s: begin there.", clip(got.Bytes(got.Start.URI)), clip(target))
		}
	}
	return next
}

// byeReason quotes the text of the Reason field of a BYE.
func byeReason(s *CallSubject, i int32) string {
	m := s.Messages[i].Msg
	for r := range m.Reasons {
		if t := strings.TrimSpace(string(sip.Unquote(m.Bytes(r.Text)))); t != "" {
			return fmt.Sprintf(" (Reason: %s)", clip([]byte(t)))
		}
	}
	return ""
}

// leadsTo reports whether two URIs lead to the same place: parameters and the password aside.
func leadsTo(a, b []byte) bool {
	head := func(u []byte) string {
		t := string(u)
		if i := strings.IndexAny(t, ";?"); i >= 0 {
			t = t[:i]
		}
		t = strings.ToLower(t)
		t = strings.TrimPrefix(strings.TrimPrefix(t, "sips:"), "sip:")
		return strings.TrimSuffix(t, ":5060")
	}
	return head(a) == head(b)
}
