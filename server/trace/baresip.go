package trace

import "bytes"

// baresip is the SIP trace of baresip (`baresip -s`, /siptrace). It does not say which of the two
// addresses is its own.
var baresip = &Format{
	Name:  "baresip",
	Title: "baresip SIP trace",
	Grammar: `ESC[36;1m#
UDP 192.0.2.70:5060 -> 192.0.2.10:5060
the message with CR LF line ends, then ESC[;m`,
	Example: "\x1b[36;1m#\nUDP 192.0.2.70:5060 -> 192.0.2.10:5060\n" + exampleMessage + "\x1b[;m\n",
	Last:    digits,
	Opens: func(line []byte) bool {
		_, ok := baresipHead(line)
		return ok
	},
	Envelope: func(head []byte) (e Envelope, ok bool) {
		line, _ := nextLine(head)
		e, ok = baresipHead(line)
		return e, ok && onlyBlankBehind(head)
	},
	Closes: func(line []byte) bool {
		return len(line) > 3 && line[0] == 0x1b && (string(line) == "\x1b[;m" || string(line) == "\x1b[;m\r")
	},
}

// baresipHead reads the line `UDP src:port -> dst:port`.
func baresipHead(line []byte) (e Envelope, ok bool) {
	if c := line[0]; c != 'U' && c != 'T' && c != 'W' {
		return e, false
	}
	c := cursor{b: line}
	e.Transport = c.word()
	if !isTransport(e.Transport.In(line)) || !c.skip(" ") {
		return e, false
	}
	ok = e.readEnds(&c)
	return e, ok
}

var arrow = []byte(" -> ")

// readEnds reads `src:port -> dst:port`, which the line ends with.
func (e *Envelope) readEnds(c *cursor) bool {
	i := bytes.Index(c.b[c.at:], arrow)
	if i < 0 {
		return false
	}
	src, ok := address(c.b, Range{int32(c.at), int32(i)})
	if !ok {
		return false
	}
	c.at += i + len(arrow)
	dst, ok := address(c.b, c.rest())
	e.Src, e.Dst = src, dst
	return ok
}
