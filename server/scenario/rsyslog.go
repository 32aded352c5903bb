package scenario

import (
	"bytes"
	"fmt"
)

// rsyslogSpec is a daemon behind rsyslog:
//
//	Mar 17 09:30:00 sbc1 proxy[1205]: received message from 192.0.2.20:5060: the message, #015#012 for CR LF
var rsyslogSpec = spec{
	name: "syslog-escaped",
	write: func(dst []byte, r *record) []byte {
		way := "received message from"
		if r.sent {
			way = "sending message to"
		}
		dst = fmt.Appendf(dst, "%s sbc1 proxy[1205]: %s %s: ", r.time.Format("Jan _2 15:04:05"), way, r.peer)
		return append(append(dst, bytes.ReplaceAll(r.wire, []byte("\r\n"), []byte("#015#012"))...), '\n')
	},
}
