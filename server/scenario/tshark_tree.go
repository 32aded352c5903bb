package scenario

import (
	"bytes"
	"fmt"
	"strings"
)

// tsharkTreeSpec is tshark -V:
//
//	Frame 1, the layers, then start line and header fields in a tree, the body decoded
var tsharkTreeSpec = spec{
	name:    "tshark-tree",
	capture: true,
	write: func(dst []byte, r *record) []byte {
		version, transport := "4", "User Datagram Protocol"
		if r.From.v6() {
			version = "6"
		}
		if r.From.Transport != "UDP" {
			transport = "Transmission Control Protocol"
		}
		dst = fmt.Appendf(dst, "Frame 1: %d bytes on wire\n    Arrival Time: %s UTC\nInternet Protocol Version %s, Src: %s, Dst: %s\n%s, Src Port: %d, Dst Port: %d\n",
			r.size+42, r.time.UTC().Format("Jan _2, 2006 15:04:05.000000000"), version, r.From.Host, r.To.Host, transport, r.From.Port, r.To.Port)
		head, body, _ := bytes.Cut(r.wire, []byte("\r\n\r\n"))
		lines := strings.Split(string(head), "\r\n")
		kind := "Request-Line"
		if r.IsResponse() {
			kind = "Status-Line"
		}
		dst = fmt.Appendf(dst, "Session Initiation Protocol (%s)\n    %s: %s\n    Message Header\n", r.Method(), kind, lines[0])
		for _, line := range lines[1:] {
			dst = fmt.Appendf(dst, "        %s\n            decoded: value\n", line)
		}
		if len(body) > 0 {
			dst = append(dst, "    Message Body\n        Session Description Protocol\n"...)
			for line := range strings.SplitSeq(strings.TrimSuffix(string(body), "\r\n"), "\r\n") {
				dst = fmt.Appendf(dst, "            A line of it (%s): %s\n                decoded: value\n", line[:1], line[2:])
			}
		}
		return append(dst, '\n')
	},
}
