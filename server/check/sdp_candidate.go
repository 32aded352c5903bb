package check

import (
	"sipls/knowledge"
	"sipls/server/sip"
)

var sdpCandidate = attributeRule(&Rule{
	Name:     "sdp-candidate",
	Severity: Warning,
	Cites:    []knowledge.Cite{{Standard: "RFC 8839", Section: "5.1"}},
	Doc: Doc{
		Title: "Malformed a=candidate",
		Text:  "a=candidate has a foundation, a component, a transport, a priority, an address, a port, `typ` and a type, then pairs of name and value: `1 1 UDP 2130706431 192.0.2.1 8998 typ host`.",
	},
	Cases: func() []Case {
		return []Case{
			badSDP("no typ", sdpAudio+"a=candidate:1 1 UDP 2130706431 192.0.2.1 8998 host\n", "", "warning: host"),
			badSDP("no port", sdpAudio+"a=candidate:1 1 UDP 2130706431 192.0.2.1 typ host\n", "", "warning: typ"),
			goodSDP("right, a relayed one", sdpAudio+"a=candidate:1 1 UDP 2130706431 192.0.2.1 8998 typ host\na=candidate:2 1 UDP 1 192.0.2.3 45664 typ relay raddr 192.0.2.1 rport 8998 generation 0\n"),
			cutSDP("cut off in the line", sdpAudio+"a=candidate:1 1 UDP 2130706431 192."),
		}
	},
}, "The peer ignores the candidate: behind NAT there may be no way for the media.", sip.AttrCandidate)
