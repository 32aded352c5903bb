package check

import (
	"fmt"
	"strings"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/trace"
)

var largeRequestLost = &Rule{
	Name:     "udp-message-too-large",
	Scope:    Trace,
	Severity: Warning,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "18.1.1"}},
	Doc: Doc{
		Title: "Large request over UDP without an answer, while small ones are answered",
		Text: `Datagrams that do not fit into one packet are cut into fragments, which many firewalls and NATs drop. The rule fires when a request of more than 1300 bytes goes
over UDP and gets no answer for 64*T1 (32 s), and a smaller one to the same place is answered, in the same call or another one. It stays silent when another large request to that place is answered,
and where the request was received, or the log does not tell where requests go and the call has no smaller one.`,
	},
	Scenes: func() []Scene {
		server := scenario.PBX(scenario.Asterisk)
		carrier := scenario.Party{Domain: "example.org", Addr: scenario.UDP("203.0.113.40:5060"), Agent: scenario.Kamailio}
		long := func(m *scenario.Message) {
			scenario.SetBody("application/sdp", m.Body+strings.Repeat("a=x-note:what a client may say of its media\r\n", 16))(m)
		}
		invite := scenario.Request("INVITE")
		call := scenario.Call(server, carrier, scenario.Unanswered())
		large := call.With(invite, long)
		ping := scenario.Keepalive(server, carrier, scenario.Seed(5), scenario.Start(time.Minute))
		challenged := scenario.Call(server, carrier, scenario.Challenged(407))
		second := scenario.Where("the INVITE with credentials", func(m *scenario.Message) bool {
			return m.Method() == "INVITE" && m.Get("Proxy-Authorization") != "" && !m.IsResponse()
		})
		cut := challenged.Only(scenario.Where("until the INVITE with credentials", func(m *scenario.Message) bool {
			return m.Status() == 407 || m.Method() == "INVITE" && !m.IsResponse() || m.Method() == "ACK" && m.Get("Proxy-Authorization") == ""
		}))
		return []Scene{
			{
				Name: "OPTIONS are answered", Trace: scenario.Merge(large, ping),
				Want: []Sighting{{Severity: Warning, At: invite, Related: []scenario.Select{scenario.Request("OPTIONS")}}},
			},
			{
				Name: "credentials make it too large", Trace: scenario.Merge(cut.With(second, long).Repeat(second, repeats[:6]...), scenario.Keepalive(scenario.Bob, server, scenario.Seed(5), scenario.Start(time.Minute))),
				Want: []Sighting{{Severity: Warning, At: second, Related: []scenario.Select{invite}}},
			},
			{Name: "a small one", Trace: scenario.Merge(call, ping), Ill: true},
			{Name: "a large one is answered", Trace: scenario.Merge(scenario.Call(server, carrier).With(invite, long), ping)},
			{Name: "another large one is answered", Trace: scenario.Merge(large, ping, scenario.Call(server, carrier, scenario.Seed(6), scenario.Start(2*time.Minute)).With(invite, long)), Ill: true},
			{Name: "nothing else is answered either", Trace: scenario.Merge(large, scenario.Keepalive(server, carrier, scenario.Seed(5), scenario.Start(time.Minute), scenario.Unanswered())), Ill: true},
			{Name: "another host is answered", Trace: scenario.Merge(large, scenario.Keepalive(server, scenario.Bob, scenario.Seed(5), scenario.Start(time.Minute))), Ill: true},
			{Name: "the log ends early", Trace: large.Only(scenario.Where("of the first seconds", func(m *scenario.Message) bool { return m.At < 8*time.Second }))},
		}
	},
	CheckTrace: func(t *TraceSubject, report func(Finding)) {
		for _, l := range largeLost(t) {
			s := t.Calls[l.call]
			m := &s.Messages[l.message]
			f := Finding{
				Severity:  Warning,
				Certainty: StrongHint,
				At:        t.At(l.call, l.message),
				InsteadOf: l.instead,
				Related:   []Related{t.Related(l.small.call, l.small.message, "a smaller request to the same place, which is answered")},
				Title:     fmt.Sprintf("Large %s over UDP without an answer", s.Name(l.message)),
				Evidence: fmt.Sprintf("It has %d bytes and gets no answer in %s%s; a request of %d bytes to the same place is answered.",
					len(m.Msg.Text), Spell(l.waited), times(m.Times), len(t.Calls[l.small.call].Messages[l.small.message].Msg.Text)),
				Consequence: "Most likely a firewall or NAT drops its fragments, or the receiver's buffer is too small: large requests never arrive.",
				Next:        "Send large requests over TCP or TLS, or make them shorter: fewer codecs and candidates, compact names.",
			}
			if l.more > 0 {
				f.Evidence += fmt.Sprintf(" The same happens to %d more large requests.", l.more)
			}
			report(f)
		}
	},
}

// lostLarge is a large request that gets no answer, where small ones do.
type lostLarge struct {
	callMessage
	small  callMessage
	waited time.Duration
	more   int // large requests to the same place that get no answer either
	// instead are all of them.
	instead []call.MsgID
}

// largeLost returns the first large request over UDP that gets no answer of each place that answers small ones.
func largeLost(t *TraceSubject) []*lostLarge {
	var lost []*lostLarge
	places := map[uint64]*lostLarge{}
	for c, s := range t.Calls {
		for i := range s.Transactions {
			tx := &s.Transactions[i]
			if tx.Request == call.None || tx.Trying != call.None || tx.Final != call.None || !isLargeUDP(&s.Messages[tx.Request]) ||
				s.Messages[tx.Request].Direction == trace.Received { // what is received is not lost
				continue
			}
			waited, ok := s.unanswered(tx)
			if !ok {
				continue
			}
			place := placeOf(c, &s.Messages[tx.Request])
			if l := places[place]; l != nil {
				l.more++
				l.instead = append(l.instead, t.insteadOf(c, tx.Request)...)
				continue
			}
			l := &lostLarge{callMessage: callMessage{c, tx.Request}, small: callMessage{-1, call.None}, waited: waited, instead: t.insteadOf(c, tx.Request)}
			places[place] = l
			lost = append(lost, l)
		}
	}
	if lost == nil {
		return nil
	}
	refuted := map[*lostLarge]bool{}
	for c, s := range t.Calls {
		for i := range s.Transactions {
			tx := &s.Transactions[i]
			if tx.Request == call.None || tx.Trying == call.None && tx.Final == call.None {
				continue
			}
			m := &s.Messages[tx.Request]
			l := places[placeOf(c, m)]
			switch {
			case l == nil:
			case isLargeUDP(m):
				refuted[l] = true
			case l.small.message == call.None && isOver(m.Msg, "UDP") && len(m.Msg.Text) <= mostUDP:
				l.small = callMessage{c, tx.Request}
			}
		}
	}
	out := lost[:0]
	for _, l := range lost {
		if l.small.message != call.None && !refuted[l] {
			out = append(out, l)
		}
	}
	return out
}

// isLargeUDP reports whether a request over UDP is longer than RFC 3261 section 18.1.1 wants. What logs do to line ends makes a message shorter, not longer.
func isLargeUDP(m *call.Message) bool { return len(m.Msg.Text) > mostUDP && isOver(m.Msg, "UDP") }

// placeOf names where a request goes: the end that the log names, else the requests of the same call with the same number of Via go one way.
func placeOf(c int, m *call.Message) uint64 {
	if m.Dst != 0 {
		return m.Dst
	}
	return uint64(c)<<9 | uint64(m.Vias)<<1
}
