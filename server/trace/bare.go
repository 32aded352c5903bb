package trace

import (
	"bytes"

	"sipls/server/sip"
)

const (
	// maxWireBody is how long a body may be for which a file with LF line ends is
	// searched for the place where Content-Length ends if each was CR LF on the wire.
	maxWireBody = 16 << 10
	// maxBelieved is the greatest Content-Length that is looked at. An edit behind a
	// message starts anew where its Content-Length could reach.
	maxBelieved = 1 << 20
	// maxGap is how far behind a body the next start line may stand.
	maxGap = 4 << 10
	// maxStartLine is how long a start line may be that ends a body.
	maxStartLine = 16 << 10
)

var (
	byteOrderMark = []byte("\ufeff")
	sipSlash      = []byte("SIP/")
)

// bare scans a text that holds nothing but messages: the first line of each
// segment that is not empty is a start line, whatever it says.
func (s *scanner) bare(at int, in State) *Segment {
	if in.Overlong {
		if end := s.nextBareStart(at, min(at+tileLen, s.n), in.MidLine); end > at {
			seg := &Segment{Len: end - at, Format: BareMessages}
			if end < s.n && (!s.lineStart(end) || !s.isBareStart(end)) {
				seg.Out = State{Overlong: true, MidLine: !s.lineStart(end)}
			}
			return seg
		}
	}
	m := s.bareMessage(at)
	if !m.found {
		return &Segment{Len: m.next - at, Format: BareMessages}
	}
	if in.Tiny == maxTiny && m.next-at < tinyLen {
		end := m.next
		for end < s.n && end-at < tileLen {
			next := s.bareMessage(end).next
			if next-end >= tinyLen {
				break
			}
			end = next
		}
		return &Segment{Len: end - at, Format: BareMessages}
	}
	one := newSingle(BareMessages)
	s.b.reset(at)
	s.b.add(m.start, m.end)
	s.b.parse(&one.message, s.doc, m.head.fields)
	m.judge(&one.message)
	one.segment.Len = m.next - at
	if m.log {
		s.mode = Log
	}
	if m.overlong {
		one.segment.Out = State{Overlong: true, MidLine: !s.lineStart(m.next)}
	}
	return &one.segment
}

// bareMessage is where a message of a bare text stands.
type bareMessage struct {
	found      bool // false: there are empty lines only, up to next
	start, end int
	next       int // behind the empty lines that follow it
	head       head
	short      bool // the text ends before Content-Length bytes are there
	overlong   bool // it is longer than our limits
	log        bool // what follows it is a log
}

// bareMessage finds the message that begins at `at`, maybe behind empty lines.
func (s *scanner) bareMessage(at int) bareMessage {
	from := at
	if bytes.Equal(s.bytes(from, min(from+len(byteOrderMark), s.n)), byteOrderMark) {
		from += len(byteOrderMark)
	}
	from = s.skipEmptyLines(from, at+tileLen)
	first := s.line(from)
	if first.none() || allBlank(first.text) {
		return bareMessage{next: max(from, first.next)}
	}
	m := bareMessage{found: true, start: from, head: s.bareHead(&first)}
	m.end = m.head.at
	if m.head.blank {
		m.end, m.short = s.bareBody(&m.head)
		if end := s.logBehind(&m.head, m.end); end > 0 {
			m.end, m.next, m.short, m.log = end, end, false, true
			return m
		}
	}
	if m.overlong = m.head.why == endLimit; m.overlong {
		m.next = m.end
	} else {
		m.next = s.skipEmptyLines(m.end, m.end+maxGap)
	}
	return m
}

// judge sets how complete and how exact the message is. The end of the text ends it, so
// that nothing can be missing from its head.
func (b *bareMessage) judge(m *sip.Message) {
	m.Head, m.Tail = sip.Part{Is: sip.Whole}, sip.Part{Is: sip.Whole}
	m.Exact = b.head.crlf && !b.overlong
	switch {
	case b.overlong:
		m.Tail = sip.Part{Is: sip.Cut, Reason: cutReason(endLimit, "the message")}
		if !b.head.blank {
			m.Head = m.Tail
		}
	case !b.head.blank && b.head.why == endOfText:
		m.Tail = sip.Part{Is: sip.Cut, Reason: "the text ends before the empty line that ends the header section"}
	case b.short:
		m.Tail = sip.Part{Is: sip.Cut, Reason: cutReason(endOfText, "the body")}
	}
}

