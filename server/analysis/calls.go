package analysis

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"sipls/server/call"
	"sipls/server/check"
	"sipls/server/sip"
	"sipls/server/text"
	"sipls/server/trace"
)

// Calls are the calls of one trace: of one text, or of several that were joined. They are numbered in the order
// of their first message, those of the first text first.
type Calls struct {
	snaps  []*Snapshot
	states map[uint64]*callState // by what stateKey makes of a message
	loose  map[*part]struct{}    // those with messages that belong to nothing
	ends   []textEnd             // of each text
	era    uint64                // tells these ends from others

	orderOnce sync.Once
	list      []*callState // the calls
	numbers   map[*callState]int

	legsOnce sync.Once
	links    map[uint64][]int32 // calls by what joins legs
	pairs    map[uint64][]int32 // calls by their parties, in the order of time

	traceOnce sync.Once
	instead   map[*callState][]uint32 // requests of which rules over the whole trace say why nothing answers
	ofTrace   []check.Finding         // what rules over the whole trace found, in the order of the texts
	ofCall    map[int][]check.Finding // the same by the call they are about; places count messages in it

	timesOnce sync.Once
	times     []Times // of each text
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
	snaps []*Snapshot
	once  sync.Once

	mu     sync.Mutex
	calls  *Calls
	before *changes // nil when nothing is known of an earlier state
}

// changes are the calls of an earlier state of a text, and which segments came and went since.
type changes struct {
	states      map[uint64]*callState
	loose       map[*part]struct{}
	ends        []textEnd
	era         uint64
	gone, added map[*part]struct{}
}

// Calls returns the calls of the trace that the text belongs to.
func (s *Snapshot) Calls() *Calls { return s.joint.get() }

// Number returns the place of the text among those that it was joined with.
func (s *Snapshot) Number() uint32 { return s.number }

// Joined returns the text with that place among those that this one was joined with; it is one of them itself.
func (s *Snapshot) Joined(number uint32) *Snapshot { return s.joint.snaps[number] }

// Timed reports whether a message of the text has a time, so that the text can be put in order with others.
func (s *Snapshot) Timed() bool { return s.end() != nil }

func (x *joint) get() *Calls {
	x.once.Do(func() {
		x.mu.Lock()
		before := x.before
		x.mu.Unlock()
		calls := newCalls(x.snaps, before)
		x.mu.Lock()
		x.calls, x.before = calls, nil
		x.mu.Unlock()
	})
	return x.calls
}

// changed returns what the next state of the text has to know of this one, when parts are replaced by others.
func (x *joint) changed(gone, added []*part) *changes {
	x.mu.Lock()
	defer x.mu.Unlock()
	c := &changes{gone: map[*part]struct{}{}, added: map[*part]struct{}{}}
	switch {
	case x.calls != nil:
		c.states, c.loose, c.ends, c.era = x.calls.states, x.calls.loose, x.calls.ends, x.calls.era
	case x.before != nil:
		c.states, c.loose, c.ends, c.era = x.before.states, x.before.loose, x.before.ends, x.before.era
		maps.Copy(c.gone, x.before.gone)
		maps.Copy(c.added, x.before.added)
	default:
		return nil
	}
	for _, p := range gone {
		if p == nil {
			continue
		}
		if _, young := c.added[p]; young {
			delete(c.added, p)
		} else {
			c.gone[p] = struct{}{}
		}
	}
	for _, p := range added {
		if p != nil {
			c.added[p] = struct{}{}
		}
	}
	return c
}

// stateKey says to which call a message belongs: that of its Call-ID; without one to what has the same
// transaction. 0 when it belongs to nothing.
func stateKey(f *call.Facts) uint64 {
	if f.Call != 0 {
		return f.Call
	}
	return f.Transaction &^ 1
}

