package trace

import "bytes"

// tsharkTree is the tree of a packet that tshark -V and old Ethereal print.
var tsharkTree = &Format{
	Name:  "tshark-tree",
	Title: "tshark -V, Ethereal",
	Grammar: `Frame 19: 254 bytes on wire ...
    Arrival Time: Nov 22, 2026 05:47:19.301621000 UTC
Internet Protocol Version 4, Src: 192.0.2.70, Dst: 192.0.2.10
User Datagram Protocol, Src Port: 5060, Dst Port: 5060
Session Initiation Protocol (OPTIONS)
    Request-Line: start line (Status-Line for responses)
    Message Header
        header fields, what is decoded of them indented below
    Message Body
        the body decoded: "Session Name (s): -" for the line s=-`,
	Example: `Frame 19: 254 bytes on wire (2032 bits), 254 bytes captured (2032 bits)
    Arrival Time: Nov 22, 2026 05:47:19.301621000 UTC
Internet Protocol Version 4, Src: 192.0.2.70, Dst: 192.0.2.10
User Datagram Protocol, Src Port: 5060, Dst Port: 5060
Session Initiation Protocol (OPTIONS)
    Request-Line: OPTIONS sip:192.0.2.10 SIP/2.0
        Method: OPTIONS
    Message Header
        Via: SIP/2.0/UDP 192.0.2.70:5060;branch=z9hG4bK776asdhds
            Transport: UDP
        Max-Forwards: 70
        From: <sip:probe@example.com>;tag=1928301774
        To: <sip:192.0.2.10>
        Call-ID: a84b4c76e66710@192.0.2.70
        CSeq: 63104 OPTIONS
            Sequence Number: 63104
        Content-Length: 0

`,
}

var (
	treeStarts = []string{"Request-Line: ", "Status-Line: ", "Request-line: ", "Status line: ", "Status-line: "}
	treeHeader = []byte("Message Header")
	treeBody   = []byte("Message Body")
	treeFrame  = []byte("Frame ")
	treeSDP    = []byte("Session Description Protocol")
)

const (
	// maxTree is how many bytes of a tree belong to one message.
	maxTree = 256 << 10
	// treeStep is how much deeper the header fields stand than their title.
	treeStep = 4
)

// readTsharkTree reads the message whose start line holds p.
func readTsharkTree(s *scanner, p, first int, l *textLine) (f found, ok bool) {
	depth := indentOf(l.text)
	title := l.text[depth:]
	start := 0
	for _, t := range treeStarts {
		if bytes.HasPrefix(title, []byte(t)) {
			start = l.start + depth + len(t)
		}
	}
	if start == 0 || p < start || !startAny(s.bytes(start, l.end)) {
		return f, false
	}
	f = found{format: tsharkTree}
	f.head = s.treeEnvelope(l.start, first, depth, &f.env)
	s.b.reset(f.head)
	s.b.add(start, l.end)
	s.b.escape(l.end, l.next, crlf)
	f.end = l.next

	inHeader, inBody, blank := false, false, false
	body := 0 // depth of the lines of the body
	layer := depth - treeStep
	for at := l.next; at-l.start < maxTree; {
		line := s.line(at)
		d := indentOf(line.text)
		if d == layer && bytes.HasPrefix(line.text[d:], treeSDP) && !blank { // a layer of its own, as Ethereal has it
			s.b.escape(line.start, line.start, crlf)
			inHeader, inBody, blank, f.decoded, body = false, true, true, true, depth
			at = line.next
			f.end = at
			continue
		}
		if line.none() || d < depth || d == len(line.text) || !line.terminated && line.next < s.n {
			break
		}
		t := line.text[d:]
		switch {
		case body == depth:
			if d == depth {
				s.addSDPTitle(&line, d)
			}
		case d == depth && bytes.HasPrefix(t, treeHeader):
			inHeader = true
		case d == depth && bytes.HasPrefix(t, treeBody):
			s.b.escape(line.start, line.start, crlf)
			inHeader, inBody, blank, f.decoded = false, true, true, true
		case d == depth && startsTree(t):
			at = s.n + 1 // a second message in the packet
		case d == depth:
			inHeader, inBody = inHeader && t[0] == '[', inBody && t[0] == '['
		case inHeader && d == depth+treeStep && t[0] != '[' && isHeaderLine(t):
			s.b.add(line.start+d, line.end)
			s.b.escape(line.end, line.next, crlf)
			f.fields++
		case inBody && (body == 0 || d == body):
			if s.addSDPTitle(&line, d) {
				body = d
			}
		}
		if at > s.n {
			break
		}
		at = line.next
		f.end = at
	}
	if !blank {
		s.b.escape(f.end, f.end, crlf)
	}
	return f, true
}

