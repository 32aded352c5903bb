package trace

import (
	"bytes"

	"sipls/server/sip"
)

// The formats of messages that stand in one line of the text.
var (
	// JSONText is a message in a string of JSON, as programs log it.
	jsonText = &Format{
		Name:  "json",
		Title: "JSON with the message in a string",
		Grammar: `{"time":"2026-11-22T05:47:19.301Z","direction":"in","src":"192.0.2.70:5060","dst":"192.0.2.10:5060","msg":"the message, \r\n for CR LF"}
one object in a line or many; names of the members as the program likes`,
		Example: `{"time":"2026-11-22T05:47:19.301Z","direction":"in","src":"192.0.2.70:5060","transport":"udp","msg":"` + escapedExample(`\r\n`) + `"}` + "\n",
	}
	// audioCodes is the syslog of AudioCodes' SBCs and gateways.
	audioCodes = &Format{
		Name:    "audiocodes-syslog",
		Title:   "AudioCodes syslog",
		Grammar: `<133>[S=1718543] [SID=b9027c:24:198171]  (N  6891937) ---- Incoming SIP Message from 192.0.2.70:5060 to SIPInterface #2 (Trunk) UDP TO(#138) ---- #012 the message, #012 for each line end [Time:19-12@12:45:02.514]`,
		Example: "<133>[S=1718543] [SID=b9027c:24:198171]  (N  6891937) ---- Incoming SIP Message from 192.0.2.70:5060 to SIPInterface #2 (Trunk) UDP TO(#138) SocketID(204) ---- #012" +
			escapedExample("#012") + " [Time:19-12@12:45:02.514]\n",
	}
	// syslogEscapes is what rsyslog and others write of a message with line ends.
	syslogEscapes = &Format{
		Name:    "syslog-escaped",
		Title:   "syslog with escaped line ends",
		Grammar: "Nov 22 05:47:19 sbc1 proxy[1205]: received from 192.0.2.70:5060: the message, #015#012 for CR LF",
		Example: "Nov 22 05:47:19 sbc1 proxy[1205]: received from 192.0.2.70:5060: " + escapedExample("#015#012") + "\n",
	}
)

// escapedFormats are the formats of messages in one line.
var escapedFormats = []*Format{jsonText, audioCodes, syslogEscapes}

func escapedExample(end string) string {
	return string(bytes.ReplaceAll([]byte(exampleMessage), []byte("\n"), []byte(end)))
}

// readRecord sets format and envelope from what stands on the line before the message and behind it, there
// at offset behindAt of the segment.
func (st *start) readRecord(before, behind []byte, behindAt int32, c *escapedCarrier) {
	switch {
	case bytes.Contains(before, []byte("SIP Message ")) && bytes.Contains(before, []byte("SIPInterface")):
		st.format = audioCodes
	case c.spelling == octal:
		st.format = syslogEscapes
	case (c.spelling == backslash || c.spelling == twice) && c.quote == '"' && bytes.IndexByte(before, '{') >= 0:
		st.format = jsonText
	}
	r := recordReader{env: &st.env}
	r.text(before, 0)
	r.text(behind, behindAt)
	if r.env.Time.Len == 0 {
		r.env.Time = logTime(before)
	}
	if r.env.Thread.Len == 0 {
		r.env.Thread = logThread(before)
	}
	if r.env.Src.Host.Len == 0 && r.env.Dst.Host.Len == 0 {
		st.env.readWords(before, 0)
	}
}

// recordReader reads the members of a JSON object and the key=value pairs of a log line.
type recordReader struct {
	env *Envelope
}

// text reads all pairs in b, which stands at offset off of the segment.
func (r *recordReader) text(b []byte, off int32) {
	pairs(b, func(name []byte, from, to int) { r.pair(name, b[from:to], off+int32(from)) })
}

