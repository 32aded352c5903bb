package scenario

import "fmt"

// wiresharkFollowSpec is tshark -z follow:
//
//	who the nodes are, once
//	the size of each packet, behind a tab for those of the observer
//	message, CR LF
var wiresharkFollowSpec = spec{
	name: "wireshark-follow",
	write: func(dst []byte, r *record) []byte {
		if len(dst) == 0 {
			dst = fmt.Appendf(dst, "===================================================================\nFollow: udp,ascii\nFilter: udp.stream eq 0\nNode 0: %s\nNode 1: %s\n", r.From, r.To)
		}
		if r.sent {
			dst = append(dst, '\t')
		}
		dst = fmt.Appendf(dst, "%d\n", r.size)
		return append(appendVerbatim(dst, r.wire, "\r\n"), '\n')
	},
}
