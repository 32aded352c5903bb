package check

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var badRequestExplained = &Rule{
	Name:     "malformed-header-400-or-drop",
	Scope:    Transaction,
	Severity: Warning,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "21.4.1"}},
	Doc: Doc{
		Title: "400, or no answer at all, to a request that is malformed",
		Text: `A 400 seldom says which part of the request its sender could not read, and many programs drop what they cannot read. The rule names the defect that the rules over messages found in
the request: the one that the reason phrase of the 400 speaks of, else the first one. It speaks of requests without any answer only when they were repeated for several seconds, and stands for the finding
that nothing answered when 64*T1 (32 s) have passed.`,
	},
	Scenes: func() []Scene {
		pbx := scenario.PBX(scenario.Asterisk)
		refused := scenario.Call(scenario.Alice, pbx, scenario.Rejected(400))
		invite := scenario.Request("INVITE")
		broken := scenario.ReplaceInHeader("Contact", ">", "")
		alone := scenario.Call(scenario.Alice, pbx, scenario.Unanswered())
		proxy := scenario.Party{Domain: "example.com", Addr: scenario.UDP("192.0.2.10:5060"), Agent: scenario.Kamailio}
		return []Scene{
			{
				Name: "a 400, and a Contact that is no address", Trace: refused.With(invite, broken), Ill: true,
				Want: []Sighting{{Severity: Information, At: scenario.Status(400), Related: []scenario.Select{invite}}},
			},
			{
				Name: "the reason phrase names the header field", Trace: refused.With(invite, broken, scenario.AddHeader("Reply-To", "<sip:1001@example.com")).With(scenario.Status(400), scenario.SetReason("Bad Contact header")), Ill: true,
				Want: []Sighting{{Severity: Information, At: scenario.Status(400), Related: []scenario.Select{invite}}},
			},
			{
				Name: "both hops of a proxy", Trace: scenario.Proxied(scenario.Alice, proxy, scenario.Bob, scenario.Rejected(400)).With(invite, broken), Ill: true,
				Want: []Sighting{{Severity: Information, At: scenario.Where("the 400 to the caller", func(m *scenario.Message) bool {
					return m.Status() == 400 && m.To.Host == scenario.Alice.Addr.Host
				}), Related: []scenario.Select{invite}}},
			},
			{
				Name: "no answer at all", Trace: alone.With(scenario.All, broken), Ill: true,
				Want: []Sighting{{Severity: Information, At: invite, Related: []scenario.Select{invite}}},
			},
			{
				Name: "no answer until the sender gave up", Ill: true,
				Trace: scenario.Merge(alone.With(scenario.All, broken), scenario.Keepalive(scenario.Bob, pbx, scenario.Seed(2), scenario.Start(2*time.Minute))),
				Want:  []Sighting{{Severity: Warning, At: invite, Related: []scenario.Select{invite}}},
			},
			{Name: "a 400 to a request without fault", Trace: refused},
			{Name: "no answer to a request without fault", Trace: alone, Ill: true},
			{Name: "the malformed request is answered", Trace: scenario.Call(scenario.Alice, pbx).With(invite, broken), Ill: true},
			{Name: "the log ends too early to tell", Trace: alone.Only(invite.First()).With(invite, broken), Ill: true},
			{Name: "the request is not in the log", Trace: refused.Without(invite), Ill: true},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		if s.HasStatus(400) {
			tries := 0
			for x := range s.Exchanges {
				final := s.FinalOf(int32(x))
				if final == call.None || s.Messages[final].Status != 400 {
					continue
				}
				if tries++; tries > 16 {
					break
				}
				if r := s.RequestOf(final); r != call.None && s.explainBadRequest(r, final, report) {
					return // all requests of one program, as a rule
				}
			}
		}
		// Who goes on repeating got no answer, whatever the log may lack.
		tries := 0
		for x := range s.Exchanges {
			e := &s.Exchanges[x]
			if e.Method == call.ACK || len(e.Transactions) != 1 {
				continue
			}
			t := &s.Transactions[e.Upstream]
			if t.Request == call.None || t.Trying != call.None || t.Final != call.None || s.Messages[t.Request].Times < 3 {
				continue
			}
			if rest, ok := s.Until(t.Request); !ok || rest < 3*time.Second {
				continue
			}
			if tries++; tries > 4 || s.explainBadRequest(t.Request, call.None, report) {
				return
			}
		}
	},
}

