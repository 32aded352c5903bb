package check

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/sip"
	"sipls/server/trace"
)

// CallSubject is what rules over transactions, dialogs and calls look at. Places in what they
// report name messages by their index in the call: At.Msg.Seq.
type CallSubject struct {
	*call.Call
	// Quiet is how long at least the trace goes on behind the last message of the call, 0 when that is not known.
	Quiet  time.Duration
	Result call.Result
	// OneSided says that the trace holds what one side sent and not what the other one did.
	OneSided bool
	// Headless says that the call began before the trace.
	Headless bool
	// Found are the findings of the rules that ran before; the last rule explains the call by them.
	Found []Finding

	// judge applies the rules over messages to one of them.
	judge func(*Subject, func(Finding))

	auth  *authTrail // read when a rule asks for it
	facts mediaFacts // while rules are at work
}

// NewCallSubject looks at a call. quiet is how long the trace goes on behind its last message, 0 when that is not known.
func NewCallSubject(c *call.Call, quiet time.Duration) *CallSubject {
	s := &CallSubject{Call: c, Quiet: quiet, Result: c.Result(quiet), judge: Run}
	s.look()
	return s
}

func (s *CallSubject) look() {
	requests, responses, sent, received := 0, 0, 0, 0
	for i := range s.Messages {
		m := &s.Messages[i]
		if m.Request && m.Method != call.ACK {
			requests++
		} else if !m.Request {
			responses++
		}
		switch m.Direction {
		case trace.Sent:
			sent++
		case trace.Received:
			received++
		}
	}
	n := len(s.Messages)
	s.OneSided = n > 1 && (sent == n || received == n || requests == 0 || responses == 0 && requests > 1 && !s.repeatsOnly())
	if n > 0 {
		// The first message is an answer, or a request inside a dialog that was formed before.
		first := &s.Messages[0]
		s.Headless = !first.Request || first.To != 0
	}
}

// repeatsOnly reports whether all messages are one request and its retransmissions: nobody answers, which is no matter of sides.
func (s *CallSubject) repeatsOnly() bool {
	for i := range s.Messages {
		if m := &s.Messages[i]; m.First == call.None && i > 0 {
			return false
		}
	}
	return true
}

// Partial reports whether the trace may lack messages of the call.
func (s *CallSubject) Partial() bool { return s.OneSided || s.Headless }

// Until returns how long the trace goes on behind message i; ok is false when it does not tell.
func (s *CallSubject) Until(i int32) (d time.Duration, ok bool) {
	d, ok = s.Since(i, int32(len(s.Messages)-1))
	return d + s.Quiet, ok
}

// At returns the start line of message i, where most findings stand.
func (s *CallSubject) At(i int32) call.Ref {
	return call.Ref{Msg: call.MsgID{Seq: uint32(i)}, At: s.Messages[i].Msg.Start.Text}
}

// Field returns the first header field with this ID of message i, its start line when there is none.
func (s *CallSubject) Field(i int32, id sip.HeaderID) call.Ref {
	r := s.At(i)
	if h := s.Messages[i].Msg.Header(id); h != nil {
		r.At = sip.Span{Off: h.Name.Off, Len: h.Value.End() - h.Name.Off}
	}
	return r
}

// Place returns a place in message i.
func (s *CallSubject) Place(i int32, at sip.Span) call.Ref {
	return call.Ref{Msg: call.MsgID{Seq: uint32(i)}, At: at}
}

// Related returns the start line of message i with words for it: "the challenge".
func (s *CallSubject) Related(i int32, words string) Related {
	return Related{At: s.At(i), Text: words}
}

// Missing makes a finding about something that is not in the trace weaker where the trace may lack it.
func (s *CallSubject) Missing(f *Finding) {
	switch {
	case s.OneSided:
		f.Evidence += " The log shows one side of the traffic only: it may have been sent, it is not in this log."
	case s.Headless:
		f.Evidence += " The call began before the log does: it may have been sent, it is not in this log."
	case s.Guessed && s.Jumps:
		f.Evidence += " The clock of the log jumps: it may stand elsewhere, it is not found in this log."
	default:
		return
	}
	f.Certainty = min(f.Certainty+1, WeakHint)
}

// Name writes a message for a sentence: "407 Proxy Authentication Required", "INVITE".
func (s *CallSubject) Name(i int32) string {
	m := &s.Messages[i]
	if m.Request {
		return clip(m.Msg.Bytes(m.Msg.Start.Method))
	}
	if k := knowledge.LookupStatus(int(m.Status)); k != nil {
		return fmt.Sprintf("%d %s", m.Status, k.Phrase)
	}
	return fmt.Sprint(m.Status)
}

