package trace

import (
	"bytes"

	"sipls/server/sip"
	"sipls/server/text"
)

// Limits keep the scanner linear and its memory bounded on any input. They are far
// beyond what SIP elements send: RFC 3261 section 18.1.1 already moves messages over
// 1300 bytes off UDP.
const (
	maxLine   = 64 << 10  // longer lines are read in parts
	maxPrefix = 1 << 10   // bytes before a start line on its line, and of a line that opens an envelope
	maxHead   = 256 << 10 // bytes of a header section
	maxBody   = 4 << 20   // bytes of a body
	tileLen   = 64 << 10  // text without SIP is cut into tiles of about this length

	// No SIP message has less than tinyLen bytes, its five mandatory header fields have more. An
	// excerpt may have; but what follows maxTiny such messages in a row and is as small is not
	// taken for one: each would take far more memory than its text.
	tinyLen = 64
	maxTiny = 64

	// envelopeLines is how many lines above a start line may belong to its envelope,
	// maxLookback how many bytes that and the prefix can be.
	envelopeLines = 12
	maxLookback   = (envelopeLines + 1) * maxPrefix
)

var (
	anchor = []byte("SIP/2.0")
	// sipWord begins the anchor and names the protocol where the version is left out. It is found as fast.
	sipWord = []byte("SIP")
)

// scanner cuts one document into segments, from left to right. What it remembers
// between two segments are answers about bytes, never a choice: a segment is a
// function of the bytes from its start on and the state there.
type scanner struct {
	doc   *text.Document
	n     int    // bytes in doc
	run   []byte // contiguous bytes of doc from runAt on
	runAt int
	seen  int // all bytes before it were looked at for this segment; n+1 when the end was
	b     builder
	arena []byte // text of carried lines of one message
	parts []part // and what it is made of

	prefix template // of the line at hand

	fixed bool // the user said how the text is to be read
	mode  Mode // behind the segment at hand

	noLF struct{ from, to int } // no LF stands in between
}

func newScanner(doc *text.Document, fixed bool) *scanner {
	return &scanner{doc: doc, n: int(doc.Len()), fixed: fixed}
}

// next returns the segment that starts at `at` in state in; at < s.n.
func (s *scanner) next(at int, in State) *Segment {
	s.seen, s.mode = at, in.Mode
	var seg *Segment
	if in.Mode == Bare {
		seg = s.bare(at, in)
	} else {
		seg = s.log(at, in)
	}
	seg.In = in
	seg.Out.Mode = s.mode
	switch {
	case seg.Len >= tinyLen:
	case len(seg.Messages) > 0:
		seg.Out.Tiny = min(in.Tiny+1, maxTiny)
	default:
		seg.Out.Tiny = in.Tiny
	}
	if s.mode != Bare {
		seg.Out.MidLine = !s.lineStart(at + seg.Len)
	}
	seg.Read = max(s.seen, at+seg.Len) - at
	return seg
}

// textLine is a line of the document.
type textLine struct {
	text       []byte // without the line end
	start      int
	end, next  int  // end of text; start of the following line
	terminated bool // it has a line end
	mark       int  // bytes at the start of the line end that stand for CR

	// Where a carrier read the line: text is what the parts stand for, and maybe none of the document.
	carried bool
	parts   []part
	eolIs   string // the line end that [end, next) stands for; "" for none
	asIs    bool   // that line end stands right before next
	whole   []byte // all of the line of the document; nil where it holds the message in one line
	alien   bool   // the line is none of the message's
	closed  bool   // no line follows: the text that holds the message is closed
}

// eol returns how many bytes of the message the line end is.
func (l *textLine) eol() int {
	switch {
	case l.carried:
		return len(l.eolIs)
	case l.mark > 0:
		return len(crlf)
	}
	return l.next - l.end
}

// crIsDot takes a point at the end of a line for the CR of its line end.
func (l *textLine) crIsDot() {
	if k := len(l.text) - 1; k >= 0 && l.text[k] == '.' && l.terminated {
		l.text, l.end, l.mark = l.text[:k], l.end-1, 1
	}
}

// none reports whether this is no line but the end of the text.
func (l *textLine) none() bool { return l.next == l.start }

