package analysis

import (
	"bytes"
	"hash/maphash"
	"net"
	"slices"
	"strings"
	"time"

	"sipls/server/call"
	"sipls/server/check"
	"sipls/server/sip"
	"sipls/server/trace"
)

// Leg is another call of the trace that a back-to-back user agent made of a call, or of which it made that call.
type Leg struct {
	Call      int
	Evidence  string // what joins them: "X-CID", "Session-ID", "icid-value", "From, To and time"
	Certainty check.Certainty
}

const (
	// shared is how many calls may have the same identifier; what more of them share identifies nothing.
	shared = 16
	// kinWindow is how soon after a call its other leg begins where nothing but names and time joins them.
	kinWindow = 2 * time.Second
)

// Legs returns the other legs of call c, in the order of the trace: those that a header field joins with it; where
// there are none, the one call that has its parties and begins beside it, which is only a hint.
func (x *Calls) Legs(c int) []Leg {
	x.legsOnce.Do(x.joinLegs)
	s := x.list[c]
	own, link := s.id(), s.link()
	var out []Leg
	add := func(o int, by string, how check.Certainty) {
		if o != c && !slices.ContainsFunc(out, func(l Leg) bool { return l.Call == o }) {
			out = append(out, Leg{o, by, how})
		}
	}
	if other := x.states[link]; link != 0 && other != nil && !other.bare {
		add(x.numbers[other], s.linkName(), check.Proof)
	}
	if named := x.links[own]; own != 0 && len(named) <= shared {
		for _, o := range named {
			add(int(o), x.list[o].linkName(), check.Proof)
		}
	}
	if same := x.links[link]; link != 0 && len(same) <= shared {
		for _, o := range same {
			add(int(o), s.linkName(), check.StrongHint)
		}
	}
	if len(out) == 0 {
		if o, ok := x.kin(c); ok {
			add(o, "From, To and time", check.WeakHint)
		}
	}
	slices.SortFunc(out, func(a, b Leg) int { return a.Call - b.Call })
	return out
}

// joinLegs finds calls by what joins legs.
func (x *Calls) joinLegs() {
	x.order()
	x.links, x.pairs = map[uint64][]int32{}, map[uint64][]int32{}
	for c, s := range x.list {
		if l := s.link(); l != 0 {
			x.links[l] = append(x.links[l], int32(c))
		}
		if p := s.pair(); p != 0 {
			x.pairs[p] = append(x.pairs[p], int32(c))
		}
	}
	for _, list := range x.pairs {
		slices.SortStableFunc(list, func(a, b int32) int { return x.list[a].start().At.Compare(x.list[b].start().At) })
	}
}

// opening returns the request that began the call, None where it is not at the beginning.
func (s *callState) opening() int32 {
	for i := range min(len(s.call.Messages), 8) {
		if m := &s.call.Messages[i]; m.Request && m.To == 0 && m.Method != call.ACK && m.Method != call.CANCEL {
			return int32(i)
		}
	}
	return call.None
}

func (s *callState) id() uint64 { return s.call.Messages[0].Call }

// link returns what the call names its other leg by, 0 for nothing.
func (s *callState) link() uint64 {
	if i := s.opening(); i != call.None && s.call.Messages[i].Link != 0 {
		return s.call.Messages[i].Link
	}
	// Where the request is not in the log, or comes from a phone that does not know Session-ID, an answer has the
	// caller's half of it all the same.
	for i := range min(len(s.call.Messages), 8) {
		if m := &s.call.Messages[i]; !m.Request {
			if l := call.RemoteSession(m.Msg); l != 0 {
				return l
			}
		}
	}
	return 0
}

// linkName names the header field that link was read from.
func (s *callState) linkName() string {
	if i := s.opening(); i != call.None {
		if name := call.LinkName(s.call.Messages[i].Msg); name != "" {
			return name
		}
	}
	return "Session-ID"
}

// start returns when the call begins; only of use where pair is not 0.
func (s *callState) start() *trace.Clock { return &s.call.Messages[s.opening()].Clock }

// pair identifies the parties of a call that begins with an INVITE at a known time, 0 for any other one.
func (s *callState) pair() uint64 {
	if p := s.parties.Load(); p != 0 {
		return p &^ 1
	}
	var p uint64
	if i := s.opening(); i != call.None && s.call.Messages[i].Method == call.INVITE && s.call.Messages[i].Timed && s.call.Messages[i].Whole {
		m := &s.call.Messages[i]
		from, to := userIn(m.Msg, sip.HeaderFrom), userIn(m.Msg, sip.HeaderTo)
		if len(from) > 0 && len(to) > 0 {
			var h maphash.Hash
			h.SetSeed(pairSeed)
			h.Write(from)
			h.WriteByte(0)
			h.Write(to)
			p = h.Sum64() &^ 1
		}
	}
	s.parties.Store(p | 1)
	return p
}

var pairSeed = maphash.MakeSeed()

func userIn(m *sip.Message, id sip.HeaderID) []byte {
	a, ok := m.Address(id)
	if !ok {
		return nil
	}
	u, _ := m.URI(a.URI)
	return bytes.TrimLeft(m.Bytes(u.User), "+")
}

// kin returns the only call that has the parties of c and may be its other leg.
func (x *Calls) kin(c int) (o int, ok bool) {
	o, ok = x.onlyKin(c)
	if !ok {
		return 0, false
	}
	back, ok := x.onlyKin(o)
	return o, ok && back == c
}

func (x *Calls) onlyKin(c int) (found int, ok bool) {
	s := x.list[c]
	list := x.pairs[s.pair()]
	if s.pair() == 0 || len(list) < 2 {
		return 0, false
	}
	at := s.start()
	from, _ := slices.BinarySearchFunc(list, at.At.Add(-kinWindow), func(o int32, t time.Time) int { return x.list[o].start().At.Compare(t) })
	for n, o := range list[from:] {
		other := x.list[o]
		d, alike := other.start().Sub(*at)
		if d > kinWindow || n > shared {
			break
		}
		if int(o) == c || !alike {
			continue
		}
		early, late := c, int(o)
		if d < 0 || d == 0 && late < early {
			early, late = late, early
		}
		if !x.passesOn(early, late) {
			continue
		}
		if ok {
			return 0, false // more than one: nobody knows which
		}
		found, ok = int(o), true
	}
	return found, ok
}

// passesOn reports whether a back-to-back user agent may have made the late call of the early one: it got that one, has not answered
// it yet, and sends this one.
func (x *Calls) passesOn(early, late int) bool {
	a, b := x.list[early], x.list[late]
	i, k := a.opening(), b.opening()
	if r := a.call.Result(0); r.Decided != call.None {
		if d, ok := b.start().Sub(a.call.Messages[r.Decided].Clock); !ok || d > 0 {
			return false
		}
	}
	if from, to := a.call.Messages[i].Direction, b.call.Messages[k].Direction; from != trace.DirectionUnknown && to != trace.DirectionUnknown {
		return from == trace.Received && to == trace.Sent
	}
	got, m := x.Message(early, i)
	_, at := got.Ends(m)
	sent, m := x.Message(late, k)
	by, _ := sent.Ends(m)
	return at != "" && hostOf(at) == hostOf(by)
}

func hostOf(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return strings.Trim(hostport, "[]")
}
