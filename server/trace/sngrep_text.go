package trace

import "bytes"

// sngrepText is what sngrep saves as text.
var sngrepText = &Format{
	Name:  "sngrep",
	Title: "sngrep, saved as text",
	Grammar: `2005/07/04 09:32:52.844249 192.0.2.2:5060 -> 198.51.100.34:5060
the message with CR LF line ends, then two empty lines`,
	Example: "2026/11/22 05:47:19.301621 192.0.2.70:5060 -> 192.0.2.10:5060\n" + exampleMessage + "\n\n",
	Opens: func(line []byte) bool {
		return isDigit(line[0]) && shape(line, sngrepTime+" ") && bytes.Contains(line, []byte(" -> "))
	},
	Envelope: func(head []byte) (e Envelope, ok bool) {
		c := cursor{b: head, at: len(sngrepTime) + 1}
		e.Time = Range{0, int32(len(sngrepTime))}
		e.Src = hostPort(head, c.until(" "))
		if !c.skip(" -> ") {
			return e, false
		}
		dst := c.rest()
		if dst.Len == 0 || bytes.ContainsAny(dst.In(head), " \t") || !onlyBlankBehind(head) {
			return e, false
		}
		e.Dst = hostPort(head, dst)
		return e, c.ok()
	},
}

const sngrepTime = "9999/99/99 99:99:99.999999"
