package trace

import "bytes"

// tsharkStatistics are the tables of tshark -z sip,stat.
var tsharkStatistics = &MentionFormat{
	Name:    "tshark-statistics",
	Title:   "tshark -z sip,stat",
	Grammar: "  SIP 486 Busy Here       :     3 Packets",
	Example: "  SIP 486 Busy Here       :     3 Packets",
	Matches: func(line []byte) bool {
		return bytes.HasPrefix(bytes.TrimLeft(line, " "), []byte("SIP ")) && bytes.HasSuffix(bytes.TrimRight(line, " "), []byte(" Packets"))
	},
}
