package text

import (
	"bytes"
	"unicode/utf8"
)

// maxChunk is about the greatest length of a chunk. An edit copies a chunk and the
// table: this size balances the two at 50 MB. It is a variable so that
// tests can put chunk borders everywhere.
var maxChunk = 32 << 10

// minChunk is the least length of a chunk in a document of several. It bounds the
// table, whatever the edits.
func minChunk() int { return maxChunk / 4 }

// chunk is an immutable stretch of text. It begins and ends neither between CR and LF
// nor inside a valid UTF-8 sequence, so what is counted in chunks adds up.
type chunk struct {
	// text has a capacity that reaches at least to runEnd: up to there the next
	// chunks stand behind it in memory.
	text   []byte
	start  mark   // all that is before the chunk
	runEnd Offset // document offset up to which memory is contiguous
	loneCR bool   // some CR is not followed by LF
	flat   bool   // no valid sequence of several bytes: a byte is a code unit in all encodings
	valid  bool   // all is valid UTF-8
}

// mark counts what is before a place in a document.
type mark struct {
	off    Offset
	lines  int // line ends
	points int // code points
	utf16  int // UTF-16 code units
}

func (m mark) plus(o mark) mark {
	return mark{m.off + o.off, m.lines + o.lines, m.points + o.points, m.utf16 + o.utf16}
}

func (m mark) minus(o mark) mark {
	return mark{m.off - o.off, m.lines - o.lines, m.points - o.points, m.utf16 - o.utf16}
}

// units returns the code units before the mark, UTF-16 or UTF-32.
func (m mark) units(e Encoding) int {
	if e == UTF32 {
		return m.points
	}
	return m.utf16
}

// cut makes b, which begins at the mark at, into chunks of equal size. It
// returns the mark behind b too.
func cut(b []byte, at mark) ([]chunk, mark) {
	if len(b) == 0 {
		return nil, at
	}
	n := len(b)/maxChunk + 1
	chunks := make([]chunk, n)
	runEnd := at.off + Offset(len(b))
	from := 0
	for i := range chunks {
		to := len(b)
		if i < n-1 {
			to = scalarStart(b, (i+1)*(len(b)/n))
			if b[to-1] == '\r' && b[to] == '\n' {
				to--
			}
		}
		c := chunk{text: b[from:to], start: at, runEnd: runEnd}
		at = at.plus(c.measure())
		chunks[i] = c
		from = to
	}
	return chunks, at
}

// measure counts what is in the chunk and sets what the chunk knows of its text.
func (c *chunk) measure() mark {
	m := mark{off: Offset(len(c.text))}
	c.valid = utf8.Valid(c.text)
	m.points, m.utf16 = c.count(0, len(c.text))
	c.flat = m.points == len(c.text)
	lone := loneCRs(c.text, 0, len(c.text))
	c.loneCR = lone > 0
	m.lines = bytes.Count(c.text, lf) + lone
	return m
}

var lf = []byte{'\n'}

// breaks returns how many line ends have their last byte in text[from:to].
func (c *chunk) breaks(from, to int) int {
	n := bytes.Count(c.text[from:to], lf)
	if c.loneCR {
		n += loneCRs(c.text, from, to)
	}
	return n
}

// loneCRs counts the CRs in b[from:to] that no LF follows in b.
func loneCRs(b []byte, from, to int) int {
	n := 0
	for from < to {
		i := bytes.IndexByte(b[from:to], '\r')
		if i < 0 {
			break
		}
		// Runs of CR would make a search for each byte.
		for from += i; from < to && b[from] == '\r'; from++ {
			if from+1 == len(b) || b[from+1] != '\n' {
				n++
			}
		}
	}
	return n
}

// lineStart returns where the line behind the n-th line end of the chunk starts,
// n from 1 to the number of line ends.
func (c *chunk) lineStart(n int) int {
	at := 0
	for _, block := range [...]int{4 << 10, 256} {
		for {
			to := min(at+block, len(c.text))
			k := c.breaks(at, to)
			if k >= n {
				break
			}
			n -= k
			at = to
		}
	}
	for {
		b := c.text[at]
		at++
		if b == '\n' || b == '\r' && (at == len(c.text) || c.text[at] != '\n') {
			if n--; n == 0 {
				return at
			}
		}
	}
}
