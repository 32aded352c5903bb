package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
)

var faxRejected = &Rule{
	Name:     "t38-reinvite-rejected",
	Scope:    Dialog,
	Severity: Warning,
	Methods:  []call.Method{call.INVITE},
	Cites:    []knowledge.Cite{{Standard: "RFC 3264", Section: "6"}, {Standard: "RFC 3264", Section: "8.3.3"}, {Standard: "RFC 3261", Section: "14.1"}},
	Doc: Doc{
		Title: "Fax by T.38 offered and refused",
		Text: `An offer that has an image stream (T.38 over udptl) and no audio in use is refused with 488, 415, 606 or 603, or answered with port 0. It is an information when a
later offer in the dialog brings audio back, which is how devices fall back to fax in G.711, and a warning when none does. An offer of audio and fax together, of which the audio is taken, is left alone.`,
	},
	Scenes: func() []Scene {
		held := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Hold())
		invite, accepted := scenario.Request("INVITE"), scenario.StatusTo("INVITE", 200)
		offered := held.With(invite.Nth(2), scenario.SetBody("application/sdp", faxSDP("198.51.100.21", 40000)))
		refuse := func(t scenario.Trace) scenario.Trace {
			return t.With(accepted.Nth(2), scenario.SetStart("SIP/2.0 488 Not Acceptable Here"), scenario.SetBody("", ""))
		}
		// The third offer and its answer are what comes after the fax.
		last := func(t scenario.Trace) scenario.Trace {
			return t.Without(accepted.Nth(2)).Without(invite.Nth(3))
		}
		want := func(s Severity, at scenario.Select) []Sighting {
			return []Sighting{{Severity: s, At: at, Related: []scenario.Select{invite.Nth(2)}}}
		}
		answered := offered.With(accepted.Nth(2), scenario.SetBody("application/sdp", faxSDP("192.0.2.10", 0)))
		proxied := scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.Hold()).
			With(invite.Nth(3), scenario.SetBody("application/sdp", faxSDP("198.51.100.21", 40000))).With(invite.Nth(4), scenario.SetBody("application/sdp", faxSDP("198.51.100.21", 40000))).
			With(accepted.Nth(3), scenario.SetStart("SIP/2.0 488 Not Acceptable Here"), scenario.SetBody("", "")).With(accepted.Nth(3), scenario.SetStart("SIP/2.0 488 Not Acceptable Here"), scenario.SetBody("", ""))
		return []Scene{
			{Name: "refused with 488", Trace: last(refuse(offered)), Want: want(Warning, scenario.Status(488))},
			{Name: "refused, and audio goes on", Trace: refuse(offered), Want: want(Information, scenario.Status(488))},
			{Name: "answered with port 0", Trace: answered.Without(accepted.Nth(3)), Want: want(Warning, accepted.Nth(2))},
			{
				Name: "on both hops of a proxy", Trace: proxied,
				Want: []Sighting{{Severity: Information, At: scenario.Status(488).Nth(2), Related: []scenario.Select{invite.Nth(3)}}},
			},
			{Name: "accepted", Trace: offered.With(accepted.Nth(2), scenario.SetBody("application/sdp", faxSDP("192.0.2.10", 41000)))},
			{Name: "no fax", Trace: held},
			{Name: "the offer is not in the log", Trace: refuse(offered).Without(invite.Nth(2)), Ill: true},
			{Name: "challenged", Trace: offered.With(accepted.Nth(2), scenario.SetStart("SIP/2.0 401 Unauthorized"), scenario.SetBody("", "")), Ill: true},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		var seen once
		list := s.negotiations()
		for k := range list {
			n := &list[k]
			offer := s.description(n.offer)
			if offer == nil || !offer.hasFax() {
				continue
			}
			if _, audio := offer.firstRTP(); audio {
				continue
			}
			f := Finding{
				Severity:    Warning,
				Related:     []Related{s.Related(n.offer, "the offer of T.38")},
				Title:       "fax by T.38 refused",
				Consequence: "The fax fails unless both sides go on with G.711 without compression and echo cancelling.",
				Next:        "Enable T.38 at every element of the path, or switch it off at the side that offers it and let faxes go in G.711.",
			}
			switch {
			case n.refused != call.None:
				switch s.Messages[n.refused].Status {
				case 415, 488, 603, 606:
				default:
					continue
				}
				f.At = s.At(n.refused)
				f.Evidence = fmt.Sprintf("The offer changes the call to an image stream, and the answer is %s.", s.Name(n.refused))
			default:
				answer := s.description(n.answer)
				if answer == nil || len(answer.Media) == 0 || answer.inUse() {
					continue
				}
				f.At = s.At(n.answer)
				f.Evidence = fmt.Sprintf("The offer changes the call to an image stream, and the %s refuses it with port 0.", s.Name(n.answer))
			}
			if seen.again(s.exchangeOf(n), 0) {
				continue
			}
			if s.audioAfter(k) {
				f.Severity = Information
				f.Evidence += " A later offer goes on with audio."
			}
			report(f)
		}
	},
}

// inUse reports whether a stream of the description has a port.
func (d *description) inUse() bool {
	for i := range d.Media {
		if t, ok := d.stream(i); !ok || t.used() {
			return true
		}
	}
	return false
}

// audioAfter reports whether one of the next negotiations of the dialog agrees on audio.
func (s *CallSubject) audioAfter(k int) bool {
	list := s.negotiations()
	x := s.exchangeOf(&list[k])
	dialog := list[k].dialog
	for i := k + 1; i < min(len(list), k+16); i++ {
		n := &list[i]
		if s.exchangeOf(n) == x || n.dialog != dialog && dialog != call.None {
			continue
		}
		if d := s.description(n.answer); d != nil && n.refused == call.None {
			_, ok := d.audio()
			return ok
		}
	}
	return false
}

// faxSDP is a description of T.38; for scenes.
func faxSDP(host string, port int) string {
	return fmt.Sprintf("v=0\r\no=- 4711 9 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\nm=image %d udptl t38\r\na=T38FaxVersion:0\r\na=T38MaxBitRate:14400\r\n", host, host, port)
}
