package text

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var encodings = []Encoding{UTF16, UTF8, UTF32}

// smallChunks puts chunk borders everywhere for the time of a test.
func smallChunks(t testing.TB) {
	was := maxChunk
	maxChunk = 32
	t.Cleanup(func() { maxChunk = was })
}

// naive answers what a Document answers, by walking over the text from its start.
type naive struct {
	text   string
	starts []int // of each line
	ends   []int // of each line, without the line end
}

func newNaive(text string) naive {
	n := naive{text: text, starts: []int{0}}
	for rest := text; ; {
		i := strings.IndexAny(rest, "\r\n")
		if i < 0 {
			break
		}
		at := len(text) - len(rest) + i
		size := 1
		if strings.HasPrefix(rest[i:], "\r\n") {
			size = 2
		}
		n.ends = append(n.ends, at)
		n.starts = append(n.starts, at+size)
		rest = rest[i+size:]
	}
	n.ends = append(n.ends, len(text))
	return n
}

func (n naive) apply(c Change) naive {
	start := min(max(int(c.Start), 0), len(n.text))
	end := max(start, min(int(c.End), len(n.text)))
	return newNaive(n.text[:start] + string(c.Text) + n.text[end:])
}

func (n naive) lineAt(off int) int {
	line := 0
	for line+1 < len(n.starts) && n.starts[line+1] <= off {
		line++
	}
	return line
}

// unitsOf returns the code units and bytes of the code point at the start of s.
func unitsOf(s string, e Encoding) (units, size int) {
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case e == UTF8:
		return size, size
	case e == UTF16 && r > 0xFFFF:
		return 2, size
	}
	return 1, size
}

func (n naive) position(off int, e Encoding) Position {
	off = min(max(off, 0), len(n.text))
	p := Position{Line: n.lineAt(off)}
	off = min(off, n.ends[p.Line])
	for at := n.starts[p.Line]; at < off; {
		units, size := unitsOf(n.text[at:], e)
		if at += size; at > off {
			break
		}
		p.Character += units
	}
	return p
}

func (n naive) offset(p Position, e Encoding) int {
	if p.Line < 0 {
		return 0
	}
	if p.Line >= len(n.starts) {
		return len(n.text)
	}
	at := n.starts[p.Line]
	for left := p.Character; at < n.ends[p.Line]; {
		units, size := unitsOf(n.text[at:], e)
		if left -= units; left < 0 {
			break
		}
		at += size
	}
	return at
}

// problem returns the first thing in which the document differs from the naive
// one, asking for all offsets and positions from first to last; "" if there is none.
func (n naive) problem(d *Document, first, last int) string {
	if got := string(d.Bytes()); got != n.text {
		return "Bytes:\n" + cmp.Diff(n.text, got)
	}
	if got := d.LineCount(); got != len(n.starts) {
		return fmt.Sprintf("LineCount() = %d, want %d", got, len(n.starts))
	}
	for off := first; off <= last; off++ {
		in := min(max(off, 0), len(n.text))
		if got, want := d.LineAt(Offset(off)), n.lineAt(in); got != want {
			return fmt.Sprintf("LineAt(%d) = %d, want %d", off, got, want)
		}
		if run := string(d.Run(Offset(off))); !strings.HasPrefix(n.text[in:], run) || run == "" && in < len(n.text) {
			return fmt.Sprintf("Run(%d) = %q", off, run)
		}
		for _, e := range encodings {
			got, want := d.Position(Offset(off), e), n.position(off, e)
			if got != want {
				return fmt.Sprintf("Position(%d, %v) = %v, want %v", off, e, got, want)
			}
			back := d.Offset(want, e)
			if int(back) > in || d.Position(back, e) != want {
				return fmt.Sprintf("Offset(%v, %v) = %d does not lead back to the position", want, e, back)
			}
			if line, column := d.Column(Offset(off)); e == UTF32 && (Position{line, column}) != want {
				return fmt.Sprintf("Column(%d) = %d, %d, want %v", off, line, column, want)
			}
		}
	}
	lines := [2]int{n.lineAt(first), n.lineAt(last)}
	if first < 0 {
		lines[0] = -1
	}
	if last > len(n.text) {
		lines[1]++
	}
	for line := lines[0]; line <= lines[1]; line++ {
		start, end := 0, 0
		switch {
		case line >= len(n.starts):
			start, end = len(n.text), len(n.text)
		case line >= 0:
			start, end = n.starts[line], n.ends[line]
		}
		if got := d.LineStart(line); int(got) != start {
			return fmt.Sprintf("LineStart(%d) = %d, want %d", line, got, start)
		}
		if got := d.LineEnd(line); int(got) != end {
			return fmt.Sprintf("LineEnd(%d) = %d, want %d", line, got, end)
		}
		for ch := max(first-start, -1); ch <= min(end, last)-start+1; ch++ {
			for _, e := range encodings {
				p := Position{line, ch}
				if got, want := d.Offset(p, e), n.offset(p, e); int(got) != want {
					return fmt.Sprintf("Offset(%v, %v) = %d, want %d", p, e, got, want)
				}
			}
		}
	}
	return tableProblem(d)
}

// tableProblem checks what the table of chunks promises.
func tableProblem(d *Document) string {
	at := mark{}
	for i, c := range d.chunks {
		if c.start != at {
			return fmt.Sprintf("chunk %d starts at %+v, want %+v", i, c.start, at)
		}
		if len(c.text) == 0 || len(d.chunks) > 1 && len(c.text) < minChunk() {
			return fmt.Sprintf("chunk %d of %d has %d bytes", i, len(d.chunks), len(c.text))
		}
		if int(c.runEnd-c.start.off) < len(c.text) || i+1 < len(d.chunks) && c.runEnd > d.chunks[i+1].runEnd {
			return fmt.Sprintf("chunk %d runs from %d to %d", i, c.start.off, c.runEnd)
		}
		at = at.plus(c.measure())
		if loneCR, flat, valid := d.chunks[i].loneCR, d.chunks[i].flat, d.chunks[i].valid; c.loneCR != loneCR || c.flat != flat || c.valid != valid {
			return fmt.Sprintf("chunk %d does not know its text", i)
		}
	}
	if d.end != at {
		return fmt.Sprintf("the document ends at %+v, want %+v", d.end, at)
	}
	return ""
}
