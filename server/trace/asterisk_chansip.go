package trace

import "bytes"

// asteriskChanSIP is what Asterisk's chan_sip prints (`sip set debug on`), on the console and in
// the full log.
//
// The line "---" behind requests is not taken for a closing line: a text may hold one.
var asteriskChanSIP = &Format{
	Name:  "asterisk-chansip",
	Title: "Asterisk chan_sip debug",
	Grammar: `<--- SIP read from UDP:192.0.2.70:5060 --->, closed by <-------------> and --- (8 headers 0 lines) ---
Reliably Transmitting (NAT) to 192.0.2.70:5060:, the same with Transmitting and Retransmitting #1, for requests and what is sent again
<--- Transmitting (no NAT) to 192.0.2.70:5060 --->, closed by <------------>, for responses`,
	Example: "<--- SIP read from UDP:192.0.2.70:5060 --->\n" + exampleMessage + "<------------->\n--- (8 headers 0 lines) ---\n",
	Last:    ">:",
	Opens: func(line []byte) bool {
		_, ok := chanSIPHead(line)
		return ok
	},
	Envelope: func(head []byte) (e Envelope, ok bool) {
		line, _ := nextLine(head)
		e, ok = chanSIPHead(line)
		return e, ok && onlyBlankBehind(head)
	},
	Closes: func(line []byte) bool {
		if len(line) < len("<------------>") {
			return false
		}
		line = bytes.TrimRight(line, " \t")
		if len(line) == 0 {
			return false
		}
		switch line[0] {
		case '<':
			return string(line) == "<------------->" || string(line) == "<------------>"
		case '-':
			c := cursor{b: line}
			if !c.skip("--- (") {
				return false
			}
			c.number()
			if !c.skip(" headers ") && !c.skip(" headers, ") {
				return false
			}
			c.number()
			return c.ok() && c.skip(" lines) ---") && c.at == len(line)
		}
		return false
	},
}

var (
	chanSIPSource = []byte("chan_sip.c")
	chanSIPRead   = []byte("<--- SIP read from ")
	chanSIPSend   = []byte("ransmitting ")
)

// chanSIPHead reads the line that begins an envelope. Before it may stand what the full log
// puts before a line.
func chanSIPHead(line []byte) (e Envelope, ok bool) {
	line = bytes.TrimRight(line, " \t")
	switch {
	case len(line) == 0:
		return e, false
	case line[len(line)-1] == '>':
		if i := bytes.Index(line, chanSIPRead); i >= 0 {
			e.Direction = Received
			c := cursor{b: line, at: i + len(chanSIPRead)}
			if proto := c.word(); c.at < len(line) && line[c.at] == ':' && isTransport(proto.In(line)) {
				e.Transport = proto
				c.at++
			} else { // Asterisk 1.4 does not say it
				c = cursor{b: line, at: i + len(chanSIPRead)}
			}
			return e, e.chanSIPEnvelope(line, i, &c, " --->")
		}
	case line[len(line)-1] != ':':
		return e, false
	}
	i := bytes.Index(line, chanSIPSend)
	if i < 1 {
		return e, false
	}
	e.Direction = Sent
	c := cursor{b: line, at: i + len(chanSIPSend)}
	end := ":"
	switch from := i - 1; {
	case line[from] == 't' && from >= len("Re") && string(line[from-len("Re"):from]) == "Re":
		i = from - len("Re")
		if !c.skip("#") {
			return e, false
		}
		c.number()
		if c.failed || !c.skip(" ") {
			return e, false
		}
	case line[from] == 'T':
		i = from
		if reliably := []byte("Reliably "); bytes.HasSuffix(line[:i], reliably) {
			i -= len(reliably)
		}
		if arrow := []byte("<--- "); bytes.HasSuffix(line[:i], arrow) {
			i -= len(arrow)
			end = " --->"
		}
	default:
		return e, false
	}
	if !c.skip("(NAT) to ") && !c.skip("(no NAT) to ") {
		return e, false
	}
	return e, e.chanSIPEnvelope(line, i, &c, end)
}

// chanSIPEnvelope reads the peer, which end follows, and the time before the text that begins at `at`.
func (e *Envelope) chanSIPEnvelope(line []byte, at int, c *cursor, end string) bool {
	if at > 0 {
		if !bytes.Contains(line[:at], chanSIPSource) {
			return false
		}
		e.Time, e.Thread = logTime(line[:at]), logThread(line[:at])
	}
	return e.readPeer(c, end)
}
