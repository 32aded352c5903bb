package scenario

import "fmt"

// javaLoggingSpec is java.util.logging:
//
//	Mar 17, 2026 9:30:00 AM com.example.Connection run
//	INFO: Sending: INVITE ...
//	the rest of the message, LF
var javaLoggingSpec = spec{
	name: "java-logging",
	write: func(dst []byte, r *record) []byte {
		verb := "Received: "
		if r.sent {
			verb = "Sending: "
		}
		dst = fmt.Appendf(dst, "%s com.example.Connection run\nINFO: %s", r.time.Format("Jan 2, 2006 3:04:05 PM"), verb)
		return append(appendLines(dst, r.wire, ""), '\n')
	},
}
