package trace

import "bytes"

// tsharkEK is what tshark -T ek prints for Elasticsearch: a line for each packet.
var tsharkEK = &Format{
	Name:    "tshark-ek",
	Title:   "tshark -T ek",
	Grammar: `{"timestamp":"...","layers":{...}} in one line; in the layer "sip" the start line in "sip_sip_Request-Line" or "sip_sip_Status-Line", the header section in "sip_sip_msg_hdr"`,
	Example: `{"index":{"_index":"packets-2026-11-22","_type":"doc"}}
{"timestamp":"1795326439301","layers":{"frame":{"frame_frame_time":"2026-11-22T05:47:19.301621000Z"},"ip":{"ip_ip_src":"192.0.2.70","ip_ip_dst":"192.0.2.10"},` +
		`"udp":{"udp_udp_srcport":"5060","udp_udp_dstport":"5060"},"sip":{"sip_sip_Request-Line":"OPTIONS sip:192.0.2.10 SIP/2.0",` +
		`"sip_sip_msg_hdr":"Via: SIP/2.0/UDP 192.0.2.70:5060;branch=z9hG4bK776asdhds\r\nMax-Forwards: 70\r\nFrom: <sip:probe@example.com>;tag=1928301774\r\n` +
		`To: <sip:192.0.2.10>\r\nCall-ID: a84b4c76e66710@192.0.2.70\r\nCSeq: 63104 OPTIONS\r\nContent-Length: 0\r\n\r\n"}}}
`,
}

// maxMembers is how far behind the start line the header section and what decodes it stand.
const maxMembers = 16 << 10

var (
	ekRequest = []byte(`sip_Request-Line":"`)
	ekStatus  = []byte(`sip_Status-Line":"`)
	ekStarts  = [][]byte{ekRequest, ekStatus}
	ekHeader  = []byte(`sip_msg_hdr":"`)
)

// readTsharkEKLine reads the message whose start line holds p.
func readTsharkEKLine(s *scanner, p, first int, l *textLine) (f found, ok bool) {
	if len(l.text) == 0 || l.text[0] != '{' {
		return f, false
	}
	return s.readTsharkEK(p, first)
}

// readTsharkEK reads the message with "SIP/2.0" at p from a line that may be far longer than its start line is away from its
// beginning; nothing before first belongs to it.
func (s *scanner) readTsharkEK(p, first int) (f found, ok bool) {
	start := p
	if b := s.bytes(max(first, p-maxPrefix), p); !bytes.HasSuffix(b, ekStatus) {
		if len(b) == 0 || b[len(b)-1] != ' ' {
			return f, false
		}
		q := bytes.LastIndexByte(b, '"')
		if q < 0 || !bytes.HasSuffix(b[:q+1], ekRequest) {
			return f, false
		}
		start = p - len(b) + q + 1
	}
	f.format = tsharkEK
	s.b.reset(start)
	if !s.addEK(&f, start) {
		return f, false
	}
	f.head = s.ekEnvelope(start, first, &f.env)
	s.b.moveHead(f.head)
	return f, true
}

// addEK puts the message together whose start line begins at start, f.more the next one of the packet. It reports whether there is one with
// header fields.
func (s *scanner) addEK(f *found, start int) bool {
	f.fields, f.more = 0, nil
	s.arena, s.parts = s.arena[:0], s.parts[:0]
	c := &escapedCarrier{spelling: backslash, quote: '"', from: start}
	line := c.read(s, start)
	if !startAny(line.text) {
		return false
	}
	end := s.indexByte('\n', start, min(start+maxMembers, s.n))
	s.see(end + 1)
	i := bytes.Index(s.bytes(line.end, min(end, line.end+2*maxPrefix)), ekHeader)
	if i < 0 {
		return false
	}
	line.eolIs, line.next = crlf, line.end+1
	s.b.addLine(line.start, &line)
	blank, _, at := s.jsonFields(f, line.end+i+len(ekHeader))
	if f.fields == 0 {
		return false
	}
	if !blank {
		s.b.escape(at, at, crlf)
	}
	f.end = at
	if at > end {
		return true
	}
	rest := s.bytes(at, end)
	f.decoded = bytes.Contains(rest, []byte(`"sdp":{`))
	if bytes.Equal(s.bytes(end, min(end+1, s.n)), []byte("\n")) {
		f.end = end + 1
	}
	if i, n := indexOfAny(rest, ekStarts); i >= 0 {
		f.more = func(f *found) bool {
			s.b.reset(f.head)
			return s.addEK(f, at+i+n)
		}
	}
	return true
}

// ekEnvelope reads the layers on the line before `at`, of a tunnel those inside, and returns where the line starts, or how far it looked.
func (s *scanner) ekEnvelope(at, first int, e *Envelope) (head int) {
	head = max(first, at-maxLookback)
	b := s.bytes(head, at)
	if i := lastLineEnd(b); i >= 0 {
		head, b = head+i+1, b[i+1:]
	}
	value := func(names ...string) Range {
		for _, name := range names {
			i := bytes.LastIndex(b, []byte(name))
			if i < 0 {
				continue
			}
			i += len(name)
			if n := bytes.IndexByte(b[i:], '"'); n >= 0 {
				return Range{int32(i), int32(n)}
			}
		}
		return Range{}
	}
	e.Time = value(`"frame_frame_time":"`, `{"timestamp":"`, `"timestamp":"`)
	e.Src.Host, e.Dst.Host = value(`"ip_ip_src":"`, `"ipv6_ipv6_src":"`), value(`"ip_ip_dst":"`, `"ipv6_ipv6_dst":"`)
	if e.Src.Host.Len == 0 || e.Dst.Host.Len == 0 {
		e.Src, e.Dst = Endpoint{}, Endpoint{}
		return head
	}
	for _, t := range []string{"udp", "tcp"} {
		if src := value(`"` + t + `_` + t + `_srcport":"`); src.Len > 0 {
			e.Src.Port, e.Dst.Port = src, value(`"`+t+`_`+t+`_dstport":"`)
			e.Protocol = protocolOfMember([]byte(t))
			break
		}
	}
	return head
}
