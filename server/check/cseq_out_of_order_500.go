package check

import (
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var cseqOutOfOrder = &Rule{
	Name:     "cseq-out-of-order-500",
	Scope:    Dialog,
	Severity: Error,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "12.2.1.1"}, {Standard: "RFC 3261", Section: "12.2.2"}},
	Doc: Doc{
		Title: "Request in a dialog whose CSeq number does not rise",
		Text: `Each side counts its requests in a dialog up by one; only ACK and CANCEL repeat the number of their INVITE. A request with a lower number than one before it gets a 500. The rule fires, once for
each side of a dialog, when a request has a number that is not above that of the request before it from the same sender on the same hop. It is an error when the answer is 500. Gaps
are no finding: a challenge makes them. Requests that the log has within 200 ms may have overtaken each other and are not compared.`,
	},
	Scenes: func() []Scene {
		answered := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk))
		hold := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Hold())
		invite, bye := scenario.Request("INVITE"), scenario.Request("BYE")
		ofBye := scenario.Where("of the BYE", func(m *scenario.Message) bool { return m.Method() == "BYE" })
		low := func(cseq string) scenario.Fault { return scenario.SetHeader("CSeq", cseq+" BYE") }
		refused := scenario.SetStart("SIP/2.0 500 Server Internal Error")
		proxied := scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob)
		fires := func(severity Severity, related ...scenario.Select) []Sighting {
			return []Sighting{{Severity: severity, At: bye.First(), Related: related}}
		}
		return []Scene{
			{Name: "BYE with the number of the INVITE, refused", Trace: answered.With(ofBye, low("1")).With(scenario.StatusTo("BYE", 200), refused), Want: fires(Error, invite, scenario.Status(500))},
			{Name: "BYE with a lower number than the re-INVITE, accepted", Trace: hold.With(ofBye, low("2")), Want: fires(Warning, invite.Nth(3))},
			{Name: "through a proxy", Trace: proxied.With(ofBye, low("1")), Want: fires(Warning, invite.First())},
			{Name: "the numbers rise", Trace: hold},
			{Name: "the numbers rise through a proxy", Trace: proxied},
			{Name: "the callee counts for itself", Trace: scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.CalleeHangsUp())},
			{Name: "a challenge makes a gap", Trace: scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.InDialogChallenged(401))},
			{Name: "captured twice", Trace: hold.Repeat(scenario.All, 2*time.Millisecond)},
			{Name: "the log begins behind the INVITE", Trace: answered.Without(invite)},
			{
				Name: "requests that overtook each other", Formats: []scenario.Format{scenario.Sngrep, scenario.Ngrep},
				Trace: answered.Repeat(bye, 90*time.Millisecond).With(bye.Nth(2), scenario.SetStart("INFO sip:192.0.2.10:5060 SIP/2.0"), scenario.SetHeader("CSeq", "1 INFO"), scenario.ReplaceInHeader("Via", "z9hG4bK", "z9hG4bKi")),
			},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		for k := range s.Dialogs {
			d := &s.Dialogs[k]
			// The last request of either side, None when there is none or a finding was reported.
			var top [2]int32
			var done [2]bool
			top[0], top[1] = d.Request, call.None
			for _, i := range d.Messages {
				m := &s.Messages[i]
				if !m.Request || m.First != call.None || m.Method == call.ACK || m.Method == call.CANCEL || m.CSeq == 0 || m.Transaction == call.None {
					continue
				}
				side := 0
				if m.From == d.UAS {
					side = 1
				}
				x := s.Transactions[m.Transaction].Exchange
				if done[side] || x == call.None || s.Exchanges[x].Transactions[0] != m.Transaction {
					continue // another hop, or tried again
				}
				last := top[side]
				if last == call.None || last == i || s.Messages[last].CSeq < m.CSeq {
					top[side] = i
					continue
				}
				if notRising(s, last, i, report) {
					done[side] = true
				}
			}
		}
	},
}

// notRising reports request i, whose number is not above that of the one before it; false when the two cannot be compared.
func notRising(s *CallSubject, last, i int32, report func(Finding)) bool {
	m := &s.Messages[i]
	last = s.onHopOf(last, i)
	a := &s.Messages[last]
	gap, known := s.Since(last, i)
	// Else somebody between counts for itself.
	by := sentBy(m.Msg)
	if known && gap < 200*time.Millisecond || a.Vias != m.Vias || a.Src != m.Src && a.Src != 0 && m.Src != 0 || !by.same(sentBy(a.Msg)) {
		return false
	}
	t := &s.Transactions[m.Transaction]
	name := s.Name(i)
	f := Finding{
		Severity:    Warning,
		At:          s.Field(i, sip.HeaderCSeq),
		Related:     []Related{s.Related(last, "the request before it from the same side")},
		Title:       name + " with a CSeq number that does not rise",
		Evidence:    fmt.Sprintf("It has the number %d; the %s before it from the same side has %d.", m.CSeq, s.Name(last), a.CSeq),
		Consequence: "The other side takes it for out of order or for a repeat, and refuses it with 500 or drops it.",
		Next:        "Make the sender count CSeq up by one for each new request in the dialog; a back-to-back user agent has to count on each of its legs by itself.",
	}
	if !known {
		f.Certainty = StrongHint // the order of the log is all there is
	}
	if t.Final != call.None && s.Messages[t.Final].Status == 500 {
		f.Severity = Error
		f.Evidence += " The answer is 500."
		f.Consequence = "The other side refuses it as out of order."
		f.Related = append(f.Related, s.Related(t.Final, "the refusal"))
	}
	report(f)
	return true
}

// onHopOf returns a request as it was sent on the hop of another one of the same side; itself when it is not in the trace so.
func (s *CallSubject) onHopOf(request, other int32) int32 {
	x, m := s.exchangeAt(request), &s.Messages[other]
	if x == nil || s.Messages[request].Vias == m.Vias {
		return request
	}
	for _, t := range x.Transactions {
		if r := s.Transactions[t].Request; r != call.None && s.Messages[r].Vias == m.Vias && s.Messages[r].From == m.From {
			return r
		}
	}
	return request
}
