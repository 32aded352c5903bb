package call

import "time"

// Outcome says in one word what became of a call.
type Outcome uint8

const (
	// InProgress: the trace ends before anything is decided.
	InProgress Outcome = iota
	// Answered: a 2xx to INVITE.
	Answered
	// Busy: 486 or 600.
	Busy
	// Cancelled: 487.
	Cancelled
	// NoAnswer: 408 or 480, nothing after the ringing, or nothing at all until the request timed out.
	NoAnswer
	// Redirected: a final 3xx.
	Redirected
	// Failed: any other final response.
	Failed
	// Registered: a 2xx to REGISTER.
	Registered
	// Refused: any other final response to it.
	Refused
	// Completed: a 2xx to any other request.
	Completed
)

func (o Outcome) String() string {
	return [...]string{"in-progress", "answered", "busy", "cancelled", "no-answer", "redirected", "failed", "registered", "refused", "completed"}[o]
}

// Result is what became of a call.
type Result struct {
	Outcome Outcome
	Method  Method // of the request that the call is about
	First   int32  // message: the first request; the first message where there is none
	// Exchange is the try that decided; None where no request of the method is in the trace.
	Exchange int32
	Decided  int32 // message: the final response; None where there is none
	Status   int   // of Decided, 0 for none
	TimedOut bool  // nothing answered until the request timed out

	Setup, Duration       time.Duration // first INVITE to the 2xx; 2xx to the BYE
	HasSetup, HasDuration bool
	Bye                   int32 // message: the first BYE; None
}

const (
	// Timeout is 64*T1, after which whoever waits for an answer gives up (RFC 3261 section 17.1).
	Timeout = 32 * time.Second
	// GivenUp is when a sender has given up by the clock of a log, which need not tick like its own.
	GivenUp = Timeout - Timeout/20
)

// Result tells what became of the call. quiet is how long the trace goes on behind the last message of the
// call, 0 when it is not known.
func (c *Call) Result(quiet time.Duration) Result {
	r := Result{Exchange: None, Decided: None, Bye: None, Method: c.subject()}
	for i := range c.Messages {
		if m := &c.Messages[i]; m.Request && m.Method == r.Method && m.To == 0 {
			r.First = int32(i)
			break
		}
	}
	r.Exchange = c.deciding(r.Method)
	if r.Exchange == None {
		return r
	}
	r.Decided = c.FinalOf(r.Exchange)
	if r.Decided != None {
		r.Status = int(c.Messages[r.Decided].Status)
	}
	r.Outcome = c.outcome(&r, quiet)
	if r.Outcome == InProgress && r.Method != INVITE && r.Exchange > 0 {
		// Of pings and refreshes the last one that came to an end counts.
		for x := r.Exchange - 1; x >= 0; x-- {
			if f := c.FinalOf(x); c.Exchanges[x].Method == r.Method && f != None {
				r.Exchange, r.Decided, r.Status = x, f, int(c.Messages[f].Status)
				r.Outcome = c.outcome(&r, quiet)
				break
			}
		}
	}
	if r.Outcome == Answered {
		c.spans(&r)
	}
	return r
}

// subject returns the method that the call is about.
func (c *Call) subject() Method {
	for _, m := range [...]Method{INVITE, REGISTER} {
		if c.HasMethod(m) {
			return m
		}
	}
	for i := range c.Messages {
		if m := &c.Messages[i]; m.Method != NoMethod && m.Method != ACK && m.Method != CANCEL {
			return m.Method
		}
	}
	return NoMethod
}

// deciding returns the exchange that says how the call went: the last initial one of the method that is
// answered by more than a challenge, of those of an answered call the first one with a 2xx.
func (c *Call) deciding(method Method) int32 {
	last, answered := None, None
	for i := range c.Exchanges {
		e := &c.Exchanges[i]
		if e.Method != method {
			continue
		}
		if !e.Initial && last != None && method == INVITE {
			continue // a re-INVITE decides nothing
		}
		if f := c.FinalOf(int32(i)); method == INVITE && f != None && c.Messages[f].Status < 300 && answered == None {
			answered = int32(i)
		}
		last = int32(i)
	}
	if answered != None {
		return answered
	}
	return last
}

// FinalOf returns the message that is the final answer to an exchange: that of the hop closest to the sender, of others where
// that one has none; a 2xx before other answers. None where there is none.
func (c *Call) FinalOf(exchange int32) int32 {
	e := &c.Exchanges[exchange]
	best := c.Transactions[e.Upstream].Final
	for _, t := range e.Transactions {
		f := c.Transactions[t].Final
		if f == None {
			continue
		}
		if best == None || c.Messages[best].Status >= 300 && c.Messages[f].Status < 300 {
			best = f
		}
	}
	return best
}

func (c *Call) outcome(r *Result, quiet time.Duration) Outcome {
	switch s := r.Status; {
	case s == 0:
		r.TimedOut = c.timedOut(r.Exchange, quiet)
		if r.Method == INVITE && (r.TimedOut || c.rang(r.Exchange)) {
			return NoAnswer
		}
		if r.TimedOut && r.Method == REGISTER {
			return Refused
		}
		if r.TimedOut {
			return Failed
		}
		return InProgress
	case r.Method == REGISTER && s < 300:
		return Registered
	case r.Method == REGISTER:
		return Refused
	case r.Method != INVITE && s < 300:
		return Completed
	case r.Method != INVITE:
		return Failed
	case s < 300:
		return Answered
	case s < 400:
		return Redirected
	case s == 486, s == 600:
		return Busy
	case s == 487:
		return Cancelled
	case s == 408, s == 480:
		return NoAnswer
	}
	return Failed
}

func (c *Call) rang(exchange int32) bool {
	for _, t := range c.Exchanges[exchange].Transactions {
		if c.Transactions[t].Ringing != None {
			return true
		}
	}
	return false
}

// timedOut reports whether a request got no answer at all for as long as its sender waits.
func (c *Call) timedOut(exchange int32, quiet time.Duration) bool {
	e := &c.Exchanges[exchange]
	for _, t := range e.Transactions {
		if x := &c.Transactions[t]; x.Trying != None || x.Final != None || x.Request == None {
			return false
		}
	}
	waited, ok := c.Since(c.Transactions[e.Upstream].Request, int32(len(c.Messages)-1))
	return ok && waited+quiet >= GivenUp
}

func (c *Call) spans(r *Result) {
	first := None
	for i := range c.Exchanges {
		if e := &c.Exchanges[i]; e.Method == INVITE && e.Initial {
			first = c.Transactions[e.Upstream].Request
			break
		}
	}
	if first != None {
		r.Setup, r.HasSetup = c.Since(first, r.Decided)
	}
	for i := range c.Messages {
		if m := &c.Messages[i]; m.Method == BYE && m.Request && int32(i) > r.Decided {
			r.Bye = int32(i)
			r.Duration, r.HasDuration = c.Since(r.Decided, r.Bye)
			break
		}
	}
}
