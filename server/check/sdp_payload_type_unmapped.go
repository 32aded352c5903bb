package check

import (
	"fmt"

	"sipls/knowledge"
)

var sdpPayloadTypeUnmapped = &Rule{
	Name:     "sdp-payload-type-unmapped",
	Scope:    Message,
	Needs:    needSDP,
	Severity: Warning,
	Fields:   sdpFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 8866", Section: "6.6"}, {Standard: "RFC 8866", Section: "8.2.3"}},
	Doc: Doc{
		Title: "Dynamic payload type without a=rtpmap",
		Text: `Payload types from 96 to 127 mean nothing without a=rtpmap in the same section. Sections with port 0, which are refused or ended, need none,
and nothing is said where an a=rtpmap for the number is there but malformed.`,
	},
	Cases: func() []Case {
		return []Case{
			badSDP("DTMF without a name", sdpSession+"m=audio 4000 RTP/AVP 0 101\na=fmtp:101 0-16\n", "", "warning: 101"),
			goodSDP("mapped", sdpSession+"m=audio 4000 RTP/AVP 0 101\na=rtpmap:101 telephone-event/8000\n"),
			goodSDP("refused", sdpSession+"m=audio 4000 RTP/AVP 0\nm=video 0 RTP/AVP 99\n"),
			cutSDP("cut off before a=rtpmap", sdpSession+"m=audio 4000 RTP/AVP 0 101\na=sendrecv\na=rtp"),
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		s.eachFormat(func(f format) {
			if !f.d.whole || !f.isPayload || !isDynamic(f.number) || !isUsed(&f.m) || f.isNamed() {
				return
			}
			report(Finding{
				Severity:    Warning,
				At:          at(f.at),
				Title:       fmt.Sprintf("payload type %d without a=rtpmap", f.number),
				Evidence:    fmt.Sprintf("m= lists %d, and no a=rtpmap in its section says which codec that is.", f.number),
				Consequence: "The peer ignores the format or refuses the description; where it guesses, DTMF or audio fails.",
				Next:        fmt.Sprintf("Make the sender add a=rtpmap:%d, or leave the format out.", f.number),
			})
		})
	},
}
