package trace

import "bytes"

// asteriskLog is Asterisk's full or messages log.
var asteriskLog = &MentionFormat{
	Name:    "asterisk-log",
	Title:   "Asterisk full or messages log",
	Grammar: "[Nov 22 05:47:19] LEVEL[thread][C-call] file.c:line function: text, maybe behind a prefix of syslog or grep",
	Example: `[Nov 22 05:47:19] VERBOSE[4711][C-0000002a] chan_sip.c:     -- Got SIP response 486 "Busy Here" back from 192.0.2.70:5060`,
	Matches: func(line []byte) bool {
		for _, level := range [...]string{"VERBOSE[", "DEBUG[", "NOTICE[", "WARNING[", "ERROR[", "SECURITY["} {
			if i := bytes.Index(line, []byte("] "+level)); i > 0 {
				at := i + len("] ") + len(level)
				return at < len(line) && isDigit(line[at]) && bytes.Contains(line[at:], []byte(".c"))
			}
		}
		return false
	},
}