// skipEmptyLines returns where the first line starts that begins at or behind `at` and is
// not blank; where there is none before limit, the last place up to it where a line starts, or
// limit in a line of blanks.
func (s *scanner) skipEmptyLines(at, limit int) int {
	line, i := at, at // line: where the last line starts
	for limit = min(limit, s.n); i < limit; {
		b := s.window(i)
		b = b[:min(len(b), limit-i)]
		k := 0
		for k < len(b) && isLineEndOrBlank(b[k]) {
			if b[k] == '\n' || b[k] == '\r' {
				line = i + k + 1
			}
			k++
		}
		i += k
		if k < len(b) {
			break
		}
	}
	s.see(i + 1)
	if i < limit {
		return line
	}
	if i == s.n {
		return s.n
	}
	// A CR LF stays together.
	if s.window(line)[0] == '\n' && line > at && s.bytes(line-1, line)[0] == '\r' {
		line++
	}
	if line == at {
		return limit
	}
	return line
}

func isLineEndOrBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// bareHead finds the end of the header section; it adds nothing.
func (s *scanner) bareHead(first *textLine) head {
	h := head{at: first.next, length: -1, crlf: first.next-first.end == 2}
	inLine := !first.terminated // the line that comes is the rest of a long one
	for {
		l := s.line(h.at)
		switch {
		case l.none():
			h.why = endOfText
			return h
		case l.next-first.start > maxHead:
			h.why = endLimit
			return h
		case inLine:
		case len(l.text) == 0:
			h.at, h.blank, h.why = l.next, true, endOfHead
			h.crlf = h.crlf || l.next-l.end == 2
			return h
		case isBlank(l.text[0]): // folded, whatever it says
		case isHeaderLine(l.text):
			h.note(l.text)
		case startAny(l.text) || sip.LooksLikeStartLine(l.text):
			h.why = endStart
			return h
		}
		h.crlf = h.crlf || l.next-l.end == 2
		h.at = l.next
		h.fields++
		inLine = !l.terminated
	}
}

// bareBody returns where the message ends. Content-Length is believed when a
// start line or the end of the text follows the body it announces; otherwise the next
// start line or the end of the text ends the message, and empty lines before it
// are not part of the body. short says that the text ends before Content-Length bytes are there.
func (s *scanner) bareBody(h *head) (end int, short bool) {
	if h.length >= 0 && h.length <= maxBelieved {
		if e := s.wireEnd(h); e >= 0 && s.messageMayEnd(h.at, e) {
			return e, false
		}
		e := h.at + h.length
		s.see(e + 1)
		if e <= s.n && s.messageMayEnd(h.at, e) {
			return e, false
		}
	}
	limit := min(h.at+maxBody, s.n)
	next := s.nextBareStart(h.at, limit, false)
	if next < s.n && (!s.lineStart(next) || !s.isBareStart(next)) {
		h.why = endLimit
		return next, false
	}
	end = s.trimEmptyLines(h.at, next)
	return end, next == s.n && h.length > sip.WireLen(s.bytes(h.at, end))
}

// logBehind returns where a log begins that somebody put behind bare messages: the first line behind the body that
// Content-Length announces, if an envelope or a message as logs hold them follows before the message ends
// at end. It is 0 where there is none.
func (s *scanner) logBehind(h *head, end int) int {
	if s.fixed || h.hasType("message/") || h.hasType("multipart/") {
		return 0
	}
	from := h.at
	if h.length > 0 {
		if from = s.wireEnd(h); from < 0 {
			from = h.at + h.length
		}
	}
	if from > h.at && from < end && !s.lineStart(from) {
		from = s.line(from).next
	}
	for at := from; at < min(end, from+tileLen); {
		l := s.line(at)
		if l.none() {
			break
		}
		if opens(l.text) != nil || s.holdsMessage(&l, from) {
			return from
		}
		at = l.next
	}
	return 0
}

// holdsMessage reports whether a message of a log begins on a line, other than at its start.
func (s *scanner) holdsMessage(l *textLine, first int) bool {
	i := bytes.Index(l.text, anchor)
	if i < 0 || i > maxPrefix || !l.terminated && l.next < s.n {
		return false
	}
	if _, _, ok := s.structured(l.start+i, first, l); ok {
		return true
	}
	st, _, ok := s.startLine(l.start+i, l, first, State{})
	return ok && (st.carrier != nil || st.col > 0 || st.format != Plain)
}

