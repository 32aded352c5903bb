package analysis

import (
	"slices"
	"sort"
	"sync"
	"time"

	"sipls/server/call"
	"sipls/server/check"
	"sipls/server/sip"
	"sipls/server/text"
	"sipls/server/trace"
)

// Calls are the calls of one trace: of one text, or of several that were joined.
type Calls struct {
	list []*callState
	of   [][]int32 // for each text and message the index of its call, -1 for none
	ids  [][]call.MsgID
	ends []trace.Clock // when the last message of each text was logged that says when
	base []*Snapshot

	findingsOnce sync.Once
	findings     [][]check.Finding // for each text those of its calls, in the order of the text
}

// callState is a call and what the rules found in it. It lives as long as the messages of the call do, from
// snapshot to snapshot.
type callState struct {
	call   *call.Call
	inputs []*sip.Message // what it was built from
	facts  []*call.Facts  // of the inputs

	mu       sync.Mutex
	judged   bool
	quiet    time.Duration
	subject  *check.CallSubject
	findings []check.Finding // places count messages in the call
}

// Join makes one trace of several texts, so that what belongs together is found across them. It must be called
// before anything else is asked of the snapshots; none of them may be edited or joined again.
func Join(snaps ...*Snapshot) {
	x := &joint{snaps: snaps}
	for i, s := range snaps {
		s.joint, s.number = x, uint32(i)
	}
}

// joint is several texts with the calls in them.
type joint struct {
	snaps  []*Snapshot
	once   sync.Once
	calls  *Calls
	mu     sync.Mutex
	before []*callState // those of an earlier state of the text, until they were looked through
}

func (x *joint) get() *Calls {
	x.once.Do(func() {
		calls := newCalls(x.snaps, x.latest())
		x.mu.Lock()
		x.calls, x.before = calls, nil
		x.mu.Unlock()
	})
	return x.calls
}

// latest returns the calls if they were ever asked for, else those of an earlier state of the text.
func (x *joint) latest() []*callState {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.calls != nil {
		return x.calls.list
	}
	return x.before
}

// Calls returns the calls of the trace that the text belongs to.
func (s *Snapshot) Calls() *Calls { return s.joint.get() }

// Number returns the place of the text among those that it was joined with.
func (s *Snapshot) Number() uint32 { return s.number }

// Joined returns the text with that place among those that this one was joined with; it is one of them itself.
func (s *Snapshot) Joined(number uint32) *Snapshot { return s.joint.snaps[number] }

// Timed reports whether a message of the text has a time, so that the text can be put in order with others.
func (s *Snapshot) Timed() bool {
	for i := range s.parts {
		for _, f := range s.facts(i) {
			if f.Timed {
				return true
			}
		}
	}
	return false
}

// readFacts reads the facts of all messages of the texts on all processors.
func readFacts(snaps []*Snapshot) {
	first := make([]int, len(snaps)+1) // of each text the number of its first segment
	for n, s := range snaps {
		first[n+1] = first[n] + len(s.parts)
	}
	parallel(first[len(snaps)], func(i int) {
		n := sort.SearchInts(first, i+1) - 1
		snaps[n].facts(i - first[n])
	})
}

// facts returns the facts of all messages of a segment.
func (s *Snapshot) facts(i int) []call.Facts {
	p := s.parts[i]
	p.factsOnce.Do(func() {
		n := int(s.first[i+1] - s.first[i])
		p.facts = make([]call.Facts, n)
		for k := range p.facts {
			m := s.messageIn(i, k)
			src, dst := s.Endpoint(m, m.Envelope.Src), s.Endpoint(m, m.Envelope.Dst)
			p.facts[k] = call.FactsOf(m.Message, call.Context{Time: s.TimeText(m), Direction: m.Envelope.Direction, Src: src, Dst: dst})
		}
	})
	return p.facts
}

func newCalls(snaps []*Snapshot, before []*callState) *Calls {
	x := &Calls{base: snaps, of: make([][]int32, len(snaps)), ends: make([]trace.Clock, 0, len(snaps))}
	index := map[uint64]int32{}
	var counts []int32
	if snaps[0].source.Once {
		readFacts(snaps)
	}
	for n, s := range snaps {
		of := make([]int32, s.Len())
		x.of[n] = of
		if s.trace.Mode() == trace.Scenario {
			// A SIPp scenario has the messages of one side, with keywords for what would tell calls apart.
			for i := range of {
				of[i] = -1
			}
			continue
		}
		seq := 0
		var last *call.Facts
		for i := range s.parts {
			facts := s.facts(i)
			for k := range facts {
				f := &facts[k]
				of[seq] = -1
				if f.Timed {
					last = f
				}
				if f.Call != 0 {
					c, ok := index[f.Call]
					if !ok {
						c = int32(len(counts))
						index[f.Call] = c
						counts = append(counts, 0)
					}
					of[seq] = c
					counts[c]++
				}
				seq++
			}
		}
		if last != nil {
			x.ends = append(x.ends, last.Clock)
		}
	}
	x.gather(counts, before)
	return x
}

