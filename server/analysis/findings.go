package analysis

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"sipls/server/call"
	"sipls/server/check"
	"sipls/server/sip"
	"sipls/server/text"
	"sipls/server/trace"
)

// judged is what the rules over messages found in one message of a call. Besides the message it depends on the request
// that the message answers, and on whether the trace has the message before.
type judged struct {
	done     bool
	again    bool
	request  *sip.Message
	findings []check.Finding // without the message's place in the snapshot
}

// inherit takes over what was found in the messages that the call had before an edit.
func (s *callState) inherit(old *callState) {
	if old == nil {
		return
	}
	old.mu.Lock()
	defer old.mu.Unlock()
	if old.messages == nil {
		return
	}
	s.messages = make([]judged, len(s.members))
	i := 0
	for k, m := range s.members {
		for i < len(old.members) && old.members[i].compare(m) < 0 {
			i++
		}
		if i < len(old.members) && old.members[i] == m {
			s.messages[k] = old.messages[i]
		}
	}
}

// Findings returns all findings in the order of the text. It returns the
// error of ctx when that ends first.
func (s *Snapshot) Findings(ctx context.Context) ([]check.Finding, error) {
	if s.source.Once {
		var out []check.Finding
		err := s.EachFinding(ctx, func(f check.Finding) bool { out = append(out, f); return true })
		return out, err
	}
	calls := s.Calls()
	states := make([]*callState, 0, len(calls.states))
	for _, state := range calls.states {
		states = append(states, state)
	}
	// Only what no earlier state of the text was asked for is judged now.
	parallel(len(states), func(i int) {
		if ctx.Err() == nil {
			s.judgeMessages(states[i])
			calls.judge(states[i])
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var out []check.Finding
	for _, state := range states {
		for _, input := range state.flagged {
			if m := state.members[input]; m.source == s.number {
				id := calls.idOf(m)
				for _, f := range state.messages[input].findings {
					out = append(out, inMessage(f, id))
				}
			}
		}
	}
	for p := range calls.loose {
		i := s.segmentOf(p)
		for k := range p.messages {
			if m := s.messageIn(i, k); stateKey(&p.facts[k]) == 0 {
				for _, f := range s.messageFindings(m, nil, 0) {
					out = append(out, inMessage(f, m.ID))
				}
			}
		}
	}
	for _, state := range states {
		for _, f := range calls.foundIn(state) {
			if state.sourceOf(int32(f.At.Msg.Seq)) == s.number {
				out = append(out, calls.placed(state, f))
			}
		}
	}
	for _, f := range calls.traceFindings() {
		if f.At.Msg.Source == s.number {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b check.Finding) int { return compareIDs(a.At.Msg, b.At.Msg) })
	return out, nil
}

// judgeMessages runs the rules over messages for all messages of a call that were not judged yet.
func (s *Snapshot) judgeMessages(state *callState) {
	state.mu.Lock()
	done := state.complete
	state.mu.Unlock()
	if done {
		return
	}
	for input, m := range state.members {
		in := s.joint.snaps[m.source]
		in.messageFindings(in.messageIn(in.segmentOf(m.part), int(m.k)), state, input)
	}
	state.mu.Lock()
	defer state.mu.Unlock()
	if state.complete {
		return
	}
	for input := range state.messages {
		if len(state.messages[input].findings) > 0 {
			state.flagged = append(state.flagged, int32(input))
		}
	}
	state.complete = true
}

// EachFinding calls yield for each finding in the order of the text, until
// that returns false: in each message first those of the message alone, then those of its call. It returns the error of ctx when that ends first.
func (s *Snapshot) EachFinding(ctx context.Context, yield func(check.Finding) bool) error {
	if s.source.Once && runtime.GOMAXPROCS(0) > 1 {
		return s.eachFindingAtOnce(ctx, yield)
	}
	return s.eachFinding(ctx, s.All, yield)
}

// chunk is how many messages one processor judges before it takes others.
const chunk = 256

// eachFindingAtOnce is eachFinding over all messages on all processors, in the order of the text.
func (s *Snapshot) eachFindingAtOnce(ctx context.Context, yield func(check.Finding) bool) error {
	type part struct {
		from  int
		found chan []check.Finding
	}
	stop, cancel := context.WithCancel(ctx)
	var working sync.WaitGroup
	defer working.Wait()
	defer cancel()
	workers := runtime.GOMAXPROCS(0)
	todo, ordered := make(chan part), make(chan part, 4*workers)
	working.Go(func() {
		defer close(todo)
		defer close(ordered)
		for from := 0; from < s.Len(); from += chunk {
			p := part{from, make(chan []check.Finding, 1)}
			for _, c := range []chan part{ordered, todo} {
				select {
				case c <- p:
				case <-stop.Done():
					return
				}
			}
		}
	})
	for range workers {
		working.Go(func() {
			for p := range todo {
				var found []check.Finding
				for seq := p.from; seq < min(p.from+chunk, s.Len()) && stop.Err() == nil; seq++ {
					found = append(found, s.FindingsOf(s.Message(seq))...)
				}
				p.found <- found
			}
		})
	}
	for p := range ordered {
		select {
		case found := <-p.found:
			for _, f := range found {
				if !yield(f) {
					return nil
				}
			}
		case <-ctx.Done():
			return ctx.Err()
		}
		if s.source.Progress != nil {
			s.source.Progress("checking", float64(p.from)/float64(s.Len()))
		}
	}
	return ctx.Err()
}

// FindingsBetween returns the findings in the messages that [from, to] touches.
func (s *Snapshot) FindingsBetween(ctx context.Context, from, to text.Offset) ([]check.Finding, error) {
	var out []check.Finding
	err := s.eachFinding(ctx, s.Between(from, to), func(f check.Finding) bool { out = append(out, f); return true })
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Snapshot) eachFinding(ctx context.Context, messages func(func(Message) bool), yield func(check.Finding) bool) error {
	var err error
	messages(func(m Message) bool {
		// A look at the clock of ctx costs as much as a message; now and then is enough.
		if m.ID.Seq%64 == 0 {
			if err = ctx.Err(); err != nil {
				return false
			}
			if s.source.Progress != nil {
				s.source.Progress("checking", float64(m.ID.Seq)/float64(s.Len()))
			}
		}
		for _, f := range s.FindingsOf(m) {
			if !yield(f) {
				return false
			}
		}
		return true
	})
	return err
}

// FindingsOf returns the findings in one message: those of the message alone, then those of its call and of
// the whole trace that stand there.
func (s *Snapshot) FindingsOf(m Message) []check.Finding {
	calls := s.Calls()
	state, input := calls.at(m.ID)
	var out []check.Finding
	for _, f := range s.messageFindings(m, state, input) {
		out = append(out, inMessage(f, m.ID))
	}
	if state == nil {
		return out
	}
	for _, f := range calls.foundAt(state, state.call.Of(input)) {
		out = append(out, calls.placed(state, f))
	}
	ofTrace := calls.traceFindings()
	k, _ := slices.BinarySearchFunc(ofTrace, m.ID, func(f check.Finding, id call.MsgID) int { return compareIDs(f.At.Msg, id) })
	for ; k < len(ofTrace) && ofTrace[k].At.Msg == m.ID; k++ {
		out = append(out, ofTrace[k])
	}
	return out
}

// inMessage returns a finding of a message with the places of the text.
func inMessage(f check.Finding, id call.MsgID) check.Finding {
	f.At.Msg = id
	f.Related = slices.Clone(f.Related) // what the rules found is shared with other snapshots
	for k := range f.Related {
		f.Related[k].At.Msg = id
	}
	return f
}

// messageFindings runs the rules over a message, or takes over what they found before the last edits. In a log they say
// nothing of a message that was said before, byte for byte: one defect is one finding, however often it is sent.
func (s *Snapshot) messageFindings(m Message, state *callState, input int) []check.Finding {
	subject := s.subject(m, state, input)
	again := !subject.Editable && saidBefore(state, input)
	if s.source.Once {
		if again {
			return nil
		}
		var found []check.Finding
		check.Run(&subject, func(f check.Finding) { found = append(found, f) })
		return found
	}
	if state == nil {
		return s.judgeAlone(m, &subject)
	}
	state.mu.Lock()
	if state.messages == nil {
		state.messages = make([]judged, len(state.members))
	}
	j := state.messages[input]
	state.mu.Unlock()
	if j.done && j.request == subject.Request && j.again == again {
		return j.findings
	}
	j = judged{done: true, again: again, request: subject.Request}
	if !again {
		check.Run(&subject, func(f check.Finding) { j.findings = append(j.findings, f) })
	}
	state.mu.Lock()
	defer state.mu.Unlock()
	// Somebody else may have been faster; what is complete is read without the lock and must not be written again.
	if now := &state.messages[input]; !now.done || now.request != j.request || now.again != j.again {
		*now = j
	}
	return j.findings
}

// judgeAlone is messageFindings for a message that belongs to nothing.
func (s *Snapshot) judgeAlone(m Message, subject *check.Subject) []check.Finding {
	p, k := s.parts[m.segment], int(m.ID.Seq)-int(s.first[m.segment])
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.alone == nil {
		p.alone = make([][]check.Finding, len(p.messages))
	}
	if p.alone[k] == nil {
		found := []check.Finding{}
		check.Run(subject, func(f check.Finding) { found = append(found, f) })
		p.alone[k] = found
	}
	return p.alone[k]
}

// subject returns a message as rules see it. state is the call it belongs to, nil for none, and input its number in it.
func (s *Snapshot) subject(m Message, state *callState, input int) check.Subject {
	return check.Subject{
		Message:  m.Message,
		Request:  requestOf(state, input),
		Editable: s.Editable(),
		Bare:     s.mode(m) == trace.Bare,
		Keywords: m.Format == trace.SIPpScenario,
	}
}

// subjectOf is subject for a message alone.
func (s *Snapshot) subjectOf(m Message) check.Subject {
	state, input := s.Calls().at(m.ID)
	return s.subject(m, state, input)
}

// mode says how the text was read in which a message was found.
func (s *Snapshot) mode(m Message) trace.Mode {
	seg, _ := s.trace.Segment(m.segment)
	return seg.In.Mode
}

// saidBefore reports whether the trace has a message before, byte for byte.
func saidBefore(state *callState, input int) bool {
	if state == nil {
		return false
	}
	m := &state.call.Messages[state.call.Of(input)]
	return m.First != call.None && m.Text == state.call.Messages[m.First].Text
}

// requestOf returns the request that a message of a call answers, nil when it is not there.
func requestOf(state *callState, input int) *sip.Message {
	if state == nil {
		return nil
	}
	i := state.call.Of(input)
	if state.call.Messages[i].Request {
		return nil
	}
	if q := state.call.RequestOf(i); q != call.None {
		return state.call.Messages[q].Msg
	}
	return nil
}