// line reads the line that starts at `at`. A line longer than maxLine ends there
// without a line end.
func (s *scanner) line(at int) textLine {
	if at >= s.n {
		s.seen = s.n + 1
		return textLine{start: at, end: at, next: at}
	}
	to := min(at+maxLine, s.n)
	l := textLine{start: at, end: to, next: to}
	if lf := s.findLF(at, to); lf < to {
		l.end, l.next, l.terminated = lf, lf+1, true
	}
	if cr := s.indexByte('\r', at, l.end); cr < l.end {
		switch {
		case cr+1 < l.end:
			l.next = cr + 1
		case !l.terminated && l.next < s.n && s.window(l.next)[0] == '\n': // behind maxLine bytes
			l.next++
		}
		l.end, l.terminated = cr, true
	}
	l.text = s.bytes(at, l.end)
	s.see(l.next + 1) // an LF behind a CR would belong to it
	return l
}

// findLF returns the offset of the first LF in [at, to), to if there is none. Each byte
// is searched once, also where CR ends the lines.
func (s *scanner) findLF(at, to int) int {
	if at < s.noLF.from || s.noLF.to < at {
		s.noLF.from, s.noLF.to = at, at
	}
	if s.noLF.to < to {
		s.noLF.to = s.indexByte('\n', s.noLF.to, to)
		return s.noLF.to
	}
	return to
}

// indexByte returns the offset of the first c in [from, to), to if there is none. It copies nothing.
func (s *scanner) indexByte(c byte, from, to int) int {
	for from < to {
		b := s.window(from)
		b = b[:min(len(b), to-from)]
		if i := bytes.IndexByte(b, c); i >= 0 {
			return from + i
		}
		from += len(b)
	}
	return to
}

// lineStart reports whether a line starts at `at`, which is not the start of the text.
func (s *scanner) lineStart(at int) bool {
	if at >= s.n {
		return true
	}
	c := s.bytes(at-1, at)[0]
	return c == '\n' || c == '\r'
}

func (s *scanner) see(to int) { s.seen = max(s.seen, min(to, s.n+1)) }

// window returns contiguous bytes from `at` on.
func (s *scanner) window(at int) []byte {
	if at < s.runAt || at >= s.runAt+len(s.run) {
		s.run, s.runAt = s.doc.Run(text.Offset(at)), at
	}
	return s.run[at-s.runAt:]
}

// bytes returns document bytes, copied only where they are not contiguous.
func (s *scanner) bytes(from, to int) []byte {
	if from >= to {
		return nil
	}
	if b := s.window(from); len(b) >= to-from {
		return b[: to-from : to-from]
	}
	return s.doc.Slice(text.Offset(from), text.Offset(to))
}

// find returns the offset of the first sep, which is short, that starts in [from, to);
// -1 if there is none.
func (s *scanner) find(sep []byte, from, to int) int {
	for from < to {
		b := s.window(from)
		end := min(len(b), to-from+len(sep)-1)
		if i := bytes.Index(b[:end], sep); i >= 0 {
			s.see(from + i + len(sep))
			return from + i
		}
		s.see(from + end)
		if from+end >= s.n {
			s.seen = s.n + 1
			return -1
		}
		if end < len(b) {
			return -1
		}
		// It may stand across the border of two pieces of memory.
		border := from + end
		lo, hi := max(from, border-len(sep)+1), min(border+len(sep)-1, s.n)
		if i := bytes.Index(s.doc.Slice(text.Offset(lo), text.Offset(hi)), sep); i >= 0 && lo+i < to {
			s.see(lo + i + len(sep))
			return lo + i
		}
		s.see(hi)
		from = border
	}
	return -1
}