// explainBadRequest names the defect of request r that a 400 is about, or that nobody answered.
func (s *CallSubject) explainBadRequest(r, final int32, report func(Finding)) bool {
	m := &s.Messages[r]
	if !m.Whole || m.Msg.Blank.Len == 0 {
		return false // the log may have cut it off
	}
	phrase := ""
	if final != call.None {
		phrase = strings.ToLower(string(s.Messages[final].Msg.Bytes(s.Messages[final].Msg.Start.Reason)))
	}
	var best Finding
	more, weight := 0, 0
	s.judge(&Subject{Message: m.Msg}, func(f Finding) {
		w := defectWeight(&f, m.Msg, phrase)
		if w == 0 {
			return
		}
		more++
		if w > weight {
			best, weight = f, w
		}
	})
	if weight == 0 {
		return false
	}
	name := s.Name(r)
	f := Finding{
		Severity: Information, Certainty: StrongHint,
		At:          s.At(r),
		Related:     []Related{{At: s.Place(r, best.At.At), Text: "what is wrong in the request"}},
		Title:       fmt.Sprintf("No answer to a malformed %s: %s", name, best.Title),
		Evidence:    fmt.Sprintf("The %s was sent %d times without any answer. %s", name, m.Times+1, best.Evidence),
		Consequence: "Many programs drop a request that they cannot read and say nothing.",
		Next:        best.Next,
	}
	if final != call.None {
		f.At = s.At(final)
		f.Title = fmt.Sprintf("400 to a malformed %s: %s", name, best.Title)
		f.Evidence = "The request is malformed. " + best.Evidence
		if weight >= namedDefect {
			f.Evidence = fmt.Sprintf("The reason phrase of the 400, %q, speaks of what is wrong in the request. %s", clip(s.Messages[final].Msg.Bytes(s.Messages[final].Msg.Start.Reason)), best.Evidence)
		}
		f.Consequence = "The 400 is the answer to this, most likely; the request has no effect until it is mended."
	} else {
		f.Certainty = WeakHint
		if rest, ok := s.Until(r); ok && rest >= call.Timeout {
			// Nothing will come any more, and the defect says more than the silence.
			f.Severity, f.Certainty, f.InsteadOf = Warning, StrongHint, s.insteadOf(r)
		}
	}
	if more > 1 {
		f.Evidence += fmt.Sprintf(" The request has %d such defects.", more)
	}
	f.Cites = append([]knowledge.Cite{{Standard: "RFC 3261", Section: "21.4.1"}}, best.Cites...)
	report(f)
	return true
}

const namedDefect = 8 // the reason phrase speaks of it

// defectWeight says how likely a defect of a request earns a 400; 0 when it does not.
func defectWeight(f *Finding, m *sip.Message, phrase string) int {
	w := 0
	switch {
	case slices.Contains(f.Rule.Finds(), malformedHeader):
		w = 2
	case slices.Contains(f.Rule.Finds(), "content-length-mismatch"), slices.Contains(f.Rule.Finds(), "cseq-out-of-order-500"):
		w = 1
	default:
		return 0
	}
	if f.Severity == Error {
		w += 2
	} else if f.Severity > Warning {
		return 0
	}
	for i := range m.Headers {
		h := &m.Headers[i]
		if h.Line.Off > f.At.At.Off || f.At.At.Off >= h.Line.End() {
			continue
		}
		name := h.ID.String()
		if h.ID == sip.HeaderOther {
			name = string(bytes.TrimSpace(m.Bytes(h.Name)))
		}
		if len(name) > 1 && strings.Contains(phrase, strings.ToLower(name)) {
			w += namedDefect
		}
	}
	return w
}
