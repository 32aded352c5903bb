package trace

import (
	"sipls/server/sip"
	"sipls/server/text"
)

// Trace is a document cut into segments. It is immutable; Edit makes the next one.
type Trace struct {
	doc    *text.Document
	forced *Mode // what the user says, nil to look at the text
	mode   Mode
	segs   table
}

// Options say how to read a text where its first bytes would say otherwise.
type Options struct {
	Mode *Mode // nil: look at the text
	// Progress, if not nil, is told now and then how many bytes are done.
	Progress func(done text.Offset)
}

// progressStep is how many bytes lie between two calls of Progress.
const progressStep = 4 << 20

// Scan cuts a document into segments.
func Scan(doc *text.Document, o Options) *Trace {
	t := &Trace{doc: doc}
	if o.Mode != nil {
		forced := *o.Mode
		t.forced = &forced
	}
	t.mode = t.pickMode()
	if workers := processors(doc); workers > 1 {
		t.segs = scanShares(doc, t.forced != nil, t.mode, workers, shareLen, o.Progress)
		return t
	}
	t.segs = scanAll(doc, t.forced != nil, t.mode, o.Progress)
	return t
}

// scanAll scans a document from the left to the right.
func scanAll(doc *text.Document, fixed bool, mode Mode, progress func(text.Offset)) table {
	var b tableBuilder
	s := newScanner(doc, fixed)
	state := State{Mode: mode}
	told := 0
	for at := 0; at < s.n; {
		seg := s.next(at, state)
		b.push(seg)
		at += seg.Len
		state = seg.Out
		if progress != nil && at-told >= progressStep {
			progress(text.Offset(at))
			told = at
		}
	}
	return b.done()
}

func (t *Trace) pickMode() Mode {
	if t.forced != nil {
		return *t.forced
	}
	return DetectMode(t.doc)
}

// Splice says which segments an edit replaced: [First, OldEnd) of the old trace
// are now [First, NewEnd) of the new one; all others are the same Segment values.
type Splice struct{ First, OldEnd, NewEnd int }

// Edit returns the trace of doc, which is t's document with the bytes [c.Start, c.End)
// replaced by others; c.Text is not looked at. Segments that the change cannot have touched
// are kept. The result equals Scan(doc) with the options of t.
func (t *Trace) Edit(doc *text.Document, c text.Change) (*Trace, Splice) {
	n := &Trace{doc: doc, forced: t.forced}
	if n.mode = n.pickMode(); n.mode != t.mode {
		n = Scan(doc, Options{Mode: t.forced})
		return n, Splice{0, t.Len(), n.Len()}
	}
	start := min(max(int(c.Start), 0), t.segs.len)
	safe := min(max(int(c.End), start), t.segs.len) // old offsets from here on hold the same bytes as before
	delta := int(doc.Len()) - t.segs.len

	// All before the first segment that saw the change is as it was.
	first := t.segs.touched(start)
	sp := Splice{First: t.segs.index(first), OldEnd: t.Len()}
	at, state := t.segs.startOf(first), State{Mode: n.mode}
	if sp.First > 0 {
		before, _ := t.Segment(sp.First - 1)
		state = before.Out
	}
	var b tableBuilder
	b.share(t.segs.pages[:first.page])
	if first.index > 0 {
		b.push(t.segs.pages[first.page].segs[:first.index]...)
	}

	s := newScanner(doc, t.forced != nil)
	sp.NewEnd = sp.First
	for at < s.n {
		// Behind the change, an old boundary in the same state ends it.
		if was := at - delta; was >= safe {
			old := t.segs.at(was)
			if page := t.segs.pages[old.page]; t.segs.startOf(old) == was && page.segs[old.index].In == state {
				sp.OldEnd = t.segs.index(old)
				b.push(page.segs[old.index:]...)
				b.share(t.segs.pages[old.page+1:])
				break
			}
		}
		seg := s.next(at, state)
		b.push(seg)
		sp.NewEnd++
		at += seg.Len
		state = seg.Out
	}
	n.segs = b.done()
	return n, sp
}

// Document returns the document the trace was made of.
func (t *Trace) Document() *text.Document { return t.doc }

// Mode says how the text was read.
func (t *Trace) Mode() Mode { return t.mode }

// Len returns the number of segments.
func (t *Trace) Len() int { return t.segs.n }

// Segment returns segment i and the document offset of its first byte.
func (t *Trace) Segment(i int) (*Segment, text.Offset) {
	seg, start := t.segs.segment(i)
	return seg, text.Offset(start)
}

// Find returns the index of the segment that holds the byte at off; the end of
// the text and what is behind it belongs to the last segment. It is -1 for an empty text and
// for a negative off.
func (t *Trace) Find(off text.Offset) int {
	if off < 0 || t.segs.n == 0 {
		return -1
	}
	return t.segs.index(t.segs.at(min(int(off), t.segs.len-1)))
}

// Bytes returns the document bytes of segment i.
func (t *Trace) Bytes(i int) []byte {
	seg, from := t.Segment(i)
	return t.doc.Slice(from, from+text.Offset(seg.Len))
}

// MessageAt returns the message whose logical text holds the byte at off, or ends there: message k
// of segment i, and the logical offset of the byte.
func (t *Trace) MessageAt(off text.Offset) (i, k int, log int32, ok bool) {
	i = t.Find(off)
	if i < 0 || off > t.doc.Len() {
		return 0, 0, 0, false
	}
	seg, start := t.Segment(i)
	phys := int32(off - start)
	for k, m := range seg.Messages {
		if log, ok := m.Log(phys); ok {
			return i, k, log, true
		}
	}
	return 0, 0, 0, false
}

// Range returns the document range of a span of a message in segment i, from its first
// byte to its last; prefixes between its lines are inside.
func (t *Trace) Range(i int, m *sip.Message, sp sip.Span) (from, to text.Offset) {
	_, base := t.Segment(i)
	from = base + text.Offset(m.Phys(sp.Off))
	if sp.Len == 0 {
		return from, from
	}
	return from, base + text.Offset(m.PhysEnd(sp.End()))
}
