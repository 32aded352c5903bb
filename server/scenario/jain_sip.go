package scenario

import "fmt"

// jainSIPSpec is message log of JAIN-SIP:
//
//	<message from=".." to=".." time=".." isSender=".." callId=".." >
//	<![CDATA[message, CR LF]]>
//	</message>
var jainSIPSpec = spec{
	name:    "jain-sip",
	capture: true,
	write: func(dst []byte, r *record) []byte {
		dst = fmt.Appendf(dst, "<message from=\"%s\" to=\"%s\" time=\"%d\" isSender=\"%t\" callId=\"%s\" >\n<![CDATA[", r.From, r.To, r.time.UnixMilli(), r.sent, r.Get("Call-ID"))
		return append(appendVerbatim(dst, r.wire, "\r\n"), "]]>\n</message>\n"...)
	},
}
