package trace

import (
	"bytes"

	"sipls/server/sip"
)

// message reads the message that st begins, up to its end, and the lines
// behind it that belong to its envelope. It returns nil for one that is smaller than least bytes.
func (s *scanner) message(st *start, mode Mode, least int) *Segment {
	format := st.format
	if mode == Scenario {
		format = SIPpScenario
	}
	s.b.reset(st.head)
	s.b.addLine(st.line.start+st.col, &st.line)
	h := s.readHead(st, mode)
	x := extent{at: h.at, end: h.why}
	if h.blank {
		s.readBody(&x, st, &h, mode)
	}
	end := 0
	if c, ok := st.carrier.(*escapedCarrier); ok {
		end = s.record(st, c, x.at)
		format = st.format
	} else {
		end = s.trailer(x.at, format)
	}
	if end-st.head < least {
		return nil
	}
	one := newSingle(format)
	s.b.parse(&one.message, s.doc, h.fields)
	judge(&one.message, st, mode, &h, &x)
	one.envelopes[0] = st.env
	one.segment.Len = end - st.head
	one.segment.Out.SamePacket = st.line.mark > 0 && end == x.at
	if c, ok := st.carrier.(*lineCarrier); ok && c.strict {
		s.others(&one.segment, st, mode)
	}
	return &one.segment
}

// why says what ended a part of a message.
type why uint8

const (
	endOfText  why = iota
	endOfHead      // the empty line
	endMarker      // an envelope line, a closing line
	endStart       // the next start line
	endForeign     // a line that belongs to no message
	endLength      // Content-Length bytes are there
	endLimit       // our own limit
	endClosed      // the text that holds the message is closed
)

// head is what reading the header section found out.
type head struct {
	at          int // behind the empty line, or where the section broke off
	blank       bool
	why         why
	fields      int // lines
	last        sip.HeaderID
	length      int // Content-Length, -1 when there is none
	contentType []byte
	crlf        bool // the start line ends in CR LF

	prev, widest int  // bytes of the line before, and of the longest one
	ends         byte // the last byte of the line before
	wrapped      bool // somebody broke long lines
	damaged      bool // a line among the header fields is none
}

// readHead adds the header section.
func (s *scanner) readHead(st *start, mode Mode) head {
	h := head{at: st.line.next, length: -1, crlf: st.line.eol() == 2}
	h.measure(&st.line)
	for {
		l := s.read(st, h.at)
		if l.none() {
			h.why = endOfText
			if l.closed {
				h.why = endClosed
			}
			return h
		}
		if l.alien {
			h.why = s.alien(&l)
			return h
		}
		if l.next-st.line.start > maxHead || !l.terminated && l.next < s.n {
			h.why = endLimit
			return h
		}
		t := stripIndent(l.text, st.indent)
		skip := len(l.text) - len(t)
		if mode == Scenario {
			if i := bytes.Index(t, endOfCDATA); i >= 0 {
				s.b.add(l.start+skip, l.start+skip+i)
				h.at, h.why = l.next, endMarker
				return h
			}
		}
		switch {
		case len(t) == 0 && st.line.mark > 0 && l.mark == 0:
			h.why = endForeign // an empty line of the message has its point
			return h
		case !l.carried && !l.terminated && allBlank(t):
			// The text ends in the indentation of a line, or of the empty one: nobody knows.
			s.b.add(l.start+skip, l.next)
			h.at, h.why = l.next, endOfText
			return h
		case len(t) == 0 || st.indent > 0 && allBlank(t):
			s.b.addLine(l.end, &l)
			h.at, h.blank, h.why = l.next, true, endOfHead
			return h
		case skip < st.indent:
			h.why = endForeign
			if opens(l.text) != nil || closes(l.text) {
				h.why = endMarker
			}
			return h
		case isHeaderLine(t):
			if h.last = h.note(t); h.last == sip.HeaderOther {
				if mode == Log && isURI(t) && s.isWrapped(&h, st, &l, t) {
					h.join(s, st, &l, skip)
					continue
				}
				// `file.js:94 received:INVITE ...` has the form of a header field.
				if holdsStartLine(t) {
					h.why = endStart
					return h
				}
				if st.format.Opens != nil && len(t) >= minMarker && st.format.Opens(t) {
					h.why = endMarker
					return h
				}
				if l.carried && l.whole != nil && opens(l.whole) != nil {
					h.why = endMarker
					return h
				}
			}
		case isBlank(t[0]) && mode == Log && s.beginsElsewhere(&l, t):
			h.why = endStart
			return h
		case isBlank(t[0]): // folded
		case mode == Scenario && isKeywordLine(t):
		case mode == Log && isSDPLine(t) && h.hasType("application/sdp") && bytes.HasPrefix(t, []byte("v=")):
			// The logger left out the empty line.
			s.b.escape(h.at, h.at, crlf) // where the line before ends: others may stand in between
			h.blank, h.why = true, endOfHead
			return h
		case mode == Log && s.isWrapped(&h, st, &l, t):
			h.join(s, st, &l, skip)
			continue
		default:
			if h.why = s.foreign(t, &l, st); h.why == endForeign && mode == Log {
				if behind := s.behindForeign(l.next, st, false); behind > 0 {
					h.at = behind
					continue
				}
			}
			if h.why != endOfHead {
				return h
			}
			// In a log whose line ends are not those of the wire that is the log's damage.
			if mode == Log && !h.crlf {
				if bytes.IndexByte([]byte(" \t,;=/<"), h.ends) >= 0 || bytes.IndexByte([]byte(";,=>"), t[0]) >= 0 {
					h.join(s, st, &l, skip)
					continue
				}
				h.damaged = true
			}
		}
		s.b.addLine(l.start+skip, &l)
		h.at = l.next
		h.fields++
		h.measure(&l)
	}
}

