package trace

import "bytes"

// asteriskPJSIP is the logger of Asterisk's res_pjsip_logger (`pjsip set logger
// on`), on the console and, with a prefix on the marker line only, in the full log.
var asteriskPJSIP = &Format{
	Name:  "asterisk-pjsip",
	Title: "Asterisk res_pjsip logger",
	Grammar: `[date] VERBOSE[tid] res_pjsip_logger.c: <--- Received SIP request (541 bytes) from UDP:192.0.2.1:5060 --->
the message, then an empty line; the part before <--- is there in the full log only`,
	Example: "[Nov 22 05:47:19] VERBOSE[1001] res_pjsip_logger.c: <--- Received SIP request (254 bytes) from UDP:192.0.2.70:5060 --->\n" + exampleMessage + "\n",
	Last:    ">",
	Opens: func(line []byte) bool {
		i := bytes.Index(line, pjsipArrow)
		return i >= 0 && bytes.HasSuffix(bytes.TrimRight(line, " \t"), []byte(" --->")) && pjsipVerb(line[i+len(pjsipArrow):]) != DirectionUnknown
	},
	Envelope: func(head []byte) (e Envelope, ok bool) {
		c := cursor{b: head}
		c.after(string(pjsipArrow))
		if prefix := head[:max(0, c.at-len(pjsipArrow))]; len(prefix) > 0 {
			e.Time, e.Thread = logTime(prefix), logThread(prefix)
		}
		e.Direction = pjsipVerb(head[c.at:])
		c.after(" (")
		e.Size = c.number()
		if !c.skip(" bytes) from ") && !c.skip(" bytes) to ") {
			return e, false
		}
		e.Transport = c.word()
		if !c.skip(":") {
			return e, false
		}
		e.peer(hostPort(head, c.until(" ")))
		return e, c.ok() && c.skip(" --->") && onlyBlankBehind(head)
	},
}

var pjsipArrow = []byte("<--- ")

// pjsipVerb reads what follows the arrow.
func pjsipVerb(b []byte) Direction {
	d, rest := Received, b
	switch {
	case bytes.HasPrefix(b, []byte("Received SIP ")):
		rest = b[len("Received SIP "):]
	case bytes.HasPrefix(b, []byte("Transmitting SIP ")):
		d, rest = Sent, b[len("Transmitting SIP "):]
	default:
		return DirectionUnknown
	}
	if !bytes.HasPrefix(rest, []byte("request (")) && !bytes.HasPrefix(rest, []byte("response (")) {
		return DirectionUnknown
	}
	return d
}
