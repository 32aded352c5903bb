package scenario

import "fmt"

// ciscoCUBESpec is debug ccsip messages of Cisco CUBE:
//
//	*Mar 17 09:30:00.000: //-1/xxxxxxxxxxxx/SIP/Msg/ccsipDisplayMsg:
//	Received:
//	message, LF
var ciscoCUBESpec = spec{
	name: "cisco-cube",
	write: func(dst []byte, r *record) []byte {
		verb := "Received:"
		if r.sent {
			verb = "Sent:"
		}
		dst = fmt.Appendf(dst, "*%s: //-1/xxxxxxxxxxxx/SIP/Msg/ccsipDisplayMsg:\n%s\n", r.time.Format("Jan _2 15:04:05.000"), verb)
		return append(appendLines(dst, r.wire, ""), '\n')
	},
}
