package check

import (
	"fmt"

	"sipls/server/call"
	"sipls/server/sip"
)

// Story tells in one sentence what became of the call: "The call was answered after 8.1 s and lasted 42 s; BYE by the caller."
func (s *CallSubject) Story() string {
	r := &s.Result
	what := s.subjectWord()
	after := ""
	if r.Decided != call.None && len(s.Messages) > 0 {
		if d, ok := s.Since(r.First, r.Decided); ok && d > 0 {
			after = " after " + Spell(d)
		}
	}
	with := ""
	if r.Decided != call.None {
		with = s.Name(r.Decided)
	}
	switch r.Outcome {
	case call.Answered:
		out := what + " was answered" + after
		if r.HasDuration {
			out += " and lasted " + Spell(r.Duration)
		}
		if r.Bye == call.None {
			return out + "; its end is not in this log."
		}
		return out + "; BYE by " + s.side(r.Bye) + "."
	case call.Busy:
		return fmt.Sprintf("The callee was busy: %s%s.", with, after)
	case call.Cancelled:
		return fmt.Sprintf("The caller gave up before anybody answered: %s%s.", with, after)
	case call.Redirected:
		out := fmt.Sprintf("%s was sent elsewhere with %s%s", what, with, after)
		if a, ok := s.Messages[r.Decided].Msg.Address(sip.HeaderContact); ok {
			out += ", to " + clip(s.Messages[r.Decided].Msg.Bytes(a.URI))
		}
		return out + "."
	case call.Registered:
		return fmt.Sprintf("The registration was accepted%s.", after)
	case call.Completed:
		return fmt.Sprintf("%s succeeded with %s%s.", what, with, after)
	case call.InProgress:
		return "The log ends before it shows how " + lowerFirst(what) + " ended."
	}
	switch {
	case r.TimedOut:
		return what + " failed: nothing came back."
	case r.Decided == call.None:
		return what + " was not answered as far as the log shows."
	case isChallenge(&s.Messages[r.Decided]):
		return fmt.Sprintf("%s got no further than the challenge %s%s.", what, with, after)
	}
	return fmt.Sprintf("%s failed with %s%s.", what, with, after)
}

func (s *CallSubject) subjectWord() string {
	switch m := s.Result.Method; m {
	case call.INVITE:
		return "The call"
	case call.REGISTER:
		return "The registration"
	case call.SUBSCRIBE:
		return "The subscription"
	case call.NoMethod, call.Other:
		return "The request"
	default:
		return "The " + m.String()
	}
}

// side says which side of the call sent a request inside it.
func (s *CallSubject) side(i int32) string {
	m, first := &s.Messages[i], &s.Messages[s.Result.First]
	switch {
	case m.From == 0 || first.From == 0:
		return "one side"
	case m.From == first.From && first.Request:
		return "the caller"
	case m.To == first.From:
		return "the callee"
	}
	return "one side"
}

// Attempts counts how often the request that message i is or answers was tried anew because of what came back: a challenge, a
// redirection, an interval that was too short. ok is false where one try was all.
func (s *CallSubject) Attempts(i int32) (n, of int, ok bool) {
	m := &s.Messages[i]
	if m.Transaction == call.None {
		return 0, 0, false
	}
	own := s.Transactions[m.Transaction].Exchange
	if own == call.None || s.Exchanges[own].Method == call.ACK || s.Exchanges[own].Method == call.CANCEL {
		return 0, 0, false
	}
	method := s.Exchanges[own].Method
	// Tries are exchanges of the method, one caused by the other. Only the group that holds this one counts.
	for x := range s.Exchanges {
		if s.Exchanges[x].Method != method {
			continue
		}
		of++
		if int32(x) == own {
			n = of
		}
		if f := s.FinalOf(int32(x)); f != call.None && triesAgain(int(s.Messages[f].Status)) {
			continue
		}
		if n > 0 {
			break
		}
		of = 0
	}
	return n, of, n > 0 && of > 1
}

func triesAgain(status int) bool {
	switch status {
	case 401, 407, 413, 415, 416, 420, 421, 422, 423, 491, 494:
		return true
	}
	return status >= 300 && status < 400
}

// DialogAt says in which state the dialog of message i is once the message is there: "", "early", "confirmed", or "ended" by the
// BYE that is returned too.
func (s *CallSubject) DialogAt(i int32) (state string, bye int32) {
	d := s.Messages[i].Dialog
	if d == call.None {
		return "", call.None
	}
	x := &s.Dialogs[d]
	switch {
	case x.Bye != call.None && x.Bye <= i:
		return "ended", x.Bye
	case x.Confirmed != call.None && x.Confirmed <= i:
		return "confirmed", call.None
	case x.Formed == call.None:
		return "", call.None
	}
	return "early", call.None
}

// Deciding returns the request of the try that decided, the first message of the call where it is not in the trace.
func (s *CallSubject) Deciding() int32 {
	if x := s.Result.Exchange; x != call.None {
		if q := s.Transactions[s.Exchanges[x].Upstream].Request; q != call.None {
			return q
		}
	}
	return s.Result.First
}

// Party names who a call is from (id is From) or for (To): the user part of its address, the host where there is none.
func (s *CallSubject) Party(id sip.HeaderID) string {
	m := s.Messages[s.Deciding()].Msg
	a, ok := m.Address(id)
	if !ok {
		return "?"
	}
	u, _ := m.URI(a.URI)
	switch {
	case u.User.Len > 0:
		return clip(m.Bytes(u.User))
	case u.Host.Len > 0:
		return clip(m.Bytes(u.Host))
	}
	return clip(m.Bytes(a.URI))
}

// Milestone is a message that says how a call went.
type Milestone struct {
	Message int32
	Words   string
}

// Milestones returns the messages that say how the call went, in the order of the wire.
func (s *CallSubject) Milestones() (out []Milestone) {
	r := &s.Result
	add := func(i int32, words string) {
		if i != call.None {
			out = append(out, Milestone{i, words})
		}
	}
	tries := 0
	for x := range s.Exchanges {
		e := &s.Exchanges[x]
		if e.Method != r.Method || r.Exchange == call.None || int32(x) > r.Exchange {
			continue
		}
		f := s.FinalOf(int32(x))
		if int32(x) < r.Exchange && (f == call.None || !triesAgain(int(s.Messages[f].Status))) || tries > 8 {
			continue
		}
		tries++
		t := &s.Transactions[e.Upstream]
		switch {
		case tries == 1:
			add(t.Request, "the first request")
		default:
			add(t.Request, "the next try")
		}
		if t.Ringing != call.None {
			add(t.Ringing, "progress")
		}
		switch {
		case f == call.None:
		case int32(x) == r.Exchange && s.Messages[f].Status < 300:
			add(f, "accepted")
		case int32(x) == r.Exchange:
			add(f, "the answer that decided")
		case isChallenge(&s.Messages[f]):
			add(f, "the challenge")
		default:
			add(f, "the server wants it otherwise")
		}
	}
	if r.Bye != call.None {
		add(r.Bye, s.side(r.Bye)+" hangs up")
	}
	return out
}
