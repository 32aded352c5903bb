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
	jsonStarts = []string{`"sip.Request-Line": "`, `"sip.Status-Line": "`}
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
		if bytes.HasPrefix(l.text[depth:], []byte(k)) {
			start = l.start + depth + len(k)
		}
	}
	if start == 0 || p < start {
		return f, false
	}
	f = found{format: tsharkJSON}
	f.head = s.jsonEnvelope(l.start, first, &f.env)
	s.b.reset(f.head)
	s.arena, s.parts = s.arena[:0], s.parts[:0]
	c := &escapedCarrier{spelling: backslash, quote: '"', from: start}
	line := c.read(s, start)
	if !startAny(line.text) {
		return f, false
	}
	line.eolIs, line.next = crlf, l.next
	s.b.addLine(line.start, &line)
	f.end = l.next

	blank := false
	for at := l.next; at-l.start < maxTree; {
		line := s.line(at)
		t := bytes.TrimLeft(line.text, " ")
		if line.none() || bytes.HasPrefix(t, jsonIndex) || bytes.HasPrefix(t, []byte(jsonStarts[0])) || bytes.HasPrefix(t, []byte(jsonStarts[1])) {
			break
		}
		at = line.next
		from := line.start + len(line.text) - len(t)
		if f.fields == 0 {
			if bytes.HasPrefix(t, jsonHeader) {
				var body bool
				blank, body = s.jsonFields(&f, from+len(jsonHeader))
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
		f.end = at
	}
	if !blank {
		s.b.escape(f.end, f.end, crlf)
	}
	return f, f.fields > 0
}

// jsonFields adds the header section in the string at `at`. It reports whether the empty line and the body stand there too,
// as some versions have it.
func (s *scanner) jsonFields(f *found, at int) (blank, body bool) {
	c := &escapedCarrier{spelling: backslash, quote: '"', from: at}
	for at-c.from < maxHead {
		line := c.read(s, at)
		if line.closed || !line.terminated {
			return blank, body
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
	return blank, body
}

// jsonEnvelope reads the layers above the start line at `at` and returns where the packet starts, or the line
// at `at` where that is too far above.
func (s *scanner) jsonEnvelope(at, first int, e *Envelope) (head int) {
	type member struct {
		name  string
		at, n int
	}
	var found []member
	head = -1
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
		value, _, _ = bytes.Cut(value, []byte(`"`))
		switch n := string(name[1:]); n {
		case "frame.time", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "udp.srcport", "udp.dstport", "tcp.srcport", "tcp.dstport":
			found = append(found, member{n, up + d + len(name) + len(`": "`), len(value)})
		}
	}
	if head < 0 {
		return at
	}
	for _, m := range found {
		r := Range{int32(m.at - head), int32(m.n)}
		switch m.name {
		case "frame.time":
			e.Time = r
		case "ip.src", "ipv6.src":
			e.Src.Host = r
		case "ip.dst", "ipv6.dst":
			e.Dst.Host = r
		case "udp.srcport", "tcp.srcport":
			e.Src.Port = r
		default:
			e.Dst.Port = r
		}
		switch m.name[:3] {
		case "udp":
			e.Protocol = "UDP"
		case "tcp":
			e.Protocol = "TCP"
		}
	}
	return head
}
