package scenario

import (
	"fmt"
	"strings"
)

// kamailioSipdumpSpec is Kamailio, module sipdump:
//
//	20 equals signs, lines of facts, 20 tildes
//	message, CR LF
//	20 vertical bars
var kamailioSipdumpSpec = spec{
	name:    "kamailio-sipdump",
	capture: true,
	write: func(dst []byte, r *record) []byte {
		tag, proto, ip := "rcv", strings.ToLower(r.From.Transport), "ipv4"
		if r.sent {
			tag = "snd"
		}
		if r.From.v6() {
			ip = "ipv6"
		}
		dst = fmt.Appendf(dst, "====================\ntag: %s\npid: 31837\nprocess: 1\ntime: %d.%06d\ndate: %s\nproto: %s %s\nsrcip: %s\nsrcport: %d\ndstip: %s\ndstport: %d\n~~~~~~~~~~~~~~~~~~~~\n",
			tag, r.time.Unix(), r.time.Nanosecond()/1000, r.time.Format("Mon Jan _2 15:04:05 2006"), proto, ip, r.From.Host, r.From.Port, r.To.Host, r.To.Port)
		return append(appendVerbatim(dst, r.wire, "\r\n"), "||||||||||||||||||||\n"...)
	},
}
