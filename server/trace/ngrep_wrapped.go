package trace

import (
	"bytes"
	"strings"
)

// ngrepWrapped is what ngrep writes when nobody tells it to keep lines: the packet in lines of equal width behind two blanks,
// CR LF and all that cannot be printed as points.
var ngrepWrapped = &Format{
	Name:  "ngrep-wrapped",
	Title: "ngrep without -W byline",
	Grammar: `U 2026/11/22 09:22:38.651179 192.0.2.70:5060 -> 192.0.2.10:5060 #1
  the packet, broken into lines of equal width behind two blanks, .. for CR LF`,
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

// readNgrepWrapped reads the packet that holds p.
func readNgrepWrapped(s *scanner, p, first int, l *textLine) (f found, ok bool) {
	if !bytes.HasPrefix(l.text, []byte("  ")) || p < l.start+2 {
		return f, false
	}
	head := -1
	at := l.start
	for range maxPacketLines {
		up := s.lineBefore(at, first)
		if up < 0 {
			return f, false
		}
		above := s.line(up).text
		if len(above) >= minMarker && !isBlank(above[0]) {
			if f.env, ok = ngrepHead(above); !ok {
				return f, false
			}
			head = up
			break
		}
		if !bytes.HasPrefix(above, []byte("  ")) {
			return f, false
		}
		at = up
	}
	if head < 0 {
		return f, false
	}
	var packet []byte
	var place []int
	end := at
	for len(packet) < maxPacket {
		line := s.line(end)
		if line.none() || !bytes.HasPrefix(line.text, []byte("  ")) || !line.terminated && line.next < s.n {
			break
		}
		for i, c := range line.text[2:] {
			packet, place = append(packet, c), append(place, line.start+2+i)
		}
		end = line.next
	}
	packet = bytes.TrimRight(packet, " ")
	f.head, f.end, f.format = head, end, ngrepWrapped
	s.b.reset(head)
	if !s.splitPacket(&f, packet, place) {
		return f, false
	}
	return f, true
}

// splitPacket adds the lines of a packet in which points stand for line ends. It reports whether the first one is a start line.
func (s *scanner) splitPacket(f *found, packet []byte, place []int) bool {
	from, blank := 0, false
	for i := 0; i <= len(packet); {
		n := 0
		if i < len(packet) {
			if n = pointsAt(packet[i:], blank); n == 0 {
				i++
				continue
			}
		}
		if from == 0 && !startAny(packet[:i]) {
			return false
		}
		for k := from; k < i; k++ {
			s.b.add(place[k], place[k]+1)
		}
		if n > 0 {
			s.b.escape(place[i], place[i+1]+1, crlf)
		}
		if i == from && n > 0 {
			blank = true
		}
		if !blank {
			f.fields++
		}
		if i == len(packet) {
			break
		}
		i += n
		from = i
	}
	return from > 0
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
	case isHeaderLine(rest) || isSDPLine(rest) || body:
		return 2
	case isBlank(rest[0]):
		return 2 // folded
	}
	return 0
}
