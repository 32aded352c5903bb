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

// ngrepMessage adds the lines of a packet in which points stand for line ends.
func (s *scanner) ngrepMessage(f *found, k *packet) (found, bool) {
	f.format = ngrepWrapped
	text := bytes.TrimRight(k.text, " ")
	s.b.reset(f.head)
	line := 0               // where the line begins
	part := 0               // the part that holds what was added last
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
	at := func(i int) int { // where text[i] stands
		n := part
		for n+1 < len(k.parts) && k.parts[n+1].log <= i {
			n++
		}
		return k.parts[n].doc + i - k.parts[n].log
	}
	blank, lf := false, false
	body := 0
	for i := 0; i < len(text); {
		n, is := 0, crlf
		if n = pointsAt(text[i:], blank); n == 0 && lf && text[i] == '.' && isSDPLine(text[i+1:]) {
			n, is = 1, "\n"
		}
		if n == 0 {
			next := bytes.IndexByte(text[i+1:], '.')
			if next < 0 {
				break
			}
			i += 1 + next
			continue
		}
		if i == line && !blank {
			blank, body = true, i+n
			// A body whose line ends are LF has one point for each.
			lf = !bytes.Contains(text[body:], []byte("..")) && isSDPLine(text[body:])
		}
		if !blank {
			f.fields++
		}
		flush(i)
		s.b.escape(at(i), at(i+n-1)+1, is)
		i += n
		line = i
	}
	flush(len(text))
	return *f, true
}

// pointsAt returns 2 where b begins with points that stand for CR LF, 0 where they are points or other bytes.
func pointsAt(b []byte, body bool) int {
	if len(b) < 2 || b[0] != '.' || b[1] != '.' {
		return 0
	}
	rest := b[2:]
	switch {
	case len(rest) == 0 || bytes.HasPrefix(rest, []byte("..")):
		return 2
	case rest[0] == '.': // the first one belongs to the value
		return 0
	case body || isSDPLine(rest) || isKnownHeaderLine(rest):
		return 2
	case isHeaderLine(rest): // and not `..b:5060` in a value
		if colon := bytes.IndexByte(rest, ':') + 1; colon == len(rest) || isBlank(rest[colon]) || rest[colon] == '.' {
			return 2
		}
		return 0
	case isBlank(rest[0]):
		return 2 // folded
	}
	return 0
}
