package check

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var loop = &Rule{
	Name:     "loop-or-max-forwards",
	Scope:    Transaction,
	Severity: Warning,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "16.3"}, {Standard: "RFC 3261", Section: "20.22"}},
	Doc: Doc{
		Title: "Request that loops, or runs out of hops",
		Text: `A 483 says that Max-Forwards was used up, a 482 that the server has met the request before. The rule fires once for a call, on the first of them that is in the log, and tells what the Via values of
the request show: a host that stands in them again and again is where it goes round. A 482 that only ends one of several branches, which meet again behind a fork, is no finding. Without 482 and 483 it fires when a
request that did not succeed has the same Via twice, or the same host five times. An OPTIONS with Max-Forwards 0 is how routes are traced.`,
	},
	Scenes: func() []Scene {
		invite, tooMany := scenario.Request("INVITE"), scenario.Status(483)
		pbx := scenario.PBX(scenario.Kamailio)
		refused := scenario.Call(scenario.Alice, pbx, scenario.Rejected(483))
		round := func(n int) scenario.Fault {
			return func(m *scenario.Message) {
				for i := range n {
					scenario.AddHeader("Via", fmt.Sprintf("SIP/2.0/UDP 192.0.2.%d;branch=z9hG4bKround%d", 40+i%2, i))(m)
				}
			}
		}
		of := scenario.Where("of the INVITE", func(m *scenario.Message) bool { return m.Method() == "INVITE" })
		looped := refused.With(of, round(10)).With(invite, scenario.SetHeader("Max-Forwards", "0"))
		busy := scenario.Call(scenario.Alice, pbx, scenario.Rejected(480))
		answered := scenario.Call(scenario.Alice, pbx)
		twice := func(m *scenario.Message) {
			for range 2 {
				scenario.AddHeader("Via", "SIP/2.0/UDP 192.0.2.44;branch=z9hG4bKagain")(m)
			}
		}
		again := scenario.Call(scenario.Alice, pbx, scenario.Rejected(482))
		return []Scene{
			{Name: "483 behind a loop", Trace: looped, Want: []Sighting{{Severity: Warning, At: tooMany, Related: []scenario.Select{invite}}}},
			{Name: "483, and the log begins behind the INVITE", Trace: looped.Without(invite), Want: []Sighting{{Severity: Warning, At: tooMany}}},
			{Name: "483 to a request with few hops left from the start", Trace: refused.With(invite, scenario.SetHeader("Max-Forwards", "1")), Want: []Sighting{{Severity: Warning, At: tooMany, Related: []scenario.Select{invite}}}},
			{
				Name: "483 through a proxy", Trace: scenario.Proxied(scenario.Alice, pbx, scenario.Bob, scenario.Rejected(483)),
				Want: []Sighting{{Severity: Warning, At: tooMany.First(), Related: []scenario.Select{invite.Nth(2), invite.First()}}},
			},
			{Name: "482", Trace: again, Want: []Sighting{{Severity: Warning, At: scenario.Status(482), Related: []scenario.Select{invite}}}},
			{Name: "the same Via twice", Trace: busy.With(of, twice), Want: []Sighting{{Severity: Warning, At: invite}}},
			{Name: "answered", Trace: answered},
			{Name: "a spiral that is answered", Trace: answered.With(of, round(10))},
			{Name: "a refusal behind two proxies", Trace: busy.With(of, round(4))},
			{Name: "through a proxy", Trace: scenario.Proxied(scenario.Alice, pbx, scenario.Bob, scenario.Rejected(480))},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		if s.HasStatusIn(482, 483) {
			for i := range s.Messages {
				if m := &s.Messages[i]; !m.Request && (m.Status == 483 || m.Status == 482) && m.First == call.None && m.Whole && tooManyHops(s, int32(i), report) {
					return
				}
			}
			return
		}
		most := uint8(2)
		for i := range s.Messages {
			if m := &s.Messages[i]; m.Request && m.Vias > most && m.Method != call.ACK && m.Whole {
				most = m.Vias
				if goesRound(s, int32(i), report) {
					return
				}
			}
		}
	},
}

