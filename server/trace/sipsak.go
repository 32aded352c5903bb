package trace

import "bytes"

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
