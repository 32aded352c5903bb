package trace

import "bytes"

// kamailioLog is what Kamailio logs: its core and modules, xlog lines of the script, records of acc.
var kamailioLog = &MentionFormat{
	Name:  "kamailio-log",
	Title: "Kamailio log, xlog and acc",
	Grammar: ` 1(31837) NOTICE: {2 1 INVITE 1@192.0.2.20} acc [acc.c:287]: acc_log_request(): ACC: transaction answered: timestamp=..;method=INVITE;call_id=..;code=486;reason=Busy Here
Nov 22 05:47:19 sbc1 /usr/sbin/kamailio[797]: INFO: <script>: what the script writes`,
	Example: ` 1(31837) NOTICE: {2 1 INVITE 1@192.0.2.20} acc [acc.c:287]: acc_log_request(): ACC: transaction answered: timestamp=1795326436;method=INVITE;from_tag=1;to_tag=2;call_id=1@192.0.2.20;code=486;reason=Busy Here`,
	Matches: func(line []byte) bool {
		if bytes.Contains(line, []byte("kamailio[")) {
			return true
		}
		c := cursor{b: bytes.TrimLeft(line, " ")}
		c.number()
		if c.failed || !c.skip("(") {
			return false
		}
		c.number()
		return !c.failed && c.skip(") ") && kamailioLevel(c.b[c.at:])
	},
	// The usual log_prefix: {1 for a request or 2 for a reply, CSeq, Call-ID}.
	Facts: func(line []byte, f *MentionFacts) {
		_, rest, ok := bytes.Cut(line, []byte(": {"))
		if !ok {
			return
		}
		head, _, ok := bytes.Cut(rest, []byte("}"))
		if words := bytes.Fields(head); ok && len(words) == 4 && allDigits(words[0]) && allDigits(words[1]) {
			if f.Method == "" {
				f.Method = string(words[2])
			}
			if f.CallID == "" {
				f.CallID = string(words[3])
			}
		}
	},
}

// kamailioLevel reports whether b begins with a log level and a colon.
func kamailioLevel(b []byte) bool {
	i := bytes.IndexByte(b, ':')
	return i > 0 && oneOf(b[:i], "DEBUG", "INFO", "NOTICE", "WARNING", "ERROR", "CRITICAL", "ALERT", "BUG")
}
