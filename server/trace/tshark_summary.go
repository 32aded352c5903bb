package trace

import (
	"bytes"

	"sipls/server/sip"
)

// tsharkSummary is tshark's and Wireshark's list of packets: a line for each message.
var tsharkSummary = &Format{
	Name:  "tshark-summary",
	Title: "tshark, list of packets",
	Grammar: `   19  32.004937    192.0.2.70 → 192.0.2.10   SIP 254 Request: OPTIONS sip:192.0.2.10 |
   20  32.141694    192.0.2.10 → 192.0.2.70   SIP/SDP 528 Status: 200 OK (INVITE) |
the columns number, time, source, arrow, destination, protocol, length and info; what Wireshark saves has no arrow`,
	Example: "   19  32.004937    192.0.2.70 → 192.0.2.10   SIP 254 Request: OPTIONS sip:192.0.2.10 | \n",
}

// readTsharkSummary reads a line of it, whose protocol stands at p.
func readTsharkSummary(s *scanner, p, _ int, l *textLine) (f found, ok bool) {
	col := p - l.start
	if !s.protocolColumn(p) {
		return f, false
	}
	before, info := l.text[:col], l.text[col:]
	src, dst, ok := summaryEnds(before)
	if !ok || s.treeFollows(l) {
		return f, false
	}
	f = found{head: l.start, end: l.next, format: tsharkSummary, form: sip.Summary}
	f.env.Src, f.env.Dst = hostPortOf(before, src), hostPortOf(before, dst)
	f.env.Time = tsharkTime(before, int(src.Off))

	start, ok := readSummaryStart(info, p)
	if !ok {
		return f, false
	}
	s.addSummary(&f, l, start)
	return f, true
}

// addSummary puts the message with a start line together, f.more the next one of a packet with several.
func (s *scanner) addSummary(f *found, l *textLine, start summaryStart) {
	s.b.reset(l.start)
	if start.status {
		s.b.escape(start.from, start.from, "SIP/2.0 ")
	}
	s.b.add(start.from, start.to)
	switch {
	case !start.status:
		s.b.escape(start.to, start.to, " SIP/2.0")
	case start.to-start.from == 3:
		s.b.escape(start.to, start.to, " ")
	}
	f.more = nil
	if next, ok := readSummaryStart(l.text[start.next-l.start:], start.next); ok {
		f.more = func(f *found) bool {
			s.addSummary(f, l, next)
			return true
		}
	}
}

// summaryStart is what the list says of a message: document bytes [from, to) are its start line but for "SIP/2.0".
type summaryStart struct {
	from, to, next int // next is where the line goes on
	status         bool
}

// readSummaryStart reads `Request: OPTIONS sip:192.0.2.10` or `Status: 200 OK` in info, which stands at document offset `at`.
func readSummaryStart(info []byte, at int) (r summaryStart, ok bool) {
	i := bytes.Index(info, []byte(": "))
	if i < 0 {
		return r, false
	}
	kind := info[:i]
	text := info[i+len(": "):]
	end, next := len(text), len(info)
	for _, mark := range []string{" | ", " |", "  (", ", in-dialog", ", with session description", "[Malformed Packet", "[Packet size limited"} {
		if k := bytes.Index(text[:end], []byte(mark)); k >= 0 && (mark != " |" || k+len(mark) == len(text)) {
			if end = k; mark == " | " {
				next = i + len(": ") + k + len(mark)
			}
		}
	}
	text = bytes.TrimRight(text[:end], " \t")
	r.from, r.next = at+i+len(": "), at+next
	switch {
	case bytes.HasSuffix(kind, []byte("Status")):
		// Status: 200 OK (INVITE)
		if k := bytes.LastIndex(text, []byte(" (")); k > 0 && text[len(text)-1] == ')' && isMethodName(text[k+2:len(text)-1]) {
			text = text[:k]
		}
		r.status = true
		ok = len(text) >= 3 && allDigits(text[:3]) && (len(text) == 3 || text[3] == ' ')
	case bytes.HasSuffix(kind, []byte("Request")):
		var method, uri []byte
		method, uri, ok = bytes.Cut(text, []byte(" "))
		ok = ok && isMethodName(method) && len(uri) > 0 && bytes.IndexByte(uri, ' ') < 0
	}
	r.to = r.from + len(text)
	return r, ok
}

// summaryEnds returns the columns source and destination, the last ones of the line before the protocol.
func summaryEnds(before []byte) (src, dst Range, ok bool) {
	arrow, width := bytes.Index(before, []byte("→")), len("→")
	if arrow < 0 {
		arrow, width = bytes.Index(before, []byte("->")), len("->")
	}
	if arrow >= 0 {
		src, dst = lastWord(before, arrow), trimRange(before, arrow+width, len(before))
		return src, dst, src.Len > 0 && dst.Len > 0
	}
	dst = lastWord(before, len(before))
	src = lastWord(before, int(dst.Off))
	return src, dst, isAddress(dst.In(before)) && isAddress(src.In(before)) && isDigit(bytes.TrimLeft(before, " ")[0])
}

// lastWord returns the last word of b[:end].
func lastWord(b []byte, end int) Range {
	r := trimRange(b, 0, end)
	i := bytes.LastIndexAny(r.In(b), " \t") + 1
	return Range{r.Off + int32(i), r.Len - int32(i)}
}

// treeFollows reports whether the tree of the packet with this line stands behind it, so that the message is there once more.
func (s *scanner) treeFollows(l *textLine) bool {
	number := bytes.TrimLeft(l.text, " ")
	n := 0
	for n < len(number) && isDigit(number[n]) {
		n++
	}
	next := s.line(l.next)
	if len(next.text) == 0 && !next.none() {
		next = s.line(next.next)
	}
	frame, ok := bytes.CutPrefix(next.text, treeFrame)
	return ok && n > 0 && len(frame) > n && bytes.Equal(frame[:n], number[:n]) && !isDigit(frame[n])
}

// tsharkTime returns the column of the time, before the source at src: a number of seconds, or a date and a time of day.
func tsharkTime(b []byte, src int) Range {
	if r := logTime(b[:src]); r.Len > 0 {
		return r
	}
	r := trimRange(b, 0, src)
	for i := int(r.Off + r.Len); i > int(r.Off); i-- {
		if isBlank(b[i-1]) {
			return Range{int32(i), r.Off + r.Len - int32(i)}
		}
	}
	return Range{}
}

// isMethodName reports whether b is a method as RFCs write them.
func isMethodName(b []byte) bool {
	for _, c := range b {
		if c < 'A' || 'Z' < c {
			return false
		}
	}
	return len(b) > 2
}

// hostPortOf splits host and port unless the address is one of IPv6 without brackets, which has no port here.
func hostPortOf(b []byte, r Range) Endpoint {
	if bytes.Count(r.In(b), []byte(":")) > 1 && b[r.Off] != '[' {
		return Endpoint{Host: r}
	}
	return hostPort(b, r)
}