// log scans a text in which messages stand among other lines.
func (s *scanner) log(at int, in State) *Segment {
	limit := min(at+tileLen+maxLookback, s.n)
	scenarioEnd := -1
	if in.Mode == Scenario && !s.fixed {
		if scenarioEnd = s.find(endOfScenario, at, limit); scenarioEnd >= 0 {
			limit = scenarioEnd + len(endOfScenario)
		}
	}
	from, first := at, at // where a line starts, and the first one
	known := !in.MidLine
	for look := at; ; {
		p := s.find(sipWord, look, limit)
		if p < 0 && scenarioEnd >= 0 && limit-at <= tileLen {
			s.mode = Log // another text follows
			return &Segment{Len: limit - at, Format: Plain}
		}
		if p < 0 {
			return s.noise(at, limit)
		}
		least := 0
		if in.Tiny == maxTiny {
			least = tinyLen
		}
		s.see(p + len(anchor))
		if w := s.window(p); len(w) > len(sipWord) && w[len(sipWord)] != '/' && !isBlank(w[len(sipWord)]) {
			look = p + len(sipWord) // SIPp, PJSIP: most of them
			continue
		}
		versioned := bytes.Equal(s.bytes(p, min(p+len(anchor), s.n)), anchor)
		if !versioned && !s.protocolColumn(p) {
			look = p + len(sipWord)
			continue
		}
		if !known {
			from, known = s.skipLine(s.line(at)), true
			first = from
		}
		var st start
		var next int
		var ok bool
		var l textLine
		if p >= from {
			l, ok = s.lineAround(p, from)
		}
		if !ok {
			// The rest of a line whose start is far in front, or was looked at.
			s.arena, s.parts = s.arena[:0], s.parts[:0]
			if look = p + len(sipWord); !versioned {
				continue
			}
			if f, ok := s.farStructured(p, at); ok {
				if f.head > at {
					return &Segment{Len: f.head - at, Format: Plain}
				}
				if seg := s.found(&f, least); seg != nil {
					return seg
				}
				continue
			}
			if st, ok = s.escaped(p, max(at, p-maxPrefix), in.Mode); !ok {
				continue
			}
			if st.head > at {
				return &Segment{Len: st.head - at, Format: Plain}
			}
			if seg := s.message(&st, in.Mode, least); seg != nil {
				return seg
			}
			continue
		}
		if f, next, ok := s.structured(p, first, &l); ok {
			seg := s.found(&f, least)
			switch {
			case seg == nil:
				from = next
			case f.head > at:
				return &Segment{Len: f.head - at, Format: Plain}
			default:
				return seg
			}
			continue
		}
		if !versioned {
			look = p + len(sipWord)
			continue
		}
		st, next, ok = s.startLine(p, &l, first, in)
		if look = p + len(anchor); !ok {
			from = next
			continue
		}
		if least == 0 && st.head > at {
			return &Segment{Len: st.head - at, Format: Plain}
		}
		mode := in.Mode
		if st.scenario {
			mode = Scenario
		}
		switch seg := s.message(&st, mode, least); {
		case seg == nil:
			from = next
		case st.head > at:
			return &Segment{Len: st.head - at, Format: Plain}
		default:
			return seg
		}
	}
}

// protocolColumn reports whether the word at p is the protocol in a list of packets: "SIP 509 Request: ...",
// "SIP/SDP 864 Status: ...". Most mentions of SIP are told apart by the bytes behind them.
func (s *scanner) protocolColumn(p int) bool {
	const most = len("SIP/application  65535 ")
	at := p + len(sipWord)
	if b := s.bytes(at, min(at+1, s.n)); len(b) == 0 || b[0] != ' ' && b[0] != '/' && b[0] != '\t' {
		return false
	}
	s.see(p + most + len("Request:"))
	b := s.bytes(at, min(p+most+len("Request:"), s.n))
	i := 0
	for i < len(b) && (b[i] == '/' || isNameByte[b[i]]) {
		i++
	}
	n := len(b) - len(bytes.TrimLeft(b[i:], " \t"))
	if n == i {
		return false
	}
	for i = n; i < len(b) && isDigit(b[i]); i++ {
	}
	rest := bytes.TrimLeft(b[i:], " \t")
	return i > n && (bytes.HasPrefix(rest, []byte("Request:")) || bytes.HasPrefix(rest, []byte("Status:")))
}

