package scenario

import "fmt"

// belleSIPSpec is Linphone and other programs on belle-sip:
//
//	2026-03-17 09:30:00:000 [belle-sip] MESSAGE channel [0x7f76302000]: received [541] new bytes from [UDP://192.0.2.20:5060]:
//	message, LF
var belleSIPSpec = spec{
	name: "belle-sip",
	write: func(dst []byte, r *record) []byte {
		dst = fmt.Appendf(dst, "%s [belle-sip] MESSAGE channel [0x7f76302000]: ", r.time.Format("2006-01-02 15:04:05")+fmt.Sprintf(":%03d", r.time.Nanosecond()/1_000_000))
		if r.sent {
			dst = fmt.Appendf(dst, "message sent to [%s://%s], size: [%d] bytes\n", r.peer.Transport, r.peer, r.size)
		} else {
			dst = fmt.Appendf(dst, "received [%d] new bytes from [%s://%s]:\n", r.size, r.peer.Transport, r.peer)
		}
		return append(appendLines(dst, r.wire, ""), '\n')
	},
}