// gather builds the calls, or takes them over from before where all of their messages are the same.
func (x *Calls) gather(counts []int32, before []*callState) {
	total := 0
	x.ids = make([][]call.MsgID, len(counts))
	for _, n := range counts {
		total += int(n)
	}
	ids := make([]call.MsgID, 0, total)
	for c, n := range counts {
		x.ids[c] = ids[len(ids) : len(ids) : len(ids)+int(n)]
		ids = ids[:len(ids)+int(n)]
	}
	for n, of := range x.of {
		for seq, c := range of {
			if c >= 0 {
				x.ids[c] = append(x.ids[c], call.MsgID{Source: uint32(n), Seq: uint32(seq)})
			}
		}
	}
	known := byCallID(before)
	x.list = make([]*callState, len(counts))
	var messages []*sip.Message
	var facts []*call.Facts
	var source []uint32
	for c, ids := range x.ids {
		messages, facts, source = messages[:0], facts[:0], source[:0]
		for _, id := range ids {
			s := x.base[id.Source]
			i := sort.Search(len(s.first), func(i int) bool { return int(s.first[i]) > int(id.Seq) }) - 1
			k := int(id.Seq) - int(s.first[i])
			seg, _ := s.trace.Segment(i)
			messages = append(messages, seg.Messages[k])
			facts = append(facts, &s.parts[i].facts[k])
			source = append(source, id.Source)
		}
		if old := known[facts[0].Call]; old != nil && old.madeOf(messages, facts) {
			x.list[c] = old
			continue
		}
		from := source
		if len(x.base) == 1 {
			from = nil
		}
		x.list[c] = &callState{call: call.Build(messages, facts, from), inputs: slices.Clone(messages), facts: slices.Clone(facts)}
	}
}

// byCallID finds calls by the hash of their Call-ID.
func byCallID(calls []*callState) map[uint64]*callState {
	out := make(map[uint64]*callState, len(calls))
	for _, s := range calls {
		out[s.facts[0].Call] = s
	}
	return out
}

// madeOf reports whether the call was built from these messages, or from others that say the same: an edit beside
// a message lets it be read again.
func (s *callState) madeOf(messages []*sip.Message, facts []*call.Facts) bool {
	if len(s.inputs) != len(messages) {
		return false
	}
	for i, m := range messages {
		if o := s.inputs[i]; o != m && (*s.facts[i] != *facts[i] || o.Form != m.Form || o.Head != m.Head || o.Tail != m.Tail || o.Exact != m.Exact) {
			return false
		}
	}
	return true
}

// Len returns the number of calls. They are in the order of their first message, those of the first text first.
func (x *Calls) Len() int { return len(x.list) }

// Call returns call c.
func (x *Calls) Call(c int) *call.Call { return x.list[c].call }

// Of returns the call that message seq of a text belongs to; ok is false for a message without a Call-ID.
func (x *Calls) Of(id call.MsgID) (c int, ok bool) {
	c = int(x.of[id.Source][id.Seq])
	return c, c >= 0
}

// ID returns the name of message i of call c in its text.
func (x *Calls) ID(c int, i int32) call.MsgID { return x.ids[c][x.list[c].call.Messages[i].Input] }

// Index returns the place in its call of a message of call c.
func (x *Calls) Index(c int, id call.MsgID) int32 {
	ids := x.ids[c]
	input := sort.Search(len(ids), func(i int) bool {
		return ids[i].Source > id.Source || ids[i].Source == id.Source && ids[i].Seq >= id.Seq
	})
	m := x.list[c].call.Messages
	// As a rule the order of the wire is that of the text.
	if input < len(m) && int(m[input].Input) == input {
		return int32(input)
	}
	return int32(slices.IndexFunc(m, func(m call.Message) bool { return int(m.Input) == input }))
}

// Message returns message i of call c with the text it stands in.
func (x *Calls) Message(c int, i int32) (*Snapshot, Message) {
	id := x.ID(c, i)
	s := x.base[id.Source]
	m := s.Message(int(id.Seq))
	return s, m
}

// WithCallID returns the call with a Call-ID; ok is false when there is none.
func (x *Calls) WithCallID(id string) (c int, ok bool) {
	for c, s := range x.list {
		if string(s.inputs[0].CallID()) == id {
			return c, true
		}
	}
	return 0, false
}

