package check

import (
	"sipls/knowledge"
	"sipls/server/sip"
)

var sdpPtime = attributeRule(&Rule{
	Name:     "sdp-ptime",
	Severity: Warning,
	Cites:    []knowledge.Cite{{Standard: "RFC 8866", Section: "6.4"}, {Standard: "RFC 8866", Section: "6.5"}},
	Doc: Doc{
		Title: "a=ptime or a=maxptime that is no time",
		Text:  `a=ptime and a=maxptime are a number of milliseconds above 0, 20 as a rule.`,
	},
	Cases: func() []Case {
		return []Case{
			badSDP("zero", sdpAudio+"a=ptime:0\n", "", "warning: 0"),
			badSDP("with a unit", sdpAudio+"a=maxptime:150ms\n", "", "warning: 150ms"),
			goodSDP("right", sdpAudio+"a=ptime:20\na=maxptime:62.5\n"),
			cutSDP("cut off in the line", sdpAudio+"a=ptime:"),
		}
	},
}, "The peer may send packets of a length that the sender cannot play, or divide by zero.", sip.AttrPtime, sip.AttrMaxptime)
