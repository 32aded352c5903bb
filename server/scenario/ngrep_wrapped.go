package scenario

import (
	"bytes"
	"fmt"
)

// ngrepWrappedSpec is ngrep without -W:
//
//	U 2026/03/17 09:30:00.000000 198.51.100.21:5060 -> 192.0.2.10:5060 #1
//	the packet in lines of equal width behind two blanks, two points for CR LF
var ngrepWrappedSpec = spec{
	name:    "ngrep-wrapped",
	capture: true,
	write: func(dst []byte, r *record) []byte {
		dst = append(appendClockMicros(append(appendDate(append(dst, "#\nU "...), r.time, '/'), ' '), r.time), ' ')
		dst = fmt.Appendf(dst, "%s -> %s #1\n", r.From, r.To)
		const width = 75
		for packet := bytes.ReplaceAll(r.wire, []byte("\r\n"), []byte("..")); len(packet) > 0; {
			n := min(width, len(packet))
			dst = fmt.Appendf(dst, "  %-*s\n", width, packet[:n])
			packet = packet[n:]
		}
		return dst
	},
}
