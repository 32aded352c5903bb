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
	treeSIP    = []byte("Session Initiation Protocol")
	treeSDP    = []byte("Session Description Protocol")
	treeText   = []byte("Line-based text data")
	// treeFragment is the title of a body message/sipfrag, treeRaw that of the message once more as text.
	treeFragment = []byte("Sipfrag")
	treeRaw      = []byte("Session Initiation Protocol (SIP as raw text)")
)

const (
	// maxTree is how many bytes of a tree belong to one message.
	maxTree = 256 << 10
	// treeStep is how much deeper the header fields stand than their title.
	treeStep = 4
	// maxDecoded is how many lines decode the start line.
	maxDecoded = 32
)

// treeReader puts the lines of a tree together.
type treeReader struct {
	s     *scanner
	f     *found
	depth int // of the start line
	blank bool
	group treeGroup
	text  []byte // of the title that the lines of a body stand under
	lines int    // depth of the lines of the body, 0 as long as there is none
}

// treeGroup is a title under which lines stand.
type treeGroup uint8

const (
	otherGroup treeGroup = iota
	headerGroup
	bodyGroup
	layerGroup // the body as a layer of its own, as Ethereal has it
	rawGroup   // the message once more as text
)

// readTsharkTree reads the message whose start line holds p.
func readTsharkTree(s *scanner, p, first int, l *textLine) (f found, ok bool) {
	depth := indentOf(l.text)
	start := treeStart(l, depth)
	if start == 0 || p < start || !startAny(s.bytes(start, l.end)) || !s.treeHeader(l.next, depth) {
		return f, false
	}
	f.format = tsharkTree
	s.b.reset(l.start)
	s.addTree(&f, l, depth, start)
	f.head = s.treeEnvelope(l.start, first, depth, &f.env)
	s.b.moveHead(f.head)
	return f, true
}

// treeStart returns where the start line begins in a line that shows one, 0 in others.
func treeStart(l *textLine, depth int) int {
	for _, t := range treeStarts {
		if bytes.HasPrefix(l.text[depth:], []byte(t)) {
			return l.start + depth + len(t)
		}
	}
	return 0
}

// addTree puts the message together whose start line begins at start of the line l, f.more the next one of the packet.
func (s *scanner) addTree(f *found, l *textLine, depth, start int) {
	f.end, f.fields, f.decoded, f.more = l.next, 0, false, nil
	r := treeReader{s: s, depth: depth, f: f}
	s.b.add(start, l.end)
	s.b.escape(l.end, l.next, crlf)
	for at := l.next; at-l.start < maxTree; {
		line := s.line(at)
		if line.none() || !line.terminated && line.next < s.n || !r.add(&line, indentOf(line.text)) {
			break
		}
		at = line.next
		f.end = at
	}
	r.endHead(f.end)

	title := s.line(f.end)
	if indentOf(title.text) != depth-treeStep || !bytes.HasPrefix(bytes.TrimLeft(title.text, " "), treeSIP) {
		return
	}
	next := s.line(title.next)
	if indentOf(next.text) != depth {
		return
	}
	if start := treeStart(&next, depth); start > 0 && startAny(s.bytes(start, next.end)) && s.treeHeader(next.next, depth) {
		f.more = func(f *found) bool {
			s.b.reset(f.head)
			s.addTree(f, &next, depth, start)
			return true
		}
	}
}

// treeHeader reports whether the title of a header section follows the start line above `at`.
func (s *scanner) treeHeader(at, depth int) bool {
	for range maxDecoded {
		line := s.line(at)
		d := indentOf(line.text)
		if line.none() || d < depth || d == len(line.text) {
			return false
		}
		if d == depth && line.text[d] != '[' {
			return bytes.HasPrefix(line.text[d:], treeHeader)
		}
		at = line.next
	}
	return false
}

// endHead adds the empty line, which no tree shows.
func (r *treeReader) endHead(at int) {
	if !r.blank {
		r.s.b.escape(at, at, crlf)
		r.blank = true
	}
}

