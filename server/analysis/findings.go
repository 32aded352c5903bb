package analysis

import (
	"context"
	"runtime"
	"slices"
	"sort"
	"sync"

	"sipls/server/call"
	"sipls/server/check"
	"sipls/server/sip"
	"sipls/server/text"
	"sipls/server/trace"
)

// judged is what the rules found in one message. Besides the message it
// depends on the request that the message answers.
type judged struct {
	done     bool
	request  *sip.Message
	findings []check.Finding // without the message's place in the snapshot
}

// Findings returns all findings in the order of the text. It returns the
// error of ctx when that ends first.
func (s *Snapshot) Findings(ctx context.Context) ([]check.Finding, error) {
	var out []check.Finding
	err := s.EachFinding(ctx, func(f check.Finding) bool { out = append(out, f); return true })
	if err != nil {
		return nil, err
	}
	return out, nil
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

// FindingsOf returns the findings in one message: those of the message alone, then those of its call that stand there.
func (s *Snapshot) FindingsOf(m Message) []check.Finding {
	found := s.messageFindings(m)
	ofCalls := s.Calls().all()[s.number]
	i := sort.Search(len(ofCalls), func(i int) bool { return ofCalls[i].At.Msg.Seq >= m.ID.Seq })
	for ; i < len(ofCalls) && ofCalls[i].At.Msg.Seq == m.ID.Seq; i++ {
		found = append(found, ofCalls[i])
	}
	return found
}

func (s *Snapshot) messageFindings(m Message) []check.Finding {
	subject := s.subject(m)
	var found []check.Finding
	if s.source.Once {
		check.Run(&subject, func(f check.Finding) { found = append(found, f) })
	} else {
		found = slices.Clone(s.judge(m, &subject))
	}
	for i := range found {
		f := &found[i]
		f.At.Msg = m.ID
		f.Related = slices.Clone(f.Related) // what the rules found is shared with other snapshots
		for k := range f.Related {
			f.Related[k].At.Msg = m.ID
		}
	}
	return found
}

// judge runs the rules over a message, or takes over what they found before the last edits.
func (s *Snapshot) judge(m Message, subject *check.Subject) []check.Finding {
	k := int(m.ID.Seq) - int(s.first[m.segment])
	p := s.parts[m.segment]
	p.mu.Lock()
	if p.judged == nil {
		p.judged = make([]judged, s.first[m.segment+1]-s.first[m.segment])
	}
	j := p.judged[k]
	p.mu.Unlock()
	if j.done && j.request == subject.Request {
		return j.findings
	}
	j = judged{done: true, request: subject.Request}
	check.Run(subject, func(f check.Finding) { j.findings = append(j.findings, f) })
	p.mu.Lock()
	p.judged[k] = j
	p.mu.Unlock()
	return j.findings
}

func (s *Snapshot) subject(m Message) check.Subject {
	return check.Subject{
		Message:  m.Message,
		Request:  s.request(m.ID),
		Editable: s.Editable(),
		Bare:     s.mode(m) == trace.Bare,
		Keywords: m.Format == trace.SIPpScenario,
	}
}

// mode says how the text was read in which a message was found.
func (s *Snapshot) mode(m Message) trace.Mode {
	seg, _ := s.trace.Segment(m.segment)
	return seg.In.Mode
}

func (s *Snapshot) request(id call.MsgID) *sip.Message {
	if q, ok := s.Index().Request(int(id.Seq)); ok {
		return s.Message(q).Message
	}
	return nil
}
