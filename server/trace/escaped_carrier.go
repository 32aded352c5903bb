package trace

import (
	"bytes"

	"sipls/server/sip"
)

// escapedCarrier carries a message in one line of the text, its line ends spelled in another way.
type escapedCarrier struct {
	spelling *spelling
	quote    byte // closes the text, 0 where the line of the text does
	// guess is a line end that the text itself shows and nobody described: it counts only where something
	// follows that begins a line.
	guess []byte
	from  int
}

// minGuess is how many header fields show a line end that is in no list.
const minGuess = 3

// read returns the line of the message that starts at `at`.
func (c *escapedCarrier) read(s *scanner, at int) textLine {
	l := textLine{start: at, end: at, next: at, carried: true}
	if at-c.from > maxHead+maxBody {
		l.closed = true
		return l
	}
	first, arena := len(s.parts), len(s.arena)
	run, i := at, at
	flush := func(to int) {
		if to > run {
			s.parts = append(s.parts, part{from: run, to: to})
			s.arena = append(s.arena, s.bytes(run, to)...)
		}
	}
	end := func(to, next int) textLine {
		flush(to)
		l.end, l.next, l.terminated = to, next, true
		l.text, l.parts = s.arena[arena:len(s.arena):len(s.arena)], s.parts[first:len(s.parts):len(s.parts)]
		s.see(next + 1)
		l.closed = next == at
		return l
	}
	limit := min(at+maxLine, s.n)
	for i < limit {
		w := s.window(i)
		w = w[:min(len(w), limit-i)]
		k := 0
		for k < len(w) && !c.stops(w[k]) {
			k++
		}
		if i += k; k == len(w) {
			continue
		}
		b := s.bytes(i, min(i+maxEscape, s.n))
		if b[0] == '\n' || b[0] == '\r' {
			return end(i, i)
		}
		if c.guess != nil {
			if bytes.HasPrefix(b, c.guess) && c.goesOn(s, i+len(c.guess)) {
				l.eolIs = crlf
				return end(i, i+len(c.guess))
			}
			i++
			continue
		}
		if e, ok := c.spelling.endAt(b); ok {
			l.eolIs = e.is
			if e.is == "\r" {
				l.eolIs = crlf
			}
			return end(i, i+len(e.text))
		}
		if c.quote != 0 && c.closes(b) {
			return end(i, i)
		}
		if c.spelling.read != nil {
			if is, n := c.spelling.read(b); n > 0 {
				flush(i)
				s.parts = append(s.parts, part{i, i + n, is})
				s.arena = append(s.arena, is...)
				i += n
				run = i
				continue
			}
		}
		i++
	}
	out := end(limit, limit)
	out.terminated = limit == s.n
	return out
}

// maxEscape is longer than any escape and than any line end.
const maxEscape = 24

// stops reports whether read has to look at a byte.
func (c *escapedCarrier) stops(b byte) bool {
	if b == '\n' || b == '\r' || c.quote != 0 && b == c.quote {
		return true
	}
	if c.guess != nil {
		return b == c.guess[0]
	}
	return bytes.IndexByte([]byte(c.spelling.lead), b) >= 0
}

// closes reports whether b begins with the quote that closes the text.
func (c *escapedCarrier) closes(b []byte) bool {
	if c.spelling == twice {
		return len(b) > 1 && b[0] == '\\' && b[1] == c.quote || b[0] == c.quote
	}
	return b[0] == c.quote
}

// goesOn reports whether what stands at `at` begins a line of a message: a header field, an SDP line,
// the next line end, or nothing more.
func (c *escapedCarrier) goesOn(s *scanner, at int) bool {
	const look = 64
	b := s.bytes(at, min(at+look, s.n))
	s.see(at + look + 1)
	if len(b) == 0 || b[0] == '\n' || b[0] == '\r' || isKnownHeaderLine(b) || isSDPLine(b) {
		return true
	}
	if c.blank() {
		return isBlank(b[0]) && isSDPLine(b[1:])
	}
	return bytes.HasPrefix(b, c.guess) || isHeaderLine(b)
}

// blank reports whether line ends are shown as blanks, so that nobody can say where each of them was.
func (c *escapedCarrier) blank() bool { return c.guess != nil && allBlank(c.guess) }

