package check

import (
	"sipls/knowledge"
	"sipls/server/sip"
)

var sdpSetup = attributeRule(&Rule{
	Name:     "sdp-setup",
	Severity: Warning,
	Cites:    []knowledge.Cite{{Standard: "RFC 4145", Section: "4"}},
	Doc: Doc{
		Title: "a=setup with a value that there is not",
		Text:  `a=setup is active, passive, actpass or holdconn, in lower case.`,
	},
	Cases: func() []Case {
		return []Case{
			badSDP("another word", sdpAudio+"a=setup:both\n", "", "warning: both"),
			goodSDP("right", sdpAudio+"a=setup:actpass\n"),
			cutSDP("cut off in the line", sdpAudio+"a=setup:act"),
		}
	},
}, "The peer cannot tell who opens the connection: the DTLS handshake does not begin and there is no audio.", sip.AttrSetup)
