package trace

import "bytes"

// openSIPSLog is what OpenSIPS logs.
var openSIPSLog = &MentionFormat{
	Name:    "opensips-log",
	Title:   "OpenSIPS log and acc",
	Grammar: "Nov 22 05:47:19 sbc1 /usr/sbin/opensips[1619]: LEVEL:module:function: text",
	Example: "Nov 22 05:47:19 sbc1 /usr/sbin/opensips[1619]: ACC: transaction answered: timestamp=1795326436;method=INVITE;from_tag=1;to_tag=2;call_id=1@192.0.2.20;code=486;reason=Busy Here",
	Matches: func(line []byte) bool { return bytes.Contains(line, []byte("opensips[")) },
}