func newCalls(snaps []*Snapshot, before *changes) *Calls {
	x := &Calls{snaps: snaps, loose: map[*part]struct{}{}, ends: make([]textEnd, len(snaps))}
	for i, s := range snaps {
		if end := s.end(); end != nil {
			x.ends[i] = textEnd{*end, true}
		}
	}
	if before != nil && slices.Equal(x.ends, before.ends) {
		x.era = before.era
	} else {
		x.era = eras.Add(1)
	}
	if before == nil {
		x.fromNothing()
	} else {
		x.fromBefore(before)
	}
	return x
}

// textEnd is when the last message of a text was logged that says when.
type textEnd struct {
	clock trace.Clock
	known bool
}

// eras counts the ends of traces that the program has seen.
var eras atomic.Uint64

// end returns the clock of the last message that has one, nil when there is none.
func (s *Snapshot) end() *trace.Clock {
	for i := len(s.parts) - 1; i >= 0; i-- {
		if s.parts[i] == nil {
			continue
		}
		facts := s.facts(i)
		for k := len(facts) - 1; k >= 0; k-- {
			if facts[k].Timed {
				return &facts[k].Clock
			}
		}
	}
	return nil
}

// fromNothing looks at all messages.
func (x *Calls) fromNothing() {
	number := map[uint64]int32{}
	var keys []uint64
	var counts []int32
	total := 0
	for _, s := range x.snaps {
		parallel(len(s.parts), func(i int) {
			if s.parts[i] != nil {
				s.facts(i)
			}
		})
	}
	each := func(do func(c int32, m member)) {
		for n, s := range x.snaps {
			for _, p := range s.parts {
				if p == nil {
					continue
				}
				for k := range p.facts {
					key := stateKey(&p.facts[k])
					if key == 0 {
						x.loose[p] = struct{}{}
						continue
					}
					c, ok := number[key]
					if !ok {
						c = int32(len(keys))
						number[key] = c
						keys = append(keys, key)
						counts = append(counts, 0)
					}
					do(c, member{p, int32(k), uint32(n)})
				}
			}
		}
	}
	each(func(c int32, _ member) { counts[c]++; total++ })
	all := make([]member, 0, total)
	members := make([][]member, len(keys))
	for c, n := range counts {
		members[c] = all[len(all) : len(all) : len(all)+int(n)]
		all = all[:len(all)+int(n)]
	}
	each(func(c int32, m member) { members[c] = append(members[c], m) })
	states := make([]*callState, len(keys))
	parallel(len(keys), func(c int) { states[c] = x.newState(members[c]) })
	x.states = make(map[uint64]*callState, len(keys))
	for c, key := range keys {
		x.states[key] = states[c]
	}
}

// fromBefore takes over the calls that have no message in the segments that came or went.
func (x *Calls) fromBefore(before *changes) {
	x.states, x.loose = maps.Clone(before.states), maps.Clone(before.loose)
	s := x.snaps[0]
	touched := map[uint64][]member{} // to what is new in it
	for p := range before.gone {
		delete(x.loose, p)
		for k := range p.facts {
			if key := stateKey(&p.facts[k]); key != 0 {
				touched[key] = nil
			}
		}
	}
	for p := range before.added {
		facts := s.facts(s.segmentOf(p))
		for k := range facts {
			if key := stateKey(&facts[k]); key != 0 {
				touched[key] = append(touched[key], member{part: p, k: int32(k)})
			} else {
				x.loose[p] = struct{}{}
			}
		}
	}
	for key, fresh := range touched {
		old := x.states[key]
		var members []member
		if old != nil {
			for _, m := range old.members {
				if _, gone := before.gone[m.part]; !gone {
					members = append(members, m)
				}
			}
		}
		members = append(members, fresh...)
		if len(members) == 0 {
			delete(x.states, key)
			continue
		}
		slices.SortFunc(members, member.compare)
		if old != nil && old.saysTheSame(members) {
			x.states[key] = old.movedTo(members)
			continue
		}
		state := x.newState(members)
		state.inherit(old)
		x.states[key] = state
	}
}

