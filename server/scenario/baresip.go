package scenario

import "fmt"

// baresipSpec is baresip -s:
//
//	UDP 198.51.100.21:5060 -> 192.0.2.10:5060
//	message, CR LF, colours around both
var baresipSpec = spec{
	name:    "baresip",
	capture: true,
	write: func(dst []byte, r *record) []byte {
		dst = fmt.Appendf(dst, "\x1b[36;1m#\n%s %s -> %s\n", r.From.Transport, r.From, r.To)
		return append(appendVerbatim(dst, r.wire, "\r\n"), "\x1b[;m\n"...)
	},
}