// lineAround reads the line that holds p; a line starts at from, at or before p. ok is false for a line
// that is too long or begins too far in front.
func (s *scanner) lineAround(p, from int) (l textLine, ok bool) {
	lo := max(from, p-maxPrefix)
	ls := lo
	if i := lastLineEnd(s.bytes(lo, p)); i >= 0 {
		ls = lo + i + 1
	} else if lo > from {
		return s.line(p), false
	}
	l = s.line(ls)
	return l, l.terminated || l.next == s.n
}

// noise returns text without SIP from `at` on; no message starts before limit.
func (s *scanner) noise(at, limit int) *Segment {
	if limit-at <= tileLen {
		return &Segment{Len: limit - at, Format: Plain}
	}
	// Cut behind the last line that ends early enough: what follows may hold the
	// envelope of the next message.
	const block = 4 << 10
	for end := at + tileLen; end > at; end -= block {
		b := s.bytes(max(at, end-block), end)
		if bytes.IndexByte(b, '\n') >= 0 { // far faster than to look for the last one
			return &Segment{Len: end - len(b) + bytes.LastIndexByte(b, '\n') + 1 - at, Format: Plain}
		}
	}
	return &Segment{Len: tileLen, Format: Plain}
}

// start is a line that begins a message.
type start struct {
	line   textLine
	col    int // bytes before the start line on its line
	indent int // blanks before it, taken off the following lines too
	head   int // where the envelope begins
	format *Format
	env    Envelope

	scenario bool // the message stands in a CDATA section, with keywords of SIPp

	carrier carrier // nil: the lines stand in the text as they are, or indented
}

// startLine looks at the line around the anchor at p. A line starts at first,
// at or before p; nothing before first belongs to the segment. It is a start
// line if its form is right and an envelope stands above or a header field follows: prose
// that quotes a status line is none. next is where the following line starts.
func (s *scanner) startLine(p int, line *textLine, first int, in State) (st start, next int, ok bool) {
	l, ls := *line, line.start
	if in.Mode == Log {
		if st, ok := s.scenarioStart(p, &l, first); ok {
			return st, l.next, true
		}
	}
	s.arena, s.parts = s.arena[:0], s.parts[:0]
	col := -1
	for a := p - ls; col < 0; {
		if col = startColumn(l.text, a, in.Mode); col >= 0 {
			break
		}
		i := bytes.Index(l.text[min(a+len(anchor), len(l.text)):], anchor)
		if a += len(anchor) + i; i < 0 || a > maxPrefix {
			if st, next, ok = s.dotted(&l, p-ls, first, in); ok {
				return st, next, true
			}
			st, ok = s.dressed(p, &l, first, in)
			return st, l.next, ok
		}
	}
	if col == 0 && l.text[len(l.text)-1] == '.' {
		if st, next, ok = s.dotted(&l, p-ls, first, in); ok {
			return st, next, true
		}
	}
	st = s.startAt(&l, col)
	s.envelope(&st, first)
	if st.format.CRIsDot {
		if st.indent > 0 {
			return st, l.next, false // a packet in lines of equal width
		}
		st.head, st.format, st.env = ls, Plain, Envelope{}
	}
	if in.Mode == Scenario {
		return st, l.next, st.format != Plain || s.headerFollows(&st, in.Mode)
	}
	if s.headerFollows(&st, in.Mode) {
		s.undress(&st)
		return st, l.next, true
	}
	if s.carrierOf(&st, in.Mode) {
		return st, l.next, true
	}
	if esc, ok := s.escaped(p, first, in.Mode); ok {
		return esc, l.next, true
	}
	return st, l.next, st.format != Plain
}

// startAt is the start line that begins at col of a line.
func (s *scanner) startAt(l *textLine, col int) start {
	st := start{line: *l, col: col, head: l.start, format: Plain}
	for st.indent < col && isBlank(l.text[st.indent]) {
		st.indent++
	}
	if st.indent < col {
		st.indent = 0
	}
	return st
}

// dressed looks at a line in which something else than blanks stands behind a Request-Line with
// "SIP/2.0" at p: a sign for CR, a colour, a quote, or all of the message.
func (s *scanner) dressed(p int, l *textLine, first int, in State) (st start, ok bool) {
	if in.Mode == Scenario {
		return st, false
	}
	if col := requestColumn(l.text, p-l.start, in.Mode); col >= 0 {
		st = s.startAt(l, col)
		if s.envelope(&st, first); s.carrierOf(&st, in.Mode) && startAny(st.line.text) {
			return st, true
		}
	}
	return s.escaped(p, first, in.Mode)
}