// tooManyHops reports a 482 or 483; false when it is no finding.
func tooManyHops(s *CallSubject, i int32, report func(Finding)) bool {
	m := &s.Messages[i]
	request := s.RequestOf(i)
	if m.Status == 482 && !decides482(s, m) {
		return false
	}
	from := m.Msg
	if request != call.None && s.Messages[request].Whole {
		from = s.Messages[request].Msg
	}
	left, known := hopsLeft(from)
	if from.IsRequest() && s.Messages[request].Method == call.OPTIONS && known && left == 0 && s.Messages[request].Vias < 3 {
		return false // a trace of the route
	}
	vias, host, times, _ := viaCensus(from)
	name := s.Name(i)
	f := Finding{
		Severity:    Warning,
		At:          s.At(i),
		Title:       name + ": the request runs out of hops",
		Consequence: "The request never reaches its target.",
	}
	if m.Status == 482 {
		f.Title = name + ": the request came back to a server that had seen it"
		f.Cites = []knowledge.Cite{{Standard: "RFC 3261", Section: "16.3"}, {Standard: "RFC 3261", Section: "8.2.2.2"}}
	}
	f.Evidence = "It answers a request with one Via value"
	if vias != 1 {
		f.Evidence = fmt.Sprintf("It answers a request with %d Via values", vias)
	}
	if known && from.IsRequest() {
		f.Evidence += " and Max-Forwards " + strconv.Itoa(left)
	}
	f.Evidence += "."
	first := call.None
	if request != call.None {
		f.Related = append(f.Related, s.Related(request, "the request that it answers"))
		if x := s.exchangeAt(request); x != nil {
			first = s.Transactions[x.Upstream].Request
		}
		if first != call.None && first != request {
			f.Related = append(f.Related, s.Related(first, "the request where it comes into the log"))
		} else {
			first = request
		}
	}
	start, startKnown := 0, false
	if first != call.None && s.Messages[first].Whole {
		start, startKnown = hopsLeft(s.Messages[first].Msg)
	}
	switch {
	case times >= 2:
		f.Evidence += fmt.Sprintf(" %s stands in its Via values %d times: it goes round.", host, times)
		f.Next = fmt.Sprintf("See why %s sends it on instead of keeping it: a domain or an alias that it does not know for its own, a forwarding to itself, two servers that hold each other for the next hop.", host)
	case startKnown && start < 10 && first != call.None && s.Messages[first].Vias == 1:
		f.Evidence += fmt.Sprintf(" Its sender began with Max-Forwards %d.", start)
		f.Next = "Make the sender begin with Max-Forwards 70."
	case m.Status == 482:
		f.Certainty = StrongHint
		f.Next = "See at the server that sent the 482 by which ways the request comes: a fork whose branches meet again, or a route that leads back to it."
	case !known && from.IsRequest():
		f.Evidence += " It has no Max-Forwards: the limit is that of the server."
		f.Next = "Make the sender set Max-Forwards to 70; then look at the Via values where it goes round."
	default:
		f.Certainty = StrongHint
		f.Evidence += " So it went wrong behind this log, most likely in a loop."
		f.Next = "Look behind this log: in the Via values of the request at the server that made this response a host will stand several times."
	}
	report(f)
	return true
}

// decides482 reports whether a 482 is what the sender of the request gets in the end, and it does not come of a retry with the
// old CSeq number, which has a rule of its own.
func decides482(s *CallSubject, m *call.Message) bool {
	if m.Transaction == call.None || s.Transactions[m.Transaction].Exchange == call.None {
		return true
	}
	x := s.Transactions[m.Transaction].Exchange
	if f := s.FinalOf(x); f == call.None || s.Messages[f].Status != 482 {
		return false
	}
	for _, t := range s.Exchanges[x].Transactions {
		if f := s.Transactions[t].Final; f != call.None && (s.Messages[f].Status == 401 || s.Messages[f].Status == 407) {
			return false
		}
	}
	return true
}

func (s *CallSubject) exchangeAt(i int32) *call.Exchange {
	t := s.Messages[i].Transaction
	if t == call.None || s.Transactions[t].Exchange == call.None {
		return nil
	}
	return &s.Exchanges[s.Transactions[t].Exchange]
}

// goesRound reports a request whose Via values show a loop though nobody says so.
func goesRound(s *CallSubject, i int32, report func(Finding)) bool {
	vias, host, times, same := viaCensus(s.Messages[i].Msg)
	if !same && times < 5 {
		return false
	}
	if t := s.Messages[i].Transaction; t != call.None && s.Transactions[t].Exchange != call.None {
		if f := s.FinalOf(s.Transactions[t].Exchange); f != call.None && s.Messages[f].Status < 300 {
			return false
		}
	}
	f := Finding{
		Severity:    Warning,
		Certainty:   StrongHint,
		At:          s.At(i),
		Title:       s.Name(i) + " goes round in a loop",
		Evidence:    fmt.Sprintf("%s stands %d times in its %d Via values.", host, times, vias),
		Consequence: "The request goes on until Max-Forwards is used up, and each round costs the servers in it the same work again.",
		Next:        fmt.Sprintf("See why %s sends it on instead of keeping it: a domain or an alias that it does not know for its own, a forwarding to itself, two servers that hold each other for the next hop.", host),
	}
	if same {
		f.Evidence = fmt.Sprintf("%s stands in its %d Via values twice with the same branch.", host, vias)
	}
	report(f)
	return true
}

func hopsLeft(m *sip.Message) (n int, ok bool) {
	h := m.Header(sip.HeaderMaxForwards)
	if h == nil {
		return 0, false
	}
	left, err := m.MaxForwards(h.Value)
	return int(left), err == nil
}

// viaCensus counts the Via values of a message and names the sent-by that stands in them most often, and how often; same says
// that it stands there twice with the same branch.
func viaCensus(m *sip.Message) (n int, host string, times int, same bool) {
	vias := m.Vias()
	counts := make(map[string]int, len(vias))
	branches := make(map[string]bool, len(vias))
	for _, v := range vias {
		n++
		if !v.OK {
			continue
		}
		by := strings.ToLower(clip(m.Bytes(v.Host)))
		if p := m.Bytes(v.Port); len(p) > 0 && !bytes.Equal(p, []byte("5060")) {
			by += ":" + clip(p)
		}
		counts[by]++
		if branch := m.Branch(v); sip.HasCookie(branch) && len(branch) > len(sip.MagicCookie) {
			key := by + " " + string(branch)
			if branches[key] && !same {
				host, times, same = by, 2, true
			}
			branches[key] = true
		}
		if !same && counts[by] > times {
			host, times = by, counts[by]
		}
	}
	return n, host, times, same
}