// callState is a call and what the rules found in it. It lives as long as the messages of the call do, from
// snapshot to snapshot.
type callState struct {
	call    *call.Call
	members []member // what the call was built of

	bare bool // no call: messages of a SIPp scenario, or without a Call-ID

	parties atomic.Uint64 // what pair returns, with the lowest bit set; 0 before it is asked for

	mu       sync.Mutex
	judged   bool
	quiet    time.Duration
	era      uint64 // of the trace that quiet is right for
	subject  *check.CallSubject
	findings []check.Finding // places count messages in the call
	messages []judged        // for each member what the rules over messages found
	complete bool            // all members are judged,
	flagged  []int32         // and these have findings
}

// sourceOf returns the text that message i of the call stands in.
func (s *callState) sourceOf(i int32) uint32 { return s.members[s.call.Messages[i].Input].source }

func (x *Calls) newState(members []member) *callState {
	messages := make([]*sip.Message, len(members))
	facts := make([]*call.Facts, len(members))
	var source []uint32
	if len(x.snaps) > 1 {
		source = make([]uint32, len(members))
	}
	for i, m := range members {
		messages[i], facts[i] = m.message(), m.facts()
		if source != nil {
			source[i] = m.source
		}
	}
	return &callState{
		call: call.Build(messages, facts, source), members: members,
		// A SIPp scenario has the messages of one side, with keywords for what would tell calls apart.
		bare: facts[0].Call == 0 || x.snaps[members[0].source].trace.Mode() == trace.Scenario,
	}
}

// saysTheSame reports whether other messages, read anew beside an edit, say what those of the call say.
func (s *callState) saysTheSame(members []member) bool {
	return slices.EqualFunc(s.members, members, func(a, b member) bool {
		if a.part == b.part && a.k == b.k {
			return true
		}
		m, o := a.message(), b.message()
		return *a.facts() == *b.facts() && m.Form == o.Form && m.Head == o.Head && m.Tail == o.Tail && m.Exact == o.Exact
	})
}

// movedTo returns the state with other messages that say the same.
func (s *callState) movedTo(members []member) *callState {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &callState{
		call: s.call, members: members, bare: s.bare,
		judged: s.judged, quiet: s.quiet, subject: s.subject, findings: s.findings,
	}
}

// Len returns the number of calls.
func (x *Calls) Len() int { x.order(); return len(x.list) }

func (x *Calls) order() {
	x.orderOnce.Do(func() {
		x.list = make([]*callState, 0, len(x.states))
		for _, s := range x.states {
			if !s.bare {
				x.list = append(x.list, s)
			}
		}
		slices.SortFunc(x.list, func(a, b *callState) int { return a.members[0].compare(b.members[0]) })
		x.numbers = make(map[*callState]int, len(x.list))
		for c, s := range x.list {
			x.numbers[s] = c
		}
	})
}

// Call returns call c.
func (x *Calls) Call(c int) *call.Call { x.order(); return x.list[c].call }

// Of returns the call that a message belongs to; ok is false for a message without a Call-ID.
func (x *Calls) Of(id call.MsgID) (c int, ok bool) {
	s, _ := x.at(id)
	if s == nil || s.bare {
		return 0, false
	}
	x.order()
	return x.numbers[s], true
}

// at returns the state that a message belongs to and the number of the input that it was, nil when it belongs to nothing.
func (x *Calls) at(id call.MsgID) (s *callState, input int) {
	in := x.snaps[id.Source]
	i := in.segmentAt(int(id.Seq))
	p, k := in.parts[i], int(id.Seq)-int(in.first[i])
	key := stateKey(&in.facts(i)[k])
	if key == 0 {
		return nil, 0
	}
	s = x.states[key]
	input, _ = slices.BinarySearchFunc(s.members, member{p, int32(k), id.Source}, member.compare)
	return s, input
}

// ID returns the name of message i of call c in its text.
func (x *Calls) ID(c int, i int32) call.MsgID { x.order(); return x.id(x.list[c], i) }

