package analysis

import (
	"path/filepath"
	"sort"
	"strings"
	"sync"

	"sipls/server/call"
	"sipls/server/sip"
	"sipls/server/text"
	"sipls/server/trace"
)

// Source says where a text comes from and how its owner wants it read.
type Source struct {
	Name     string      // path or URI, for people
	Language string      // LSP language id; "" where there is none
	Mode     *trace.Mode // how to read it; nil to look at the text
	// Progress, if not nil, is told now and then what is done ("reading", "checking") and for how much of the
	// text, from 0 to 1.
	Progress func(stage string, part float64)
	Once     bool // the snapshot is asked once and never edited: findings are not kept
}

// languageSIP is the language id of message files.
const languageSIP = "sip"

// Snapshot is one state of one text and everything known about it.
type Snapshot struct {
	source Source
	doc    *text.Document
	trace  *trace.Trace
	parts  []*part      // one per segment, nil for those without messages
	labels []orderLabel // one per segment
	first  []int32      // sequence number of the first message of each segment, and the total

	joint  *joint // the trace that the text is a part of, as a rule all of it
	number uint32 // its place in it

	followsOnce sync.Once
	follows     []trace.Follow
}

// New reads a text.
func New(src Source, doc *text.Document) *Snapshot {
	o := trace.Options{Mode: src.Mode}
	if src.Progress != nil {
		o.Progress = func(done text.Offset) { src.Progress("reading", float64(done)/float64(doc.Len())) }
	}
	t := trace.Scan(doc, o)
	return newSnapshot(src, t)
}

// newSnapshot makes the snapshot of a trace of which nothing is known yet.
func newSnapshot(src Source, t *trace.Trace) *Snapshot {
	s := &Snapshot{source: src, doc: t.Document(), trace: t}
	s.labels = spread(nil, nil, nil, t.Len())
	s.parts = make([]*part, t.Len())
	s.addParts(0, t.Len())
	s.count()
	s.joint = &joint{snaps: []*Snapshot{s}}
	return s
}

// count fills in the sequence numbers.
func (s *Snapshot) count() {
	s.first = make([]int32, len(s.parts)+1)
	n := int32(0)
	for i, p := range s.parts {
		if s.first[i] = n; p != nil {
			n += int32(len(p.messages))
		}
	}
	s.first[len(s.parts)] = n
}

// Edit returns the snapshot of the text after the changes, each of which is
// counted in the text that the one before it left.
func (s *Snapshot) Edit(changes []text.Change) *Snapshot {
	if len(changes) == 0 {
		return s
	}
	doc := s.doc.Apply(changes...)
	t, sp := s.trace.Edit(doc, hull(s.doc, changes))
	n := &Snapshot{source: s.source, doc: doc, trace: t}
	if n.labels = spread(s.labels[:sp.First], nil, s.labels[sp.OldEnd:], sp.NewEnd-sp.First); n.labels == nil {
		return newSnapshot(s.source, t) // no labels are left between two segments
	}
	n.parts = make([]*part, t.Len())
	copy(n.parts, s.parts[:sp.First])
	copy(n.parts[sp.NewEnd:], s.parts[sp.OldEnd:])
	n.addParts(sp.First, sp.NewEnd)
	n.count()
	n.joint = &joint{snaps: []*Snapshot{n}, before: s.joint.changed(s.parts[sp.First:sp.OldEnd], n.parts[sp.First:sp.NewEnd])}
	return n
}

// hull returns one change that covers all of them: its range in the old text.
func hull(doc *text.Document, changes []text.Change) text.Change {
	n := doc.Len()
	clamp := func(c text.Change) (from, to text.Offset) {
		from = min(max(c.Start, 0), n)
		return from, min(max(c.End, from), n)
	}
	start, end := clamp(changes[0])
	newEnd := start + text.Offset(len(changes[0].Text))
	n += newEnd - end
	for _, c := range changes[1:] {
		from, to := clamp(c)
		start = min(start, from)
		if to > newEnd {
			end += to - newEnd
			newEnd = to
		}
		d := text.Offset(len(c.Text)) - (to - from)
		newEnd += d
		n += d
	}
	return text.Change{Start: start, End: end}
}

