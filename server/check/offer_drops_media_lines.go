package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
)

var offerDropsMediaLines = &Rule{
	Name:     "offer-drops-media-lines",
	Scope:    Dialog,
	Severity: Warning,
	Methods:  []call.Method{call.INVITE},
	Cites:    []knowledge.Cite{{Standard: "RFC 3264", Section: "8"}, {Standard: "RFC 3264", Section: "8.2"}},
	Doc: Doc{
		Title: "New offer with fewer streams than were agreed on",
		Text: `Within a session the number of m= lines never goes down: a stream that is no longer wanted keeps its place and gets port 0. The rule fires when an offer has fewer m= lines
than offer and answer before it in the dialog, both of which had the same number. Offers in a response to an INVITE without an offer are left alone, and so is what the log does not show whole.`,
	},
	Scenes: func() []Scene {
		held := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Hold())
		invite, accepted := scenario.Request("INVITE"), scenario.StatusTo("INVITE", 200)
		video := held.With(invite.Nth(1), addVideo(6000), fitLength).With(accepted.Nth(1), addVideo(6002), fitLength)
		kept := video.With(invite.Nth(2), addVideo(0), fitLength).With(accepted.Nth(2), addVideo(0), fitLength).
			With(invite.Nth(3), addVideo(0), fitLength).With(accepted.Nth(3), addVideo(0), fitLength)
		proxied := scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.Hold()).
			With(invite.Nth(1), addVideo(6000), fitLength).With(invite.Nth(2), addVideo(6000), fitLength).
			With(accepted.Nth(1), addVideo(6002), fitLength).With(accepted.Nth(2), addVideo(6002), fitLength)
		return []Scene{
			{Name: "the hold drops the video", Trace: video, Want: []Sighting{{Severity: Warning, At: invite.Nth(2), Related: []scenario.Select{accepted.Nth(1)}}}},
			{
				Name: "on both hops of a proxy", Trace: proxied,
				Want: []Sighting{{Severity: Warning, At: invite.Nth(3), Related: []scenario.Select{accepted.Nth(2)}}},
			},
			{Name: "the video keeps its place with port 0", Trace: kept},
			{Name: "audio only", Trace: held},
			{Name: "the answer had one stream only", Trace: held.With(invite.Nth(1), addVideo(6000), fitLength), Ill: true},
			{Name: "the log begins with the hold", Trace: video.Without(invite.Nth(1)), Ill: true},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		list := s.negotiations()
		if len(list) < 2 {
			return
		}
		var seen once
		hops := s.hasHops()
		type agreed struct {
			streams int
			at      int32
		}
		last := map[heldBy]agreed{}
		for k := range list {
			n := &list[k]
			if n.dialog == call.None || n.refused != call.None {
				continue
			}
			hop := heldBy{dialog: n.dialog, link: linkOf(&s.Messages[n.request])}
			if hops && hop.link == 0 {
				continue
			}
			offer, answer := s.description(n.offer), s.description(n.answer)
			before, ok := last[hop]
			if ok && offer != nil && !n.late && len(offer.Media) < before.streams && !seen.again(s.exchangeOf(n), n.dialog) {
				report(Finding{
					Severity:    Warning,
					At:          s.At(n.offer),
					Related:     []Related{s.Related(before.at, "the answer before, after which the session had more streams")},
					Title:       "new offer with fewer streams than before",
					Evidence:    fmt.Sprintf("Offer and answer before had %s, this offer has %s.", streamsWord(before.streams), streamsWord(len(offer.Media))),
					Consequence: "Streams are matched by their place: the other side may refuse the offer, or take one stream for another.",
					Next:        "Make the sender keep the m= line of a stream that it no longer wants, with port 0.",
				})
			}
			if n.answer == call.None {
				continue
			}
			delete(last, hop)
			if offer != nil && answer != nil && len(offer.Media) == len(answer.Media) {
				last[hop] = agreed{len(offer.Media), n.answer}
			}
		}
	},
}
