package text

import (
	"slices"
	"unicode/utf8"
)

// Change replaces the bytes [Start, End) of a document by Text.
type Change struct {
	Start, End Offset
	Text       []byte
}

// Apply returns the document after the changes, made one after the other: the
// offsets of each refer to the result of the one before, as in LSP's didChange.
// Offsets outside the document are brought to its start or end, an End before Start
// counts as Start. Text is copied. The receiver does not change.
func (d *Document) Apply(changes ...Change) *Document {
	const spare = 4 // chunks that changes may add before the table is copied once more
	next := &Document{chunks: make([]chunk, len(d.chunks), len(d.chunks)+spare), end: d.end}
	copy(next.chunks, d.chunks)
	for _, c := range changes {
		next.replace(c)
	}
	return next
}

// replace changes the document itself, which nobody else may know yet.
func (d *Document) replace(c Change) {
	start := d.clamp(c.Start)
	end := max(start, d.clamp(c.End))
	if start == end && len(c.Text) == 0 {
		return
	}

	// Chunks [lo, hi) make way for new ones with their bytes outside the change.
	lo, hi := 0, 0
	if len(d.chunks) > 0 {
		lo = d.chunkAt(start)
		hi = d.chunkAt(max(start, end-1)) + 1
	}
	// Whether a border may stay where it is depends on the bytes around it, as
	// many as there are in a UTF-8 sequence. So the chunk behind a border that the
	// change comes near to is taken in, and so are neighbours of small remains.
	size := func() int {
		return int(start-d.mark(lo).off) + len(c.Text) + int(d.mark(hi).off-end)
	}
	for lo > 0 && (start-d.mark(lo).off < utf8.UTFMax || size() < minChunk()) {
		lo--
	}
	for hi < len(d.chunks) && (d.mark(hi).off-end < utf8.UTFMax || size() < minChunk()) {
		hi++
	}

	from, to := d.mark(lo), d.mark(hi)
	b := make([]byte, 0, size())
	b = d.appendRange(b, from.off, start)
	b = append(b, c.Text...)
	b = d.appendRange(b, end, to.off)

	for i := lo - 1; i >= 0 && d.chunks[i].runEnd > from.off; i-- {
		d.chunks[i].runEnd = from.off
	}
	made, at := cut(b, from)
	d.chunks = slices.Replace(d.chunks, lo, hi, made...)
	shift := at.minus(to)
	for i := lo + len(made); i < len(d.chunks); i++ {
		d.chunks[i].start = d.chunks[i].start.plus(shift)
		d.chunks[i].runEnd += shift.off
	}
	d.end = d.end.plus(shift)
}
