package check

import (
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var holdStuck = &Rule{
	Name:     "hold-direction-stuck",
	Scope:    Dialog,
	Severity: Warning,
	Methods:  []call.Method{call.INVITE},
	Cites:    []knowledge.Cite{{Standard: "RFC 6337", Section: "5.3"}, {Standard: "RFC 3264", Section: "8.4"}, {Standard: "RFC 3264", Section: "6.1"}},
	Doc: Doc{
		Title: "Call that stays on hold after it was resumed",
		Text: `One side put the call on hold (sendonly, inactive or the address 0.0.0.0) and takes it back with an offer of sendrecv, and the other side, which never asked for a
hold itself, answers as if it still were: recvonly, inactive, or 0.0.0.0. Or the side that resumes says sendrecv and keeps the address 0.0.0.0. The rule is silent when a
later offer in the dialog mends it, and when the log ends before anybody could have done so.

A call that nobody takes back, until the side on hold hangs up after a minute or more, is an information, unless somebody transfers it with REFER.`,
	},
	Scenes: func() []Scene {
		held := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Hold())
		proxied := scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.Hold())
		resume, resumed := scenario.Request("INVITE").Nth(3), scenario.StatusTo("INVITE", 200).Nth(3)
		stuck := held.With(resumed, direction("sendrecv", "inactive"), fitLength)
		zero := held.With(resume, direction("c=IN IP4 198.51.100.21", "c=IN IP4 0.0.0.0"), fitLength)
		ownHold := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Hold()).
			With(resumed, direction("sendrecv", "sendonly"), fitLength)
		without := func(t scenario.Trace) scenario.Trace {
			for _, lost := range []scenario.Select{resume, resumed, scenario.Request("ACK").Nth(3), scenario.Status(100).Nth(3)} {
				t = t.Without(lost)
			}
			return t
		}
		forgotten := without(scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Hold(), scenario.CalleeHangsUp(), scenario.Talking(5*time.Minute)))
		want := []Sighting{{Severity: Warning, At: resumed, Related: []scenario.Select{scenario.Request("INVITE").Nth(2), resume}}}
		return []Scene{
			{Name: "the resume is answered with inactive", Trace: stuck, Want: want},
			{Name: "the resume is answered with recvonly", Trace: held.With(resumed, direction("sendrecv", "recvonly"), fitLength), Want: want},
			{
				Name: "the address stays 0.0.0.0", Trace: zero,
				Want: []Sighting{{Severity: Warning, At: resume, Related: []scenario.Select{scenario.Request("INVITE").Nth(2)}}},
			},
			{
				Name: "on both hops of a proxy",
				Trace: proxied.With(scenario.StatusTo("INVITE", 200).Nth(5), direction("sendrecv", "inactive"), fitLength).
					With(scenario.StatusTo("INVITE", 200).Nth(6), direction("sendrecv", "inactive"), fitLength),
				Want: []Sighting{{Severity: Warning, At: scenario.StatusTo("INVITE", 200).Nth(6), Related: []scenario.Select{scenario.Request("INVITE").Nth(3), scenario.Request("INVITE").Nth(5)}}},
			},
			{
				Name: "the held side gives up", Trace: forgotten,
				Want: []Sighting{{Severity: Information, At: scenario.Request("INVITE").Nth(2), Related: []scenario.Select{scenario.Request("BYE")}}},
			},
			{Name: "the holding side hangs up", Trace: without(scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Hold(), scenario.Talking(5*time.Minute)))},
			{Name: "the held side hangs up soon", Trace: without(scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Hold(), scenario.CalleeHangsUp()))},
			{Name: "hold and resume", Trace: held},
			{Name: "hold and resume through a proxy", Trace: proxied},
			{Name: "the other side holds now", Trace: ownHold},
			{
				Name:  "the other side only ever receives",
				Trace: held.With(scenario.StatusTo("INVITE", 200).Nth(1), direction("sendrecv", "recvonly"), fitLength).With(resumed, direction("sendrecv", "recvonly"), fitLength),
			},
			{Name: "the log begins after the hold", Trace: stuck.Without(scenario.Request("INVITE").Nth(2)), Ill: true},
			{Name: "the log ends with the answer", Trace: stuck.Without(scenario.Request("BYE")).Without(scenario.StatusTo("BYE", 200)), Ill: true},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		list := s.negotiations()
		if len(list) < 2 {
			return
		}
		var seen once
		var holds map[heldBy]int32 // who holds a dialog on a hop, and the offer that said so
		var last map[heldBy]int32  // of a dialog on a hop the last negotiation
		for k := range list {
			n := &list[k]
			offer, answer := s.description(n.offer), s.description(n.answer)
			if offer == nil || answer == nil || n.refused != call.None || n.dialog == call.None {
				continue
			}
			o, ok1 := offer.audio()
			a, ok2 := answer.audio()
			if !ok1 || !ok2 {
				continue
			}
			link := linkOf(&s.Messages[n.request])
			who := heldBy{n.dialog, link, s.sender(n.offer)}
			other := heldBy{n.dialog, link, s.sender(n.answer)}
			if o.direction() != sip.AttrSendrecv {
				if o.isHeld() {
					if holds == nil {
						holds = map[heldBy]int32{}
					}
					holds[who] = n.offer
				} else {
					delete(holds, who)
				}
				continue
			}
			hold, held := holds[who]
			zero := o.isHeld()
			if zero {
				if !held {
					if holds == nil {
						holds = map[heldBy]int32{}
					}
					holds[who] = n.offer
					continue
				}
			} else {
				delete(holds, who)
			}
			if !held {
				// Who answers an offer of both directions with less wants no more: that is no trace of a hold.
				switch {
				case a.direction() != sip.AttrSendrecv:
					if holds == nil {
						holds = map[heldBy]int32{}
					}
					holds[other] = n.answer
				case holds != nil:
					delete(holds, other)
				}
				continue
			}
			if last == nil {
				last = lastNegotiations(s)
			}
			if _, theirs := holds[other]; theirs {
				continue
			}
			if last[heldBy{n.dialog, link, 0}] != int32(k) || int(n.answer)+2 >= len(s.Messages) || seen.again(s.exchangeOf(n), n.dialog) {
				continue
			}
			f := Finding{
				Severity:    Warning,
				Related:     []Related{s.Related(hold, "the hold")},
				Title:       "call stays on hold after it was resumed",
				Consequence: "At least one side hears nothing, although every request was answered with 200.",
			}
			zeroAnswer, line := a.address()
			switch {
			case zero:
				z, line := o.address()
				if line == nil || s.description(hold) == nil {
					continue
				}
				if h, ok := s.description(hold).audio(); !ok || h.direction() == sip.AttrSendrecv {
					continue // the same hold by address, said again
				}
				f.At = s.Place(n.offer, line.Text())
				f.Evidence = fmt.Sprintf("The offer takes the call back with sendrecv, and its address is %s, to which nobody may send.", clip(offer.Bytes(z)))
				f.Next = "See why the side that resumes does not write its real media address."
			case a.direction() == sip.AttrRecvonly || a.direction() == sip.AttrInactive:
				at := a.text()
				if l := a.directionLine(); l != nil {
					at = l.Text()
				}
				f.At = s.Place(n.answer, at)
				f.Related = append(f.Related, s.Related(n.offer, "the offer that takes the call back"))
				f.Evidence = fmt.Sprintf("The offer takes the call back with sendrecv, and the answer says %s, though that side never asked for a hold itself in this log.", a.direction())
				f.Next = "Make the side that answers go by its own wish, not by the hold that it was put on; until then a new call helps."
			case line != nil && sip.IsUnspecified(answer.Bytes(zeroAnswer)) && !answer.usesICE(a.x):
				f.At = s.Place(n.answer, line.Text())
				f.Related = append(f.Related, s.Related(n.offer, "the offer that takes the call back"))
				f.Evidence = fmt.Sprintf("The offer takes the call back with sendrecv, and the answer has the address %s, to which nobody may send.", clip(answer.Bytes(zeroAnswer)))
				f.Next = "See why the side that answers does not write its real media address."
			default:
				continue
			}
			s.Missing(&f)
			report(f)
		}
		if len(holds) > 0 && s.HasMethod(call.BYE) && !s.HasMethod(call.REFER) {
			if last == nil {
				last = lastNegotiations(s)
			}
			s.neverResumed(holds, last, &seen, report)
		}
	},
}

