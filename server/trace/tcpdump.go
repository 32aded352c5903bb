package trace

import (
	"bytes"

	"sipls/server/sip"
)

// tcpdump is what tcpdump prints: a line for each packet, with -A the bytes of the packet behind it.
var tcpdump = &Format{
	Name:  "tcpdump",
	Title: "tcpdump, with or without -A",
	Grammar: `09:32:52.844249 IP 192.0.2.70.5060 > 192.0.2.10.5060: SIP: start line
with -A the message, its first line behind what the bytes of the IP and UDP headers look like`,
	Example: "05:47:19.301621 IP 192.0.2.70.5060 > 192.0.2.10.5060: SIP: OPTIONS sip:192.0.2.10 SIP/2.0\nE...i......e.....3d\"........" + exampleMessage,
	Opens: func(line []byte) bool {
		_, _, ok := tcpdumpHead(line)
		return ok
	},
	Envelope: func(head []byte) (e Envelope, ok bool) {
		line, _ := nextLine(head)
		e, _, ok = tcpdumpHead(line)
		return e, ok
	},
}

var (
	tcpdumpIP    = []byte(" IP ")
	tcpdumpIP6   = []byte(" IP6 ")
	tcpdumpArrow = []byte(" > ")
)

// tcpdumpHead reads `time IP src.port > dst.port: `; info is where the rest begins.
func tcpdumpHead(line []byte) (e Envelope, info int, ok bool) {
	if len(line) == 0 || !isDigit(line[0]) {
		return e, 0, false
	}
	i := bytes.Index(line[:min(len(line), 64)], tcpdumpIP)
	n := len(tcpdumpIP)
	if i < 0 {
		if i, n = bytes.Index(line[:min(len(line), 64)], tcpdumpIP6), len(tcpdumpIP6); i < 0 {
			return e, 0, false
		}
	}
	if e.Time = stampAt(line, 0); e.Time.Len == 0 {
		// -tt: seconds since 1970, -ttt and -r with an offset: anything of digits
		if _, known := ParseClock(string(line[:i])); !known {
			return e, 0, false
		}
		e.Time = Range{0, int32(i)}
	}
	from := i + n
	arrow := bytes.Index(line[from:], tcpdumpArrow)
	if arrow < 0 {
		return e, 0, false
	}
	to := from + arrow + len(tcpdumpArrow)
	end := bytes.Index(line[to:], []byte(": "))
	if end < 0 {
		return e, 0, false
	}
	var src, dst bool
	e.Src, src = dottedPort(line, from, from+arrow)
	e.Dst, dst = dottedPort(line, to, to+end)
	return e, to + end + len(": "), src && dst
}

// dottedPort splits `192.0.2.70.5060`, or a name for the port, at the last point.
func dottedPort(b []byte, from, to int) (p Endpoint, ok bool) {
	i := bytes.LastIndexByte(b[from:to], '.')
	if i <= 0 || bytes.IndexByte(b[from:to], ' ') >= 0 {
		return p, false
	}
	p.Host = Range{int32(from), int32(i)}
	if port := b[from+i+1 : to]; allDigits(port) {
		p.Port = Range{int32(from + i + 1), int32(len(port))}
	}
	return p, true
}

// readTcpdumpSummary reads a line that the packet itself does not follow.
func readTcpdumpSummary(s *scanner, p, _ int, l *textLine) (f found, ok bool) {
	if len(l.text) == 0 || !isDigit(l.text[0]) {
		return f, false
	}
	e, info, ok := tcpdumpHead(l.text)
	if !ok {
		return f, false
	}
	rest := l.text[info:]
	// "SIP: ", of old versions "SIP, length: 467"; of others "UDP, length 467"
	col := bytes.Index(rest, []byte("SIP: "))
	if col < 0 {
		return f, false
	}
	text := bytes.TrimRight(rest[col+len("SIP: "):], " \t")
	if i := bytes.Index(text, []byte(", length")); i > 0 {
		text = text[:i]
	}
	start := l.start + info + col + len("SIP: ")
	if !startAny(text) {
		return f, false
	}
	// With -A the start line comes once more within some lines: the bytes in front of it may hold line ends.
	at := l.next
	for range fewLines {
		next := s.line(at)
		if next.none() {
			break
		}
		if bytes.HasSuffix(bytes.TrimRight(next.text, ". \t"), bytes.TrimRight(text, ". \t")) {
			return f, false
		}
		at = next.next
	}
	s.b.reset(l.start)
	s.b.add(start, start+len(text))
	return found{head: l.start, end: l.next, format: tcpdump, env: e, form: sip.Summary}, true
}
