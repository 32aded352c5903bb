package analysis

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"sipls/server/call"
	"sipls/server/check"
	"sipls/server/sip"
)

// orderLabel orders the segments of a text through all its states: where segments are replaced, the new ones get labels
// between those of their neighbours. So a segment is found again by binary search, though its number changes.
type orderLabel uint64

// stride is how far apart labels are where there is room.
const stride = 1 << 32

// spread returns before, n new labels and behind, one behind the other; nil when there is no room for n. It
// writes to room when that is great enough.
func spread(before, room, behind []orderLabel, n int) []orderLabel {
	out := slices.Grow(room[:0], len(before)+n+len(behind))
	out = append(out, before...)
	lo, hi := orderLabel(0), orderLabel(math.MaxUint64)
	if len(before) > 0 {
		lo = before[len(before)-1]
	}
	if len(behind) > 0 {
		hi = behind[0]
	}
	step := min(stride, (hi-lo)/orderLabel(n+1))
	if n > 0 && step == 0 {
		return nil
	}
	for i := range n {
		out = append(out, lo+step*orderLabel(i+1))
	}
	return append(out, behind...)
}

// part is what is known about a segment with messages. It lives as long as the segment does, from snapshot to snapshot.
type part struct {
	label    orderLabel
	messages []*sip.Message // of the segment

	factsOnce sync.Once
	facts     []call.Facts // of the messages

	mu    sync.Mutex
	alone [][]check.Finding // of messages that belong to no call, nil for what was not judged yet
}

// addParts makes the parts of the segments [from, to), whose labels are there.
func (s *Snapshot) addParts(from, to int) {
	for i := from; i < to; i++ {
		if seg, _ := s.trace.Segment(i); len(seg.Messages) > 0 {
			s.parts[i] = &part{label: s.labels[i], messages: seg.Messages}
		}
	}
}

// segmentOf returns the number of the segment of a part.
func (s *Snapshot) segmentOf(p *part) int {
	i, _ := slices.BinarySearch(s.labels, p.label)
	return i
}

// facts returns the facts of all messages of segment i, which has messages.
func (s *Snapshot) facts(i int) []call.Facts {
	p := s.parts[i]
	p.factsOnce.Do(func() {
		p.facts = make([]call.Facts, len(p.messages))
		for k := range p.facts {
			m := s.messageIn(i, k)
			src, dst := s.Endpoint(m, m.Envelope.Src), s.Endpoint(m, m.Envelope.Dst)
			p.facts[k] = call.FactsOf(m.Message, call.Context{Time: s.TimeText(m), Direction: m.Envelope.Direction, Src: src, Dst: dst})
		}
	})
	return p.facts
}

// member is a message of a call.
type member struct {
	part   *part
	k      int32  // which message of the part
	source uint32 // which text
}

func (m member) message() *sip.Message { return m.part.messages[m.k] }

func (m member) facts() *call.Facts { return &m.part.facts[m.k] }

// compare orders messages by their place in the trace.
func (m member) compare(o member) int {
	return cmp.Or(cmp.Compare(m.source, o.source), cmp.Compare(m.part.label, o.part.label), cmp.Compare(m.k, o.k))
}
