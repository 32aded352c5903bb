package analysis

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"sipls/server/call"
	"sipls/server/check"
	"sipls/server/sip"
	"sipls/server/trace"
)

// Listed is a call as lists show it.
type Listed struct {
	Call   int    // its number
	ID     string // Call-ID
	Method string // of the request that the call is about, as the log has it; "" where it is in no message
	From   Party
	To     Party
	Result call.Result
	Reason string // the reason phrase of the final response, as the log has it
}

// Party is who sends or gets requests, as From or To name them.
type Party struct {
	URI     string // without parameters; "" where the log does not show it
	Display string // the display name, without quotes
	Short   string // for narrow places: the user part of the URI, else its host
}

// Listed returns call c as lists show it.
func (x *Calls) Listed(c int) Listed {
	s := x.Subject(c)
	l := Listed{Call: c, Result: s.Result, Method: s.Result.Method.String()}
	first := s.Messages[s.Result.First].Msg
	l.ID = string(first.CallID())
	if l.Method == "" {
		l.Method = string(first.Method())
	}
	l.From, l.To = partyOf(first, sip.HeaderFrom), partyOf(first, sip.HeaderTo)
	if d := s.Result.Decided; d != call.None {
		l.Reason = string(s.Messages[d].Msg.Bytes(s.Messages[d].Msg.Start.Reason))
	}
	return l
}

// partyOf reads who the From or To of a message names.
func partyOf(m *sip.Message, id sip.HeaderID) (p Party) {
	a, ok := m.Address(id)
	if !ok {
		return p
	}
	p.Display = string(bytes.TrimSpace(sip.Unquote(m.Bytes(a.Display))))
	raw := m.Bytes(a.URI)
	if i := bytes.IndexAny(raw, ";?"); i >= 0 {
		raw = raw[:i]
	}
	p.URI = string(raw)
	p.Short = p.URI
	u, err := m.URI(a.URI)
	switch {
	case err != nil:
	case u.User.Len > 0:
		p.Short = string(m.Bytes(u.User))
		if u.Kind == sip.SIPURI {
			p.URI = string(m.Bytes(u.Scheme)) + ":" + p.Short + "@" + string(m.Bytes(sip.Span{Off: u.Host.Off, Len: max(u.Host.End(), u.Port.End()) - u.Host.Off}))
		}
	case u.Host.Len > 0:
		p.Short = string(m.Bytes(u.Host))
	}
	return p
}

// Start returns when the first message of call c that has a time was logged. The date is told by neighbours where
// the log writes it elsewhere, as Times does; ok is false where no message has a time.
func (x *Calls) Start(c int) (at trace.Clock, ok bool) {
	x.order()
	s := x.list[c]
	for i := range s.call.Messages {
		if s.call.Messages[i].Timed {
			return x.clock(x.id(s, int32(i))), true
		}
	}
	return trace.Clock{}, false
}

// clock returns when a message was logged, as Times does.
func (x *Calls) clock(id call.MsgID) trace.Clock {
	x.timesOnce.Do(func() {
		x.times = make([]Times, len(x.snaps))
		var reading sync.WaitGroup
		for i, s := range x.snaps {
			reading.Go(func() { x.times[i] = s.Times() })
		}
		reading.Wait()
	})
	return x.times[id.Source][id.Seq]
}

// InOrder returns the numbers of all calls in the order in which they began: of several texts by their
// times, where all have dates; else in the order of the texts.
func (x *Calls) InOrder() []int {
	out := make([]int, x.Len())
	for c := range out {
		out[c] = c
	}
	if len(x.snaps) == 1 {
		return out
	}
	starts := make([]trace.Clock, len(out))
	for c := range starts {
		at, ok := x.Start(c)
		if !ok || !at.Dated || at.Zoned != starts[0].Zoned && c > 0 {
			return out
		}
		starts[c] = at
	}
	slices.SortStableFunc(out, func(a, b int) int { return starts[a].At.Compare(starts[b].At) })
	return out
}

// FindingsIn returns all that the rules found in call c, in the order of its messages in the texts: in each message
// those of the message alone, of the call and of the whole trace.
func (x *Calls) FindingsIn(c int) []check.Finding {
	x.order()
	state := x.list[c]
	var out []check.Finding
	for input, m := range state.members {
		in := x.snaps[m.source]
		msg := in.messageIn(in.segmentOf(m.part), int(m.k))
		for _, f := range in.messageFindings(msg, state, input) {
			out = append(out, inMessage(f, msg.ID))
		}
	}
	for _, f := range x.foundIn(state) {
		out = append(out, x.placed(state, f))
	}
	if ofTrace := x.traceFindings(); len(ofTrace) > 0 {
		for _, m := range state.members {
			id := x.idOf(m)
			k, _ := slices.BinarySearchFunc(ofTrace, id, func(f check.Finding, id call.MsgID) int { return compareIDs(f.At.Msg, id) })
			for ; k < len(ofTrace) && ofTrace[k].At.Msg == id; k++ {
				out = append(out, ofTrace[k])
			}
		}
	}
	slices.SortStableFunc(out, func(a, b check.Finding) int { return compareIDs(a.At.Msg, b.At.Msg) })
	return out
}

// Place is a line of a text.
type Place struct {
	Name string // of the text
	Line int    // counted from 1
}

