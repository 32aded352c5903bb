package analysis

import (
	"bytes"
	"slices"
	"sort"
	"time"

	"sipls/server/text"
	"sipls/server/trace"
)

// Extract returns the messages of some calls with what their loggers wrote around them, byte for byte as the log has
// them: a text that reads as the log does. Of several texts the messages come in the order of their times.
func (x *Calls) Extract(calls ...int) []byte {
	x.order()
	wanted := make([]map[member]bool, len(x.snaps))
	for _, c := range calls {
		for _, m := range x.list[c].members {
			if wanted[m.source] == nil {
				wanted[m.source] = map[member]bool{}
			}
			wanted[m.source][m] = true
		}
	}
	var files []*extraction
	for i, s := range x.snaps {
		if wanted[i] != nil {
			files = append(files, s.extraction(wanted[i]))
		}
	}
	var out []byte
	for {
		next := -1
		for i, f := range files {
			if len(f.pieces) > 0 && (next < 0 || f.pieces[0].before(&files[next].pieces[0])) {
				next = i
			}
		}
		if next < 0 {
			return out
		}
		f := files[next]
		if f.head != nil {
			out = appendLines(out, f.head)
		}
		out = appendLines(out, f.pieces[0].text)
		f.pieces, f.head = f.pieces[1:], nil
	}
}

// appendLines adds text on lines of its own.
func appendLines(out, lines []byte) []byte {
	out = append(out, lines...)
	if n := len(out); n > 0 && out[n-1] != '\n' && out[n-1] != '\r' {
		out = append(out, '\n')
	}
	return out
}

// extraction is what is taken out of one text.
type extraction struct {
	head   []byte // what must stand in front for the text to be read as a log, or the line that states the date
	pieces []extracted
}

// extracted is what is taken out of one segment.
type extracted struct {
	text  []byte
	at    trace.Clock
	timed bool
}

// before reports whether a piece comes in front of one of another text: where the clocks do not tell, what has
// no time goes with what stood before it.
func (e *extracted) before(o *extracted) bool {
	if !e.timed || !o.timed {
		return !e.timed && o.timed
	}
	d, ok := e.at.Sub(o.at)
	return ok && d < time.Duration(0)
}

func (s *Snapshot) extraction(wanted map[member]bool) *extraction {
	var segments []int
	for m := range wanted {
		segments = append(segments, s.segmentOf(m.part))
	}
	slices.Sort(segments)
	segments = slices.Compact(segments)
	x := &extraction{}
	stream := -1 // of tshark -z follow
	for _, i := range segments {
		p := s.parts[i]
		seg, from := s.trace.Segment(i)
		e := extracted{text: s.alone(i, func(k int) bool { return wanted[member{p, int32(k), s.number}] })}
		for k := range p.facts {
			if f := &p.facts[k]; f.Timed && wanted[member{p, int32(k), s.number}] {
				e.at, e.timed = f.Clock, true
				break
			}
		}
		if seg.Format == trace.WiresharkFollow {
			if n, head := s.followHead(from); n != stream {
				stream = n
				e.text = append(appendLines(nil, head), e.text...)
			}
		}
		x.pieces = append(x.pieces, e)
	}
	if len(x.pieces) > 0 && x.pieces[0].timed && !x.pieces[0].at.Dated {
		x.head = s.dateLine(segments[0], x.pieces[0].at)
	}
	if x.head == nil && len(x.pieces) > 0 && s.trace.Mode() == trace.Log && trace.DetectMode(text.New(x.pieces[0].text)) != trace.Log {
		if x.head = s.lineBefore(segments[0]); x.head == nil {
			x.head = []byte("# messages of a log:\n")
		}
	}
	return x
}

// maxBack is how many messages back the date of one is looked for.
const maxBack = 1000

// dateLine returns the line of the log that states the date for a message in a segment that was logged at c, nil where
// there is none.
func (s *Snapshot) dateLine(segment int, c trace.Clock) []byte {
	for i, left := segment, maxBack; i >= 0 && left > 0; i-- {
		if s.parts[i] == nil {
			continue
		}
		left--
		if _, line, ok := s.statedDate(s.messageIn(i, 0), c); ok {
			return line
		}
	}
	return nil
}

