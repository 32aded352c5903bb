package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var branchReused = &Rule{
	Name:     "branch-reused",
	Scope:    Transaction,
	Severity: Information,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "8.1.1.7"}, {Standard: "RFC 3261", Section: "17.2.3"}},
	Doc: Doc{
		Title: "Via branch of an earlier request",
		Text: `Each new request has a Via branch of its own; only CANCEL and the ACK to a failure repeat that of their INVITE. A server takes a request with the branch, sent-by and method of an
earlier one for a retransmission: it answers again what it has answered, or nothing. Examples of RFC 3665 and RFC 3666 reuse branches, so this is information. A retry after a
challenge and the ACK to a 2xx have rules of their own.`,
	},
	Scenes: func() []Scene {
		pbx := scenario.PBX(scenario.Asterisk)
		proxy := scenario.Party{Domain: "example.com", Addr: scenario.UDP("192.0.2.10:5060"), Agent: scenario.Kamailio}
		healthy := scenario.Call(scenario.Alice, pbx, scenario.Hold())
		via := healthy.Messages[healthy.Index(scenario.Request("INVITE"))].Get("Via")
		reinvite, byes := scenario.Request("INVITE").Nth(2), scenario.Request("BYE")
		same := scenario.SetHeader("Via", via)
		return []Scene{
			{
				Name: "the re-INVITE has the branch of the INVITE", Trace: healthy.With(reinvite, same), Ill: true,
				Want: []Sighting{{Severity: Information, At: reinvite, Related: []scenario.Select{scenario.Request("INVITE")}}},
			},
			{
				Name: "the BYE has it", Trace: healthy.With(byes, same), Ill: true,
				Want: []Sighting{{Severity: Information, At: byes, Related: []scenario.Select{scenario.Request("INVITE")}}},
			},
			{Name: "a branch for each request", Trace: healthy},
			{Name: "the INVITE is sent again", Trace: healthy.Repeat(scenario.Request("INVITE").First(), 0)},
			{Name: "CANCEL and the ACK to the 487", Trace: scenario.Call(scenario.Alice, pbx, scenario.Cancelled())},
			{Name: "through a proxy", Trace: scenario.Proxied(scenario.Alice, proxy, scenario.Bob, scenario.Hold())},
			{Name: "the retry after a challenge, which has a rule of its own", Trace: scenario.Call(scenario.Alice, pbx, scenario.Challenged(407)).
				With(scenario.Request("INVITE").Nth(2), scenario.SetHeader("Via", scenario.Call(scenario.Alice, pbx, scenario.Challenged(407)).Messages[0].Get("Via"))), Ill: true},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		var f Finding
		found, more := false, 0
		first := s.firstOfBranch()
		for i := range s.Messages {
			m := &s.Messages[i]
			if !hasOwnBranch(m) {
				continue
			}
			first := first(int32(i))
			if first == int32(i) {
				continue
			}
			o := &s.Messages[first]
			if o.CSeq == m.CSeq && o.Method == m.Method || o.CSeq == 0 || m.CSeq == 0 || !m.Msg.HasMagicCookie() || s.challenged(first) {
				continue
			}
			if found {
				more++
				continue
			}
			found = true
			f = s.branchFinding(int32(i), first)
		}
		if found {
			f.Evidence += andMore(more, "request of this call")
			report(f)
		}
	},
}

// hasOwnBranch reports whether a message is a request that has to have a branch of its own.
func hasOwnBranch(m *call.Message) bool {
	return m.Request && m.Branch != 0 && m.Method != call.ACK && m.Method != call.CANCEL && !m.Copy
}

// firstOfBranch returns what tells the first request with the branch of a request; it is asked in order.
func (s *CallSubject) firstOfBranch() func(i int32) int32 {
	if len(s.Messages) <= 64 {
		return func(i int32) int32 {
			for k := range s.Messages[:i] {
				if m := &s.Messages[k]; m.Branch == s.Messages[i].Branch && hasOwnBranch(m) {
					return int32(k)
				}
			}
			return i
		}
	}
	seen := make(map[uint64]int32, len(s.Transactions))
	return func(i int32) int32 {
		if k, ok := seen[s.Messages[i].Branch]; ok {
			return k
		}
		seen[s.Messages[i].Branch] = i
		return i
	}
}

// challenged reports whether request i was answered with 401 or 407.
func (s *CallSubject) challenged(i int32) bool {
	t := s.Messages[i].Transaction
	if t == call.None || s.Transactions[t].Final == call.None {
		return false
	}
	status := s.Messages[s.Transactions[t].Final].Status
	return status == 401 || status == 407
}

func (s *CallSubject) branchFinding(i, first int32) Finding {
	m, o := &s.Messages[i], &s.Messages[first]
	f := Finding{
		Severity:    Information,
		At:          s.Field(i, sip.HeaderVia),
		Related:     []Related{{At: s.Field(first, sip.HeaderVia), Text: "the first request with this branch"}},
		Title:       fmt.Sprintf("%s with the Via branch of an earlier %s", s.Name(i), s.Name(first)),
		Evidence:    fmt.Sprintf("Its branch is that of the %s with CSeq %d; this is CSeq %d.", s.Name(first), o.CSeq, m.CSeq),
		Consequence: "The answers to the two cannot be told apart by the branch alone.",
		Next:        "Let the sender make a new branch for each new request.",
	}
	if m.Method == o.Method {
		f.Consequence = "The server takes it for a retransmission: it sends the old answer again, or nothing."
	}
	return f
}