// pairs calls yield for each pair in b, a name before a colon or an equals sign and a value b[from:to], both quoted
// or not.
func pairs(b []byte, yield func(name []byte, from, to int)) {
	for i := 0; i < len(b); {
		if !isKeyByte(b[i]) {
			i++
			continue
		}
		from := i
		for i < len(b) && isKeyByte(b[i]) {
			i++
		}
		name := b[from:i]
		k := i
		for k < len(b) && (b[k] == '"' || b[k] == '\\' || b[k] == ' ') {
			k++
		}
		if k == len(b) || b[k] != ':' && b[k] != '=' {
			continue
		}
		for k++; k < len(b) && (b[k] == ' ' || b[k] == '"' || b[k] == '\\' || b[k] == '\''); k++ {
		}
		v := k
		stop := ",;}] \t\"'\\"
		if k > 0 && (b[k-1] == '"' || b[k-1] == '\'') {
			stop = `"'\`
		}
		for k < len(b) && bytes.IndexByte([]byte(stop), b[k]) < 0 {
			k++
		}
		if k > v {
			yield(name, v, k)
			i = k
		}
	}
}

func isKeyByte(c byte) bool { return isAlphanumeric(c) || c == '_' || c == '-' || c == '.' || c == '@' }

// pair takes one member into the envelope; value stands at offset off.
func (r *recordReader) pair(name, value []byte, off int32) {
	e, rng := r.env, Range{off, int32(len(value))}
	key := keyOf(name)
	switch key {
	case "time", "timestamp", "ts", "datetime", "date", "eventtime", "logtime", "t":
		if e.Time.Len == 0 {
			if _, ok := ParseClock(string(value)); ok {
				e.Time = rng
			}
		}
	case "direction", "dir", "way", "type", "event", "action":
		if e.Direction == DirectionUnknown {
			e.Direction = directionOf(value)
		}
	case "transport", "proto", "protocol":
		if e.Transport.Len == 0 && isTransport(value) {
			e.Transport = rng
		}
	case "src", "source", "srcaddr", "sourceaddress", "from", "srcip", "sourceip", "srchost":
		e.Src.take(value, rng)
	case "dst", "dest", "destination", "dstaddr", "destaddress", "destinationaddress", "to", "dstip", "destip", "destinationip", "dsthost":
		e.Dst.take(value, rng)
	case "srcport", "sourceport":
		e.Src.takePort(value, rng)
	case "dstport", "destport", "destinationport":
		e.Dst.takePort(value, rng)
	case "size", "length", "bytes", "len":
		c := cursor{b: value}
		if n := c.number(); c.ok() && c.at == len(value) && e.Size == 0 {
			e.Size = n
		}
	case "thread", "threadid", "tid", "channel", "channelid", "session", "sessionid", "pid", "sid":
		if e.Thread.Len == 0 {
			e.Thread = rng
		}
	}
}

// keyOf returns a name in lower case without the signs between its words.
func keyOf(name []byte) string {
	var b [24]byte
	n := 0
	for _, c := range name {
		if !isAlphanumeric(c) {
			continue
		}
		if n == len(b) {
			return ""
		}
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		b[n] = c
		n++
	}
	return string(b[:n])
}

// take reads an address, with or without a port.
func (p *Endpoint) take(value []byte, r Range) {
	if p.Host.Len > 0 {
		return
	}
	for _, scheme := range []string{"sip:", "sips:", "udp:", "tcp:", "tls:", "ws:", "wss:"} {
		if len(value) > len(scheme) && sip.EqualFold(value[:len(scheme)], scheme) {
			n := len(scheme) + len(value[len(scheme):]) - len(bytes.TrimLeft(value[len(scheme):], "/"))
			value, r = value[n:], Range{r.Off + int32(n), r.Len - int32(n)}
		}
	}
	if !isAddress(value) {
		return
	}
	shifted := hostPort(value, Range{0, int32(len(value))})
	port := p.Port
	*p = Endpoint{Host: Range{r.Off + shifted.Host.Off, shifted.Host.Len}}
	if shifted.Port.Len > 0 {
		p.Port = Range{r.Off + shifted.Port.Off, shifted.Port.Len}
	} else {
		p.Port = port
	}
}

func (p *Endpoint) takePort(value []byte, r Range) {
	if p.Port.Len == 0 && allDigits(value) && len(value) <= 5 {
		p.Port = r
	}
}

// isAddress reports whether b is an IP address with or without a port.
func isAddress(b []byte) bool {
	digits, points, colons := 0, 0, 0
	for _, c := range b {
		switch {
		case isDigit(c):
			digits++
		case c == '.':
			points++
		case c == ':':
			colons++
		case c == '[' || c == ']' || 'a' <= c|0x20 && c|0x20 <= 'f':
		default:
			return false
		}
	}
	return digits > 0 && (points == 3 && colons <= 1 || points == 0 && (colons >= 7 || bytes.Contains(b, []byte("::"))))
}

// directionOf reads a word for a direction.
func directionOf(word []byte) Direction {
	switch keyOf(word) {
	case "in", "inbound", "incoming", "received", "receive", "recv", "rx", "rcv", "rcvd", "read", "ingress":
		return Received
	case "out", "outbound", "outgoing", "sent", "send", "sending", "tx", "snd", "transmitting", "transmitted", "write", "egress":
		return Sent
	}
	return DirectionUnknown
}

// directionIn returns the direction that a word in b names, unless another word names the other one.
func directionIn(b []byte) Direction {
	var e Envelope
	e.readWords(b, 0)
	return e.Direction
}

// readWords reads an envelope of prose, as `Received 512 bytes from 192.0.2.70:5060 over UDP`: words for one direction,
// one peer behind from or to, or two around an arrow. b stands at offset off. Where the words contradict each
// other it reads nothing.
func (e *Envelope) readWords(b []byte, off int32) {
	var direction Direction
	var from, to, left, right Endpoint
	arrow, transport := false, Range{}
	last := []byte(nil)
	for i := 0; i < len(b); {
		if isWordEnd(b[i]) {
			i++
			continue
		}
		at := i
		for i < len(b) && !isWordEnd(b[i]) {
			i++
		}
		w := bytes.TrimRight(b[at:i], ":.")
		r := Range{off + int32(at), int32(len(w))}
		switch d := directionOf(w); {
		case d != DirectionUnknown && keyOf(w) != "in" && keyOf(w) != "out" && keyOf(w) != "read" && keyOf(w) != "write":
			if direction != DirectionUnknown && direction != d {
				return
			}
			direction = d
		case string(w) == "->" || string(w) == "=>" || string(w) == "-->" || string(w) == "→":
			arrow = true
		case string(w) == "<-" || string(w) == "<=" || string(w) == "<--" || string(w) == "←":
			return
		case isTransport(w):
			transport = r
		default:
			// udp:192.0.2.1:5060, udp/192.0.2.1:5060
			if k := bytes.IndexAny(w, ":/"); k > 0 && isTransport(w[:k]) {
				transport = Range{r.Off, int32(k)}
				k += len(w[k:]) - len(bytes.TrimLeft(w[k:], ":/"))
				w, r = w[k:], Range{r.Off + int32(k), r.Len - int32(k)}
			}
			if !isAddress(w) {
				break
			}
			p := Endpoint{}
			p.take(w, r)
			if p.Port.Len == 0 && !arrow && !bytes.EqualFold(last, []byte("from")) && !bytes.EqualFold(last, []byte("to")) {
				break
			}
			switch {
			case arrow && right.Host.Len == 0:
				right = p
			case bytes.EqualFold(last, []byte("from")):
				from = p
			case bytes.EqualFold(last, []byte("to")):
				to = p
			case left.Host.Len == 0:
				left = p
			}
		}
		last = w
	}
	if e.Transport.Len == 0 {
		e.Transport = transport
	}
	if e.Direction == DirectionUnknown {
		e.Direction = direction
	}
	switch {
	case arrow && left.Host.Len > 0 && right.Host.Len > 0:
		e.Src, e.Dst = left, right
	case arrow:
	case from.Host.Len > 0 || to.Host.Len > 0:
		e.Src, e.Dst = from, to
	case left.Host.Len > 0 && e.Direction != DirectionUnknown:
		e.peer(left)
	}
}

func isWordEnd(c byte) bool {
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',' || c == ';' || c == '(' || c == ')' || c == '"' || c == '\'' || c == '='
}