const (
	// narrow is the least width at which somebody's terminal breaks lines.
	narrow = 60
	// ragged is by how many bytes broken lines differ: a sign may have more than one.
	ragged = 3
)

// measure notes how long a line of the text is.
func (h *head) measure(l *textLine) {
	h.prev = len(l.text)
	if l.whole != nil {
		h.prev = len(l.whole)
	}
	h.widest = max(h.widest, h.prev)
	if h.ends = 0; len(l.text) > 0 {
		h.ends = l.text[len(l.text)-1]
	}
}

// isWrapped reports whether a line is the rest of the one before, which a terminal or a mail program broke: that one
// is as long as any, and the message goes on.
func (s *scanner) isWrapped(h *head, st *start, l *textLine, t []byte) bool {
	if h.fields == 0 || h.prev < narrow || h.prev+ragged < h.widest || len(l.text) > h.prev+ragged || len(t) == 0 ||
		s.endsMessage(t, l) != endOfHead || holdsStartLine(t) {
		return false
	}
	at := l.next
	for range fewLines {
		next := s.read(st, at)
		switch {
		case next.none() || next.alien || isLogLine(next.text):
			return false
		case isKnownHeaderLine(stripIndent(next.text, st.indent)) || allBlank(next.text):
			return true
		case len(l.text)+ragged < h.widest:
			return false // a short line is the last part
		}
		l = &next
		at = next.next
	}
	return false
}

// isURI reports whether a line begins with a URI, which looks like a header field.
func isURI(t []byte) bool {
	for _, scheme := range [...]string{"sip:", "sips:", "tel:", "urn:"} {
		if hasPrefixFold(t, scheme) {
			return true
		}
	}
	return false
}

// join adds a line to the one before.
func (h *head) join(s *scanner, st *start, l *textLine, skip int) {
	s.b.dropLineEnd()
	s.b.addLine(l.start+skip, l)
	h.at, h.wrapped = l.next, true
	h.measure(l)
}

// note keeps the header fields that decide where the body ends. It returns which field the line is.
func (h *head) note(line []byte) sip.HeaderID {
	colon := bytes.IndexByte(line, ':')
	id := sip.LookupHeader(bytes.TrimRight(line[:colon], " \t"))
	switch id {
	case sip.HeaderContentLength:
		if value := bytes.TrimSpace(line[colon+1:]); h.length < 0 && allDigits(value) && len(value) < 9 {
			h.length = 0
			for _, c := range value {
				h.length = h.length*10 + int(c-'0')
			}
		}
	case sip.HeaderContentType:
		h.contentType = bytes.TrimSpace(line[colon+1:])
	}
	return id
}

// hasType reports whether the Content-Type begins so, letter case ignored.
func (h *head) hasType(prefix string) bool {
	return len(h.contentType) >= len(prefix) && sip.EqualFold(h.contentType[:len(prefix)], prefix)
}

