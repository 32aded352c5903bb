package trace

import "sort"

// table holds segments in pages, so that an edit copies a page or two and a short list
// of pages instead of all segments. It is immutable once it is built.
type table struct {
	pages []*page
	first []int // for each page the index of its first segment
	start []int // for each page its document offset
	reach []int // for each page the end of what was looked at for it and all before it
	n     int   // segments
	len   int   // bytes
}

// page is a run of adjacent segments. It knows no absolute position.
type page struct {
	segs   []*Segment
	starts []int // offset of each segment from the start of the page
	len    int   // bytes
	read   int   // end of what was looked at for any of the segments, from the start of the page
}

// pageLen is the greatest number of segments in a page.
const pageLen = 512

func newPage(segs []*Segment) *page {
	p := &page{segs: segs, starts: make([]int, len(segs))}
	for i, s := range segs {
		p.starts[i] = p.len
		p.read = max(p.read, p.len+s.Read)
		p.len += s.Len
	}
	return p
}

func (t *table) add(p *page) {
	reach := t.len + p.read
	if n := len(t.reach); n > 0 {
		reach = max(reach, t.reach[n-1])
	}
	t.pages, t.first, t.start, t.reach = append(t.pages, p), append(t.first, t.n), append(t.start, t.len), append(t.reach, reach)
	t.n += len(p.segs)
	t.len += p.len
}

// segment returns segment i and its document offset.
func (t *table) segment(i int) (*Segment, int) {
	k := sort.SearchInts(t.first, i+1) - 1
	p := t.pages[k]
	return p.segs[i-t.first[k]], t.start[k] + p.starts[i-t.first[k]]
}

// place is where a segment stands in a table: the page and the index in it. The place
// behind all segments is the one behind the last page.
type place struct{ page, index int }

// at returns the place of the segment that holds the byte at off, which is not negative.
func (t *table) at(off int) place {
	if off >= t.len {
		return place{page: len(t.pages)}
	}
	k := sort.SearchInts(t.start, off+1) - 1
	return place{k, sort.SearchInts(t.pages[k].starts, off-t.start[k]+1) - 1}
}

// touched returns the place of the first segment for which a byte at or behind off was looked at.
func (t *table) touched(off int) place {
	k := sort.SearchInts(t.reach, off+1)
	if k == len(t.pages) {
		return place{page: k}
	}
	p, i := t.pages[k], 0
	for t.start[k]+p.starts[i]+p.segs[i].Read <= off {
		i++
	}
	return place{k, i}
}

// index returns the index of the segment at a place.
func (t *table) index(p place) int {
	if p.page == len(t.pages) {
		return t.n
	}
	return t.first[p.page] + p.index
}

// startOf returns the document offset of the segment at a place, that of the end
// for the place behind all segments.
func (t *table) startOf(p place) int {
	if p.page == len(t.pages) {
		return t.len
	}
	return t.start[p.page] + t.pages[p.page].starts[p.index]
}

// tableBuilder makes a table of segments and of pages of another table.
type tableBuilder struct {
	table
	open []*Segment // in no page yet
}

// push appends a segment.
func (b *tableBuilder) push(segs ...*Segment) {
	b.open = append(b.open, segs...)
	for len(b.open) >= 2*pageLen {
		b.add(newPage(b.open[:pageLen:pageLen]))
		b.open = b.open[pageLen:]
	}
}

// share appends pages of another table.
func (b *tableBuilder) share(pages []*page) {
	if len(pages) > 0 {
		b.flush()
	}
	for _, p := range pages {
		b.add(p)
	}
}

// flush puts the open segments into pages of equal size.
func (b *tableBuilder) flush() {
	for n := (len(b.open) + pageLen - 1) / pageLen; n > 0; n-- {
		k := len(b.open) / n
		b.add(newPage(b.open[:k:k]))
		b.open = b.open[k:]
	}
	b.open = nil
}

// done returns the table.
func (b *tableBuilder) done() table {
	b.flush()
	return b.table
}
