package trace

import (
	"bytes"

	"sipls/server/sip"
)

// tcpdump is what tcpdump prints: a line for each packet, with -v the message behind it, with -A the bytes of the packet.
var tcpdump = &Format{
	Name:  "tcpdump",
	Title: "tcpdump, with or without -A",
	Grammar: `05:47:19.301621 IP 192.0.2.70.5060 > 192.0.2.10.5060: SIP: start line
with -A the message, its first line behind what the bytes of the IP and UDP headers look like
with -v: IP (tos 0x0, ...) and below it
    192.0.2.70.5060 > 192.0.2.10.5060: SIP, length: 254
        the message, behind a tab`,
	Example: "05:47:19.301621 IP 192.0.2.70.5060 > 192.0.2.10.5060: SIP: OPTIONS sip:192.0.2.10 SIP/2.0\nE...i......e.....3d\"........" + exampleMessage,
	Opens: func(line []byte) bool {
		_, _, ok := tcpdumpHead(line)
		return ok
	},
	Envelope: func(head []byte) (e Envelope, ok bool) {
		line, rest := nextLine(head)
		e, info, ok := tcpdumpHead(line)
		if ok && e.Src.Host.Len == 0 {
			e.readTcpdumpEnds(head[:len(head)-len(rest)+lineLen(rest)], len(head)-len(rest))
		} else if ok {
			e.readTcpdumpInfo(line[info:])
		}
		return e, ok
	},
}

// lineLen returns how long the first line of b is.
func lineLen(b []byte) int {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return i
	}
	return len(b)
}

// maxLinkHeader is how many bytes stand before the word IP: a time, with -e the addresses of the link.
const maxLinkHeader = 160

// tcpdumpHead reads the line that begins a packet; info is where the rest behind the two ends begins. With -v the ends are
// in the next line.
func tcpdumpHead(line []byte) (e Envelope, info int, ok bool) {
	if len(line) < minMarker || !isDigit(line[0]) && line[0] != 'I' && (line[0] != ' ' || !isDigit(line[1])) {
		return e, 0, false
	}
	ip := 0
	if line[0] == 'I' { // -t
		if line[1] != 'P' {
			return e, 0, false
		}
	} else {
		if ip = bytes.Index(line[:min(len(line), maxLinkHeader)], []byte(" IP")) + 1; ip == 0 {
			if ip = bytes.Index(line[:min(len(line), maxLinkHeader)], []byte(" ip: ")) + 1; ip == 0 { // -e, of a link without addresses
				return e, 0, false
			}
		}
		switch at := len(line) - len(bytes.TrimLeft(line, " ")); {
		case at > 0: // -ttt: the time since the packet before, which is no time
			if !shape(line[at:], "99:99:99.999") {
				return e, 0, false
			}
		default:
			if e.Time = stampAt(line, 0); e.Time.Len == 0 { // -tt
				n := bytes.IndexByte(line, ' ')
				if _, known := parseEpoch(string(line[:n])); !known {
					return e, 0, false
				}
				e.Time = Range{0, int32(n)}
			}
		}
	}
	behind := ip + len("IP")
	switch rest := line[behind:]; {
	case len(rest) > 1 && (rest[0] == ' ' || rest[0] == ':'), len(rest) > 2 && rest[0] == '6' && rest[1] == ' ':
	case bytes.HasPrefix(rest, []byte("v4 (0x")), bytes.HasPrefix(rest, []byte("v6 (0x")): // -e
	default:
		return e, 0, false
	}
	if info = e.readTcpdumpEnds(line, behind); info > 0 {
		return e, info, true
	}
	return e, 0, bytes.Contains(line[behind:], []byte("(tos 0x"))
}

// readTcpdumpEnds looks from `from` on for `src.port > dst.port: `, of a tunnel for those inside. It returns where the rest begins, 0 where there are none.
func (e *Envelope) readTcpdumpEnds(b []byte, from int) int {
	const most = 512
	for at := from; ; {
		arrow := bytes.Index(b[at:min(len(b), from+most)], []byte(" > "))
		if arrow < 0 {
			return 0
		}
		left, right := at+arrow, at+arrow+len(" > ")
		src, okSrc := dottedPort(b, bytes.LastIndexAny(b[:left], " \n")+1, left)
		at = right
		end := bytes.IndexByte(b[right:], ' ')
		if end < 2 || b[right+end-1] != ':' {
			continue
		}
		dst, okDst := dottedPort(b, right, right+end-1)
		if okSrc && okDst {
			e.Src, e.Dst = src, dst
			e.readTcpdumpInfo(b[right+end:])
			return right + end + 1
		}
	}
}

// readTcpdumpInfo reads what stands behind the two ends: the transport and how long the message is.
func (e *Envelope) readTcpdumpInfo(info []byte) {
	info = info[:min(len(info), 256)]
	switch {
	case bytes.Contains(info, []byte("Flags [")) || bytes.Contains(info, []byte(" tcp ")):
		e.Protocol = "TCP"
	case bytes.Contains(info, []byte("SIP")) || bytes.Contains(info, []byte("UDP")):
		e.Protocol = "UDP"
	}
	if i := bytes.Index(info, []byte("SIP, length: ")); i >= 0 {
		c := cursor{b: info, at: i + len("SIP, length: ")}
		if n := c.number(); c.ok() {
			e.Size = n
		}
	}
}

