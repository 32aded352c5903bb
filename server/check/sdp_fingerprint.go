package check

import (
	"sipls/knowledge"
	"sipls/server/sip"
)

var sdpFingerprint = attributeRule(&Rule{
	Name:     "sdp-fingerprint",
	Severity: Warning,
	Cites:    []knowledge.Cite{{Standard: "RFC 8122", Section: "5"}},
	Doc: Doc{
		Title: "Malformed a=fingerprint",
		Text:  "a=fingerprint has a hash function and bytes in hex with colons between them, as many as the hash has: 20 for sha-1, 32 for sha-256. Hash functions that the server does not know may have any number.",
	},
	Cases: func() []Case {
		const dtls = sdpSession + "m=audio 4000 UDP/TLS/RTP/SAVP 0\na=setup:actpass\n"
		return []Case{
			badSDP("too short", dtls+"a=fingerprint:sha-1 4A:AD:B9\n", "", "warning: 4A:AD:B9"),
			badSDP("no colons", dtls+"a=fingerprint:sha-256 4AADB9\n", "", "warning: 4AADB9"),
			goodSDP("right", dtls+"a=fingerprint:sha-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB\n"),
			cutSDP("cut off in the bytes", dtls+"a=fingerprint:sha-1 4A:AD"),
		}
	},
}, "The certificate in the DTLS handshake does not match: the call is set up without audio.", sip.AttrFingerprint)
