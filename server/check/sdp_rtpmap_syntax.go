package check

import (
	"sipls/knowledge"
	"sipls/server/sip"
)

var sdpRTPMapSyntax = judgedAttributeRule(&Rule{
	Name:     "sdp-rtpmap-syntax",
	Severity: Warning,
	Cites:    []knowledge.Cite{{Standard: "RFC 8866", Section: "6.6"}},
	Doc: Doc{
		Title: "Malformed a=rtpmap",
		Text:  "a=rtpmap has a payload type from 0 to 127, an encoding name and a clock rate in Hz, and the number of channels where it is not one: `a=rtpmap:96 opus/48000/2`. A missing clock rate, as examples of RFC 4475 have it, is an information.",
	},
	Cases: func() []Case {
		return []Case{
			badSDP("no clock rate", sdpSession+"m=audio 4000 RTP/AVP 96\na=rtpmap:96 opus\n", "", "information: opus"),
			badSDP("no number", sdpAudio+"a=rtpmap:PCMU/8000\n", "", "warning: PCMU/8000"),
			goodSDP("with channels", sdpSession+"m=audio 4000 RTP/AVP 96\na=rtpmap:96 opus/48000/2\n"),
			cutSDP("cut off in the line", sdpSession+"m=audio 4000 RTP/AVP 96\na=rtpmap:96 opus"),
		}
	},
}, "The peer cannot tell which codec is meant: it ignores the format or refuses the description with 488.", func(d *description, _ *sip.SDPLine, err *sip.SyntaxError) Severity {
	if v := d.Bytes(err.At); sip.IsToken(v) && !allDigits(v) && err.Want == sip.WantRTPMap {
		return Information
	}
	return Warning
}, sip.AttrRTPMap)