// undress takes the lines of a message for carried ones where colours, references of XML or signs for CR
// stand in its first lines.
func (s *scanner) undress(st *start) {
	const look = 512
	b := s.bytes(st.line.start, min(st.line.start+look, s.n))
	colour := bytes.IndexByte(b, 0x1b) >= 0
	lt := bytes.Contains(b, []byte("&lt;"))
	s.see(st.line.start + look)
	c := &lineCarrier{colour: colour}
	if endsInMark(st.line.text) {
		c.readMark(st.line.text, s.line(st.line.next).text)
	}
	if !colour && !lt && c.mark == "" {
		return
	}
	if lt {
		c.decode = entities
	}
	if st.indent > 0 {
		c.prefix = newTemplate(st.line.text[:st.col])
	}
	st.carrier = c
	st.line = c.cut(s, &st.line, st.col)
	st.col, st.indent = 0, 0
}

// dotted looks at a line, with "SIP/2.0" at a, as startLine does: a start line whose CR is shown as a
// point, in an envelope of a format that shows it so or right behind such a message.
func (s *scanner) dotted(l *textLine, a, first int, in State) (st start, next int, ok bool) {
	st = start{line: *l, head: l.start, format: Plain}
	if st.line.crIsDot(); st.line.mark == 0 || startColumn(st.line.text, a, in.Mode) != 0 {
		return st, l.next, false
	}
	if in.SamePacket && l.start == first {
		st.format = ngrepByline
	} else {
		s.envelope(&st, first)
	}
	return st, l.next, st.format.CRIsDot && s.headerFollows(&st, in.Mode)
}

// skipLine returns where the next line starts, or an offset that this segment does not reach.
func (s *scanner) skipLine(l textLine) int {
	for far := l.next + tileLen + maxLookback; !l.terminated && !l.none() && l.next < far; {
		l = s.line(l.next)
	}
	return l.next
}

// lastLineEnd returns the index of the last LF or CR in b, -1 if there is none.
// One loop for both: a search for LF alone would read all of a text whose lines end in CR.
func lastLineEnd(b []byte) int {
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] == '\n' || b[i] == '\r' {
			return i
		}
	}
	return -1
}

// startColumn returns where the start line with "SIP/2.0" at a begins in
// line, -1 if there is none.
func startColumn(line []byte, a int, mode Mode) int {
	if len(line) < a+len(anchor) {
		return -1
	}
	rest := line[a+len(anchor):]
	if len(rest) >= 4 && rest[0] == ' ' && isDigit(rest[1]) && isDigit(rest[2]) && isDigit(rest[3]) {
		if (len(rest) == 4 || rest[4] == ' ') && (a == 0 || mayStandBefore(line[a-1]) || endsInColour(line[:a])) {
			return a
		}
		return -1
	}
	if !allBlank(rest) {
		return -1
	}
	return requestColumn(line, a, mode)
}

// requestColumn returns where the Request-Line with "SIP/2.0" at a begins in line, -1 if none does.
func requestColumn(line []byte, a int, mode Mode) int {
	if a < 2 || line[a-1] != ' ' {
		return -1
	}
	u := bytes.LastIndexByte(line[:a-1], ' ') + 1
	if u < 4 || !isRequestURI(line[u:a-1], mode) {
		return -1
	}
	m := u - 1
	for m > 0 && 'A' <= line[m-1] && line[m-1] <= 'Z' {
		m--
	}
	if u-1-m < 3 || m > 0 && !mayStandBefore(line[m-1]) && !endsInColour(line[:m]) && !endsInLineEnd(line[:m]) {
		return -1
	}
	return m
}

// endsInColour reports whether b ends in a colour sequence.
func endsInColour(b []byte) bool {
	i := bytes.LastIndexByte(b[max(0, len(b)-16):], 0x1b)
	if i < 0 || b[len(b)-1] != 'm' && b[len(b)-1] != 'K' {
		return false
	}
	i += max(0, len(b)-16)
	return sgr(b[i:]) == len(b)-i
}

