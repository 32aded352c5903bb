package trace

import (
	"bytes"
	"strings"
)

// ngrepWrapped is what ngrep writes when nobody tells it to keep lines, or with -W single or none: CR, LF and all that cannot be printed
// as points.
var ngrepWrapped = &Format{
	Name:  "ngrep-wrapped",
	Title: "ngrep without -W byline",
	Grammar: `U 2026/11/22 09:22:38.651179 192.0.2.70:5060 -> 192.0.2.10:5060 #1
  the packet, broken into lines of equal width behind two blanks, .. for CR LF
with -W none the packet is one line without blanks before it, with -W single it stands behind the addresses`,
	Example: "U 2026/11/22 09:22:38.651179 192.0.2.70:5060 -> 192.0.2.10:5060 #1\n" + wrapped(strings.ReplaceAll(exampleMessage, "\n", "..")),
}

// wrapped breaks a text as ngrep does.
func wrapped(s string) string {
	const width = 75
	var b strings.Builder
	for len(s) > 0 {
		n := min(width, len(s))
		b.WriteString("  " + s[:n] + strings.Repeat(" ", width-n) + "\n")
		s = s[n:]
	}
	return b.String() + "#\n"
}

const (
	// maxPacketLines is how many lines of a packet stand above the first whole "SIP/2.0".
	maxPacketLines = 8
	// maxPacket is how many bytes a packet has.
	maxPacket = 64 << 10
	// maxFieldName is how far the name of a header field and its colon reach. Points are signs of names, so that a search for the
	// colon would read on and on.
	maxFieldName = 128
)

// readNgrep reads the packet that holds p.
func readNgrep(s *scanner, p, first int, l *textLine) (f found, ok bool) {
	if len(l.text) < 2 {
		return f, false
	}
	switch {
	case l.text[0] == ' ' && l.text[1] == ' ':
		return s.ngrepLines(p, first, l)
	case isNgrepProtocol(l.text):
		return s.ngrepSingle(p, l)
	}
	return s.ngrepNone(p, first, l)
}

// isNgrepProtocol reports whether a line begins as one that names the ends of a packet.
func isNgrepProtocol(line []byte) bool {
	return len(line) >= minMarker && (line[0] == 'U' || line[0] == 'T') && line[1] == ' '
}

// ngrepLines reads a packet in lines behind two blanks.
func (s *scanner) ngrepLines(p, first int, l *textLine) (f found, ok bool) {
	at := l.start
	for n := 0; ; n++ {
		up := s.lineBefore(at, first)
		if up < 0 || n == maxPacketLines {
			return f, false
		}
		above := s.line(up).text
		if isNgrepProtocol(above) {
			if f.env, ok = ngrepHead(above); !ok {
				return f, false
			}
			f.head = up
			break
		}
		if !bytes.HasPrefix(above, []byte("  ")) {
			return f, false
		}
		at = up
	}
	// Its first lines tell whether it is a message: the whole of it is read only then.
	k := s.packet()
	k.lines(at, l.next)
	if end := bytes.Index(k.text, []byte("..")); end < 0 && !bytes.Contains(k.text, anchor) || end >= 0 && !startAny(k.text[:end]) {
		return f, false
	}
	f.end = k.lines(l.next, s.n)
	return s.ngrepMessage(&f, k)
}

// ngrepSingle reads a packet on the line that names its ends, as -W single has it.
func (s *scanner) ngrepSingle(p int, l *textLine) (f found, ok bool) {
	const most = 160
	arrow := bytes.Index(l.text[:min(len(l.text), most)], []byte(" -> "))
	if arrow < 0 {
		return f, false
	}
	col := arrow + len(" -> ")
	for i := 0; ; i++ { // the address, then maybe [AP] and #1
		n := bytes.IndexByte(l.text[col:min(len(l.text), col+most)], ' ')
		if n < 0 {
			return f, false
		}
		if next := l.text[col+n+1:]; i > 2 || len(next) == 0 || next[0] != '[' && next[0] != '#' {
			if f.env, ok = ngrepHead(l.text[:col+n]); !ok {
				return f, false
			}
			col += n + 1
			break
		}
		col += n + 1
	}
	return s.ngrepOneLine(p, l, col, l.start, f.env)
}

// ngrepNone reads a packet on the line below the one that names its ends, as -W none has it.
func (s *scanner) ngrepNone(p, first int, l *textLine) (f found, ok bool) {
	if !bytes.Contains(l.text[p-l.start:], []byte("..")) {
		return f, false
	}
	up := s.lineBefore(l.start, first)
	if up < 0 {
		return f, false
	}
	above := s.line(up).text
	if !isNgrepProtocol(above) {
		return f, false
	}
	e, ok := ngrepHead(above)
	if !ok {
		return f, false
	}
	return s.ngrepOneLine(p, l, 0, up, e)
}

// ngrepOneLine reads a packet that stands at col of a line.
func (s *scanner) ngrepOneLine(p int, l *textLine, col, head int, e Envelope) (f found, ok bool) {
	k := s.packet()
	k.add(l.start+col, l.end)
	if end := bytes.Index(k.text, []byte("..")); end < 0 || !startAny(k.text[:end]) || !isHeaderLine(k.text[end+2:]) {
		return f, false
	}
	f = found{head: head, end: l.next, env: e}
	return s.ngrepMessage(&f, k)
}

// packet is the text of a packet and where in the document its parts stand.
type packet struct {
	s     *scanner
	text  []byte
	parts []packetPart
	at    int // where the next message begins
	last  int // where the last header field of the packet begins
}

type packetPart struct{ log, doc int }

