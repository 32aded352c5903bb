package check

import (
	"fmt"

	"sipls/knowledge"
)

var sdpConnectionMissing = &Rule{
	Name:     "sdp-connection-missing",
	Scope:    Message,
	Needs:    needSDP,
	Severity: Error,
	Fields:   sdpFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 8866", Section: "5.7"}},
	Doc: Doc{
		Title: "Media without a connection address",
		Text: `A session description has a c= in the session part or in each media section. A section with a port and without an address is an error.
Sections with port 0 are refused or ended: theirs is not missed.`,
	},
	Cases: func() []Case {
		const session = "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nt=0 0\n"
		return []Case{
			badSDP("nowhere", session+"m=audio 4000 RTP/AVP 0\n", "", "error: m=audio 4000 RTP/AVP 0"),
			badSDP("in the other section only", session+"m=audio 4000 RTP/AVP 0\nc=IN IP4 192.0.2.1\nm=video 4002 RTP/AVP 31\n", "", "error: m=video 4002 RTP/AVP 31"),
			goodSDP("in each section", session+"m=audio 4000 RTP/AVP 0\nc=IN IP4 192.0.2.1\nm=video 4002 RTP/AVP 31\nc=IN IP4 192.0.2.1\n"),
			goodSDP("a section that is refused", session+"m=audio 4000 RTP/AVP 0\nc=IN IP4 192.0.2.1\nm=video 0 RTP/AVP 31\n"),
			goodSDP("no media at all", session),
			cutSDP("cut off before it", session+"m=audio 4000 RTP/AVP 0\n"),
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		for i := range s.descriptions() {
			d := &s.facts.sdp.list[i]
			for _, x := range d.Media {
				m, ok := d.mediaLine(x)
				if !d.whole || !ok || !isUsed(&m) || d.MediaConnection(x) != nil {
					continue
				}
				l := &d.Lines[x.First]
				report(Finding{
					Severity:    Error,
					At:          at(l.Text()),
					Title:       fmt.Sprintf("%s without a connection address", clip(d.Bytes(m.Media))),
					Evidence:    fmt.Sprintf("Neither the session part nor the section of %s has a c=.", clip(d.Bytes(l.Text()))),
					Consequence: "The peer has no address to send this stream to and refuses it, or the call, with 488.",
					Next:        "Make the element that wrote the description add c= with the address of its media.",
				})
			}
		}
	},
}
