package check

import (
	"sipls/knowledge"
	"sipls/server/sip"
)

var sdpAttributeSyntax = judgedAttributeRule(&Rule{
	Name:     "sdp-attribute-syntax",
	Severity: Warning,
	Cites:    []knowledge.Cite{{Standard: "RFC 8866", Section: "5.13"}},
	Doc: Doc{
		Title: "Malformed attribute in a session description",
		Text: `An attribute has a token as its name, and a value of its own grammar: a=fmtp has a format and parameters, a=group a purpose and names, a=rtcp a port and perhaps an address,
a=extmap a number and a URI, and so on. Directions and a=rtcp-mux have no value. An a=fmtp without parameters, which says nothing, is an information. Attributes that the server does not know may have any value; a=rtpmap, a=crypto, a=candidate and others have rules of their own.`,
	},
	Cases: func() []Case {
		return []Case{
			badSDP("a port that there is not", sdpAudio+"a=rtcp:70000\n", "", "warning: 70000"),
			badSDP("parameters missing", sdpSession+"m=audio 4000 RTP/AVP 18\na=fmtp:18\n", "", "information: a=fmtp:18"),
			badSDP("a blank in the name", sdpAudio+"a=send only\n", "", "warning: send only"),
			goodSDP("right", sdpAudio+"a=rtcp:4001 IN IP4 192.0.2.1\na=ssrc:1 cname:x\na=rtcp-mux\na=X-any:thing 1\n"),
			cutSDP("cut off in the line", sdpAudio+"a=rtcp:"),
		}
	},
}, "The peer ignores the line, or refuses the description.", func(_ *description, l *sip.SDPLine, _ *sip.SyntaxError) Severity {
	if l.Attr == sip.AttrFMTP {
		return Information
	}
	return Warning
},
	sip.AttrOther, sip.AttrContent, sip.AttrExtmap, sip.AttrFMTP, sip.AttrGroup, sip.AttrICELite, sip.AttrICEOptions, sip.AttrInactive, sip.AttrKeyMgmt, sip.AttrLabel,
	sip.AttrMid, sip.AttrRecvonly, sip.AttrRTCP, sip.AttrRTCPFB, sip.AttrRTCPMux, sip.AttrSendonly, sip.AttrSendrecv, sip.AttrSSRC)
