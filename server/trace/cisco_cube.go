package trace

import "bytes"

// ciscoCUBE is `debug ccsip messages` of Cisco IOS gateways and border elements, and `show voip
// trace`, which adds the addresses.
var ciscoCUBE = &Format{
	Name:  "cisco-cube",
	Title: "Cisco IOS and CUBE, debug ccsip messages",
	Grammar: `*Oct 14 00:25:06.355: //-1/xxxxxxxxxxxx/SIP/Msg/ccsipDisplayMsg:
Sent:   or   Received:   or   Received: SIP UDP message from 192.0.2.70:5060 to 192.0.2.10:5060
the message, then an empty line. Old versions write SIP Msg:ccsipDisplayMsg:Received: on one line`,
	Example: "*Oct 14 00:25:06.355: //-1/xxxxxxxxxxxx/SIP/Msg/ccsipDisplayMsg:\nReceived:\n" + exampleMessage,
	Last:    ":",
	Opens:   func(line []byte) bool { return cubeMarker(line) >= 0 },
	Envelope: func(head []byte) (e Envelope, ok bool) {
		line, _ := nextLine(head)
		i := cubeMarker(line)
		if i < 0 {
			return e, false
		}
		e.Time = logTime(line[:i])
		// //callid/guid/ until the call is known //-1/xxxxxxxxxxxx/
		if from := bytes.Index(line[:i], []byte("//")); from >= 0 {
			if id, _, ok := bytes.Cut(line[from+2:i], []byte("/")); ok && allDigits(id) {
				e.Thread = Range{int32(from) + 2, int32(len(id))}
			}
		}
		c := cursor{b: head, at: i + len(cubeName)}
		for c.at < len(head) && (isBlank(head[c.at]) || head[c.at] == '\r' || head[c.at] == '\n') {
			c.at++
		}
		switch {
		case c.skip("Sent:"):
			e.Direction = Sent
		case c.skip("Received:"):
			e.Direction = Received
		default:
			return e, false
		}
		if said := c.rest(); said.Len > 0 {
			c.at = int(said.Off)
			if !e.cubeEnds(&c) {
				return e, false
			}
		}
		return e, onlyBlankBehind(head[c.at:])
	},
}

var cubeName = []byte("ccsipDisplayMsg:")

// cubeMarker returns where "ccsipDisplayMsg:" stands on the line that begins an envelope, -1
// where the line is another one.
func cubeMarker(line []byte) int {
	line = bytes.TrimRight(line, " \t")
	if !bytes.HasSuffix(line, cubeName) {
		if line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("Sent:")), []byte("Received:")); !bytes.HasSuffix(line, cubeName) {
			return -1
		}
	}
	i := len(line) - len(cubeName)
	if !bytes.HasSuffix(line[:i], []byte("SIP/Msg/")) && !bytes.HasSuffix(line[:i], []byte("SIP Msg:")) {
		return -1
	}
	return i
}

// cubeEnds reads `SIP UDP message from a:p to b:p`.
func (e *Envelope) cubeEnds(c *cursor) bool {
	if !c.skip("SIP ") {
		return false
	}
	e.Transport = c.word()
	if !c.skip(" message from ") {
		return false
	}
	var src, dst bool
	e.Src, src = address(c.b, c.until(" \r\n"))
	if c.failed || !c.skip(" to ") {
		return false
	}
	e.Dst, dst = address(c.b, c.rest())
	return src && dst
}
