package trace

import "bytes"

// jsSIP is the console of JsSIP 0.x. Version 3 writes the start line on the line that says which
// way the message went.
var jsSIP = &Format{
	Name:  "jssip",
	Title: "JsSIP 0.x console",
	Grammar: `JsSIP | TRANSPORT | sending WebSocket message:   or   JsSIP | TRANSPORT | received WebSocket text message:
an empty line, the message, then two empty lines and the place in the program, jssip-devel.js:519, behind a blank`,
	Example: "JsSIP | TRANSPORT | received WebSocket text message:\n\n" + exampleMessage + "\n jssip-devel.js:519\n",
	Last:    ":",
	Opens:   func(line []byte) bool { return jsSIPVerb(line) != DirectionUnknown },
	Envelope: func(head []byte) (e Envelope, ok bool) {
		line, _ := nextLine(head)
		if e.Direction = jsSIPVerb(line); e.Direction == DirectionUnknown {
			return e, false
		}
		e.Time = logTime(line[:bytes.Index(line, jsSIPMark)])
		return e, onlyBlankBehind(head)
	},
	Closes: func(line []byte) bool {
		if len(line) < len(" a.js:1") || line[0] != ' ' {
			return false
		}
		i := bytes.LastIndex(line, []byte(".js:"))
		return i > 1 && bytes.IndexByte(line[1:i], ' ') < 0 && allDigits(line[i+len(".js:"):])
	},
}

var jsSIPMark = []byte("JsSIP | TRANSPORT | ")

// jsSIPVerb reads `JsSIP | TRANSPORT | sending WebSocket message:`.
func jsSIPVerb(line []byte) Direction {
	i := bytes.Index(line, jsSIPMark)
	if i < 0 {
		return DirectionUnknown
	}
	switch string(bytes.TrimRight(line[i+len(jsSIPMark):], " \t")) {
	case "sending WebSocket message:":
		return Sent
	case "received WebSocket text message:", "received WebSocket binary message:":
		return Received
	}
	return DirectionUnknown
}