// foreign says what a line is that is no header field: the end of the message,
// or (endOfHead) a damaged line in the middle of it.
func (s *scanner) foreign(t []byte, l *textLine, st *start) why {
	if end := s.endsMessage(t, l); end != endOfHead {
		return end
	}
	if holdsStartLine(t) {
		return endStart
	}
	if after := stripIndent(s.read(st, l.next).text, st.indent); isHeaderLine(after) && !isLogLine(after) {
		return endOfHead
	}
	return endForeign
}

// beginsElsewhere reports whether an indented line, which looks like the rest of a folded field, is one of another
// producer: it holds a start line, tells of a packet, or has the prefix of a log.
func (s *scanner) beginsElsewhere(l *textLine, t []byte) bool {
	if i := bytes.Index(t, sipWord); i >= 0 && !l.carried {
		if holdsStartLine(t) || s.protocolColumn(l.start+len(l.text)-len(t)+i) {
			return true
		}
	}
	text := bytes.TrimLeft(t, " \t")
	return len(text) > 0 && isDigit(text[0]) && kamailioLog.Matches(t)
}

// behindForeign returns where the message goes on behind lines of a log that another writer put among
// its own: at a header field that SIP knows, in a body at an SDP line. It is 0 where it does not.
func (s *scanner) behindForeign(at int, st *start, body bool) int {
	for range fewLines {
		l := s.read(st, at)
		t := stripIndent(l.text, st.indent)
		switch {
		case l.none() || l.alien || len(l.text)-len(t) < st.indent:
			return 0
		case !body && isKnownHeaderLine(t) || body && isSDPLine(t):
			return at
		case !isLogLine(t) || opens(l.text) != nil || holdsStartLine(t):
			return 0
		}
		at = l.next
	}
	return 0
}

// alien says what ends a message before a line that is none of its own.
func (s *scanner) alien(l *textLine) why {
	switch {
	case opens(l.text) != nil || closes(l.text):
		return endMarker
	case holdsStartLine(l.text):
		return endStart
	}
	return endForeign
}

// endsMessage says whether a line shows that the message above is over, endOfHead if it does
// not; t is the line without indentation.
func (s *scanner) endsMessage(t []byte, l *textLine) why {
	switch {
	case opens(l.text) != nil || closes(l.text) || l.whole != nil && (opens(l.whole) != nil || closes(l.whole)):
		return endMarker
	case startAny(t):
		return endStart
	case isLogLine(t):
		return endForeign
	}
	return endOfHead
}

// startAny reports whether a line is a well-formed start line.
func startAny(line []byte) bool {
	i := bytes.Index(line, anchor)
	return i >= 0 && startColumn(line, i, Log) == 0
}

// holdsStartLine reports whether a start line begins somewhere on the line.
func holdsStartLine(line []byte) bool {
	i := bytes.Index(line, anchor)
	return i >= 0 && startColumn(line, i, Log) >= 0
}

// extent is where and why a message ends.
type extent struct {
	at  int // behind the last line of the message
	end why
}

