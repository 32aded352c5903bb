package scenario

import "fmt"

// jsSIPSpec is JsSIP 3 in the console of a browser:
//
//	browser.js:94 JsSIP:Transport received text message:INVITE ...
//	the rest of the message, LF
var jsSIPSpec = spec{
	name: "jssip-3",
	write: func(dst []byte, r *record) []byte {
		verb := "received text message:"
		if r.sent {
			verb = "sending message:"
		}
		dst = fmt.Appendf(dst, "browser.js:94 JsSIP:Transport %s", verb)
		return append(appendLines(dst, r.wire, ""), " +1m\n"...)
	},
}