func startsTree(t []byte) bool {
	for _, s := range treeStarts {
		if bytes.HasPrefix(t, []byte(s)) {
			return true
		}
	}
	return false
}

func indentOf(line []byte) int { return len(line) - len(bytes.TrimLeft(line, " ")) }

// sdpTitle returns the letter in `Session Name (s): -` and where the value begins.
func sdpTitle(t []byte) (letter string, behind int) {
	i := bytes.Index(t, []byte("): "))
	if i < 3 || t[i-2] != '(' || t[i-1] < 'a' || 'z' < t[i-1] || t[0] == '[' {
		return "", 0
	}
	return string(t[i-1 : i]), i + len("): ")
}

// addSDPTitle adds the line of a body that a line of the tree shows decoded.
func (s *scanner) addSDPTitle(line *textLine, depth int) bool {
	letter, behind := sdpTitle(line.text[depth:])
	if letter == "" {
		return false
	}
	s.b.escape(line.start+depth, line.start+depth+behind, letter+"=")
	s.b.add(line.start+depth+behind, line.end)
	s.b.escape(line.end, line.next, crlf)
	return true
}

// treeEnvelope reads the lines above the start line at `at`, up to the one that begins the frame, and
// returns where that starts, or the title of the message where there is none.
func (s *scanner) treeEnvelope(at, first, depth int, e *Envelope) (head int) {
	type line struct {
		at   int
		text []byte
	}
	var lines []line
	head = at
	for up := at; ; {
		up = s.lineAbove(up, first, maxLookback-(at-up))
		if up < 0 {
			break
		}
		l := s.line(up)
		d := indentOf(l.text)
		if d == len(l.text) {
			break
		}
		if d > depth && !bytes.HasPrefix(l.text[d:], []byte("Arrival Time: ")) {
			continue
		}
		lines = append(lines, line{up + d, l.text[d:]})
		if d == 0 && bytes.HasPrefix(l.text, treeFrame) {
			head = up
			break
		}
		if d < depth && bytes.HasPrefix(l.text[d:], []byte("Session Initiation Protocol")) {
			head = up
		}
	}
	for _, l := range lines {
		off := int32(l.at - head)
		if l.at < head {
			continue
		}
		switch {
		case bytes.HasPrefix(l.text, []byte("Arrival Time: ")):
			n := int32(len("Arrival Time: "))
			e.Time = Range{off + n, int32(len(bytes.TrimRight(l.text, " "))) - n}
		case bytes.HasPrefix(l.text, []byte("Internet Protocol")) && e.Src.Host.Len == 0:
			e.Src.Host, e.Dst.Host = treeEnds(l.text, off, "Src: ", "Dst: ")
			if e.Src.Host.Len == 0 {
				e.Src.Host, e.Dst.Host = treeEnds(l.text, off, "Src Addr: ", "Dst Addr: ")
			}
		case bytes.HasPrefix(l.text, []byte("User Datagram Protocol")) && e.Src.Port.Len == 0:
			e.Src.Port, e.Dst.Port = treeEnds(l.text, off, "Src Port: ", "Dst Port: ")
			e.Protocol = "UDP"
		case bytes.HasPrefix(l.text, []byte("Transmission Control Protocol")) && e.Src.Port.Len == 0:
			e.Src.Port, e.Dst.Port = treeEnds(l.text, off, "Src Port: ", "Dst Port: ")
			e.Protocol = "TCP"
		}
	}
	if e.Src.Host.Len == 0 || e.Dst.Host.Len == 0 {
		e.Src, e.Dst = Endpoint{}, Endpoint{}
	}
	return head
}

// treeEnds reads two values of a line at offset off: `Src: 192.0.2.70, Dst: 192.0.2.10`, of `name (192.0.2.70)` what
// stands in the brackets.
func treeEnds(line []byte, off int32, src, dst string) (a, b Range) {
	value := func(key string) Range {
		i := bytes.Index(line, []byte(key))
		if i < 0 {
			return Range{}
		}
		from := i + len(key)
		to := from
		for to < len(line) && line[to] != ',' {
			to++
		}
		if open := bytes.IndexByte(line[from:to], '('); open >= 0 {
			if shut := bytes.IndexByte(line[from+open:to], ')'); shut > 1 {
				from, to = from+open+1, from+open+shut
			}
		}
		r := trimRange(line, from, to)
		r.Off += off
		return r
	}
	return value(src), value(dst)
}