// longHold is how long a side waits on hold, for its hanging up to say something.
const longHold = time.Minute

// neverResumed reports calls that the side on hold ended after a long wait.
func (s *CallSubject) neverResumed(holds, last map[heldBy]int32, seen *once, report func(Finding)) {
	list := s.negotiations()
	for k := range list {
		n := &list[k]
		if n.dialog == call.None || n.offer == call.None || n.answer == call.None || n.late {
			continue
		}
		link, side := linkOf(&s.Messages[n.request]), s.sender(n.offer)
		if i, ok := holds[heldBy{n.dialog, link, side}]; !ok || i != n.offer || last[heldBy{n.dialog, link, 0}] != int32(k) {
			continue
		}
		bye := s.Dialogs[n.dialog].Bye
		if bye == call.None || s.sender(bye) == side {
			continue
		}
		waited, ok := s.Since(n.answer, bye)
		if !ok || waited < longHold || seen.again(n.dialog, call.None) {
			continue
		}
		f := Finding{
			Severity: Information, Certainty: WeakHint,
			At:          s.At(n.offer),
			Related:     []Related{s.Related(bye, "the side on hold hangs up")},
			Title:       "call on hold until the held side hung up",
			Evidence:    fmt.Sprintf("This offer puts the call on hold, no later one takes it back, and the side on hold hangs up after %s.", Spell(waited)),
			Consequence: "It may have been stuck on hold or parked and forgotten.",
			Next:        "See whether the side that holds tried to resume: a re-INVITE that never left, or one on another leg of the call.",
		}
		s.Missing(&f)
		report(f)
	}
}

// heldBy is a dialog, a hop and the tag of a side.
type heldBy struct {
	dialog int32
	link   uint64
	side   uint64
}

// lastNegotiations returns of each dialog on each hop the last negotiation that came to an answer.
func lastNegotiations(s *CallSubject) map[heldBy]int32 {
	out := map[heldBy]int32{}
	list := s.negotiations()
	for k := range list {
		if n := &list[k]; n.offer != call.None && n.answer != call.None && n.refused == call.None && n.dialog != call.None {
			out[heldBy{n.dialog, linkOf(&s.Messages[n.request]), 0}] = int32(k)
		}
	}
	return out
}

// sender returns the tag of the side that sent message i.
func (s *CallSubject) sender(i int32) uint64 {
	if m := &s.Messages[i]; m.Request {
		return m.From
	} else {
		return m.To
	}
}
