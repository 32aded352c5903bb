package check

import (
	"slices"

	"sipls/server/call"
	"sipls/server/sip"
)

// tooBrief is a refusal of an interval that is too short, and what becomes of it.
type tooBrief struct {
	request, final int32
	asked, least   uint32 // seconds; asked is 0 where the request does not say
	retry          int32  // the next request of that side with the method; None
	again          uint32 // what it asks for, 0 where it does not say
}

// tooBriefs finds the refusals with a code and the next tries. least and asked read seconds from a message.
func (s *CallSubject) tooBriefs(code int16, methods []call.Method, least, asked func(i int32) (uint32, bool)) []tooBrief {
	type key struct {
		method call.Method
		from   uint64 // 0 outside a dialog
	}
	keyOf := func(m *call.Message) key {
		if m.To == 0 {
			return key{method: m.Method}
		}
		return key{m.Method, m.From}
	}
	var out []tooBrief
	waiting := map[key]int{} // in out
	for x := range s.Exchanges {
		e := &s.Exchanges[x]
		t := &s.Transactions[e.Upstream]
		if !slices.Contains(methods, e.Method) || t.Request == call.None {
			continue
		}
		k := keyOf(&s.Messages[t.Request])
		if n, ok := waiting[k]; ok && t.Request > out[n].final {
			out[n].retry = t.Request
			out[n].again, _ = asked(t.Request)
			delete(waiting, k)
		}
		if t.Final == call.None || s.Messages[t.Final].Status != code || !s.Messages[t.Final].Whole || !s.Messages[t.Request].Whole {
			continue
		}
		need, ok := least(t.Final)
		if !ok {
			continue // it does not say; a rule over messages tells that
		}
		b := tooBrief{request: t.Request, final: t.Final, least: need, retry: call.None}
		b.asked, _ = asked(t.Request)
		waiting[k] = len(out)
		out = append(out, b)
	}
	return out
}

// leastSession reads Min-SE.
func (s *CallSubject) leastSession(i int32) (uint32, bool) { return s.interval(i, sip.HeaderMinSE) }

// askedSession reads Session-Expires.
func (s *CallSubject) askedSession(i int32) (uint32, bool) {
	return s.interval(i, sip.HeaderSessionExpires)
}

func (s *CallSubject) interval(i int32, id sip.HeaderID) (uint32, bool) {
	m := s.Messages[i].Msg
	h := m.Header(id)
	if h == nil {
		return 0, false
	}
	x, err := m.SessionInterval(h.Value)
	return x.Seconds, err == nil
}

// leastExpires reads Min-Expires.
func (s *CallSubject) leastExpires(i int32) (uint32, bool) { return s.seconds(i, sip.HeaderMinExpires) }

func (s *CallSubject) seconds(i int32, id sip.HeaderID) (uint32, bool) {
	m := s.Messages[i].Msg
	h := m.Header(id)
	if h == nil {
		return 0, false
	}
	n, err := m.DeltaSeconds(h.Value)
	return n, err == nil
}

// askedExpires reads for how long a REGISTER, SUBSCRIBE or PUBLISH asks: the shortest of the expires parameters of its Contact values
// and, for those without one, Expires.
func (s *CallSubject) askedExpires(i int32) (n uint32, ok bool) {
	whole, given := s.seconds(i, sip.HeaderExpires)
	if s.Messages[i].Method != call.REGISTER {
		return whole, given
	}
	m := s.Messages[i].Msg
	some := false
	for _, a := range m.Addresses(sip.HeaderContact) {
		some = true
		one, known := whole, given
		if p, there := m.FindParam(a.Params, ';', "expires"); there {
			v, err := m.DeltaSeconds(p.Value)
			one, known = v, err == nil
		}
		if !known {
			continue
		}
		if !ok || one < n {
			n, ok = one, true
		}
	}
	if !some {
		return whole, given
	}
	return n, ok
}
