package trace

import "bytes"

// pjsip is what the message logger of pjsua and of other users of PJSIP prints at level 4
// (pjsua_core.c, logging_on_tx_msg), and Clearwater with a line "--start msg--" more.
var pjsip = &Format{
	Name:  "pjsip",
	Title: "PJSIP (pjsua)",
	Grammar: `18:14:38.687 pjsua_core.c .TX 523 bytes Request msg REGISTER/cseq=55470 (tdta0x7f83) to UDP 192.0.2.10:5060:
the message, then an empty line and "--end msg--"`,
	Example: "18:14:38.687           pjsua_core.c  .TX 254 bytes Request msg OPTIONS/cseq=63104 (tdta0x7f8338007a18) to UDP 192.0.2.10:5060:\n" +
		exampleMessage + "\n--end msg--\n",
	Last: ":",
	Opens: func(line []byte) bool {
		_, ok := pjsipHead(line)
		return ok
	},
	Envelope: func(head []byte) (e Envelope, ok bool) {
		line, rest := nextLine(head)
		e, ok = pjsipHead(line)
		if !ok {
			return e, false
		}
		e.Time = logTime(line)
		for ok && len(rest) > 0 {
			line, rest = nextLine(rest)
			ok = allBlank(line) || string(bytes.TrimSpace(line)) == "--start msg--"
		}
		return e, ok
	},
	Closes: func(line []byte) bool { return bytes.HasPrefix(line, pjsipEnd) && allBlank(line[len(pjsipEnd):]) },
}

var (
	pjsipEnd   = []byte("--end msg--")
	pjsipBytes = []byte(" bytes Re") // Request, Response
)

// pjsipHead reads all but the time of the line `TX N bytes Request msg METHOD/cseq=n (tdta0x) to UDP host:port:`.
func pjsipHead(line []byte) (e Envelope, ok bool) {
	line = bytes.TrimRight(line, " \t")
	i := bytes.Index(line, pjsipBytes)
	size := i
	for size > 0 && isDigit(line[size-1]) {
		size--
	}
	const verb = len("TX ")
	if size == i || size < verb || size > verb && isWordByte(line[size-verb-1]) {
		return e, false
	}
	to := " from "
	switch string(line[size-verb : size]) {
	case "RX ":
		e.Direction = Received
	case "TX ":
		e.Direction, to = Sent, " to "
	default:
		return e, false
	}
	c := cursor{b: line, at: size}
	e.Size = c.number()
	if !c.skip(" bytes Request msg ") && !c.skip(" bytes Response msg ") {
		return e, false
	}
	c.after("/cseq=")
	c.until(" ")
	if !c.skip(" (tdta0x") && !c.skip(" (rdata0x") {
		return e, false
	}
	c.until(")")
	if c.failed || !c.skip(")"+to) {
		return e, false
	}
	e.Transport = c.word()
	if !c.skip(" ") {
		return e, false
	}
	return e, e.readPeer(&c, ":")
}
