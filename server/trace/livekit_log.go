package trace

import "bytes"

// liveKitLog is the log of LiveKit's SIP service: a line of zap with JSON behind it, sometimes over several lines.
var liveKitLog = &MentionFormat{
	Name:    "livekit-log",
	Title:   "LiveKit SIP",
	Grammar: `2026-11-22T05:47:19.301Z  INFO  sip/inbound.go:178  text  {"sipCallID": "..", "status": 486}`,
	Example: `2026-11-22T05:47:19.301Z	INFO	sip	sip/outbound.go:204	call failed	{"callID": "SCL_1", "sipCallID": "1@192.0.2.20", "status": 486}`,
	Matches: func(line []byte) bool {
		rest := afterLogStamp(line)
		return len(rest) > 0 && rest[0] != '[' && bytes.Contains(rest, []byte("sip/")) && bytes.Contains(rest, []byte(".go:"))
	},
}