// PlacesOf returns where the start lines of the messages of call c stand, in the order of the wire.
func (x *Calls) PlacesOf(c int) []Place {
	x.order()
	s := x.list[c]
	out := make([]Place, len(s.call.Messages))
	for i := range out {
		out[i] = x.place(s, int32(i))
	}
	return out
}

func (x *Calls) place(s *callState, i int32) Place {
	id := x.id(s, i)
	in := x.snaps[id.Source]
	m := in.Message(int(id.Seq))
	from, _ := in.Range(m, m.Start.Text)
	return Place{in.source.Name, in.doc.LineAt(from) + 1}
}

// EachCall calls do for each call number on all processors, and returns when all are done.
func (x *Calls) EachCall(do func(c int)) { parallel(x.Len(), do) }

// Matching returns the numbers of the calls with a Call-ID, in the order in which they began. Where none has it,
// asterisks in it stand for anything, and so do the points with which a list cuts one short.
func (x *Calls) Matching(id string) []int {
	if c, ok := x.WithCallID(id); ok {
		return []int{c}
	}
	if id = strings.ReplaceAll(id, "…", "*"); !strings.Contains(id, "*") {
		return nil
	}
	parts := strings.Split(id, "*")
	var out []int
	for _, c := range x.InOrder() {
		if matches(x.callID(c), parts) {
			out = append(out, c)
		}
	}
	return out
}

// callID returns the Call-ID of call c.
func (x *Calls) callID(c int) string {
	x.order()
	return string(x.list[c].members[0].message().CallID())
}

// matches reports whether s is the parts with anything between them.
func matches(s string, parts []string) bool {
	first, last := parts[0], parts[len(parts)-1]
	if len(s) < len(first)+len(last) || !strings.HasPrefix(s, first) || !strings.HasSuffix(s, last) {
		return false
	}
	s = s[len(first) : len(s)-len(last)]
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(s, p)
		if i < 0 {
			return false
		}
		s = s[i+len(p):]
	}
	return true
}

// maxNear is how many Call-IDs are named instead of one that is not there.
const maxNear = 3

// Near returns Call-IDs that look like one that is not there, most alike first.
func (x *Calls) Near(id string) []string {
	type near struct {
		id    string
		alike int
	}
	lower := strings.ToLower(strings.Trim(id, "*<> \t"))
	if lower == "" {
		return nil
	}
	var found []near
	for c := range x.Len() {
		other := x.callID(c)
		l := strings.ToLower(other)
		switch same := commonEnds(l, lower); {
		case strings.Contains(l, lower), strings.Contains(lower, l):
			found = append(found, near{other, len(lower) + 1})
		case same >= 4 && same >= len(lower)*2/3:
			found = append(found, near{other, same})
		}
	}
	slices.SortStableFunc(found, func(a, b near) int { return cmp.Compare(b.alike, a.alike) })
	var out []string
	for _, n := range found[:min(len(found), maxNear)] {
		out = append(out, n.id)
	}
	return out
}

// commonEnds counts the bytes that two texts begin and end with alike.
func commonEnds(a, b string) (n int) {
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	for a, b = a[n:], b[n:]; a != "" && b != "" && a[len(a)-1] == b[len(b)-1]; n++ {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return n
}

// Sentence says in one line what became of the call: "INVITE 1001 -> 1002: 407, answered after 8.1 s, 42 s talk, BYE by
// callee - 14 messages".
func (x *Calls) Sentence(c int) string {
	l := x.Listed(c)
	cl := x.Call(c)
	var b strings.Builder
	b.WriteString(cmp.Or(l.Method, "message"))
	switch {
	case l.From.Short == "" && l.To.Short == "":
	case l.From.URI == l.To.URI:
		b.WriteString(" " + l.From.Short)
	default:
		b.WriteString(" " + cmp.Or(l.From.Short, "?") + " -> " + cmp.Or(l.To.Short, "?"))
	}
	b.WriteString(": ")
	for _, code := range [...]int{401, 407} {
		if cl.HasStatus(code) && l.Result.Status != code {
			b.WriteString(strconv.Itoa(code) + ", ")
		}
	}
	outcome := strings.ReplaceAll(l.Result.Outcome.String(), "-", " ")
	b.WriteString(outcome)
	switch r := l.Result; {
	case r.Outcome == call.Answered:
		if r.HasSetup && r.Setup >= 0 {
			b.WriteString(" after " + check.Spell(r.Setup))
		}
		if r.HasDuration && r.Duration >= 0 {
			b.WriteString(", " + check.Spell(r.Duration.Round(time.Millisecond)) + " talk")
		}
		if r.Bye != call.None {
			switch cl.Messages[r.Bye].From {
			case 0:
			case cl.Messages[r.First].From:
				b.WriteString(", BYE by caller")
			default:
				b.WriteString(", BYE by callee")
			}
		}
	case r.Status >= 300:
		b.WriteString(", " + strings.TrimSpace(strconv.Itoa(r.Status)+" "+l.Reason))
	case r.TimedOut:
		b.WriteString(", nobody answered for 32 s")
	case r.Status == 0 && r.Exchange == call.None:
		b.WriteString(", its request is not in the log")
	}
	b.WriteString(" - " + strconv.Itoa(len(cl.Messages)) + " message")
	if len(cl.Messages) > 1 {
		b.WriteString("s")
	}
	return b.String()
}
