package scenario

import (
	"bytes"
	"fmt"
)

// tcpdumpSpec is tcpdump -A:
//
//	09:30:00.000000 IP 198.51.100.21.5060 > 192.0.2.10.5060: SIP: INVITE ...
//	E...i......e.....3d"........INVITE ..., the rest of the message, LF
var tcpdumpSpec = spec{
	name:    "tcpdump",
	capture: true,
	write: func(dst []byte, r *record) []byte {
		first, _, _ := bytes.Cut(r.wire, []byte("\r\n"))
		ip := "IP"
		if r.From.v6() {
			ip = "IP6"
		}
		dst = append(appendClockMicros(dst, r.time), ' ')
		dst = fmt.Appendf(dst, "%s %s.%d > %s.%d: SIP: %s\nE...i......e.....3d\"........", ip, r.From.Host, r.From.Port, r.To.Host, r.To.Port, first)
		return appendLines(dst, r.wire, "")
	},
}
