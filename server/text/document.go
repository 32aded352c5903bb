package text

import "sort"

// Offset counts bytes from the start of one document.
type Offset int

// Document is an immutable text. All its methods may be called from several
// goroutines at once. The zero Document is empty.
type Document struct {
	chunks []chunk
	end    mark
}

// New returns a document that consists of b. It takes b over without copying
// it: nobody may write to it afterwards. Chunks that edits leave alone keep all of b
// in memory.
func New(b []byte) *Document {
	d := &Document{}
	d.chunks, d.end = cut(b, mark{})
	return d
}

// Len returns the length in bytes.
func (d *Document) Len() Offset { return d.end.off }

// Bytes returns the whole text. It is a copy unless the document is one piece of
// memory, as New made it; it must not be written to.
func (d *Document) Bytes() []byte { return d.Slice(0, d.Len()) }

// Run returns the bytes from off to the end of the piece of memory that holds them,
// without copying. It is nil at the end of the document and beyond; an off
// before the start counts as the start. The bytes must not be written to.
func (d *Document) Run(off Offset) []byte {
	off = max(off, 0)
	if off >= d.Len() {
		return nil
	}
	c := &d.chunks[d.chunkAt(off)]
	end := c.runEnd - c.start.off
	return c.text[off-c.start.off : end : end]
}

// Slice returns the bytes [from, to), with both brought into the document; nil if there
// are none. It is the document's own memory when it is contiguous there and a copy
// otherwise; it must not be written to. Appending to it is safe.
func (d *Document) Slice(from, to Offset) []byte {
	from, to = d.clamp(from), d.clamp(to)
	if from >= to {
		return nil
	}
	if run := d.Run(from); len(run) >= int(to-from) {
		return run[: to-from : to-from]
	}
	return d.appendRange(make([]byte, 0, to-from), from, to)
}

// appendRange appends the bytes [from, to), which lie in the document, to b.
func (d *Document) appendRange(b []byte, from, to Offset) []byte {
	for from < to {
		run := d.Run(from)
		run = run[:min(len(run), int(to-from))]
		b = append(b, run...)
		from += Offset(len(run))
	}
	return b
}

func (d *Document) clamp(off Offset) Offset { return min(max(off, 0), d.Len()) }

// chunkAt returns the index of the chunk that holds the byte at off, and for the
// document's end that of the last chunk. There must be a chunk.
func (d *Document) chunkAt(off Offset) int {
	return sort.Search(len(d.chunks), func(i int) bool { return d.chunks[i].start.off > off }) - 1
}

// mark returns what is before chunk i, and for i just behind the last one what is in the
// document.
func (d *Document) mark(i int) mark {
	if i == len(d.chunks) {
		return d.end
	}
	return d.chunks[i].start
}
