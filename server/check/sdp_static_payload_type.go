package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var sdpStaticPayloadType = &Rule{
	Name:     "sdp-static-payload-type",
	Scope:    Message,
	Needs:    needSDP,
	Severity: Warning,
	Fields:   sdpFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 3551", Section: "6"}},
	Doc: Doc{
		Title: "a=rtpmap gives a static payload type to another codec",
		Text:  `Payload types below 35 are assigned: 0 is PCMU, 8 is PCMA, 18 is G729. An a=rtpmap that says otherwise is a warning; G723.1, G729A and G729B, as some devices call them, are let through, and so are numbers that are not assigned.`,
	},
	Cases: func() []Case {
		return []Case{
			badSDP("mu-law and A-law mixed up", sdpAudio+"a=rtpmap:0 PCMA/8000\n", "", "warning: PCMA"),
			goodSDP("the codec of the number", sdpSession+"m=audio 4000 RTP/AVP 0 4 18\na=rtpmap:0 pcmu/8000\na=rtpmap:4 G723/8000\na=rtpmap:18 G729A/8000\n"),
			goodSDP("a number that is not assigned", sdpSession+"m=audio 4000 RTP/AVP 0 2 35\na=rtpmap:2 G726-32/8000\na=rtpmap:35 iLBC/8000\n"),
			cutSDP("cut off in the name", sdpAudio+"a=rtpmap:0 P/8"),
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		s.eachRTPMap(func(d *description, r sip.SDPRTPMap) {
			n, _ := sip.PayloadType(d.Bytes(r.Payload))
			p := knowledge.LookupPayloadType(n)
			name := d.Bytes(r.Name)
			if p.Codec == "" || sip.EqualFold(name, p.Codec) || len(name) > len(p.Codec) && sip.EqualFold(name[:len(p.Codec)], p.Codec) {
				return
			}
			report(Finding{
				Severity:    Warning,
				At:          at(r.Name),
				Title:       fmt.Sprintf("payload type %d mapped to %s", n, clip(name)),
				Evidence:    fmt.Sprintf("a=rtpmap says that %d is %s; it is %s.", n, clip(name), p.Codec),
				Consequence: "Peers that go by the number decode the audio with the wrong codec, which makes noise.",
				Next:        "Use the number of the codec, or a dynamic one from 96 to 127.",
			})
		})
	},
}
