package trace

import (
	"bytes"
	"strings"
)

// lineCarrier carries each line of a message in a line of its own, with more around it.
type lineCarrier struct {
	prefix template // before each line
	strict bool     // lines of other writers may stand in between
	blanks int      // blanks before each line but the first; instead of prefix
	mark   string   // stands for CR behind each line
	tail   string   // behind each line: a line end in another spelling and a quote; what follows is the logger's
	tailIs string   // the line end that tail stands for
	spaced bool     // an empty line follows each line
	colour bool     // colour sequences stand among the text
	decode *spelling
}

const (
	// maxForeign lines of other writers may stand between two lines of a message.
	maxForeign = 12
	// maxForeignLen is how many bytes they may have.
	maxForeignLen = 8 << 10
)

// crMarks stand for CR at the end of a line that ends in LF.
var crMarks = []string{"^M", `\r\n`, `\r`, "<CR><LF>", "<CR>", "[CR]", "<0d>", "<0D>", "␍␊", "␍", "#015", "#15", "<br>", "<br/>", "<br />", "<BR>"}

// lineCarrier says how the lines behind a start line are carried, nil where they are not.
func (s *scanner) lineCarrier(st *start) *lineCarrier {
	l := &st.line
	next := s.line(l.next)
	if next.none() {
		return nil
	}
	c := &lineCarrier{}
	prefix, text := l.text[:st.col], l.text[st.col:]
	if allBlank(next.text) && st.col == st.indent {
		// Each line may have got an empty one.
		third := s.line(next.next)
		fourth := s.line(third.next)
		if !isKnownHeaderLine(third.text) || !allBlank(fourth.text) || !isHeaderLine(s.line(fourth.next).text) {
			return nil
		}
		c.spaced = true
		return c
	}
	c.colour = bytes.IndexByte(text, 0x1b) >= 0 || bytes.IndexByte(next.text, 0x1b) >= 0
	c.readMark(text, next.text)
	if k := tailSpelling(text); k != nil {
		c.decode = k.spelling
		c.tail, c.tailIs = k.text, k.is
	}
	if st.col == 0 || st.indent == st.col {
		if c.mark == "" && c.tail == "" && !c.colour {
			return nil
		}
		if st.col > 0 {
			c.prefix = newTemplate(prefix)
		}
		return c
	}
	if len(prefix) > maxTemplate {
		return nil
	}
	whole := appendTemplate(s.prefix[:0], prefix)
	s.prefix = whole
	if len(whole) == 0 {
		return c // colours only
	}
	if isKnownHeaderLine(next.text) { // the prefix is that of the start line alone
		if c.mark == "" && !c.colour {
			return nil
		}
		return c
	}
	// A line of the same writer comes next, or soon behind lines of others.
	for at, n := next, 0; n < maxForeign && !at.none() && at.next-l.next < maxForeignLen; n++ {
		if t := whole.cutTo(at.text, true); t != nil && !holdsStartLine(at.text) {
			c.prefix, c.strict = t, true
			return c
		}
		at = s.line(at.next)
	}
	if t := whole.cutTo(next.text, false); t != nil && !holdsStartLine(next.text) {
		c.prefix = t
		return c
	}
	if blanks := len(next.text) - len(bytes.TrimLeft(next.text, " \t")); blanks > 0 && isKnownHeaderLine(next.text[blanks:]) {
		c.blanks = blanks
		return c
	}
	return nil
}

// endsInMark reports whether a line ends in what may stand for CR.
func endsInMark(line []byte) bool {
	for _, m := range crMarks {
		if bytes.HasSuffix(line, []byte(m)) {
			return true
		}
	}
	return false
}

// readMark looks for what stands for CR at the end of two lines.
func (c *lineCarrier) readMark(first, second []byte) {
	for _, m := range crMarks {
		if bytes.HasSuffix(first, []byte(m)) && bytes.HasSuffix(second, []byte(m)) {
			c.mark = m
			switch {
			case strings.HasPrefix(m, `\`):
				c.decode = backslash
			case m[0] == '<' && m[1]|0x20 == 'b':
				c.decode = entities
			}
			return
		}
	}
}

func (c *lineCarrier) read(s *scanner, at int) textLine {
	l := s.line(at)
	for from, n := at, 0; ; n++ {
		if l.none() || !l.terminated && l.next < s.n {
			return l
		}
		if c.colour && closes(l.text) {
			l.alien = true
			return l
		}
		if col := c.col(l.text); col >= 0 {
			return c.cut(s, &l, col)
		}
		if !c.strict || n == maxForeign || l.next-from > maxForeignLen {
			break
		}
		l = s.line(l.next)
	}
	l = s.line(at)
	l.alien = true
	return l
}

// col returns where the text of the message begins on a line, -1 where the line is none of its lines.
func (c *lineCarrier) col(line []byte) int {
	if c.prefix != nil {
		return c.prefix.match(line, c.strict)
	}
	if c.blanks == 0 {
		return 0
	}
	n := 0
	for n < c.blanks && n < len(line) && isBlank(line[n]) {
		n++
	}
	if n < c.blanks && n < len(line) {
		return -1
	}
	return n
}

// cut takes off what stands around the text of the message on a line.
func (c *lineCarrier) cut(s *scanner, l *textLine, col int) textLine {
	out := textLine{start: l.start + col, end: l.end, next: l.next, terminated: l.terminated, carried: true, whole: l.text}
	text := l.text[col:]
	if c.colour {
		for {
			i := bytes.LastIndexByte(text, 0x1b)
			if i < 0 || i+sgr(text[i:]) != len(text) || sgr(text[i:]) == 0 {
				break
			}
			text = text[:i]
		}
	}
	if out.asIs = l.next > l.end; out.asIs {
		out.eolIs = "\n"
		if l.next-l.end == len(crlf) {
			out.eolIs = crlf
		}
	}
	switch {
	case c.tail != "":
		i := bytes.Index(text, []byte(c.tail))
		if i < 0 {
			out = *l
			out.alien = true
			return out
		}
		text, out.eolIs, out.asIs = text[:i], c.tailIs, false
	case c.mark != "" && bytes.HasSuffix(text, []byte(c.mark)):
		text, out.eolIs, out.asIs = text[:len(text)-len(c.mark)], crlf, false
	}
	if c.spaced {
		if blank := s.line(l.next); !blank.none() && allBlank(blank.text) {
			out.next, out.asIs = blank.next, false
		}
	}
	out.end = out.start + len(text)
	s.decodeInto(&out, text, c.decode, c.colour)
	return out
}
