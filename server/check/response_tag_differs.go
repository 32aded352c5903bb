package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var responseTagDiffers = &Rule{
	Name:     "response-tag-differs",
	Scope:    Transaction,
	Severity: Error,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "8.2.6.2"}, {Standard: "RFC 3261", Section: "12.1.2"}},
	Doc: Doc{
		Title: "Response whose tags are not those of its request",
		Text: `A response repeats From with its tag, and To with its tag where the request has one. The rule compares both with the request of the same transaction: a response with another tag
belongs to no dialog that the client knows; outside of dialogs it is information only. A new To tag in a response to a request without one is how dialogs begin, several of them are what forking does.`,
	},
	Scenes: func() []Scene {
		pbx := scenario.PBX(scenario.Asterisk)
		proxy := scenario.Party{Domain: "example.com", Addr: scenario.UDP("192.0.2.10:5060"), Agent: scenario.Kamailio}
		healthy := scenario.Call(scenario.Alice, pbx, scenario.Hold())
		answered := scenario.StatusTo("BYE", 200)
		retag := func(field string) scenario.Fault { return scenario.ReplaceInHeader(field, "tag=", "tag=0") }
		reinvite, held := scenario.Request("INVITE").Nth(2), scenario.StatusTo("INVITE", 200).Nth(2)
		ping := scenario.Keepalive(scenario.Alice, pbx)
		carol := scenario.Party{Name: "Carol", User: "1003", Domain: "example.com", Addr: scenario.UDP("198.51.100.23:5060"), Agent: scenario.Baresip}
		return []Scene{
			{
				Name: "the 200 to BYE has another To tag", Trace: healthy.With(answered, retag("To")),
				Want: []Sighting{{Severity: Warning, At: answered, Related: []scenario.Select{scenario.Request("BYE")}}},
			},
			{
				Name: "the 200 to a re-INVITE has another To tag", Trace: healthy.With(held, retag("To")), Ill: true,
				Want: []Sighting{{Severity: Error, At: held, Related: []scenario.Select{reinvite}}},
			},
			{
				Name: "the ringing has another From tag, and stands there twice", Trace: healthy.With(scenario.Status(180), retag("From")).Repeat(scenario.Status(180), 0), Ill: true,
				Want: []Sighting{{Severity: Error, At: scenario.Status(180), Related: []scenario.Select{scenario.Request("INVITE")}}},
			},
			{
				Name: "both hops of a proxy", Trace: scenario.Proxied(scenario.Alice, proxy, scenario.Bob).With(answered, retag("To")),
				Want: []Sighting{{Severity: Warning, At: answered, Related: []scenario.Select{scenario.Request("BYE").Nth(2)}}},
			},
			{
				Name: "outside of a call", Trace: ping.With(scenario.Status(200), retag("From")),
				Want: []Sighting{{Severity: Information, At: scenario.Status(200), Related: []scenario.Select{scenario.Request("OPTIONS")}}},
			},
			{Name: "all tags as they should be", Trace: healthy},
			{Name: "a forked call", Trace: scenario.Forked(scenario.Alice, proxy, []scenario.Party{scenario.Bob, carol})},
			{Name: "the request is not in the log", Trace: healthy.With(answered, retag("To")).Without(scenario.Request("BYE"))},
			{Name: "the answers alone", Trace: healthy.With(answered, retag("To")).Only(scenario.Responses)},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		var f Finding
		first, more := call.None, 0
		for i := range s.Messages {
			m := &s.Messages[i]
			if m.Request || m.First != call.None || m.Method == call.CANCEL {
				continue
			}
			r := s.RequestOf(int32(i))
			if r == call.None {
				continue
			}
			q := &s.Messages[r]
			// Pings may have one branch for all of them.
			if q.CSeq != m.CSeq || q.Method != m.Method || !q.Whole || !m.Whole || q.From == 0 || m.From == 0 {
				continue
			}
			from, to := m.From != q.From, q.To != 0 && m.To != 0 && m.To != q.To
			if !from && !to {
				continue
			}
			if first == call.None {
				first = int32(i)
				f = s.tagFinding(int32(i), r, from)
			} else if !s.sameExchange(first, int32(i)) {
				more++
			}
		}
		if first != call.None {
			f.Evidence += andMore(more, "response of this call")
			report(f)
		}
	},
}

func (s *CallSubject) tagFinding(i, r int32, from bool) Finding {
	m := &s.Messages[i]
	field := sip.HeaderTo
	if from {
		field = sip.HeaderFrom
	}
	f := Finding{
		Severity:    Error,
		At:          s.Field(i, field),
		Related:     []Related{{At: s.Field(r, field), Text: "the request has this one"}},
		Title:       fmt.Sprintf("%d to %s with another %s tag than the request", m.Status, m.Method, field),
		Evidence:    fmt.Sprintf("The %s has the %s tag %s, the %d that answers it %s.", s.Name(r), field, s.tag(r, field), m.Status, s.tag(i, field)),
		Consequence: "The client finds no dialog for the response: it drops it, or takes it for another branch of the call.",
		Next:        fmt.Sprintf("Let the side that answers copy %s from the request, with its tag.", field),
	}
	switch {
	case m.Status < 300 && (m.Method == call.INVITE || m.Method == call.SUBSCRIBE || m.Method == call.UPDATE || m.Method == call.REFER):
	case s.Messages[r].To != 0:
		f.Severity = Warning
		f.Consequence = "Clients that look at the tags of responses drop it and repeat the request; many look at the Via branch only."
	default:
		// No dialog depends on it; RFC 3428 section 10 has an example.
		f.Severity = Information
		f.Consequence = "Most clients find the request by the Via branch and do not notice."
	}
	return f
}
