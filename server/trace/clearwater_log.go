package trace

import "bytes"

// clearwaterLog is the log of Clearwater's sprout and bono, which names messages and does not write them.
var clearwaterLog = &MentionFormat{
	Name:    "clearwater-log",
	Title:   "Clearwater sprout and bono",
	Grammar: "22-11-2026 05:47:19.301 UTC Level file.cpp:line: text; messages as `Response msg 486/INVITE/cseq=1 (rdata0x7f4cf00375d0)`",
	Example: "22-11-2026 05:47:19.301 UTC Debug basicproxy.cpp:1204: tsx0x7f4cf0037678 received SIP response 486: Response msg 486/INVITE/cseq=1 (rdata0x7f4cf00375d0)",
	Matches: func(line []byte) bool {
		return shape(line, "99-99-9999 99:99:99.999 UTC ") && bytes.Contains(line, []byte(".cpp:"))
	},
	Facts: func(line []byte, f *MentionFacts) {
		for _, kind := range [...]string{"Request msg ", "Response msg "} {
			_, rest, ok := bytes.Cut(line, []byte(kind))
			if name, _, is := bytes.Cut(rest, []byte("/cseq=")); ok && is {
				f.Method = string(name[bytes.LastIndexByte(name, '/')+1:])
				return
			}
		}
	},
}
