package scenario

import "fmt"

// acmeSipmsgSpec is sipmsg.log of Oracle and Acme Packet:
//
//	Mar 17 09:30:00.000 On [0:0]192.0.2.10:5060 received from 198.51.100.21:5060
//	message, LF
//	40 dashes
var acmeSipmsgSpec = spec{
	name: "acme-sipmsg",
	write: func(dst []byte, r *record) []byte {
		local, way := &r.To, "received from"
		if r.sent {
			local, way = &r.From, "sent to"
		}
		dst = fmt.Appendf(dst, "%s On [0:0]%s %s %s\n", r.time.Format("Jan _2 15:04:05.000"), local, way, r.peer)
		return append(appendLines(dst, r.wire, ""), "\n----------------------------------------\n"...)
	},
}
