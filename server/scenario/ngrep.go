package scenario

import (
	"bytes"
	"fmt"
)

// ngrepSpec is ngrep -W byline:
//
//	U 2026/03/17 09:30:00.000000 198.51.100.21:5060 -> 192.0.2.10:5060 #1
//	message, a point and LF at the end of each line
//	an empty line
var ngrepSpec = spec{
	name:    "ngrep",
	capture: true,
	write: func(dst []byte, r *record) []byte {
		dst = append(appendClockMicros(append(appendDate(append(dst, "U "...), r.time, '/'), ' '), r.time), ' ')
		dst = fmt.Appendf(dst, "%s -> %s #1\n", r.From, r.To)
		return append(append(dst, bytes.ReplaceAll(r.wire, []byte("\r\n"), []byte(".\n"))...), '\n')
	},
}
