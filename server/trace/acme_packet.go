package trace

import "bytes"

// acmePacket is sipmsg.log of Oracle (once Acme Packet) border controllers. In `tail-logfile-open`
// the hour is missing.
var acmePacket = &Format{
	Name:  "acme-sipmsg",
	Title: "Oracle SBC (Acme Packet) sipmsg.log",
	Grammar: `Nov 22 05:14:44.154 On [0:0]192.0.2.10:5060 received from 192.0.2.70:56883   or   sent to
the message, then a line of 40 dashes, which web pages turn into long ones`,
	Example: "Nov 22 05:14:44.154 On [0:0]192.0.2.10:5060 received from 192.0.2.70:5060\n" + exampleMessage + "\n----------------------------------------\n",
	Last:    digits,
	Opens: func(line []byte) bool {
		_, ok := acmeHead(line)
		return ok
	},
	Envelope: func(head []byte) (e Envelope, ok bool) {
		line, _ := nextLine(head)
		e, ok = acmeHead(line)
		return e, ok && onlyBlankBehind(head)
	},
	Closes: func(line []byte) bool { return isRule(line) || isEmRule(line) },
}

// acmeHead reads `time On [slot:vlan]local:port sent to peer:port`.
func acmeHead(line []byte) (e Envelope, ok bool) {
	if e.Time = stampAt(line, 0); e.Time.Len == 0 {
		if !shape(line, "99:99.999 ") {
			return e, false
		}
		e.Time.Len = int32(len("99:99.999"))
	}
	c := cursor{b: line, at: int(e.Time.Len)}
	if !c.skip(" On ") {
		return e, false
	}
	// [slot:vlan] in front of an address that may have brackets itself
	if rest := line[c.at:]; bytes.HasPrefix(rest, []byte("[")) {
		if shut := bytes.IndexByte(rest, ']'); shut > 0 && shut+1 < len(rest) && rest[shut+1] != ':' {
			c.at += shut + 1
		}
	}
	local, ok := address(line, c.until(" "))
	if !ok {
		return e, false
	}
	switch {
	case c.skip(" received from "):
		e.Direction, e.Dst = Received, local
	case c.skip(" sent to "):
		e.Direction, e.Src = Sent, local
	default:
		return e, false
	}
	p, ok := address(line, c.rest())
	e.peer(p)
	return e, ok
}

const emDash = "—"

// isEmRule reports whether the line consists of dashes, at least ten of them long ones.
func isEmRule(line []byte) bool {
	n := 0
	for bytes.HasPrefix(line, []byte(emDash)) {
		n++
		line = line[len(emDash):]
	}
	return n >= 10 && len(bytes.Trim(line, "- \t\r")) == 0
}
