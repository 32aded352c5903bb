package text

import "sort"

// LineCount returns the number of lines: that of line ends, plus one.
func (d *Document) LineCount() int { return d.end.lines + 1 }

// LineAt returns the line, from 0, that holds the byte at off. A line holds
// its line end; the end of the document belongs to the last line. An off
// outside the document is brought to its start or end.
func (d *Document) LineAt(off Offset) int {
	if off <= 0 {
		return 0
	}
	if off >= d.Len() {
		return d.end.lines
	}
	c := &d.chunks[d.chunkAt(off)]
	return c.start.lines + c.breaks(0, int(off-c.start.off))
}

// LineStart returns the offset of the first byte of a line, counted from 0. It is 0
// for a line before the first and the end of the document for one behind the last.
func (d *Document) LineStart(line int) Offset {
	if line <= 0 {
		return 0
	}
	if line > d.end.lines {
		return d.Len()
	}
	i := sort.Search(len(d.chunks), func(i int) bool { return d.chunks[i].start.lines >= line }) - 1
	c := &d.chunks[i]
	return c.start.off + Offset(c.lineStart(line-c.start.lines))
}

// LineEnd returns the offset behind the last byte of a line, counted from 0, where
// its line end begins if it has one. It is 0 for a line before the first and
// the end of the document for one behind the last.
func (d *Document) LineEnd(line int) Offset {
	if line < 0 {
		return 0
	}
	if line >= d.end.lines {
		return d.Len()
	}
	end := d.LineStart(line+1) - 1
	c := &d.chunks[d.chunkAt(end)]
	if i := int(end - c.start.off); i > 0 && c.text[i] == '\n' && c.text[i-1] == '\r' {
		end--
	}
	return end
}
