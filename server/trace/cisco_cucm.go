package trace

import "bytes"

// ciscoCUCM is the SDL trace of Cisco Unified Communications Manager.
var ciscoCUCM = &Format{
	Name:  "cisco-cucm",
	Title: "Cisco CUCM SDL trace",
	Grammar: `03797320.001 |20:21:09.343 |AppInfo  |//SIP/SIPUdp/wait_SdlDataInd: Incoming SIP UDP message size 737 from 192.0.2.70:[5060]:
03797320.001 |20:21:09.343 |AppInfo  |//SIP/SIPUdp/wait_SdlSPISignal: Outgoing SIP UDP message to 192.0.2.70:[5060]:
03797320.001 |20:21:09.343 |AppInfo  |SIPTcp - wait_SdlReadRsp: Incoming SIP TCP message from 192.0.2.70 on port 5060 index 7 with 737 bytes:
[212231,NET], the message, then an empty line`,
	Example: "03797320.001 |20:21:09.343 |AppInfo  |//SIP/SIPUdp/wait_SdlDataInd: Incoming SIP UDP message size 254 from 192.0.2.70:[5060]:\n[212231,NET]\n" + exampleMessage,
	Last:    ":" + digits,
	Opens: func(line []byte) bool {
		_, ok := cucmHead(line)
		return ok
	},
	Envelope: func(head []byte) (e Envelope, ok bool) {
		line, rest := nextLine(head)
		e, ok = cucmHead(line)
		if !ok {
			return e, false
		}
		e.Time = logTime(line)
		for ok && len(rest) > 0 {
			line, rest = nextLine(rest)
			ok = allBlank(line) || isCUCMCount(line)
		}
		return e, ok
	},
}

// isCUCMCount reports whether the line is `[212231,NET]`.
func isCUCMCount(line []byte) bool {
	line = bytes.TrimSpace(line)
	n := len(line) - len(",NET]")
	return n > 1 && line[0] == '[' && allDigits(line[1:n]) && string(line[n:]) == ",NET]"
}

var (
	cucmIncoming = []byte(": Incoming SIP ")
	cucmOutgoing = []byte(": Outgoing SIP ")
)

// cucmHead reads the line that begins an envelope but for the time.
func cucmHead(line []byte) (e Envelope, ok bool) {
	if !isDigit(line[0]) {
		return e, false
	}
	c := cursor{b: line}
	i := bytes.Index(line, cucmIncoming)
	if e.Direction = Received; i < 0 {
		i = bytes.Index(line, cucmOutgoing)
		e.Direction = Sent
	}
	if i < 0 || bytes.Count(line[:i], []byte("|")) != 3 {
		return e, false
	}
	c.at = i + len(cucmIncoming)
	e.Transport = c.word()
	if !isTransport(e.Transport.In(line)) || !c.skip(" message ") {
		return e, false
	}
	if c.skip("size ") {
		if e.Size = c.number(); !c.skip(" ") {
			return e, false
		}
	}
	if !c.skip("from ") && !c.skip("to ") {
		return e, false
	}
	var p Endpoint
	if i := bytes.Index(line[c.at:], []byte(":[")); i > 0 { // 192.0.2.70:[5060]:
		p.Host = Range{int32(c.at), int32(i)}
		c.at += i + len(":[")
		p.Port = c.until("]")
		e.peer(p)
		return e, c.ok() && bytes.IndexByte(p.Host.In(line), ' ') < 0 && allDigits(p.Port.In(line)) && c.skip("]:") && allBlank(line[c.at:])
	}
	p.Host = c.until(" ")
	if !c.skip(" on port ") {
		return e, false
	}
	p.Port = c.until(" ")
	e.peer(p)
	if !allDigits(p.Port.In(line)) || !c.skip(" index ") {
		return e, false
	}
	c.number()
	if c.skip(" with ") {
		if e.Size = c.number(); !c.skip(" bytes:") {
			return e, false
		}
	}
	c.skip(":")
	return e, c.ok() && allBlank(line[c.at:])
}
