package trace

import "bytes"

// jsSIPv3 is the console of JsSIP 3. Some versions write the start line on the line that says which
// way the message went, some leave an empty line between.
var jsSIPv3 = &Format{
	Name:  "jssip-3",
	Title: "JsSIP 3 console",
	Grammar: `browser.js:94 JsSIP:Transport received text message:   or   JsSIP:Transport sending message:
the message, which begins on that line or behind an empty one, then the time since the line before, +1m, behind a blank`,
	Example: "browser.js:94 JsSIP:Transport received text message:" + exampleMessage + " +1m\n",
	Last:    ":0smhd", // a start line with a reason phrase has one of them by chance only; readHead asks of all lines
	Opens: func(line []byte) bool {
		i := bytes.Index(line[:min(len(line), maxJsSIPPlace)], jsSIPSpace)
		return i == 0 || i > 0 && isBlank(line[i-1])
	},
	Envelope: func(head []byte) (e Envelope, ok bool) {
		line, _ := nextLine(head)
		e, ok = jsSIPv3Head(line)
		return e, ok && onlyBlankBehind(head)
	},
	Before: jsSIPv3Head,
	Closes: func(line []byte) bool {
		line = bytes.TrimRight(line, " \t\r")
		if len(line) < len(" +0s") || line[0] != ' ' || line[1] != '+' {
			return false
		}
		unit := bytes.TrimLeft(line[2:], digits)
		switch string(unit) {
		case "ms", "s", "m", "h", "d":
			return len(unit) < len(line)-2
		}
		return false
	},
}

// maxJsSIPPlace is how far into a line JsSIP's own text may begin, behind a time and the place in the program.
const maxJsSIPPlace = 128

var jsSIPSpace = []byte("JsSIP:")

// jsSIPv3Head reads `JsSIP:Transport sending message:`, with which the text ends.
func jsSIPv3Head(line []byte) (e Envelope, ok bool) {
	line = bytes.TrimRight(line, " \t")
	i := bytes.LastIndex(line, jsSIPSpace)
	if i < 0 || i > 0 && !isBlank(line[i-1]) {
		return e, false
	}
	switch string(line[i+len(jsSIPSpace):]) {
	case "Transport sending message:":
		e.Direction = Sent
	case "Transport received text message:", "Transport received binary message:":
		e.Direction = Received
	default:
		return e, false
	}
	e.Time = logTime(line[:i])
	return e, true
}