func (x *Calls) id(s *callState, i int32) call.MsgID {
	return x.idOf(s.members[s.call.Messages[i].Input])
}

func (x *Calls) idOf(m member) call.MsgID {
	in := x.snaps[m.source]
	return call.MsgID{Source: m.source, Seq: uint32(in.first[in.segmentOf(m.part)] + m.k)}
}

// Index returns the place of a message in its call c.
func (x *Calls) Index(c int, id call.MsgID) int32 {
	s, input := x.at(id)
	return s.call.Of(input)
}

// Message returns message i of call c with the text it stands in.
func (x *Calls) Message(c int, i int32) (*Snapshot, Message) {
	id := x.ID(c, i)
	s := x.snaps[id.Source]
	return s, s.Message(int(id.Seq))
}

// WithCallID returns the call with a Call-ID; ok is false when there is none.
func (x *Calls) WithCallID(id string) (c int, ok bool) {
	s := x.states[call.IDKey([]byte(id))]
	if s == nil || s.bare {
		return 0, false
	}
	x.order()
	return x.numbers[s], true
}

// quietSteps are the spans of silence behind a call that are told apart: what is said about a call must not depend on
// each line that is added to the log.
var quietSteps = []time.Duration{
	time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second, 32 * time.Second, 64 * time.Second, 3 * time.Minute, 5 * time.Minute, 10 * time.Minute,
	30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 24 * time.Hour,
}

