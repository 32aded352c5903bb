package check

import (
	"fmt"

	"sipls/server/call"
	"sipls/server/sip"
)

// openChallenge is a challenge to requests without credentials that nothing with credentials follows.
type openChallenge struct {
	request, final int32  // the first time
	last           int32  // the last request that was challenged
	foreign        string // what every challenge demands that not all clients know; "" for nothing of the kind
	answered       bool
	bare           int    // how often it was sent again without credentials
	cseq           uint32 // of the last of these
}

// open finds the challenges of a call that are not answered, each method and side once; those inside a dialog or the others.
func (s *CallSubject) open(inDialog bool) []openChallenge {
	if !s.HasStatus(401) && !s.HasStatus(407) {
		return nil
	}
	type key struct {
		method call.Method
		from   uint64 // 0 outside a dialog: a client may change its tag
	}
	keyOf := func(m *call.Message) key {
		if inDialog {
			return key{m.Method, m.From}
		}
		return key{m.Method, 0}
	}
	var out []openChallenge
	var index map[key]int
	for i := range s.Exchanges {
		t := &s.Transactions[s.Exchanges[i].Upstream]
		if t.Request == call.None || t.Final == call.None || t.Initial == inDialog || t.Method == call.CANCEL || t.Method == call.OPTIONS {
			continue
		}
		final, m := &s.Messages[t.Final], &s.Messages[t.Request]
		if final.Status != 401 && final.Status != 407 || s.hasCredentials(t.Request) {
			continue
		}
		if final.Whole && final.Msg.Header(sip.HeaderWWWAuthenticate) == nil && final.Msg.Header(sip.HeaderProxyAuthenticate) == nil {
			continue // nobody can answer that; a rule over messages tells it
		}
		k := keyOf(m)
		n, ok := index[k]
		if !ok {
			if index == nil {
				index = map[key]int{}
			}
			index[k] = len(out)
			out = append(out, openChallenge{request: t.Request, final: t.Final, last: t.Request, foreign: s.foreignDigest(t.Final), cseq: m.CSeq})
			continue
		}
		out[n].last = t.Request
	}
	if len(out) == 0 {
		return nil
	}
	for i := range s.Messages {
		m := &s.Messages[i]
		if !m.Request || m.Method == call.ACK {
			continue
		}
		n, ok := index[keyOf(m)]
		if !ok || int32(i) <= out[n].final {
			continue
		}
		if o := &out[n]; s.hasCredentials(int32(i)) {
			o.answered = true
		} else if m.CSeq > o.cseq {
			o.bare++
			o.cseq = m.CSeq
		}
	}
	kept := out[:0]
	for _, o := range out {
		if !o.answered {
			kept = append(kept, o)
		}
	}
	return kept
}

// foreignDigest names what every challenge in a response demands that not all clients know: an algorithm other than MD5, or
// qop auth-int alone; "" when one of them can be answered by any client.
func (s *CallSubject) foreignDigest(i int32) (what string) {
	m := s.Messages[i].Msg
	if !s.Messages[i].Whole {
		return ""
	}
	values := m.AuthValues()
	for v := (sip.AuthValue{}); values.Next(&v); {
		if v.Broken || !isDigest(m, &v) || !v.IsChallenge() {
			return ""
		}
		name := digestName(m, &v)
		qop := v.Unquoted(m, sip.AuthQOP)
		switch {
		case !sip.EqualFold(name, "MD5") && !sip.EqualFold(name, "MD5-sess"):
			if !knownAlgorithm(name) {
				return "" // a rule over messages tells it
			}
			what = "algorithm " + clip(name)
		case sip.EqualFold(qop, "auth-int"):
			what = "qop auth-int"
		default:
			return ""
		}
	}
	return what
}

// goneFor says how long the log goes on behind a challenge for a sentence.
func (s *CallSubject) goneFor(i int32) string {
	rest, _ := s.Until(i)
	return Spell(rest)
}

// again says how often a request was sent without credentials, for a sentence; "" for once.
func (o *openChallenge) again() string {
	switch o.bare {
	case 0:
		return ""
	case 1:
		return " It was sent again without credentials."
	}
	return fmt.Sprintf(" It was sent %d times more without credentials.", o.bare)
}