func (s *scanner) packet() *packet {
	const lines = 32 // of most packets
	return &packet{s: s, text: s.arena[:0], parts: make([]packetPart, 0, lines)}
}

func (k *packet) add(from, to int) {
	k.parts = append(k.parts, packetPart{len(k.text), from})
	k.text = append(k.text, k.s.bytes(from, to)...)
	k.s.arena = k.text
}

// lines adds the lines of a packet from `at` up to end and returns where it ends.
func (k *packet) lines(at, end int) int {
	for at < end && len(k.text) < maxPacket {
		line := k.s.line(at)
		if line.none() || !bytes.HasPrefix(line.text, []byte("  ")) || !line.terminated && line.next < k.s.n {
			break
		}
		k.add(line.start+2, line.end)
		at = line.next
	}
	return at
}

// ngrepMessage puts the first message of a packet together. f.more goes on with the next one.
func (s *scanner) ngrepMessage(f *found, k *packet) (found, bool) {
	f.format = ngrepWrapped
	k.text = bytes.TrimRight(k.text, " ")
	k.last = lastHeaderLine(k.text)
	s.ngrepNext(f, k)
	return *f, true
}

// ngrepNext adds the lines of the message at k.at, in which points stand for line ends, and moves k.at behind it.
func (s *scanner) ngrepNext(f *found, k *packet) {
	text := k.text
	line, part := k.at, 0   // where the line begins, and the part that holds what was added last
	flush := func(to int) { // adds text[line:to]
		for line < to {
			for part+1 < len(k.parts) && k.parts[part+1].log <= line {
				part++
			}
			p, end := k.parts[part], to
			if part+1 < len(k.parts) {
				end = min(to, k.parts[part+1].log)
			}
			s.b.add(p.doc+line-p.log, p.doc+end-p.log)
			line = end
		}
	}
	place := func(i int) int { // where text[i] stands
		n := part
		for n+1 < len(k.parts) && k.parts[n+1].log <= i {
			n++
		}
		return k.parts[n].doc + i - k.parts[n].log
	}
	s.b.reset(f.head)
	f.fields, f.more = -1, nil
	h := head{length: -1}
	blank, lf := false, false
	i := k.at
	for i < len(text) {
		n, is := 0, crlf
		switch {
		case blank && lf && text[i] == '.' && isSDPLine(text[i+1:]):
			n, is = 1, "\n"
		case !blank && i > k.at && i == line && bytes.HasPrefix(text[i:], []byte("..")):
			n = 2
		case !blank && k.last > i && bytes.HasPrefix(text[i:], []byte("....")) && !h.announces(text[line:i]): // points of a value
		default:
			n = pointsAt(text[i:], blank)
		}
		if n == 0 {
			next := bytes.IndexByte(text[i+1:], '.')
			if next < 0 {
				break
			}
			i += 1 + next
			continue
		}
		if from := line; !blank && i > from {
			f.fields++
			h.announces(text[from:i])
		}
		ends := i == line && !blank
		flush(i)
		s.b.escape(place(i), place(i+n-1)+1, is)
		i += n
		line = i
		if blank = blank || ends; ends {
			// A body whose line ends are LF has one point for each.
			lf = isSDPLine(text[i:]) && !bytes.Contains(text[i:], []byte(".."))
		}
		if blank && !h.hasType("message/") && !h.hasType("multipart/") && startsPacket(text[i:]) {
			k.at = i
			f.more = func(f *found) bool {
				s.ngrepNext(f, k)
				return true
			}
			return
		}
	}
	flush(len(text))
}

// announces reports whether the header section up to its line says how long the body is, so that it may end here.
func (h *head) announces(line []byte) bool {
	if isHeaderLine(line[:min(len(line), maxFieldName)]) {
		h.note(line)
	}
	return h.length >= 0
}

// startsPacket reports whether a message begins at the start of a packet, or of what is left of it.
func startsPacket(text []byte) bool {
	const most = 1 << 10
	text = text[:min(len(text), most)]
	if len(text) == 0 || text[0] < 'A' || 'Z' < text[0] {
		return false
	}
	i := bytes.Index(text, anchor)
	end := bytes.Index(text, []byte(".."))
	return i >= 0 && end > i && startAny(text[:end]) && isKnownHeaderLine(text[end+2:])
}

// lastHeaderLine returns where the last header field that SIP knows begins, behind the points of the line before.
func lastHeaderLine(text []byte) int {
	last := 0
	for at := 0; ; {
		i := bytes.Index(text[at:], []byte(".."))
		if i < 0 {
			return last
		}
		at += i + 2
		if at+1 < len(text) && text[at] != '.' && text[at+1] != ':' && isKnownHeaderLine(text[at:min(len(text), at+maxFieldName)]) {
			last = at
		}
	}
}

// pointsAt returns 2 where b begins with points that stand for CR LF, 0 where they are points or other bytes.
func pointsAt(b []byte, body bool) int {
	if len(b) < 2 || b[0] != '.' || b[1] != '.' {
		return 0
	}
	rest := b[2:min(len(b), 2+maxFieldName)]
	switch {
	case len(rest) == 0 || bytes.HasPrefix(rest, []byte("..")):
		return 2
	case rest[0] == '.': // the first one belongs to the value
		return 0
	case body || isSDPLine(rest) || isKnownHeaderLine(rest):
		return 2
	case isHeaderLine(rest): // and not `..b:5060` in a value
		name, value, _ := bytes.Cut(rest, []byte(":"))
		if !bytes.Contains(name, []byte("..")) && (len(value) == 0 || isBlank(value[0]) || value[0] == '.') {
			return 2
		}
		return 0
	case isBlank(rest[0]):
		return 2 // folded
	}
	return 0
}
