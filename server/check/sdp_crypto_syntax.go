package check

import (
	"sipls/knowledge"
	"sipls/server/sip"
)

var sdpCryptoSyntax = attributeRule(&Rule{
	Name:     "sdp-crypto-syntax",
	Severity: Warning,
	Cites:    []knowledge.Cite{{Standard: "RFC 4568", Section: "4"}, {Standard: "RFC 4568", Section: "9"}},
	Doc: Doc{
		Title: "Malformed a=crypto",
		Text: `a=crypto has a tag of up to nine digits, a crypto suite and a key: ` + "`inline:`" + `, key and salt in base64, and perhaps a lifetime and an MKI with its length,
each behind a bar. The length of the key is that of the suite: 30 bytes, which are 40 characters, for the suites with a key of 128 bits. Suites that
the server does not know may have any length.`,
	},
	Cases: func() []Case {
		const srtp = sdpSession + "m=audio 4000 RTP/SAVP 0\n"
		return []Case{
			badSDP("a key that is too short", srtp+"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA\n", "", "warning: AAAA"),
			badSDP("no tag", srtp+"a=crypto:AES_CM_128_HMAC_SHA1_80 inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", "", "warning: AES_CM_128_HMAC_SHA1_80"),
			badSDP("an MKI that is too long", srtp+"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA|2^31|1:200\n", "", "warning: 200"),
			goodSDP("lifetime and MKI, and a suite that nobody knows", srtp+"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA|2^31|1:4\na=crypto:2 X_SUITE inline:AAAA\n"),
			cutSDP("cut off in the key", srtp+"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA"),
		}
	},
}, "The peer does not take the key: it refuses the stream with 488, or there is no audio.", sip.AttrCrypto)
