package trace

import (
	"bytes"

	"sipls/server/sip"
)

const (
	// maxWireBody is how long a body may be for which a file with LF line ends is
	// searched for the place where Content-Length ends if each was CR LF on the wire.
	maxWireBody = 16 << 10
	// maxGap is how far behind a body the next start line may stand.
	maxGap = 4 << 10
)

var byteOrderMark = []byte("\ufeff")

// bare scans a text that holds nothing but messages: the first line of each
// segment that is not empty is a start line, whatever it says.
func (s *scanner) bare(at int, in State) *Segment {
	from := at
	if in.Overlong {
		if from = s.skipOverlong(at, in); from > at {
			overlong := from < s.n && !s.isBareStart(from)
			return &Segment{Len: from - at, Out: State{Overlong: overlong, MidLine: overlong && !s.lineStart(from)}, Format: BareMessages}
		}
	}
	if bytes.Equal(s.bytes(from, min(from+len(byteOrderMark), s.n)), byteOrderMark) {
		from += len(byteOrderMark)
	}
	first := s.line(from)
	for allBlank(first.text) {
		if first.none() || first.next-at > tileLen {
			return &Segment{Len: first.next - at, Format: BareMessages}
		}
		first = s.line(first.next)
	}
	return s.bareMessage(at, &first)
}

// bareMessage reads the message whose start line is first.
func (s *scanner) bareMessage(at int, first *textLine) *Segment {
	h := s.bareHead(first)
	end, short := h.at, false
	if h.blank {
		end, short = s.bareBody(&h)
	}
	one := newSingle(BareMessages)
	m := &one.message
	s.b.reset(at)
	s.b.add(first.start, end)
	s.b.parse(m, s.doc, h.fields)
	// The end of the text ends the message, so that nothing of it can be missing here.
	m.Head, m.Tail = sip.Part{Is: sip.Whole}, sip.Part{Is: sip.Whole}
	m.Exact = h.crlf
	switch {
	case h.why == endLimit:
		m.Tail = sip.Part{Is: sip.Cut, Reason: cutReason(endLimit, "the message")}
		m.Exact = false
		if !h.blank {
			m.Head = m.Tail
		}
		return s.closeBare(one, at, end, State{Overlong: true, MidLine: !s.lineStart(end)})
	case !h.blank && h.why == endOfText:
		m.Tail = sip.Part{Is: sip.Cut, Reason: "the text ends before the empty line that ends the header section"}
	case short:
		m.Tail = sip.Part{Is: sip.Cut, Reason: cutReason(endOfText, "the body")}
	}
	for l := s.line(end); !l.none() && allBlank(l.text) && l.next-end <= maxGap; l = s.line(l.next) {
		one.segment.Len = l.next - at
	}
	return s.closeBare(one, at, max(end, at+one.segment.Len), State{})
}

func (s *scanner) closeBare(one *single, at, end int, out State) *Segment {
	one.segment.Len, one.segment.Out = end-at, out
	return &one.segment
}

// bareHead finds the end of the header section; it adds nothing.
func (s *scanner) bareHead(first *textLine) head {
	h := head{at: first.next, length: -1, crlf: first.next-first.end == 2}
	for {
		l := s.line(h.at)
		switch {
		case l.none():
			h.why = endOfText
			return h
		case len(l.text) == 0 && l.terminated:
			h.at, h.blank, h.why = l.next, true, endOfHead
			h.crlf = h.crlf || l.next-l.end == 2
			return h
		case l.next-first.start > maxHead:
			h.why = endLimit
			return h
		case isHeaderLine(l.text):
			h.note(l.text)
		case startAny(l.text) || sip.LooksLikeStartLine(l.text):
			h.why = endStart
			return h
		}
		h.crlf = h.crlf || l.next-l.end == 2
		h.at = l.next
		h.fields++
	}
}

// bareBody returns where the message ends. Content-Length is believed when a
// start line or the end of the text follows the body it announces; otherwise the next
// start line or the end of the text ends the message, and empty lines before it
// are not part of the body. short says that the text ends before Content-Length bytes are there.
func (s *scanner) bareBody(h *head) (end int, short bool) {
	if h.length >= 0 && h.length <= maxBody {
		if e := s.wireEnd(h); e >= 0 && s.messageMayEnd(h.at, e) {
			return e, false
		}
		e := h.at + h.length
		s.see(e + 1)
		if e <= s.n && s.messageMayEnd(h.at, e) {
			return e, false
		}
	}
	end = h.at
	for at := h.at; ; {
		l := s.line(at)
		switch {
		case l.none():
			return end, h.length > sip.WireLen(s.bytes(h.at, end))
		case l.next-h.at > maxBody:
			h.why = endLimit
			return at, false
		case s.isBareStart(at):
			return end, false
		}
		if !allBlank(l.text) {
			end = l.next
		}
		at = l.next
	}
}

// isBareStart reports whether the line that starts at `at` begins a message of a bare
// text: it is a start line, or a malformed one that a header field follows.
func (s *scanner) isBareStart(at int) bool {
	l := s.line(at)
	return startAny(l.text) ||
		sip.LooksLikeStartLine(l.text) && !isHeaderLine(l.text) && isHeaderLine(s.line(l.next).text)
}

// wireEnd returns where the body ends if its line ends were CR LF on the
// wire and somebody saved them as LF; -1 when that gives no whole body or nothing says so.
func (s *scanner) wireEnd(h *head) int {
	if h.crlf || h.length == 0 || h.length > maxWireBody {
		return -1
	}
	b := s.bytes(h.at, min(h.at+h.length, s.n))
	s.see(h.at + h.length + 1)
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

// skipOverlong returns where the rest of an overlong message ends that begins at `at`: before
// the next start line, or after about a tile. It is `at` when a start line stands there.
func (s *scanner) skipOverlong(at int, in State) int {
	if in.MidLine {
		return s.line(at).next
	}
	for end := at; ; {
		l := s.line(end)
		if l.none() || s.isBareStart(end) || end > at && l.next-at > tileLen {
			return end
		}
		end = l.next
	}
}