// isRequestURI reports whether what stands between method and version looks like a
// Request-URI: with a scheme, a host or, in a SIPp scenario, a keyword; or the "*" of RFC 2543.
func isRequestURI(uri []byte, mode Mode) bool {
	return bytes.IndexByte(uri, ':') >= 0 || bytes.IndexByte(uri, '@') >= 0 || string(uri) == "*" ||
		mode == Scenario && bytes.IndexByte(uri, '[') >= 0
}

// mayStandBefore reports whether a start line can begin behind the byte c on its
// line: behind a blank, a quote, a bracket, but not inside a word or a path.
func mayStandBefore(c byte) bool {
	return !isNameByte[c] && c != '/' || c == '\'' || c == '`' || c == '.'
}

// headerFollows reports whether one of the next lines is a header field that SIP
// knows. The end of the text will do behind a line that is a Request-Line and nothing
// else: the text was cut there, or somebody is still writing it.
func (s *scanner) headerFollows(st *start, mode Mode) bool {
	at := st.line.next
	for i := range 4 {
		l := s.read(st, at)
		if l.none() {
			return i == 0 && st.col == 0 && st.carrier == nil && !bytes.HasPrefix(st.line.text, anchor)
		}
		if l.alien {
			return false
		}
		t := stripIndent(l.text, st.indent)
		if mode == Scenario && isKeywordLine(t) {
			return true
		}
		if !isHeaderLine(t) {
			return false
		}
		name := t[:bytes.IndexByte(t, ':')]
		if sip.LookupHeader(bytes.TrimRight(name, " \t")) != sip.HeaderOther {
			return true
		}
		at = l.next
	}
	return false
}

// isKeywordLine: in a SIPp scenario [last_Via:] and the like stand for header fields.
func isKeywordLine(line []byte) bool {
	line = bytes.TrimLeft(line, " \t")
	return len(line) > 2 && line[0] == '['
}

func stripIndent(line []byte, indent int) []byte {
	i := 0
	for i < indent && i < len(line) && isBlank(line[i]) {
		i++
	}
	return line[i:]
}

// envelope looks for an envelope before the start line on its line and above it, down to first, and
// stores what it finds in st.
func (s *scanner) envelope(st *start, first int) {
	if st.col > 0 && st.indent == 0 {
		for _, f := range formatsBefore() {
			if env, ok := f.Before(st.line.text[:st.col]); ok {
				st.format, st.env = f, env
				return
			}
		}
	}
	at := st.line.start
	for range envelopeLines {
		ls := s.lineBefore(at, first)
		if ls < 0 {
			break
		}
		l := s.line(ls)
		if f := opens(l.text); f != nil {
			if f.Opens(st.line.text) {
				break // the start line is quoted in the line above the next packet
			}
			if env, ok := f.Envelope(s.bytes(ls, st.line.start)); ok {
				st.head, st.format, st.env = ls, f, env
				if env.Direction == DirectionUnknown && st.col > st.indent {
					st.env.Direction = directionIn(st.line.text[:st.col])
				}
				return
			}
			break
		}
		at = ls
	}
	if st.col > 0 && st.indent == 0 {
		st.env.Time, st.env.Thread = logTime(st.line.text[:st.col]), logThread(st.line.text[:st.col])
	}
	s.plainEnvelope(st, first)
}

// lineBefore returns where the line before the one at `at` starts, -1 if there is none
// behind first or it is too long to be part of an envelope.
func (s *scanner) lineBefore(at, first int) int { return s.lineAbove(at, first, maxPrefix) }

// lineAbove is lineBefore for lines of at most `most` bytes.
func (s *scanner) lineAbove(at, first, most int) int {
	if at <= first || most <= 0 {
		return -1
	}
	lo := max(first, at-most)
	b := s.bytes(lo, at)
	end := len(b) - 1
	if end > 0 && b[end] == '\n' && b[end-1] == '\r' {
		end--
	}
	if i := lastLineEnd(b[:end]); i >= 0 {
		return lo + i + 1
	}
	if lo > first {
		return -1
	}
	return first
}
