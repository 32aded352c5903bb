package check

import (
	"fmt"
	"strings"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
)

var answerMediaLines = &Rule{
	Name:     "answer-media-lines",
	Scope:    Dialog,
	Severity: Warning,
	Methods:  []call.Method{call.INVITE},
	Cites:    []knowledge.Cite{{Standard: "RFC 3264", Section: "6"}, {Standard: "RFC 3264", Section: "6.1"}},
	Doc: Doc{
		Title: "Answer whose streams are not those of the offer",
		Text: `An answer must have exactly as many m= lines as the offer, in the same order and each of the same media type; a stream that is not wanted gets port 0. The rule
fires when the number or a media type differs, and is silent where the log does not show both descriptions whole.`,
	},
	Scenes: func() []Scene {
		pbx := scenario.PBX(scenario.Asterisk)
		fine := scenario.Call(scenario.Alice, pbx)
		invite, accepted := scenario.Request("INVITE"), scenario.StatusTo("INVITE", 200)
		video := fine.With(invite, addVideo(6000), fitLength)
		both := video.With(accepted, addVideo(0), fitLength)
		swapped := fine.With(accepted, direction("m=audio", "m=video"), fitLength)
		proxied := scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob).With(invite, addVideo(6000), fitLength)
		want := func(at scenario.Select) []Sighting {
			return []Sighting{{Severity: Warning, At: at, Related: []scenario.Select{invite}}}
		}
		return []Scene{
			{Name: "video offered, audio answered alone", Trace: video, Want: want(accepted)},
			{Name: "a stream more than was offered", Trace: fine.With(accepted, addVideo(6002), fitLength), Want: want(accepted)},
			{Name: "another media type", Trace: swapped, Want: want(accepted)},
			{Name: "on both hops of a proxy", Trace: proxied, Want: want(accepted.Nth(2))},
			{Name: "video refused with port 0", Trace: both},
			{Name: "audio only", Trace: fine},
			{Name: "the offer is cut off", Trace: video.With(invite, scenario.CutBody()), Ill: true},
			{Name: "the answer is not in the log", Trace: video.Without(accepted), Ill: true},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		var seen once
		list := s.negotiations()
		for k := range list {
			n := &list[k]
			if n.refused != call.None {
				continue
			}
			offer, answer, i := s.answered(n)
			if offer == nil || answer == nil {
				continue
			}
			if len(offer.Media) == len(answer.Media) && firstOtherType(offer, answer) < 0 {
				continue
			}
			f := Finding{
				Severity:    Warning,
				At:          s.At(i),
				Related:     []Related{s.Related(n.offer, "the offer")},
				Consequence: "Streams are matched by their place: the offerer may refuse the answer, end the call or take one stream for another.",
				Next:        "Make the side that answers repeat every m= line of the offer in its place, with port 0 for what it does not want.",
			}
			if one, other := len(offer.Media), len(answer.Media); one != other {
				f.Title = "answer with another number of streams than the offer"
				f.Evidence = fmt.Sprintf("The offer has %s, the answer %s.", streamsWord(one), streamsWord(other))
				if other > 0 {
					f.At = s.Place(i, answer.Lines[answer.Media[min(one, other-1)].First].Text())
				}
			} else {
				at := firstOtherType(offer, answer)
				o, _ := offer.stream(at)
				a, _ := answer.stream(at)
				f.Title = "answer with another media type than the offer"
				f.Evidence = fmt.Sprintf("Stream %d is offered as %s and answered as %s.", at+1, clip(offer.Bytes(o.m.Media)), clip(answer.Bytes(a.m.Media)))
				f.At = s.Place(i, a.text())
			}
			if !seen.again(s.exchangeOf(n), n.dialog) {
				report(f)
			}
		}
	},
}

// firstOtherType returns the first stream whose media type is not that of the offer, -1 for none.
func firstOtherType(offer, answer *description) int {
	for i := range offer.Media {
		o, ok1 := offer.stream(i)
		a, ok2 := answer.stream(i)
		if ok1 && ok2 && !a.sameMedia(&o) {
			return i
		}
	}
	return -1
}

func streamsWord(n int) string {
	switch n {
	case 0:
		return "no stream"
	case 1:
		return "1 stream"
	}
	return fmt.Sprintf("%d streams", n)
}

// addVideo adds a video stream to a scene's description.
func addVideo(port int) scenario.Fault {
	return func(m *scenario.Message) {
		if !strings.HasSuffix(m.Body, "\r\n") {
			panic("the scene has no session description")
		}
		m.Body += fmt.Sprintf("m=video %d RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n", port)
	}
}
