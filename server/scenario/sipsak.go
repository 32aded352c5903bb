package scenario

import "fmt"

// sipsakSpec is sipsak -vvv:
//
//	message received
//	received from: UDP:192.0.2.20:5060
//	message, CR LF
//	for what was received only
var sipsakSpec = spec{
	name: "sipsak",
	write: func(dst []byte, r *record) []byte {
		if r.sent {
			return dst
		}
		dst = fmt.Appendf(dst, "message received\nreceived from: %s:%s\n", r.peer.Transport, r.peer)
		return append(appendVerbatim(dst, r.wire, "\r\n"), "\n\n"...)
	},
}
