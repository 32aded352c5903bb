package check

import (
	"bytes"
	"fmt"
	"strings"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/trace"
)

var answerToPortInVia = &Rule{
	Name:     "rport-missing-response-lost",
	Scope:    Transaction,
	Severity: Warning,
	Cites:    []knowledge.Cite{{Standard: "RFC 3581", Section: "3"}, {Standard: "RFC 3581", Section: "4"}, {Standard: "RFC 3261", Section: "18.2.2"}},
	Doc: Doc{
		Title: "Answer that goes to the port in Via and gets lost",
		Text: `Without rport in the topmost Via, an answer over UDP goes to the port that the Via names, and not to the one that the request came from: behind a NAT
nobody listens there. The rule fires in the log of whoever answers: the request is sent again after it was answered, its Via has no rport, and the log shows that the
answer goes to another port than the request came from, or, in logs without addresses, that the request came from another address than its Via says.`,
	},
	Scenes: func() []Scene {
		home := scenario.Alice.BehindNAT("10.0.0.5:5060")
		home.Addr = scenario.UDP("198.51.100.21:40321")
		server := scenario.PBX(scenario.Asterisk)
		without := func(m *scenario.Message) {
			if m.IsResponse() {
				m.To = scenario.UDP("198.51.100.21:5060")
			}
			v := m.Get("Via")
			v = strings.Replace(v, ";rport=40321", "", 1)
			v = strings.Replace(v, ";rport", "", 1)
			scenario.SetHeader("Via", v)(m)
		}
		register := scenario.Register(home, server)
		lost := register.With(scenario.All, without).Repeat(scenario.All, repeats[1:5]...)
		invited := scenario.Call(home, server, scenario.Rejected(486))
		first := scenario.Where("the INVITE and its 100", func(m *scenario.Message) bool { return m.Method() == "INVITE" && m.Status() <= 100 })
		calling := invited.Only(first).With(scenario.All, without).Repeat(scenario.All, repeats[1:5]...)
		return []Scene{
			{
				Name: "the registration is answered to another port", Trace: lost,
				Want: []Sighting{{Severity: Warning, At: scenario.Request("REGISTER"), Related: []scenario.Select{scenario.Status(200), scenario.Request("REGISTER").Nth(2)}}},
			},
			{
				Name: "INVITE again and again", Trace: calling,
				Want: []Sighting{{Severity: Warning, At: scenario.Request("INVITE"), Related: []scenario.Select{scenario.Status(100), scenario.Request("INVITE").Nth(2)}}},
			},
			{Name: "with rport", Trace: register},
			{Name: "without rport, the answer arrives", Trace: register.With(scenario.All, without)},
			{Name: "one retransmission crosses the answer", Trace: register.With(scenario.All, without).Repeat(scenario.All, repeats[1])},
			{Name: "with rport, the answers get lost elsewhere", Trace: register.Repeat(scenario.All, repeats[1:5]...), Ill: true},
			{Name: "the log of the phone: nothing comes back", Trace: lost.Without(scenario.Responses), Ill: true},
			{Name: "through a proxy", Trace: scenario.Proxied(home, scenario.PBX(scenario.Kamailio), scenario.Bob)},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		for i := range s.Transactions {
			t := &s.Transactions[i]
			if t.Request == call.None || s.Messages[t.Request].Times < 2 {
				continue
			}
			answer := t.Final
			if t.Method == call.INVITE && t.Trying != call.None {
				answer = t.Trying // it ends the retransmissions (RFC 3261 section 17.1.1.2)
			}
			if answer == call.None {
				continue
			}
			why := repliesElsewhere(s, t.Request, answer)
			if why == "" {
				continue
			}
			next, n := call.None, 0
			for _, k := range t.Messages {
				if m := &s.Messages[k]; k > answer && m.Retransmitted() && m.First == t.Request {
					if n++; n == 1 {
						next = k
					}
				}
			}
			if n < 2 {
				continue
			}
			m := s.Messages[t.Request].Msg
			report(Finding{
				Severity:    Warning,
				Certainty:   StrongHint,
				At:          s.Place(t.Request, m.TopVia().Value),
				Related:     []Related{s.Related(answer, "the answer that does not arrive"), s.Related(next, "the request again")},
				Title:       fmt.Sprintf("Answers to %s get lost: its Via has no rport", s.Name(t.Request)),
				Evidence:    fmt.Sprintf("The request comes again %d times after it got %s; %s.", n, s.Name(answer), why),
				Consequence: "Behind a NAT nobody listens on the port that the Via names: the sender gets no answer and gives up after 32 s.",
				Next:        "Let the client put rport into its Via, or let the server send answers to the port that the request came from (force_rport).",
			})
			return
		}
	},
}

// repliesElsewhere says how the log shows that an answer goes to the port in the Via and not to where the request came from, "" when it does not.
func repliesElsewhere(s *CallSubject, request, answer int32) string {
	r, a := &s.Messages[request], &s.Messages[answer]
	if r.Direction == trace.Sent || !r.Whole || !a.Whole || !isOver(r.Msg, "UDP") {
		return ""
	}
	for _, m := range [...]*call.Message{r, a} {
		via := m.Msg.TopVia()
		for _, name := range [...]string{"rport", "maddr"} {
			if _, ok := m.Msg.FindParam(via.Params, ';', name); ok {
				return ""
			}
		}
	}
	if r.Src != 0 && a.Dst != 0 {
		if r.Src == a.Dst {
			return ""
		}
		return "the answer goes to another port or address than the request came from"
	}
	for _, m := range [...]*call.Message{a, r} {
		via := m.Msg.TopVia()
		if p, ok := m.Msg.FindParam(via.Params, ';', "received"); ok && !bytes.Equal(m.Msg.Bytes(p.Value), m.Msg.Bytes(via.Host)) {
			return fmt.Sprintf("the Via names %s, the request came from %s", clip(m.Msg.Bytes(via.Host)), clip(m.Msg.Bytes(p.Value)))
		}
	}
	return ""
}