// readBody adds the body. The order of proof is: what ends an envelope, then
// Content-Length, then what cannot be part of a body: lengths in logs are often wrong.
// Where the log has LF, Content-Length may count CR LF or, as some senders write XML,
// LF; a body that is whole ends exactly where one of the two says.
func (s *scanner) readBody(x *extent, st *start, h *head, mode Mode) {
	x.at, x.end = h.at, endLength
	if h.length == 0 {
		return
	}
	if mode == Log {
		s.skipDoubledBlanks(x, st, h)
	}
	first := s.read(st, h.at)
	sdp := h.hasType("application/sdp") || len(h.contentType) == 0 && bytes.HasPrefix(stripIndent(first.text, st.indent), []byte("v=0"))
	if h.length < 0 && len(h.contentType) == 0 && !sdp {
		x.end = s.behindBlanks(st, h.at)
		return
	}
	nested := h.hasType("message/") || h.hasType("multipart/")
	raw, wire := 0, 0 // bytes of body so far, as they stand here and with CR LF
	blanks := -1      // where a run of empty lines began
	for at := h.at; ; {
		l := s.read(st, at)
		if l.mark > 0 && raw+len(l.text)+1 == h.length {
			l = s.line(at) // the point ends the body
		}
		if l.none() {
			x.end = endOfText
			if l.closed {
				x.end = endClosed
			}
			return
		}
		if l.alien {
			x.end = s.alien(&l)
			return
		}
		if at-h.at > maxBody || !l.terminated && l.next < s.n {
			x.end = endLimit
			return
		}
		t := stripIndent(l.text, st.indent)
		skip := len(l.text) - len(t)
		empty := len(t) == 0 || st.indent > 0 && allBlank(t)
		if mode == Scenario {
			if i := bytes.Index(t, endOfCDATA); i >= 0 {
				s.b.add(l.start+skip, l.start+skip+i)
				x.at, x.end = l.next, endMarker
				return
			}
		}
		switch {
		case empty && (sdp || h.length < 0):
			x.end = s.behindBlanks(st, l.next)
			return
		case empty:
		case sdp && isSDPLine(t) && skip == st.indent:
		default:
			x.end = s.endsMessage(t, &l)
			if x.end == endStart && nested {
				x.end = endOfHead
			}
			if x.end == endOfHead && (sdp || skip < st.indent) {
				x.end = endForeign
			}
			if x.end == endForeign && sdp && mode == Log && isLogLine(t) && wire < h.length {
				if behind := s.behindForeign(l.next, st, true); behind > 0 {
					at = behind
					continue
				}
			}
			if x.end != endOfHead {
				return
			}
			x.end = endLength
		}
		size := len(t)
		if empty {
			size = 0
		}
		// Content-Length bytes are there without the line end, or with it.
		whole, full := raw+size == h.length, raw+size+l.eol() >= h.length
		if !h.crlf && (wire+size == h.length || wire+size+2 == h.length) && !s.goesOn(l.next, st) {
			whole, full = wire+size == h.length, true
		}
		if sdp || h.length < 0 {
			whole, full = false, false
		}
		raw += size + l.eol()
		wire += size + 2
		if empty && !full {
			if blanks < 0 {
				blanks = l.start
			}
			at = l.next
			continue
		}
		if blanks >= 0 {
			s.addBlanks(blanks, l.start, st)
			blanks = -1
		}
		if empty {
			s.b.addLine(l.end, &l)
		} else if whole {
			s.b.add(l.start+skip, l.end)
		} else {
			s.b.addLine(l.start+skip, &l)
		}
		at = l.next
		x.at = at
		if full || whole {
			return
		}
	}
}

// goesOn reports whether the line at `at` looks like more of an XML document.
func (s *scanner) goesOn(at int, st *start) bool {
	t := stripIndent(s.read(st, at).text, st.indent)
	return len(t) > 1 && (t[0] == '<' && !isDigit(t[1]) && t[1] != '-' || isBlank(t[0]) && bytes.IndexByte(t, '<') >= 0)
}

// addBlanks adds the empty lines [from, to) without their indentation.
func (s *scanner) addBlanks(from, to int, st *start) {
	if st.indent == 0 && st.line.mark == 0 && st.carrier == nil {
		s.b.add(from, to)
		return
	}
	for from < to {
		l := s.read(st, from)
		if l.none() || l.alien || l.next > to {
			return
		}
		s.b.addLine(l.end, &l)
		from = l.next
	}
}

// fewLines is how many lines a look behind a message goes.
const fewLines = 4

// behindBlanks says what stands behind a message that ends at `at`.
func (s *scanner) behindBlanks(st *start, at int) why {
	for range fewLines {
		l := s.read(st, at)
		switch {
		case l.closed:
			return endClosed
		case l.none():
			return endOfText
		case l.alien:
			return s.alien(&l)
		case !allBlank(l.text):
			if end := s.endsMessage(bytes.TrimLeft(l.text, " \t"), &l); end != endOfHead {
				return end
			}
			return endForeign
		}
		at = l.next
	}
	return endForeign
}

// skipDoubledBlanks moves behind empty lines that somebody added to the one that ends the header section.
func (s *scanner) skipDoubledBlanks(x *extent, st *start, h *head) {
	if !h.hasType("application/sdp") || h.length == 0 {
		return
	}
	at := h.at
	for range fewLines {
		l := s.read(st, at)
		switch {
		case l.none() || l.alien:
			return
		case !allBlank(l.text):
			if bytes.HasPrefix(stripIndent(l.text, st.indent), []byte("v=0")) {
				h.at, x.at = at, at
			}
			return
		}
		at = l.next
	}
}

// trailer returns where the segment ends: behind empty lines and lines that
// close the envelope.
func (s *scanner) trailer(at int, f *Format) int {
	for range fewLines {
		l := s.line(at)
		if l.none() || !l.terminated && l.next < s.n || !allBlank(l.text) && (f.Closes == nil || !f.Closes(l.text)) {
			break
		}
		at = l.next
	}
	return at
}
