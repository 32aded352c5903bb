package scenario

import "fmt"

// asteriskChanSIPSpec is `sip set debug on` of chan_sip:
//
//	<--- SIP read from UDP:192.0.2.20:5060 --->
//	message, LF
//	<------------->
var asteriskChanSIPSpec = spec{
	name: "asterisk-chansip",
	write: func(dst []byte, r *record) []byte {
		if r.sent {
			dst = fmt.Appendf(dst, "Reliably Transmitting (NAT) to %s:\n", r.peer)
			return append(appendLines(dst, r.wire, ""), "\n---\n"...)
		}
		dst = fmt.Appendf(dst, "\n<--- SIP read from %s:%s --->\n", r.peer.Transport, r.peer)
		return append(appendLines(dst, r.wire, ""), "<------------->\n--- (9 headers 0 lines) ---\n"...)
	},
}
