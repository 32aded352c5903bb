package trace

import (
	"bytes"

	"sipls/server/sip"
)

// sipsak is what sipsak prints with -vvv. Where a request went stands behind it.
var sipsak = &Format{
	Name:  "sipsak",
	Title: "sipsak -vvv",
	Grammar: `message received
received from: UDP:192.0.2.10:5060
the message with CR LF line ends`,
	Example: "message received\nreceived from: UDP:192.0.2.70:5060\n" + exampleMessage,
	Last:    digits,
	Opens: func(line []byte) bool {
		_, ok := sipsakHead(line)
		return ok
	},
	Envelope: func(head []byte) (e Envelope, ok bool) {
		line, _ := nextLine(head)
		e, ok = sipsakHead(line)
		return e, ok && onlyBlankBehind(head)
	},
}

// sipsakHead reads `received from: UDP:host:port`.
func sipsakHead(line []byte) (e Envelope, ok bool) {
	c := cursor{b: bytes.TrimRight(line, " \t")}
	if !c.skip("received from: ") {
		return e, false
	}
	e.Direction = Received
	e.Transport = c.word()
	if !isTransport(e.Transport.In(line)) || !c.skip(":") {
		return e, false
	}
	return e, e.readPeer(&c, "")
}

// readSipsakReply reads the status line that sipsak prints below its verdict, a line that says that a response came:
//
//	** reply received after 0.008 ms **
//	   SIP/2.0 200 OK
//	   final received
func readSipsakReply(s *scanner, p, first int, l *textLine) (f found, ok bool) {
	col := p - l.start
	if col == 0 || !allBlank(l.text[:col]) || !startAny(l.text[col:]) {
		return f, false
	}
	above := s.lineBefore(l.start, first)
	if above < 0 || !bytes.HasPrefix(s.line(above).text, []byte("** reply received after ")) {
		return f, false
	}
	s.b.reset(above)
	s.b.add(p, l.end)
	return found{head: above, end: l.next, format: sipsak, env: Envelope{Direction: Received}, form: sip.Summary}, true
}