// quietAfter returns how long at least the trace goes on behind the last message of a call. Only texts with messages
// of the call count: of another one nobody knows whether its writer would have seen more of it.
func (x *Calls) quietAfter(s *callState) time.Duration {
	c := s.call
	if c.Jumps {
		return 0
	}
	last := c.Messages[len(c.Messages)-1].Facts
	if !last.Timed {
		return 0
	}
	var most time.Duration
	for i, m := range s.members {
		if i > 0 && m.source == s.members[i-1].source || !x.ends[m.source].known {
			continue // members stand in the order of the texts
		}
		if d, ok := x.ends[m.source].clock.Sub(last.Clock); ok {
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

// judge returns the call as rules see it and what they found.
func (x *Calls) judge(s *callState) (*check.CallSubject, []check.Finding) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.judged && s.era == x.era {
		return s.subject, s.findings
	}
	quiet := x.quietAfter(s)
	s.era = x.era
	if !s.judged || s.quiet != quiet {
		subject := check.NewCallSubject(s.call, quiet)
		var found []check.Finding
		if !s.bare {
			check.RunCall(subject, func(f check.Finding) { found = append(found, f) })
			slices.SortStableFunc(found, func(a, b check.Finding) int { return cmp.Compare(a.At.Msg.Seq, b.At.Msg.Seq) })
		}
		s.judged, s.quiet, s.subject, s.findings = true, quiet, subject, found
	}
	return s.subject, s.findings
}

// Subject returns call c as rules see it; places count messages in the call.
func (x *Calls) Subject(c int) *check.CallSubject {
	x.order()
	subject, _ := x.judge(x.list[c])
	return subject
}

// Result returns what became of call c.
func (x *Calls) Result(c int) call.Result { return x.Subject(c).Result }

// Found returns what the rules over calls found in call c.
func (x *Calls) Found(c int) []check.Finding {
	x.order()
	s := x.list[c]
	_, found := x.judge(s)
	out := make([]check.Finding, len(found))
	for i := range found {
		out[i] = x.placed(s, found[i])
	}
	return out
}

// placed returns a finding of a call with the places of the texts.
func (x *Calls) placed(s *callState, f check.Finding) check.Finding {
	at := func(r *call.Ref) { r.Msg = x.id(s, int32(r.Msg.Seq)) }
	at(&f.At)
	f.Related = slices.Clone(f.Related)
	for i := range f.Related {
		at(&f.Related[i].At)
	}
	return f
}

// traceFindings returns what the rules over the whole trace found, in the order of the texts.
func (x *Calls) traceFindings() []check.Finding {
	x.traceOnce.Do(func() {
		x.order()
		subject := &check.TraceSubject{Calls: make([]*check.CallSubject, len(x.list)), Lines: x.lines}
		parallel(len(x.list), func(c int) { subject.Calls[c] = x.Subject(c) })
		check.RunTrace(subject, func(f check.Finding) {
			for _, id := range f.InsteadOf {
				if x.instead == nil {
					x.instead = map[*callState][]uint32{}
				}
				s := x.list[id.Source]
				x.instead[s] = append(x.instead[s], id.Seq)
			}
			if x.ofCall == nil {
				x.ofCall = map[int][]check.Finding{}
			}
			x.ofCall[int(f.At.Msg.Source)] = append(x.ofCall[int(f.At.Msg.Source)], within(f))
			at := func(r *call.Ref) { r.Msg = x.ID(int(r.Msg.Source), int32(r.Msg.Seq)) }
			at(&f.At)
			f.Related = slices.Clone(f.Related)
			for i := range f.Related {
				at(&f.Related[i].At)
			}
			x.ofTrace = append(x.ofTrace, f)
		})
		slices.SortStableFunc(x.ofTrace, func(a, b check.Finding) int { return compareIDs(a.At.Msg, b.At.Msg) })
	})
	return x.ofTrace
}

// foundIn returns what the rules over calls found in a call, without the symptoms that rules over the whole trace explain.
func (x *Calls) foundIn(s *callState) []check.Finding {
	_, found := x.judge(s)
	x.traceFindings()
	said := x.instead[s]
	if said == nil {
		return found
	}
	return slices.DeleteFunc(slices.Clone(found), func(f check.Finding) bool {
		return f.Rule.Symptom && slices.Contains(said, f.At.Msg.Seq)
	})
}

// foundAt returns those of foundIn that stand in message i of the call. It looks at no others: a call may have as many
// findings as messages.
func (x *Calls) foundAt(s *callState, i int32) []check.Finding {
	_, found := x.judge(s)
	x.traceFindings()
	from, _ := slices.BinarySearchFunc(found, uint32(i), func(f check.Finding, i uint32) int { return cmp.Compare(f.At.Msg.Seq, i) })
	to := from
	for to < len(found) && found[to].At.Msg.Seq == uint32(i) {
		to++
	}
	found = found[from:to]
	if len(found) == 0 || !slices.Contains(x.instead[s], uint32(i)) {
		return found
	}
	return slices.DeleteFunc(slices.Clone(found), func(f check.Finding) bool { return f.Rule.Symptom })
}

// within returns a finding of a rule over the whole trace as one of its call alone.
func within(f check.Finding) check.Finding {
	of := f.At.Msg.Source
	f.At.Msg.Source = 0
	var related []check.Related
	for _, r := range f.Related {
		if r.At.Msg.Source == of {
			r.At.Msg.Source = 0
			related = append(related, r)
		}
	}
	f.Related = related
	var instead []call.MsgID
	for _, id := range f.InsteadOf {
		if id.Source == of {
			instead = append(instead, call.MsgID{Seq: id.Seq})
		}
	}
	f.InsteadOf = instead
	return f
}

func compareIDs(a, b call.MsgID) int {
	if a.Source != b.Source {
		return int(a.Source) - int(b.Source)
	}
	return int(a.Seq) - int(b.Seq)
}

// maxLines is how many bytes of the log beside a message rules may look at, on either side.
const maxLines = 4 << 10

// lines returns the text without messages in front of a message and behind it.
func (x *Calls) lines(c int, i int32) (before, behind []byte) {
	s, m := x.Message(c, i)
	seg, from := s.trace.Segment(m.segment)
	to := from + text.Offset(seg.Len)
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
	return s.doc.Slice(lo, from), s.doc.Slice(to, hi)
}
