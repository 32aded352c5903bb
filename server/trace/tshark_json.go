package trace

import "bytes"

// tsharkJSON is what tshark -T json prints.
var tsharkJSON = &Format{
	Name:    "tshark-json",
	Title:   "tshark -T json",
	Grammar: `objects with "_index", layers "frame", "ip", "udp" and "sip"; of the last the start line in "sip.Request-Line" or "sip.Status-Line", the header section in "sip.msg_hdr"`,
	Example: `[
  {
    "_index": "packets-2026-11-22",
    "_source": {
      "layers": {
        "frame": {
          "frame.time": "Nov 22, 2026 05:47:19.301621000 UTC"
        },
        "ip": {
          "ip.src": "192.0.2.70",
          "ip.dst": "192.0.2.10"
        },
        "udp": {
          "udp.srcport": "5060",
          "udp.dstport": "5060"
        },
        "sip": {
          "sip.Request-Line": "OPTIONS sip:192.0.2.10 SIP/2.0",
          "sip.msg_hdr": "Via: SIP/2.0/UDP 192.0.2.70:5060;branch=z9hG4bK776asdhds\r\nMax-Forwards: 70\r\nFrom: <sip:probe@example.com>;tag=1928301774\r\nTo: <sip:192.0.2.10>\r\nCall-ID: a84b4c76e66710@192.0.2.70\r\nCSeq: 63104 OPTIONS\r\nContent-Length: 0\r\n"
        }
      }
    }
  }
]
`,
}

var (
	jsonIndex  = []byte(`"_index"`)
	jsonHeader = []byte(`"sip.msg_hdr": "`)
	jsonStarts = [][]byte{[]byte(`"sip.Request-Line": "`), []byte(`"sip.Status-Line": "`)}
)

// jsonSDP are the members of the layer "sdp" that hold a line of the body each.
var jsonSDP = map[string]string{
	"sdp.version": "v", "sdp.owner": "o", "sdp.session_name": "s", "sdp.session_info": "i", "sdp.uri": "u", "sdp.email": "e", "sdp.phone": "p",
	"sdp.connection_info": "c", "sdp.bandwidth": "b", "sdp.time": "t", "sdp.repeat_time": "r", "sdp.timezone": "z", "sdp.encryption_key": "k",
	"sdp.session_attr": "a", "sdp.media": "m", "sdp.media_title": "i", "sdp.media_attr": "a",
}

// readTsharkJSON reads the message whose start line holds p.
func readTsharkJSON(s *scanner, p, first int, l *textLine) (f found, ok bool) {
	depth := indentOf(l.text)
	start := 0
	for _, k := range jsonStarts {
		if bytes.HasPrefix(l.text[depth:], k) {
			start = l.start + depth + len(k)
		}
	}
	if start == 0 || p < start {
		return f, false
	}
	f.format = tsharkJSON
	s.b.reset(l.start)
	if !s.addJSON(&f, l, start) {
		return f, false
	}
	f.head = s.jsonEnvelope(l.start, first, &f.env)
	s.b.moveHead(f.head)
	return f, true
}

// addJSON puts the message together whose start line begins at start of the line l, f.more the next one of the packet. It reports whether
// there is one with header fields.
func (s *scanner) addJSON(f *found, l *textLine, start int) bool {
	f.fields, f.decoded, f.more = 0, false, nil
	s.arena, s.parts = s.arena[:0], s.parts[:0]
	c := &escapedCarrier{spelling: backslash, quote: '"', from: start}
	line := c.read(s, start)
	if !startAny(line.text) {
		return false
	}
	line.eolIs, line.next = crlf, l.next
	s.b.addLine(line.start, &line)
	f.end = l.next

	blank := false
	for at := l.next; at-l.start < maxTree; {
		line := s.line(at)
		t := bytes.TrimLeft(line.text, " ")
		if line.none() || bytes.HasPrefix(t, jsonIndex) || bytes.HasPrefix(t, jsonStarts[0]) || bytes.HasPrefix(t, jsonStarts[1]) {
			break
		}
		at = line.next
		from := line.start + len(line.text) - len(t)
		if f.fields == 0 {
			if bytes.HasPrefix(t, jsonHeader) {
				var body bool
				var end int
				blank, body, end = s.jsonFields(f, from+len(jsonHeader))
				at = max(at, end) // of a line longer than our limits
				f.end = at
				if body {
					break
				}
			}
			continue
		}
		name, value, ok := bytes.Cut(t, []byte(`": "`))
		if !ok || len(name) == 0 {
			continue
		}
		letter := jsonSDP[string(name[1:])]
		if letter == "" {
			continue
		}
		if f.decoded = true; !blank {
			s.b.escape(f.end, f.end, crlf)
			blank = true
		}
		v := from + len(t) - len(value)
		s.b.escape(from, v, letter+"=")
		c := &escapedCarrier{spelling: backslash, quote: '"', from: v}
		text := c.read(s, v)
		text.eolIs, text.next = crlf, max(text.end, line.end)
		s.b.addLine(text.start, &text)
		at = max(at, text.next)
		f.end = at
	}
	if f.fields == 0 {
		return false
	}
	if !blank {
		s.b.escape(f.end, f.end, crlf)
	}
	f.more = s.moreJSON(f.end)
	return true
}

