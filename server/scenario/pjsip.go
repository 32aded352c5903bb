package scenario

import (
	"fmt"
	"strings"
)

// pjsipSpec is pjsua and other programs on PJSIP:
//
//	09:30:00.000           pjsua_core.c  .RX 541 bytes Request msg INVITE/cseq=1 (rdata0x7f8338007a18) from UDP 192.0.2.20:5060:
//	message, LF
//	--end msg--
var pjsipSpec = spec{
	name: "pjsip",
	write: func(dst []byte, r *record) []byte {
		verb, kind, name, data, way := "RX", "Request", r.Method(), "rdata", "from"
		if r.sent {
			verb, data, way = "TX", "tdta", "to"
		}
		if r.IsResponse() {
			kind, name = "Response", fmt.Sprintf("%d/%s", r.Status(), r.Method())
		}
		number, _, _ := strings.Cut(r.Get("CSeq"), " ")
		dst = fmt.Appendf(dst, "%s           pjsua_core.c  .%s %d bytes %s msg %s/cseq=%s (%s0x7f8338007a18) %s %s %s:\n", r.time.Format("15:04:05.000"), verb, r.size, kind, name, number, data, way, r.peer.Transport, r.peer)
		return append(appendLines(dst, r.wire, ""), "\n--end msg--\n"...)
	},
}