// add takes a line at depth d in. It reports false for one that is none of the message.
func (r *treeReader) add(line *textLine, d int) bool {
	t := line.text[d:]
	if len(t) == 0 {
		return false
	}
	if d < r.depth {
		switch {
		case d != r.depth-treeStep:
			return false
		case bytes.HasPrefix(t, treeSDP) && !r.blank:
			r.endHead(line.start)
			r.group, r.f.decoded = layerGroup, true
			return true
		case bytes.HasPrefix(t, treeRaw):
			r.group = rawGroup
			return true
		}
		return false
	}
	if d == r.depth && r.group < layerGroup {
		switch {
		case treeStart(line, d) > 0: // a second message in the packet
			return false
		case bytes.HasPrefix(t, treeHeader):
			r.group = headerGroup
		case bytes.HasPrefix(t, treeBody):
			r.endHead(line.start)
			r.group, r.f.decoded = bodyGroup, true
		case t[0] != '[':
			r.group = otherGroup
		}
		return true
	}
	switch r.group {
	case headerGroup:
		if d == r.depth+treeStep && t[0] != '[' {
			r.s.addTreeField(line, d)
			r.f.fields++
		}
	case layerGroup:
		if d == r.depth {
			r.s.addSDPTitle(line, d)
		}
	case bodyGroup:
		r.addBody(line, d)
	}
	return true
}

// addBody adds a line below the title of the body. SDP is shown decoded, text as it is, with or without a title of its own.
func (r *treeReader) addBody(line *textLine, d int) {
	t := line.text[d:]
	switch {
	case t[0] == '[':
	case d == r.depth+treeStep:
		if _, is := treeLineEnd(t); is != "" || r.lines == d {
			r.s.addTreeText(line, d, is)
			r.lines, r.text = d, nil
			return
		}
		r.text = t
	case d == r.depth+2*treeStep && bytes.HasPrefix(r.text, treeSDP):
		r.s.addSDPTitle(line, d)
	case d == r.depth+2*treeStep && bytes.HasPrefix(r.text, treeText):
		_, is := treeLineEnd(t)
		r.s.addTreeText(line, d, is)
	case d == r.depth+2*treeStep && bytes.HasPrefix(r.text, treeFragment):
		r.s.addTreeText(line, d, crlf)
	}
}

// treeLineEnd returns where the text of a line ends that shows its line end, and what that is; "" where it shows none.
func treeLineEnd(t []byte) (n int, is string) {
	switch {
	case bytes.HasSuffix(t, []byte(`\r\n`)):
		return len(t) - len(`\r\n`), crlf
	case bytes.HasSuffix(t, []byte(`\n`)):
		return len(t) - len(`\n`), "\n"
	}
	return len(t), ""
}

// addTreeText adds a line of a body whose line end is shown, or is not there.
func (s *scanner) addTreeText(line *textLine, d int, is string) {
	n, _ := treeLineEnd(line.text[d:])
	s.b.add(line.start+d, line.start+d+n)
	s.b.escape(line.start+d+n, line.next, is)
}

// addTreeField adds a header field. Where it is folded the line shows each line end.
func (s *scanner) addTreeField(line *textLine, d int) {
	from := line.start + d
	for at := d; ; {
		i := bytes.Index(line.text[at:], []byte(`\r\n`))
		if i < 0 {
			break
		}
		fold := at + i
		at = fold + len(`\r\n`)
		switch rest := line.text[at:]; {
		case len(rest) > 0 && rest[0] == ' ':
			s.b.add(from, line.start+fold)
			s.b.escape(line.start+fold, line.start+at, crlf)
		case bytes.HasPrefix(rest, []byte(`\t`)):
			at += len(`\t`)
			s.b.add(from, line.start+fold)
			s.b.escape(line.start+fold, line.start+at, crlf+"\t")
		default:
			continue
		}
		from = line.start + at
	}
	s.b.add(from, line.end)
	s.b.escape(line.end, line.next, crlf)
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
		if d < depth && bytes.HasPrefix(l.text[d:], treeSIP) {
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
