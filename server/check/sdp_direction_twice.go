package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var sdpDirectionTwice = &Rule{
	Name:     "sdp-direction-twice",
	Scope:    Message,
	Needs:    needSDP,
	Severity: Warning,
	Fields:   sdpFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 8866", Section: "6.7"}},
	Doc: Doc{
		Title: "Two directions for one media section",
		Text:  `The session part and each media section have at most one of a=sendrecv, a=sendonly, a=recvonly and a=inactive. A second one that contradicts the first is a warning; the same one again is left alone.`,
	},
	Cases: func() []Case {
		return []Case{
			badSDP("two that contradict each other", sdpAudio+"a=sendrecv\na=sendonly\n", "", "warning: a=sendonly"),
			goodSDP("one for the session, one for a section", sdpSession+"a=inactive\nm=audio 4000 RTP/AVP 0\na=sendrecv\nm=video 4002 RTP/AVP 31\na=recvonly\n"),
			cutSDP("cut off in the second", sdpAudio+"a=sendrecv\na=sendonly"),
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		for i := range s.descriptions() {
			d := &s.facts.sdp.list[i]
			first := sip.AttrOther
			for j := range d.Lines {
				l := &d.Lines[j]
				switch {
				case l.Type == 'm':
					first = sip.AttrOther
				case !l.Attr.IsDirection() || l.Attr == first:
				case first == sip.AttrOther:
					first = l.Attr
				default:
					report(Finding{
						Severity:    Warning,
						At:          at(l.Text()),
						Title:       fmt.Sprintf("a=%s behind a=%s", l.Attr, first),
						Evidence:    fmt.Sprintf("The same part of the description says a=%s and a=%s.", first, l.Attr),
						Consequence: "Peers choose one of them: hold or one-way audio where none is meant.",
						Next:        "Make the sender state one direction; look for an element that adds another one.",
					})
				}
			}
		}
	},
}