// segmentText returns the text of a segment without the lines that hold nothing but messages that are not wanted.
func (s *Snapshot) segmentText(i int, wanted func(k int) bool) []byte {
	seg, from := s.trace.Segment(i)
	whole := s.doc.Slice(from, from+text.Offset(seg.Len))
	if len(seg.Messages) == 1 {
		return whole
	}
	drop := make([]bool, len(whole)+1) // by the byte a line begins with
	mark := func(k int, to bool) {
		m := seg.Messages[k]
		for at := int32(0); at < int32(len(m.Text)); {
			line := bytes.LastIndexByte(whole[:m.Phys(at)], '\n') + 1
			drop[line] = to
			nl := bytes.IndexByte(m.Text[at:], '\n')
			if nl < 0 {
				break
			}
			at += int32(nl) + 1
		}
	}
	for _, want := range []bool{false, true} {
		for k := range seg.Messages {
			if wanted(k) == want {
				mark(k, !want)
			}
		}
	}
	var out []byte
	for at := 0; at < len(whole); {
		end := len(whole)
		if nl := bytes.IndexByte(whole[at:], '\n'); nl >= 0 {
			end = at + nl + 1
		}
		if !drop[at] {
			out = append(out, whole[at:end]...)
		}
		at = end
	}
	return out
}

// followHead returns the lines that name the two ends of the stream that a message of tshark -z follow belongs to, and its
// number; -1 where there are none.
func (s *Snapshot) followHead(at text.Offset) (int, []byte) {
	s.followsOnce.Do(func() { s.follows = s.trace.Follows() })
	n := sort.Search(len(s.follows), func(i int) bool { return s.follows[i].At >= at }) - 1
	if n < 0 {
		return -1, nil
	}
	// "Follow:" and "Filter:" stand in front of the nodes, a rule in front of them.
	from := s.doc.LineStart(max(0, s.doc.LineAt(s.follows[n].At)-2))
	to := s.doc.LineStart(s.doc.LineAt(s.follows[n].At) + 3)
	return n, s.doc.Slice(from, to)
}

// alone returns the text of the wanted messages of a segment, with the lines around it that tell where they begin and end,
// where they do not read the same without.
func (s *Snapshot) alone(i int, wanted func(k int) bool) []byte {
	own := s.segmentText(i, wanted)
	if s.trace.Mode() != trace.Log || s.readsAlike(i, wanted, own) {
		return own
	}
	behind := s.lineBehind(i)
	if behind == nil {
		return own
	}
	longer := append(appendLines(nil, own), behind...)
	if around := append(appendLines(nil, s.lineBefore(i)), longer...); !s.readsAlike(i, wanted, longer) && s.readsAlike(i, wanted, around) {
		return around
	}
	return longer
}

// readsAlike reports whether the wanted messages of a segment are found in a log that holds nothing but lines.
func (s *Snapshot) readsAlike(i int, wanted func(k int) bool, lines []byte) bool {
	mode := trace.Log
	t := trace.Scan(text.New(lines), trace.Options{Mode: &mode})
	seg, _ := s.trace.Segment(i)
	k := 0
	next := func() {
		for k < len(seg.Messages) && !wanted(k) {
			k++
		}
	}
	next()
	for n := range t.Len() {
		got, _ := t.Segment(n)
		for _, m := range got.Messages {
			if k == len(seg.Messages) {
				return false
			}
			was := seg.Messages[k]
			if got.Format != seg.Format || m.Head != was.Head || m.Tail != was.Tail || m.Exact != was.Exact || !bytes.Equal(m.Text, was.Text) {
				return false
			}
			k++
			next()
		}
	}
	return k == len(seg.Messages)
}

// lineBefore returns the last line with anything in it that stands in front of a segment and in no message, with all
// up to the segment or the next message; nil where there is none.
func (s *Snapshot) lineBefore(i int) []byte {
	_, to := s.trace.Segment(i)
	for i--; i >= 0; i-- {
		seg, from := s.trace.Segment(i)
		for _, m := range seg.Messages {
			from = max(from, from+text.Offset(m.PhysEnd(int32(len(m.Text)))))
		}
		lines := s.doc.Slice(max(from, to-maxLines), to)
		used := len(bytes.TrimRight(lines, " \t\r\n"))
		line := lines[bytes.LastIndexAny(lines[:used], "\r\n")+1:]
		if used > 0 && trace.DetectMode(text.New(line)) == trace.Log {
			return line
		}
		_, to = s.trace.Segment(i)
	}
	return nil
}

// lineBehind returns the first line with anything in it that stands behind a segment, nil where that is one of a
// message. It shows where a message ends, or that it was cut off in the log.
func (s *Snapshot) lineBehind(i int) []byte {
	if i+1 >= len(s.parts) {
		return nil
	}
	seg, from := s.trace.Segment(i + 1)
	lines := s.doc.Slice(from, from+text.Offset(min(seg.Len, maxLines)))
	blank := len(lines) - len(bytes.TrimLeft(lines, "\r\n"))
	end := blank + bytes.IndexByte(lines[blank:], '\n') + 1
	if end == blank {
		end = len(lines)
	}
	if len(seg.Messages) > 0 && int(seg.Messages[0].Phys(0)) < end {
		return nil
	}
	return lines[:end]
}
