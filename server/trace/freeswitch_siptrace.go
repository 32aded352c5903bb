package trace

import "bytes"

// freeswitchSiptrace is what sofia-sip prints: FreeSWITCH `sofia global siptrace
// on`, TPORT_LOG=1, drachtio.
var freeswitchSiptrace = &Format{
	Name:  "freeswitch-siptrace",
	Title: "FreeSWITCH siptrace (sofia-sip)",
	Grammar: `recv 326 bytes from udp/[192.0.2.10]:5060 at 05:47:55.530071:
a line of dashes; the message, indented by 3 blanks or not at all; with sofia-sip another line of dashes`,
	Example: "recv 254 bytes from udp/[192.0.2.70]:5060 at 05:47:55.530071:\n" +
		"------------------------------------------------------------------------\n" + exampleMessage,
	Last: ":mK" + digits, // m and K end colours
	Opens: func(line []byte) bool {
		_, ok := siptraceHead(line)
		return ok
	},
	Envelope: func(head []byte) (e Envelope, ok bool) {
		line, rest := nextLine(head)
		e, ok = siptraceHead(line)
		for ok && len(rest) > 0 {
			line, rest = nextLine(rest)
			ok = allBlank(line) || isRule(line)
		}
		return e, ok
	},
	Closes: func(line []byte) bool {
		return isRule(line) || bytes.HasPrefix(bytes.TrimLeft(line, " \t"), []byte("*** message truncated at "))
	},
}

// siptraceHead reads the line `recv N bytes from udp/[host]:port at hh:mm:ss.uuuuuu:`. Anything
// may stand before it. The port may be missing; a flow label or ";comp=sigcomp" may follow it.
func siptraceHead(line []byte) (e Envelope, ok bool) {
	i := bytes.Index(line, []byte(" bytes "))
	if i < len("recv 1") || !isDigit(line[i-1]) {
		return e, false
	}
	verb := i
	for verb > 0 && isDigit(line[verb-1]) {
		verb--
	}
	if verb < len("recv ") {
		return e, false
	}
	c := cursor{b: line, at: verb}
	e.Size = c.number()
	switch string(line[verb-len("recv ") : verb]) {
	case "recv ":
		e.Direction = Received
		ok = c.skip(" bytes from ")
	case "send ":
		e.Direction = Sent
		ok = c.skip(" bytes to ")
	}
	if !ok {
		return e, false
	}
	e.Transport = c.until("/ ")
	if c.failed || !c.skip("/[") {
		return e, false
	}
	var p Endpoint
	p.Host = c.until("]")
	if c.failed {
		return e, false
	}
	c.at++
	if c.skip(":") {
		from := c.at
		c.number()
		p.Port = Range{int32(from), int32(c.at - from)}
	}
	e.peer(p)
	c.after(" at ")
	if c.failed {
		return e, false
	}
	e.Time = stampAt(line, c.at)
	return e, e.Time.Len > 0
}

// isRule reports whether the line is a rule of dashes, possibly indented.
func isRule(line []byte) bool {
	from, to := 0, len(line)
	for from < to && isBlank(line[from]) {
		from++
	}
	for to > from && isBlank(line[to-1]) {
		to--
	}
	for _, c := range line[from:to] {
		if c != '-' {
			return false
		}
	}
	return to-from >= 20
}
