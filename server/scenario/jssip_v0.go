package scenario

import "fmt"

// jsSIPv0Spec is JsSIP 0 in the console of a browser:
//
//	JsSIP | TRANSPORT | received WebSocket text message:
//	message, LF
var jsSIPv0Spec = spec{
	name: "jssip",
	write: func(dst []byte, r *record) []byte {
		verb := "received WebSocket text message:"
		if r.sent {
			verb = "sending WebSocket message:"
		}
		dst = fmt.Appendf(dst, "JsSIP | TRANSPORT | %s\n\n", verb)
		return append(appendLines(dst, r.wire, ""), "\n\n jssip-devel.js:519\n"...)
	},
}
