package trace

import (
	"bytes"
	"strings"
)

// ngrepByline is what ngrep writes with -W byline. Its other ways of writing break lines and show CR
// and LF alike, so that nothing says where a line ends.
var ngrepByline = &Format{
	Name:  "ngrep",
	Title: "ngrep -W byline",
	Grammar: `U 2026/11/22 09:22:38.651179 192.0.2.70:5060 -> 192.0.2.10:5060 #1
T +0.000742 192.0.2.70:5060 -> 192.0.2.10:5060 [AP] #2
the message with LF line ends before each of which a point stands for CR, then an empty line; the time, flags and number may be missing`,
	Example: "U 2026/11/22 09:22:38.651179 192.0.2.70:5060 -> 192.0.2.10:5060 #1\n" + strings.ReplaceAll(exampleMessage, "\n", ".\n") + "\n",
	Last:    "]" + digits,
	CRIsDot: true,
	Opens: func(line []byte) bool {
		_, ok := ngrepHead(line)
		return ok
	},
	Envelope: func(head []byte) (e Envelope, ok bool) {
		line, rest := nextLine(head)
		e, ok = ngrepHead(line)
		return e, ok && len(rest) == 0
	},
}

// ngrepHead reads `U time src:port -> dst:port [AP] #n`; all but the protocol and the addresses may be missing.
func ngrepHead(line []byte) (e Envelope, ok bool) {
	if line[0] != 'U' && line[0] != 'T' || line[1] != ' ' {
		return e, false
	}
	b := bytes.TrimRight(line, " \t")
	if i := bytes.LastIndex(b, []byte(" #")); i > 0 && allDigits(b[i+2:]) {
		b = b[:i]
	}
	if i := bytes.LastIndex(b, []byte(" [")); i > 0 && b[len(b)-1] == ']' && len(bytes.Trim(b[i+2:len(b)-1], "ASFRPUEC")) == 0 {
		b = b[:i]
	}
	c := cursor{b: b, at: 2}
	if e.Time = stampAt(b, c.at); e.Time.Len > 0 {
		if c.at += int(e.Time.Len); !c.skip(" ") {
			return e, false
		}
	} else if c.skip("+") {
		// Seconds since the packet before, for the first one since 1970.
		delta := c.until(" ")
		sec, frac, _ := bytes.Cut(delta.In(b), []byte("."))
		if c.failed || !allDigits(sec) || !allDigits(frac) || !c.skip(" ") {
			return e, false
		}
	}
	return e, e.readEnds(&c)
}
