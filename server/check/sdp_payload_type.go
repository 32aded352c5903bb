package check

import (
	"fmt"

	"sipls/knowledge"
)

var sdpPayloadType = &Rule{
	Name:     "sdp-payload-type",
	Scope:    Message,
	Needs:    needSDP,
	Severity: Error,
	Fields:   sdpFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 8866", Section: "5.14"}, {Standard: "RFC 3551", Section: "6"}},
	Doc: Doc{
		Title: "Format of an RTP stream that is no payload type",
		Text: `Where the transport of m= is RTP, its formats are payload types, numbers from 0 to 127. A name such as ` + "`PCMU`" + ` is an
error. Other transports, such as udptl, have formats of their own.`,
	},
	Cases: func() []Case {
		return []Case{
			badSDP("a codec by its name", sdpSession+"m=audio 4000 RTP/AVP 0 PCMA\n", "", "error: PCMA"),
			badSDP("a number that there is not", sdpSession+"m=audio 4000 RTP/SAVP 0 128\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", "", "error: 128"),
			goodSDP("a fax", sdpSession+"m=audio 4000 RTP/AVP 0 8\nm=image 4002 udptl t38\n"),
			cutSDP("cut off in the line", sdpSession+"m=audio 4000 RTP/AVP 0 x"),
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		s.eachFormat(func(f format) {
			if f.isPayload {
				return
			}
			report(Finding{
				Severity:    Error,
				At:          at(f.at),
				Title:       "format that is no payload type",
				Evidence:    fmt.Sprintf("The transport is %s, but %s is no number from 0 to 127.", clip(f.d.Bytes(f.m.Proto)), clip(f.d.Bytes(f.at))),
				Consequence: "The peer cannot read the line and refuses it with 400 or 488.",
				Next:        "Write the payload type, and its codec in a=rtpmap.",
			})
		})
	},
}
