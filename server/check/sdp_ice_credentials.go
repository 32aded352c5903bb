package check

import (
	"sipls/knowledge"
	"sipls/server/sip"
)

var sdpICECredentials = attributeRule(&Rule{
	Name:     "sdp-ice-credentials",
	Severity: Warning,
	Cites:    []knowledge.Cite{{Standard: "RFC 8839", Section: "5.4"}},
	Doc: Doc{
		Title: "a=ice-ufrag or a=ice-pwd too short or with other characters",
		Text:  `a=ice-ufrag has 4 to 256 characters, a=ice-pwd 22 to 256: letters, digits, + and /.`,
	},
	Cases: func() []Case {
		return []Case{
			badSDP("too short", sdpAudio+"a=ice-ufrag:8hh\na=ice-pwd:short\n", "", "warning: 8hh", "warning: short"),
			goodSDP("right", sdpAudio+"a=ice-ufrag:8hhY\na=ice-pwd:asd88fgpdd777uzjYhagZg\n"),
			cutSDP("cut off in the line", sdpAudio+"a=ice-ufrag:8hhY\na=ice-pwd:asd8"),
		}
	},
}, "Peers refuse the description, or do without ICE: no audio behind NAT.", sip.AttrICEUfrag, sip.AttrICEPwd)
