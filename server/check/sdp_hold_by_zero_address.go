package check

import (
	"sipls/knowledge"
	"sipls/server/sip"
)

var sdpHoldByZeroAddress = &Rule{
	Name:     "sdp-hold-by-zero-address",
	Scope:    Message,
	Needs:    needSDP,
	Severity: Information,
	Fields:   sdpFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 3264", Section: "8.4"}},
	Doc: Doc{
		Title: "Hold by the address 0.0.0.0",
		Text: `The connection address 0.0.0.0 tells the peer to send no media: the way of RFC 2543 to put a call on hold, no longer recommended. The new way is
a=sendonly or a=inactive with the real address. Streams of ICE, which write 0.0.0.0 before they know their address, and refused streams are left alone.`,
	},
	Cases: func() []Case {
		const head = "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 0.0.0.0\nt=0 0\n"
		return []Case{
			badSDP("an old phone holds", head+"m=audio 4000 RTP/AVP 0\n", "", "information: 0.0.0.0"),
			goodSDP("a browser that has no address yet", head+"m=audio 9 UDP/TLS/RTP/SAVPF 0\na=ice-ufrag:8hhY\na=ice-pwd:asd88fgpdd777uzjYhagZg\na=fingerprint:sha-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB\na=setup:actpass\n"),
			goodSDP("refused", head+"m=audio 0 RTP/AVP 0\n"),
			goodSDP("hold by direction", sdpAudio+"a=sendonly\n"),
			cutSDP("cut off in the address", "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 0.0.0.0"),
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		for i := range s.descriptions() {
			d := &s.facts.sdp.list[i]
			var said *sip.SDPLine
			for _, x := range d.Media {
				m, ok := d.mediaLine(x)
				l := d.MediaConnection(x)
				if !ok || l == nil || l == said || m.PortNumber == 0 || m.PortNumber == 9 || d.usesICE(x) {
					continue
				}
				c, err := d.Connection(l)
				if err != nil || !sip.IsUnspecified(d.Bytes(c.Address)) {
					continue
				}
				said = l
				report(Finding{
					Severity:    Information,
					At:          at(c.Address),
					Title:       "hold by the address " + string(d.Bytes(c.Address)),
					Evidence:    "The connection address is the unspecified one, so the peer sends no media.",
					Consequence: "The call is on hold, and without RTCP some elements on the path take it for dead.",
					Next:        "Expect silence until the next description; newer devices hold with a=sendonly or a=inactive.",
				})
			}
		}
	},
}

func (d *description) usesICE(x sip.SDPMedia) bool {
	return d.Attribute(x, sip.AttrICEUfrag) != nil || d.Attribute(x, sip.AttrCandidate) != nil || d.Attribute(x, sip.AttrICEOptions) != nil
}