// nextBareStart returns where the first line in [from, to) starts that begins a message. If none
// does it returns where the last line starts that was not looked at to its end, or to itself. inLine
// says that from is in the middle of a line.
func (s *scanner) nextBareStart(from, to int, inLine bool) int {
	line := from // a line starts here
	if inLine {
		line = s.line(from).next
	}
	for line < to && (line == from || s.lineStart(line)) {
		p := s.find(sipSlash, line, to)
		if p < 0 {
			break
		}
		lo := max(line, p-maxStartLine)
		ls := lo
		if i := lastLineEnd(s.bytes(lo, p)); i >= 0 {
			ls = lo + i + 1
		}
		if (ls > lo || lo == line) && s.isBareStart(ls) {
			return ls
		}
		line = s.line(p).next
	}
	if line < to && to < s.n {
		lo := max(line, to-maxLine)
		if i := lastLineEnd(s.bytes(lo, to)); i >= 0 {
			return lo + i + 1
		}
	}
	return to
}

// trimEmptyLines returns the end of [from, to) without the empty lines at its end.
func (s *scanner) trimEmptyLines(from, to int) int {
	end := to // up to here all is empty lines
	for at := to; at > from; {
		lo := max(from, at-256)
		b := s.bytes(lo, at)
		for i := len(b) - 1; i >= 0; i-- {
			if !isLineEndOrBlank(b[i]) {
				return end
			}
			// The line end of a line that is not empty belongs to it.
			if b[i] == '\n' || b[i] == '\r' {
				end = lo + i + 1
				if b[i] == '\r' && end < to && s.bytes(end, end+1)[0] == '\n' {
					end++
				}
			}
		}
		at = lo
	}
	return from
}

// isBareStart reports whether the line that starts at `at` begins a message of a bare
// text: it is a start line, or a malformed one that a header field follows.
func (s *scanner) isBareStart(at int) bool {
	l := s.line(at)
	if !l.terminated && l.next < s.n {
		return false
	}
	return startAny(l.text) ||
		sip.LooksLikeStartLine(l.text) && !isHeaderLine(l.text) && !quotesStartLine(l.text) && isHeaderLine(s.line(l.next).text)
}

// wireEnd returns where the body ends if its line ends were CR LF on the
// wire and somebody saved them as LF; -1 when that gives no whole body or nothing says so.
func (s *scanner) wireEnd(h *head) int {
	if h.crlf || h.length == 0 || h.length > maxWireBody {
		return -1
	}
	b := s.bytes(h.at, min(h.at+h.length, s.n))
	at, wire := 0, 0
	const block = 512
	for at+block <= len(b) {
		n := block + bytes.Count(b[at:at+block], []byte{'\n'})
		if wire+n >= h.length {
			break
		}
		wire += n
		at += block
	}
	for ; at < len(b) && wire < h.length; at++ {
		if wire++; b[at] == '\n' {
			wire++
		}
	}
	if wire < h.length {
		return -1
	}
	return h.at + at
}

// messageMayEnd reports whether behind a body [from, at) only empty lines and then a start
// line or the end of the text follow. In the middle of a line nothing but a start line
// that is right beyond doubt may follow: the offset may have hit the next start line.
func (s *scanner) messageMayEnd(from, at int) bool {
	to := min(at+maxGap, s.n)
	s.see(to + 1)
	b := s.bytes(at, to)
	rest := bytes.TrimLeft(b, " \t\r\n")
	if len(rest) == 0 {
		return to == s.n
	}
	line := rest
	if i := bytes.IndexAny(rest, "\r\n"); i >= 0 {
		line = rest[:i]
	} else if to < s.n {
		return false
	}
	gap := len(b) - len(rest)
	if lastLineEnd(b[:gap]) >= 0 || s.lineStart(at) {
		return sip.LooksLikeStartLine(line)
	}
	if gap > 0 || !startAny(line) || !bytes.HasPrefix(line, anchor) && !isMethod(line[:bytes.IndexByte(line, ' ')]) {
		return false
	}
	before := s.bytes(max(from, at-maxPrefix), at)
	before = before[lastLineEnd(before)+1:]
	return !startAny(append(append([]byte(nil), before...), line...))
}

// isMethod reports whether b is a method that an RFC defines.
func isMethod(b []byte) bool {
	switch string(b) {
	case "INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "PRACK", "SUBSCRIBE", "NOTIFY", "PUBLISH", "INFO", "REFER", "MESSAGE", "UPDATE":
		return true
	}
	return false
}
