package text

import "sort"

// Position is a place in a document as LSP counts: the line from 0 and the code
// units of the agreed encoding before the place on that line.
type Position struct{ Line, Character int }

// Position returns the position of the byte at off. An off outside the
// document is brought to its start or end, one inside a UTF-8 sequence or
// between CR and LF to the start of these: no position lies in them.
func (d *Document) Position(off Offset, e Encoding) Position {
	off = d.settle(off)
	line := d.LineAt(off)
	return Position{line, d.units(d.LineStart(line), off, e)}
}

// Column returns line and column of the byte at off, both from 0. Columns are
// code points, an invalid byte counts one. Offsets are treated as Position does.
func (d *Document) Column(off Offset) (line, column int) {
	p := d.Position(off, UTF32)
	return p.Line, p.Character
}

// Offset returns the offset of a position. A character beyond its line gives the
// end of the line, before its line end; one inside a UTF-8 sequence or between the
// surrogates of a pair gives the start of that code point. A line before the
// first gives 0, one behind the last the end of the document.
func (d *Document) Offset(p Position, e Encoding) Offset {
	start, end := d.LineStart(p.Line), d.LineEnd(p.Line)
	if p.Character <= 0 {
		return start
	}
	n := min(p.Character, int(end-start)) // no unit takes less than a byte
	if n == 0 {
		return start
	}
	if e == UTF8 {
		return d.settle(start + Offset(n))
	}

	i, last := d.chunkAt(start), d.chunkAt(end)
	c := &d.chunks[i]
	from := int(start - c.start.off)
	if i < last {
		if k := c.units(from, len(c.text), e); k <= n {
			// The character is in a later chunk: count from the start of that one.
			later := d.chunks[i+1 : last+1]
			n += later[0].start.units(e) - k
			i = sort.Search(len(later), func(i int) bool { return later[i].start.units(e) > n }) - 1
			c, from = &later[i], 0
			n -= c.start.units(e)
		}
	}
	to := min(len(c.text), int(end-c.start.off))
	return c.start.off + Offset(c.advance(from, to, n, e))
}

// settle returns the nearest offset at or before off that is in the document and neither
// inside a UTF-8 sequence nor between CR and LF.
func (d *Document) settle(off Offset) Offset {
	if off <= 0 {
		return 0
	}
	if off >= d.Len() {
		return d.Len()
	}
	c := &d.chunks[d.chunkAt(off)]
	i := int(off - c.start.off)
	if i > 0 && c.text[i] == '\n' && c.text[i-1] == '\r' {
		return off - 1
	}
	return c.start.off + Offset(scalarStart(c.text, i))
}

// units returns the code units in [from, to), both settled.
func (d *Document) units(from, to Offset, e Encoding) int {
	if e == UTF8 || from == to {
		return int(to - from)
	}
	i, j := d.chunkAt(from), d.chunkAt(to)
	a, b := &d.chunks[i], &d.chunks[j]
	lo, hi := int(from-a.start.off), int(to-b.start.off)
	if i == j {
		return a.units(lo, hi, e)
	}
	between := b.start.units(e) - d.chunks[i+1].start.units(e)
	return a.units(lo, len(a.text), e) + between + b.units(0, hi, e)
}

// units returns the code units in text[from:to], UTF-16 or UTF-32.
func (c *chunk) units(from, to int, e Encoding) int {
	if c.flat {
		return to - from
	}
	points, utf16 := c.count(from, to)
	if e == UTF32 {
		return points
	}
	return utf16
}

// count returns the code points and UTF-16 code units in text[from:to].
func (c *chunk) count(from, to int) (points, utf16 int) {
	if c.valid {
		return countValid(c.text[from:to])
	}
	return count(c.text[from:to])
}

// advance returns where in the chunk n code units behind from are, at most to.
func (c *chunk) advance(from, to, n int, e Encoding) int {
	if c.flat {
		return min(from+n, to)
	}
	if c.valid {
		return from + advanceValid(c.text[from:to], n, e)
	}
	return from + advance(c.text[from:to], n, e)
}