// Spell writes a time span for a sentence: "35 ms", "8.1 s", "2 min 5 s".
func Spell(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + Spell(-max(d, -math.MaxInt64)) // the least one has no positive twin
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.3g s", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}

// RunCall applies all rules over transactions, dialogs and calls.
func RunCall(s *CallSubject, report func(Finding)) {
	s.Found = s.Found[:0]
	defer s.forget()
	settled := false
	for _, r := range callRules() {
		if r.Last && !settled {
			s.settle()
			settled = true
		}
		if r.Methods != nil && !slices.ContainsFunc(r.Methods, s.HasMethod) {
			continue
		}
		if r.Statuses != nil && !slices.ContainsFunc(r.Statuses, func(x knowledge.Range) bool { return s.HasStatusIn(x.Lo, x.Hi) }) {
			continue
		}
		r.CheckCall(s, func(f Finding) { s.Found = append(s.Found, lawful(r, f)) })
	}
	if !settled {
		s.settle()
	}
	for i := range s.Found {
		report(s.Found[i])
	}
}

// settle leaves out what rules that know a symptom alone found where another finding says why.
func (s *CallSubject) settle() {
	var said []call.MsgID
	for i := range s.Found {
		said = append(said, s.Found[i].InsteadOf...)
	}
	if said != nil {
		s.Found = slices.DeleteFunc(s.Found, func(f Finding) bool { return f.Rule.Symptom && slices.Contains(said, f.At.Msg) })
	}
}

// insteadOf returns what Finding.InsteadOf says of a request: it is the first one of its exchange.
func (s *CallSubject) insteadOf(i int32) []call.MsgID {
	if t := s.Messages[i].Transaction; t != call.None && s.Transactions[t].Exchange != call.None {
		if u := s.Transactions[s.Exchanges[s.Transactions[t].Exchange].Upstream].Request; u != call.None {
			i = u
		}
	}
	return []call.MsgID{{Seq: uint32(i)}}
}

// lawful gives a finding its rule and lets it be no graver than its certainty allows.
func lawful(r *Rule, f Finding) Finding {
	f.Rule = r
	if f.Cites == nil {
		f.Cites = r.Cites
	}
	f.Severity = max(f.Severity, r.Severity)
	switch f.Certainty {
	case StrongHint:
		f.Severity = max(f.Severity, Warning)
	case WeakHint:
		f.Severity = max(f.Severity, Information)
	}
	return f
}

// callRules are the rules over calls, the one that explains by the findings of the others last.
var callRules = sync.OnceValue(func() []*Rule {
	var out, last []*Rule
	for _, r := range Rules() {
		switch {
		case r.CheckCall == nil:
		case r.Last:
			last = append(last, r)
		default:
			out = append(out, r)
		}
	}
	return append(out, last...)
})

// TraceSubject is what rules over the whole trace look at. Places in what they report name a call by
// At.Msg.Source, its index in Calls, and a message by its index in that call.
type TraceSubject struct {
	Calls []*CallSubject
	// Lines returns the text between the message before message i of a call, and the message behind
	// it, at most some kilobytes on either side: what the writer of the log says beside the messages.
	Lines func(call int, i int32) (before, behind []byte)
}

// At returns the start line of message i of a call.
func (t *TraceSubject) At(of int, i int32) call.Ref {
	r := t.Calls[of].At(i)
	r.Msg.Source = uint32(of)
	return r
}

// Related returns the start line of message i of a call with words for it.
func (t *TraceSubject) Related(of int, i int32, words string) Related {
	return Related{At: t.At(of, i), Text: words}
}

// insteadOf returns what Finding.InsteadOf says of a request in a call.
func (t *TraceSubject) insteadOf(of int, i int32) []call.MsgID {
	ids := t.Calls[of].insteadOf(i)
	ids[0].Source = uint32(of)
	return ids
}

// RunTrace applies all rules over the whole trace.
func RunTrace(t *TraceSubject, report func(Finding)) {
	for _, r := range traceRules() {
		r.CheckTrace(t, func(f Finding) { report(lawful(r, f)) })
	}
}

var traceRules = sync.OnceValue(func() []*Rule {
	return slices.DeleteFunc(slices.Clone(Rules()), func(r *Rule) bool { return r.CheckTrace == nil })
})