// moreJSON looks for a second message in the packet whose first one ends at `at`.
func (s *scanner) moreJSON(at int) func(f *found) bool {
	b := s.bytes(at, min(at+maxMembers, s.n))
	s.see(at + maxMembers)
	if i := bytes.Index(b, jsonIndex); i >= 0 {
		b = b[:i]
	}
	i, n := indexOfAny(b, jsonStarts)
	if i < 0 {
		return nil
	}
	return func(f *found) bool {
		s.b.reset(f.head)
		line := s.line(at + i)
		return s.addJSON(f, &line, line.start+n)
	}
}

// indexOfAny returns where the first of the keys begins in b and how long it is; -1 where there is none.
func indexOfAny(b []byte, keys [][]byte) (i, n int) {
	i = -1
	for _, k := range keys {
		if at := bytes.Index(b, k); at >= 0 {
			i, n, b = at, len(k), b[:min(len(b), at+len(k))]
		}
	}
	return i, n
}

// protocolOfMember returns the transport that the name of a member begins with.
func protocolOfMember(name []byte) string {
	switch name[0] {
	case 'u':
		return "UDP"
	case 't':
		return "TCP"
	}
	return "SCTP"
}

// jsonFields adds the header section in the string at `at`. It reports whether the empty line and the body stand there too,
// as some versions have it, and where the string ends.
func (s *scanner) jsonFields(f *found, at int) (blank, body bool, end int) {
	c := &escapedCarrier{spelling: backslash, quote: '"', from: at}
	for at-c.from < maxHead {
		line := c.read(s, at)
		if line.closed || !line.terminated {
			return blank, body, at
		}
		if line.eolIs == "" {
			line.eolIs = crlf
		}
		s.b.addLine(line.start, &line)
		body = body || blank && len(line.text) > 0
		if blank = blank || len(line.text) == 0; !blank {
			f.fields++
		}
		at = line.next
	}
	return blank, body, at
}

// jsonEnvelope reads the layers above the start line at `at`, of a tunnel those inside, and returns where the packet starts. Where that
// is too far above, as with -x, it is the first line that says something.
func (s *scanner) jsonEnvelope(at, first int, e *Envelope) (head int) {
	type place struct{ at, n int }
	var time, src, dst, srcPort, dstPort place
	head = at
	for up := at; ; {
		up = s.lineAbove(up, first, maxLookback-(at-up))
		if up < 0 {
			break
		}
		l := s.line(up)
		d := indentOf(l.text)
		t := l.text[d:]
		if bytes.HasPrefix(t, jsonIndex) {
			head = up
			break
		}
		name, value, ok := bytes.Cut(t, []byte(`": "`))
		if !ok || len(name) < 2 {
			continue
		}
		var p *place
		switch string(name[1:]) {
		case "frame.time":
			p = &time
		case "ip.src", "ipv6.src":
			p = &src
		case "ip.dst", "ipv6.dst":
			p = &dst
		case "udp.srcport", "tcp.srcport", "sctp.srcport":
			p = &srcPort
		case "udp.dstport", "tcp.dstport", "sctp.dstport":
			p = &dstPort
		default:
			continue
		}
		if p.n > 0 {
			continue
		}
		value, _, _ = bytes.Cut(value, []byte(`"`))
		*p, head = place{up + d + len(name) + len(`": "`), len(value)}, up
		if p == &srcPort {
			e.Protocol = protocolOfMember(name[1:])
		}
	}
	rng := func(p place) Range {
		if p.n == 0 {
			return Range{}
		}
		return Range{int32(p.at - head), int32(p.n)}
	}
	e.Time = rng(time)
	if src.n > 0 && dst.n > 0 {
		e.Src, e.Dst = Endpoint{rng(src), rng(srcPort)}, Endpoint{rng(dst), rng(dstPort)}
	}
	return head
}