// Source returns where the text comes from.
func (s *Snapshot) Source() Source { return s.source }

// Document returns the text.
func (s *Snapshot) Document() *text.Document { return s.doc }

// Trace returns the segments of the text.
func (s *Snapshot) Trace() *trace.Trace { return s.trace }

// Editable reports whether fixes may edit the text: message files and SIPp
// scenarios, not logs.
func (s *Snapshot) Editable() bool {
	if s.source.Language == languageSIP || s.trace.Mode() == trace.Scenario {
		return true
	}
	switch strings.ToLower(filepath.Ext(s.source.Name)) {
	case ".sip", ".sipmsg":
		return true
	}
	return false
}

// Len returns the number of messages.
func (s *Snapshot) Len() int { return int(s.first[len(s.first)-1]) }

// Message is one message of a snapshot with what its logger wrote around it.
type Message struct {
	*sip.Message
	ID       call.MsgID
	Envelope *trace.Envelope // ranges count from the start of the segment
	Format   *trace.Format
	segment  int
}

// Message returns message seq, counted from 0 in the order of the text.
func (s *Snapshot) Message(seq int) Message {
	i := s.segmentAt(seq)
	return s.messageIn(i, seq-int(s.first[i]))
}

// segmentAt returns the number of the segment that message seq stands in.
func (s *Snapshot) segmentAt(seq int) int {
	return sort.Search(len(s.first), func(i int) bool { return int(s.first[i]) > seq }) - 1
}

func (s *Snapshot) messageIn(segment, k int) Message {
	seg, _ := s.trace.Segment(segment)
	return Message{
		Message:  seg.Messages[k],
		ID:       call.MsgID{Source: s.number, Seq: uint32(int(s.first[segment]) + k)},
		Envelope: &seg.Envelopes[k],
		Format:   seg.Format,
		segment:  segment,
	}
}

// All calls yield for each message in the order of the text.
func (s *Snapshot) All(yield func(Message) bool) {
	s.between(0, s.trace.Len(), yield)
}

// Between calls yield for each message in a segment that [from, to] touches.
func (s *Snapshot) Between(from, to text.Offset) func(yield func(Message) bool) {
	return func(yield func(Message) bool) {
		if s.trace.Len() > 0 {
			s.between(max(s.trace.Find(from), 0), s.trace.Find(to)+1, yield)
		}
	}
}

func (s *Snapshot) between(from, to int, yield func(Message) bool) {
	for i := from; i < to; i++ {
		for k := range int(s.first[i+1] - s.first[i]) {
			if !yield(s.messageIn(i, k)) {
				return
			}
		}
	}
}

// At returns the message that holds the byte at off and the place in it.
func (s *Snapshot) At(off text.Offset) (m Message, log int32, ok bool) {
	i, k, log, ok := s.trace.MessageAt(off)
	if !ok {
		return Message{}, 0, false
	}
	return s.messageIn(i, k), log, true
}

// Range returns the document range of a span of a message.
func (s *Snapshot) Range(m Message, sp sip.Span) (from, to text.Offset) {
	return s.trace.Range(m.segment, m.Message, sp)
}

// RefRange returns the document range of a place in a message.
func (s *Snapshot) RefRange(r call.Ref) (from, to text.Offset) {
	return s.Range(s.Message(int(r.Msg.Seq)), r.At)
}

// EnvelopeText returns what the logger wrote in a range of a message's envelope, "" for nothing.
func (s *Snapshot) EnvelopeText(m Message, r trace.Range) string {
	if r.Len == 0 {
		return ""
	}
	_, start := s.trace.Segment(m.segment)
	from := start + text.Offset(r.Off)
	return string(s.doc.Slice(from, from+text.Offset(r.Len)))
}
