package trace

import "bytes"

// freeswitchConsole is FreeSWITCH's own log.
var freeswitchConsole = &MentionFormat{
	Name:    "freeswitch-console",
	Title:   "FreeSWITCH console log",
	Grammar: "[uuid] 2026-11-22 05:47:19.301621 [97.77%] [DEBUG] mod_sofia.c:463 text",
	Example: "2026-11-22 05:47:19.301621 97.77% [NOTICE] sofia.c:7324 Channel sofia/internal/1001@192.0.2.10 entering state [terminated][486]",
	Matches: func(line []byte) bool {
		const uuid = 36
		if len(line) > uuid && line[8] == '-' && line[uuid] == ' ' {
			line = line[uuid+1:]
		}
		rest := afterLogStamp(line)
		if i := bytes.IndexByte(rest, '%'); i > 0 && i < 7 {
			rest = bytes.TrimLeft(rest[i+1:], " ")
		}
		if len(rest) == 0 || rest[0] != '[' {
			return false
		}
		i := bytes.IndexByte(rest, ']')
		return i > 0 && oneOf(rest[1:i], "CONSOLE", "ALERT", "CRIT", "ERR", "WARNING", "NOTICE", "INFO", "DEBUG") && bytes.Contains(rest, []byte(".c:"))
	},
}
