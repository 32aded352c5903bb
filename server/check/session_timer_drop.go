package check

import (
	"bytes"
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var sessionTimerDrop = &Rule{
	Name:     "session-timer-drop",
	Scope:    Dialog,
	Severity: Warning,
	Methods:  []call.Method{call.BYE},
	Cites:    []knowledge.Cite{{Standard: "RFC 4028", Section: "10"}, {Standard: "RFC 4028", Section: "7.2"}, {Standard: "RFC 4028", Section: "9"}},
	Doc: Doc{
		Title: "Call ended by its session timer",
		Text: `A 2xx with Session-Expires says how long a session lives and who refreshes it, with a re-INVITE or an UPDATE. The rule fires when

- the side that does not refresh sends BYE just when RFC 4028 lets it give up, at the interval less 32 s or a third of it, or at its end, or with a Reason that says so, and no refresh came;
- a refresh fails, with an answer or for want of one, and the BYE follows at once.

It stays silent where people hang up at another time, where the log has no times, and about a 481, which is the matter of 481-unknown-dialog.`,
	},
	Scenes: sessionTimerScenes,
	CheckCall: func(s *CallSubject, report func(Finding)) {
		for d := range s.Dialogs {
			if x := &s.Dialogs[d]; x.Bye != call.None {
				checkSessionTimer(s, x, report)
			}
		}
	},
}

// sessionTimer is what both sides of a dialog agreed on last.
type sessionTimer struct {
	at        int32 // the 2xx; None while there is no timer
	seconds   uint32
	refresher uint64 // tag; 0 when it is not said
}

func checkSessionTimer(s *CallSubject, d *call.Dialog, report func(Finding)) {
	bye := d.Bye
	timer := sessionTimer{at: call.None}
	tried := call.None // the last refresh that got no 2xx: its transaction
	for _, i := range d.Messages {
		m := &s.Messages[i]
		if i >= bye {
			break
		}
		if m.Method != call.INVITE && m.Method != call.UPDATE || m.First != call.None || m.Transaction == call.None {
			continue
		}
		if m.Request {
			if m.To != 0 && timer.at != call.None && m.Whole && m.Msg.Header(sip.HeaderSessionExpires) != nil && (timer.refresher == 0 || timer.refresher == m.From) {
				tried = m.Transaction
			}
			continue
		}
		if m.Status < 200 || m.Status >= 300 {
			continue
		}
		tried = call.None
		timer = sessionTimer{at: call.None}
		h := m.Msg.Header(sip.HeaderSessionExpires)
		if h == nil || !m.Whole {
			continue
		}
		x, err := m.Msg.SessionInterval(h.Value)
		if err != nil || x.Seconds == 0 {
			continue
		}
		timer = sessionTimer{at: i, seconds: x.Seconds}
		if p, ok := m.Msg.Refresher(x); ok {
			switch who := m.Msg.Bytes(p.Value); {
			case sip.EqualFold(who, "uac"):
				timer.refresher = m.From
			case sip.EqualFold(who, "uas"):
				timer.refresher = m.To
			}
		}
	}
	if timer.at == call.None {
		return
	}
	lived, ok := s.Since(timer.at, bye)
	if !ok || s.Guessed {
		return
	}
	f := Finding{
		Severity:  Warning,
		Certainty: StrongHint,
		At:        s.At(bye),
		Related:   []Related{s.Related(timer.at, "the answer that sets the session timer")},
	}
	who := "one side has"
	switch timer.refresher {
	case 0:
	case d.UAC:
		who = "the caller's side has"
	default:
		who = "the callee's side has"
	}
	set := fmt.Sprintf("The %d sets a session interval of %d s, and %s to refresh the session", s.Messages[timer.at].Status, timer.seconds, who)
	if tried != call.None {
		t := &s.Transactions[tried]
		end := t.Request
		result := "gets no answer"
		if t.Final != call.None && t.Final < bye {
			end = t.Final
			result = "gets " + s.phraseOf(t.Final)
		}
		after, ok := s.Since(end, bye)
		switch {
		case !ok || t.Request == call.None:
			return
		case end == t.Final:
			switch s.Messages[t.Final].Status {
			case 401, 407, 422, 481, 491:
				return // others tell them
			}
			if after > 5*time.Second {
				return
			}
		case after < 20*time.Second || after > 45*time.Second:
			return
		}
		f.Title = "call ended because the refresh of its session failed"
		f.Evidence = fmt.Sprintf("%s; the refresh, %s, %s, and %s later comes the BYE.", set, s.Name(t.Request), result, Spell(after))
		f.Consequence = "The call ends in the middle of the talk, at the same time after each answer."
		f.Next = "See at the side that got the refresh why it refuses it or does not answer; a refresh with UPDATE in place of a re-INVITE may get through."
		f.Related = append(f.Related, s.Related(t.Request, "the refresh"))
		if end == t.Final {
			f.Related = append(f.Related, s.Related(t.Final, "the answer to it"))
		}
		report(f)
		return
	}
	interval := time.Duration(timer.seconds) * time.Second
	early := knowledge.SessionEnd(interval)
	const about = 3 * time.Second
	sender := s.Messages[bye].From
	said := s.saysExpired(bye)
	switch {
	case said && lived >= early-about:
	case sender == timer.refresher || sender == 0:
		return
	case (lived - early).Abs() <= about, (lived - interval).Abs() <= about:
	default:
		return
	}
	f.Title = "call ended by its session timer: nobody refreshed the session"
	f.Evidence = fmt.Sprintf("%s; no refresh gets through in the %s until the BYE, which comes when a side that waits for one gives up.", set, Spell(lived))
	if said {
		f.Evidence += " Its Reason says so."
	}
	f.Consequence = "The call ends in the middle of the talk, at the same time after each answer."
	f.Next = "Let the side that is named as refresher send UPDATE or re-INVITE in time, and let everything between the two pass it on; or raise the interval, or turn the session timer off."
	s.Missing(&f)
	report(f)
}

// saysExpired reports whether the Reason of a request speaks of the session timer.
func (s *CallSubject) saysExpired(i int32) bool {
	m := s.Messages[i].Msg
	h := m.Header(sip.HeaderReason)
	if h == nil {
		return false
	}
	text := bytes.ToLower(m.Bytes(h.Value))
	return bytes.Contains(text, []byte("session")) && (bytes.Contains(text, []byte("expire")) || bytes.Contains(text, []byte("timer")) || bytes.Contains(text, []byte("timeout")))
}

func sessionTimerScenes() []Scene {
	const talk = 180*time.Second - 32*time.Second
	pbx := scenario.PBX(scenario.Asterisk)
	options := []scenario.Option{scenario.SessionTimer(180, "uac"), scenario.CalleeHangsUp(), scenario.Talking(talk)}
	refreshed := scenario.Call(scenario.Alice, pbx, options...)
	noUpdate := scenario.Where("an UPDATE or its answer", func(m *scenario.Message) bool { return m.Method() == "UPDATE" })
	dropped := refreshed.Without(noUpdate)
	want := []Sighting{{Severity: Warning, At: scenario.Request("BYE"), Related: []scenario.Select{scenario.StatusTo("INVITE", 200)}}}
	update := scenario.Request("UPDATE")
	refused := refreshed.With(scenario.StatusTo("UPDATE", 200), scenario.SetStart("SIP/2.0 501 Not Implemented"), scenario.RemoveHeader("Session-Expires"), scenario.RemoveHeader("Require"), scenario.RemoveHeader("Contact"))
	refused = refused.Move(scenario.Request("BYE"), time.Second-talk/2+16*time.Second).Move(scenario.StatusTo("BYE", 200), time.Second-talk/2+16*time.Second)
	lost := scenario.Call(scenario.Alice, pbx, scenario.SessionTimer(180, "uac"), scenario.Talking(talk)).Without(scenario.StatusTo("UPDATE", 200)).
		Repeat(update, 500*time.Millisecond, 1500*time.Millisecond, 3500*time.Millisecond, 7500*time.Millisecond)
	lost = lost.Move(scenario.Request("BYE"), 32*time.Second-talk+90*time.Second).Move(scenario.StatusTo("BYE", 200), 32*time.Second-talk+90*time.Second)
	proxied := scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, options...)
	return []Scene{
		{Name: "nobody refreshes the session", Trace: dropped, Want: want},
		{Name: "the same, each packet captured twice", Trace: dropped.Repeat(scenario.All, 200*time.Microsecond), Want: want},
		{Name: "through a proxy", Trace: proxied.Without(noUpdate), Want: []Sighting{{Severity: Warning, At: scenario.Request("BYE"), Related: []scenario.Select{scenario.StatusTo("INVITE", 200).Nth(2)}}}},
		{
			Name: "the refresh is refused", Trace: refused,
			Want: []Sighting{{Severity: Warning, At: scenario.Request("BYE"), Related: []scenario.Select{scenario.StatusTo("INVITE", 200), update, scenario.StatusTo("UPDATE", 501)}}},
		},
		{
			Name: "the refresh is not answered", Trace: lost,
			Want: []Sighting{{Severity: Warning, At: scenario.Request("BYE"), Related: []scenario.Select{scenario.StatusTo("INVITE", 200), update}}},
		},
		{Name: "the session is refreshed", Trace: refreshed},
		{Name: "through a proxy, refreshed", Trace: proxied},
		{Name: "refreshed with re-INVITE", Trace: scenario.Call(scenario.Alice, pbx, append(options, scenario.RefreshedByInvite())...)},
		{Name: "hung up before the refresh", Trace: scenario.Call(scenario.Alice, pbx, scenario.SessionTimer(180, "uac"), scenario.CalleeHangsUp(), scenario.Talking(80*time.Second))},
		{Name: "the refresher hangs up", Trace: scenario.Call(scenario.Alice, pbx, scenario.SessionTimer(180, "uac"), scenario.Talking(talk)).Without(noUpdate)},
		{Name: "no session timer", Trace: scenario.Call(scenario.Alice, pbx, scenario.CalleeHangsUp(), scenario.Talking(talk))},
		{Name: "the log begins behind the answer", Trace: dropped.Without(scenario.Request("INVITE")).Without(scenario.StatusTo("INVITE", 200)).Without(scenario.StatusTo("INVITE", 100)).Without(scenario.StatusTo("INVITE", 180))},
		{Name: "the log ends in the call", Trace: dropped.Without(scenario.Request("BYE")).Without(scenario.StatusTo("BYE", 200))},
	}
}