// escaped looks for a message with "SIP/2.0" at p in which line ends are spelled in another way, so that
// it stands in one line of the text; nothing before first belongs to it.
func (s *scanner) escaped(p, first int, mode Mode) (st start, ok bool) {
	if p+len(anchor) >= s.n || mode == Scenario {
		return st, false
	}
	lo, hi := max(first, p-maxPrefix), min(p+len(anchor)+maxPrefix, s.n)
	s.see(p + len(anchor) + 1)
	if c := s.bytes(p+len(anchor), p+len(anchor)+1)[0]; c == '/' || c == '.' || isAlphanumeric(c) {
		return st, false
	}
	w := s.bytes(lo, hi)
	a := p - lo
	if i := lastLineEnd(w[:a]); i >= 0 {
		lo += i + 1
		w, a = w[i+1:], a-i-1
	}
	if i := bytes.IndexAny(w[a:], "\r\n"); i >= 0 {
		w = w[:a+i]
	}
	col := looseColumn(w, a, mode)
	if col < 0 {
		return st, false
	}
	s.see(p + len(anchor) + maxPrefix)
	c := &escapedCarrier{from: lo + col}
	if c.spelling = s.spellingBehind(w, a); c.spelling == nil {
		if c.guess = guessLineEnd(w[a:]); c.guess == nil {
			return st, false
		}
	}
	if col > 0 {
		if q := w[col-1]; q == '"' || q == '\'' || q == '`' {
			c.quote = q
		}
	}
	if c.quote == 0 && c.spelling == twice {
		c.spelling = backslash
	}
	st = start{col: 0, head: lo, format: Plain, carrier: c}
	if st.line = c.read(s, lo+col); !startAny(st.line.text) {
		return st, false
	}
	st.head = max(lo, lo+col-s.recordStart(w[:col]))
	return st, s.headerFollows(&st, mode)
}

// recordStart returns how many bytes before a message belong to its record: all of the line, or what
// stands since the record of a list began.
func (s *scanner) recordStart(before []byte) int {
	if i := bytes.LastIndex(before, []byte("},{")); i >= 0 {
		return len(before) - i - 2
	}
	if i := bytes.LastIndex(before, []byte("}, {")); i >= 0 {
		return len(before) - i - 3
	}
	return len(before)
}

// spellingBehind returns how line ends are spelled in w, which holds a start line with "SIP/2.0" at a and
// what follows it; nil where it shows none that is known.
func (s *scanner) spellingBehind(w []byte, a int) *spelling {
	rest := w[a+len(anchor):]
	if k, e := spellingAt(rest); k != nil {
		if beginsLine(rest[len(e.text):], k) {
			return k
		}
		return nil
	}
	if len(rest) == 0 || rest[0] != ' ' {
		return nil
	}
	for i := 0; i < min(len(rest), 256); i++ {
		if k, e := spellingAt(rest[i:]); k != nil && beginsLine(rest[i+len(e.text):], k) {
			return k
		}
	}
	return nil
}

// beginsLine reports whether a header field that SIP knows follows, or is cut off.
func beginsLine(b []byte, k *spelling) bool {
	if isKnownHeaderLine(b) {
		return true
	}
	// Any header field may come first; then another one follows.
	if !isHeaderLine(b) {
		return false
	}
	for i := range b[:min(len(b), 256)] {
		if e, ok := k.endAt(b[i:]); ok {
			return isKnownHeaderLine(b[i+len(e.text):])
		}
	}
	return false
}

// looseColumn returns where the start line with "SIP/2.0" at a begins in line, whatever follows its
// certain part; -1 if there is none.
func looseColumn(line []byte, a int, mode Mode) int {
	rest := line[a+len(anchor):]
	if len(rest) >= 4 && rest[0] == ' ' && isDigit(rest[1]) && isDigit(rest[2]) && isDigit(rest[3]) {
		if (len(rest) == 4 || !isAlphanumeric(rest[4])) && (a == 0 || mayStandBefore(line[a-1]) || endsInColour(line[:a]) || endsInLineEnd(line[:a])) {
			return a
		}
	}
	return requestColumn(line, a, mode)
}

// coreFields are the header fields that every message has, as they are written out.
var coreFields = [...]string{"Via:", "From:", "To:", "Call-ID:", "CSeq:", "Max-Forwards:", "Contact:", "Content-Length:"}

// guessLineEnd returns what stands before each header field in a line: a line end that is in no list.
func guessLineEnd(b []byte) []byte {
	var ends []int
	for i := 1; i < len(b) && len(ends) < minGuess; i++ {
		if b[i] < 'C' || b[i] > 'V' || isAlphanumeric(b[i-1]) || b[i-1] == '-' || b[i-1] == '_' {
			continue
		}
		for _, f := range coreFields {
			if len(b)-i > len(f) && sip.EqualFold(b[i:i+len(f)], f) {
				ends = append(ends, i)
				break
			}
		}
	}
	if len(ends) < minGuess {
		return nil
	}
	n := 0
	for n < maxEscape/2 && n < ends[0] {
		c := b[ends[0]-1-n]
		if b[ends[1]-1-n] != c || b[ends[2]-1-n] != c {
			break
		}
		n++
	}
	guess := b[ends[0]-n : ends[0]]
	for len(guess) > 0 && isAlphanumeric(guess[0]) {
		guess = guess[1:]
	}
	if len(guess) == 0 || bytes.IndexByte(guess, ':') >= 0 {
		return nil
	}
	return bytes.Clone(guess)
}
