package scenario

import (
	"strconv"
	"strings"
)

// sofiaSiptraceSpec is what sofia-sip itself prints with TPORT_LOG=1:
//
//	recv 326 bytes from udp/[192.0.2.10]:5060 at 05:47:55.530071:
//	   72 dashes
//	   message, LF, each line indented
//	   72 dashes
var sofiaSiptraceSpec = spec{
	name: "sofia-siptrace",
	write: func(dst []byte, r *record) []byte {
		dst = append(appendSiptraceHead(dst, r), siptraceIndent+siptraceRule...)
		dst = appendLines(dst, r.wire, siptraceIndent)
		return append(dst, siptraceIndent+siptraceRule...)
	},
}

const siptraceIndent = "   "

var siptraceRule = strings.Repeat("-", 72) + "\n"

func appendSiptraceHead(dst []byte, r *record) []byte {
	if r.sent {
		dst = append(dst, "send "...)
	} else {
		dst = append(dst, "recv "...)
	}
	dst = strconv.AppendInt(dst, int64(r.size), 10)
	if r.sent {
		dst = append(dst, " bytes to "...)
	} else {
		dst = append(dst, " bytes from "...)
	}
	dst = append(dst, siptraceTransport(r.peer.Transport)...)
	dst = append(dst, "/["...)
	dst = append(dst, r.peer.Host...)
	dst = append(dst, "]:"...)
	dst = append(strconv.AppendInt(dst, int64(r.peer.Port), 10), " at "...)
	return append(appendClockMicros(dst, r.time), ":\n"...)
}

func siptraceTransport(t string) string {
	if t == "UDP" {
		return "udp"
	}
	return strings.ToLower(t)
}