// dottedPort splits `192.0.2.70.5060`, or a name for the port, at the last point.
func dottedPort(b []byte, from, to int) (p Endpoint, ok bool) {
	i := bytes.LastIndexByte(b[from:to], '.')
	if i <= 0 {
		return p, false
	}
	host := b[from : from+i]
	if points := bytes.Count(host, []byte(".")); points != 3 && len(bytes.Trim(host, ".0123456789")) == 0 {
		return p, false // an address without a port
	}
	p.Host = Range{int32(from), int32(i)}
	if port := b[from+i+1 : to]; allDigits(port) {
		p.Port = Range{int32(from + i + 1), int32(len(port))}
	}
	return p, true
}

// readTcpdump reads a packet whose line holds p. Where the packet itself follows, with the bytes of its headers glued
// to the start line, that is the message, else what the line says of it.
func readTcpdump(s *scanner, p, first int, l *textLine) (f found, ok bool) {
	col := p - l.start
	if col > 0 && l.text[0] == '\t' {
		return s.tcpdumpTwice(first, l)
	}
	if at := gluedColumn(l.text, col); at > 0 {
		return s.tcpdumpGlued(first, l, at)
	}
	e, info, ok := tcpdumpHead(l.text)
	if !ok || info == 0 || col < info {
		return f, false
	}
	// "SIP: ", behind flags in TCP
	at := bytes.Index(l.text[info:], []byte("SIP: "))
	if at < 0 {
		return f, false
	}
	at += info + len("SIP: ")
	text := bytes.TrimRight(l.text[at:], " \t")
	if !startAny(text) {
		return f, false
	}
	if st := s.tcpdumpPacket(l.next, text); st != nil {
		st.head, st.env = l.start, e
		return st.whole(), true
	}
	s.b.reset(l.start)
	s.b.add(l.start+at, l.start+at+len(text))
	return found{head: l.start, end: l.next, format: tcpdump, env: e, form: sip.Summary}, true
}

// tcpdumpPacket looks for the packet with this start line behind the line of it that ends at `at`: the bytes of its headers, which may hold
// line ends, and the start line. It returns nil where there is none.
func (s *scanner) tcpdumpPacket(at int, text []byte) *start {
	for range fewLines {
		l := s.line(at)
		if l.none() {
			return nil
		}
		if t := bytes.TrimRight(l.text, " \t"); len(t) > len(text) && bytes.HasSuffix(t, text) {
			if _, _, ok := tcpdumpHead(t); ok {
				return nil // another packet, sent again
			}
			st := s.startAt(&l, len(t)-len(text))
			st.indent, st.format = 0, tcpdump
			if !s.headerFollows(&st, Log) {
				return nil
			}
			return &st
		}
		at = l.next
	}
	return nil
}

// gluedColumn returns where the start line with "SIP/2.0" at a begins where a letter or a digit stands right before it, so that
// nothing in the line tells; 0 where none does.
func gluedColumn(line []byte, a int) int {
	if a == 0 {
		return 0
	}
	if isAlphanumeric(line[a-1]) && startAny(line[a:]) {
		return a
	}
	uri := bytes.LastIndexByte(line[:a-1], ' ') + 1
	if uri < len("ACK ") || isBlank(line[0]) || line[a-1] != ' ' {
		return 0
	}
	// The longest word of capitals that ends there and is a method.
	end := uri - 1
	from := end
	for from > 0 && end-from <= len("SUBSCRIBE") && 'A' <= line[from-1] && line[from-1] <= 'Z' {
		from--
	}
	if from == 0 || from == end || !isRequestURI(line[uri:a-1], Log) || !allBlank(line[a+len(anchor):]) {
		return 0
	}
	for col := from; col < end; col++ {
		if isMethod(line[col:end]) {
			if col == from && !isAlphanumeric(line[col-1]) {
				return 0
			}
			return col
		}
	}
	return 0
}

// tcpdumpGlued looks at a start line at col behind a byte of the headers that looks like a part of it. Some lines above must tell of the packet.
func (s *scanner) tcpdumpGlued(first int, l *textLine, col int) (f found, ok bool) {
	up := l.start
	for range fewLines {
		if up = s.lineBefore(up, first); up < 0 {
			break
		}
		above := s.line(up)
		if _, _, ok := tcpdumpHead(above.text); !ok {
			continue
		}
		st := s.startAt(l, col)
		st.indent, st.format, st.head = 0, tcpdump, up
		if st.env, ok = tcpdump.Envelope(s.bytes(up, l.start)); !ok || !s.headerFollows(&st, Log) {
			break
		}
		return st.whole(), true
	}
	return f, false
}

// tcpdumpTwice looks at a message behind tabs, as -v prints it. With -A the bytes of the packet follow, with the same message.
func (s *scanner) tcpdumpTwice(first int, l *textLine) (f found, ok bool) {
	text := l.text[1:]
	if !startAny(text) {
		return f, false
	}
	up := s.lineBefore(l.start, first)
	if up < 0 {
		return f, false
	}
	head := up
	if bytes.HasPrefix(s.line(up).text, []byte("    ")) {
		if head = s.lineBefore(up, first); head < 0 {
			return f, false
		}
	}
	if _, _, ok := tcpdumpHead(s.line(head).text); !ok {
		return f, false
	}
	at := l.next
	for at-l.start < maxTree {
		line := s.line(at)
		if line.none() || len(line.text) == 0 || line.text[0] != '\t' {
			break
		}
		at = line.next
	}
	st := s.tcpdumpPacket(at, bytes.TrimRight(text, " \t"))
	if st == nil {
		return f, false
	}
	st.head = head
	if st.env, ok = tcpdump.Envelope(s.bytes(head, l.start)); !ok {
		return f, false
	}
	return st.whole(), true
}
