package trace

import "bytes"

// belleSIP is the log of belle-sip, the SIP stack of Linphone, where the message has no prefix: on a desktop.
var belleSIP = &Format{
	Name:  "belle-sip",
	Title: "Linphone (belle-sip)",
	Grammar: `2026-11-22 13:06:23:569 [belle-sip] MESSAGE channel [0x9e002000]: message sent to [UDP://192.0.2.10:5060], size: [641] bytes
2026-11-22 13:06:23:601 [belle-sip] MESSAGE channel [0x9e002000]: received [512] new bytes from [UDP://192.0.2.10:5060]:
the message`,
	Example: "2026-11-22 13:06:23:569 [belle-sip] MESSAGE channel [0x9e002000]: message sent to [UDP://192.0.2.10:5060], size: [254] bytes\n" + exampleMessage,
	Last:    ":s",
	Opens: func(line []byte) bool {
		_, ok := belleSIPHead(line)
		return ok
	},
	Envelope: func(head []byte) (e Envelope, ok bool) {
		line, _ := nextLine(head)
		e, ok = belleSIPHead(line)
		return e, ok && onlyBlankBehind(head)
	},
}

var belleSIPChannel = []byte("hannel [0x")

// belleSIPHead reads the line that begins an envelope.
func belleSIPHead(line []byte) (e Envelope, ok bool) {
	i := bytes.Index(line, belleSIPChannel)
	if i < 1 || line[i-1]|0x20 != 'c' {
		return e, false
	}
	c := cursor{b: line, at: i + len(belleSIPChannel)}
	id := c.until("]")
	e.Thread = Range{id.Off - int32(len("0x")), id.Len + int32(len("0x"))}
	end := ""
	switch {
	case c.failed:
		return e, false
	case c.skip("]: message sent to ["):
		e.Direction = Sent
		end = "], size: ["
	case c.skip("]: received ["):
		e.Direction = Received
		e.Size = c.number()
		if !c.skip("] new bytes from [") {
			return e, false
		}
		end = "]:"
	default:
		return e, false
	}
	e.Transport = c.until(":]")
	if c.failed || !c.skip("://") {
		return e, false
	}
	from := c.at
	c.after(end)
	if c.failed {
		return e, false
	}
	p, ok := address(line, Range{int32(from), int32(c.at - len(end) - from)})
	e.peer(p)
	if e.Direction == Sent {
		e.Size = c.number()
		ok = ok && c.skip("] bytes")
	}
	e.Time = logTime(line[:i])
	return e, ok && c.ok() && allBlank(line[c.at:])
}