// quietSteps are the spans of silence behind a call that are told apart: what is said about a call must not depend on
// each line that is added to the log.
var quietSteps = []time.Duration{
	time.Second, 5 * time.Second, 10 * time.Second, 32 * time.Second, 64 * time.Second, 3 * time.Minute, 5 * time.Minute, 10 * time.Minute,
	30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 24 * time.Hour,
}

// quiet returns how long at least the trace goes on behind the last message of a call.
func (x *Calls) quiet(c *call.Call) time.Duration {
	if len(c.Messages) == 0 || c.Jumps {
		return 0
	}
	last := c.Messages[len(c.Messages)-1].Facts
	if !last.Timed {
		return 0
	}
	var most time.Duration
	for _, end := range x.ends {
		if d, ok := end.Sub(last.Clock); ok {
			most = max(most, d)
		}
	}
	var step time.Duration
	for _, q := range quietSteps {
		if most < q {
			break
		}
		step = q
	}
	return step
}

// Subject returns call c as rules see it, with what they found; places count messages in the call.
func (x *Calls) Subject(c int) *check.CallSubject {
	s := x.list[c]
	quiet := x.quiet(s.call)
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.judged || s.quiet != quiet {
		subject := check.NewCallSubject(s.call, quiet)
		var found []check.Finding
		check.RunCall(subject, func(f check.Finding) { found = append(found, f) })
		s.judged, s.quiet, s.subject, s.findings = true, quiet, subject, found
	}
	return s.subject
}

// Result returns what became of call c.
func (x *Calls) Result(c int) call.Result { return x.Subject(c).Result }

// Found returns what the rules over calls found in call c.
func (x *Calls) Found(c int) []check.Finding {
	x.Subject(c)
	found := slices.Clone(x.list[c].findings)
	for i := range found {
		x.place(&found[i], func(call.MsgID) int { return c })
	}
	return found
}

// place makes the places of a finding those of the texts. of tells the call of a place.
func (x *Calls) place(f *check.Finding, of func(call.MsgID) int) {
	at := func(r *call.Ref) { r.Msg = x.ID(of(r.Msg), int32(r.Msg.Seq)) }
	at(&f.At)
	f.Related = slices.Clone(f.Related)
	for i := range f.Related {
		at(&f.Related[i].At)
	}
}

// all judges all calls and the trace as a whole.
func (x *Calls) all() [][]check.Finding {
	x.findingsOnce.Do(func() {
		x.findings = make([][]check.Finding, len(x.base))
		add := func(f check.Finding) { x.findings[f.At.Msg.Source] = append(x.findings[f.At.Msg.Source], f) }
		subject := &check.TraceSubject{Calls: make([]*check.CallSubject, len(x.list)), Lines: x.lines}
		parallel(len(x.list), func(c int) { subject.Calls[c] = x.Subject(c) })
		for c, s := range x.list {
			for _, f := range s.findings {
				x.place(&f, func(call.MsgID) int { return c })
				add(f)
			}
		}
		check.RunTrace(subject, func(f check.Finding) {
			x.place(&f, func(id call.MsgID) int { return int(id.Source) })
			add(f)
		})
		for _, list := range x.findings {
			slices.SortStableFunc(list, func(a, b check.Finding) int { return int(a.At.Msg.Seq) - int(b.At.Msg.Seq) })
		}
	})
	return x.findings
}

// maxLines is how many bytes of the log beside a message rules may look at, on either side.
const maxLines = 4 << 10

// lines returns the text without messages in front of a message and behind it.
func (x *Calls) lines(c int, i int32) (before, behind []byte) {
	s, m := x.Message(c, i)
	_, start := s.trace.Segment(m.segment)
	seg, _ := s.trace.Segment(m.segment)
	from, to := start, start+text.Offset(seg.Len)
	lo, hi := max(0, from-maxLines), min(s.doc.Len(), to+maxLines)
	for k := m.segment - 1; k >= 0; k-- {
		prev, at := s.trace.Segment(k)
		if len(prev.Messages) > 0 {
			lo = max(lo, at+text.Offset(prev.Len))
			break
		}
		if at <= lo {
			break
		}
	}
	for k := m.segment + 1; k < s.trace.Len(); k++ {
		next, at := s.trace.Segment(k)
		if len(next.Messages) > 0 {
			hi = min(hi, at)
			break
		}
		if at >= hi {
			break
		}
	}
	// A logger may write its own lines between the envelope and the end of the segment.
	return s.doc.Slice(lo, from), s.doc.Slice(to, hi)
}
