package scenario

import (
	"fmt"
	"strings"
)

// tsharkSummarySpec is tshark, list of packets:
//
//	1   32.004937   198.51.100.21 → 192.0.2.10      SIP 583 Request: INVITE sip:bob@example.com |
var tsharkSummarySpec = spec{
	name:    "tshark-summary",
	capture: true,
	write: func(dst []byte, r *record) []byte {
		dst = fmt.Appendf(dst, "%5d %11.6f %15s → %-15s SIP %d ", 1, float64(r.time.UnixMicro()%1e9)/1e6, r.From.Host, r.To.Host, r.size+42)
		if r.IsResponse() {
			_, status, _ := strings.Cut(r.Start, " ")
			return fmt.Appendf(dst, "Status: %s | \n", status)
		}
		return fmt.Appendf(dst, "Request: %s | \n", strings.TrimSuffix(r.Start, " SIP/2.0"))
	},
}
