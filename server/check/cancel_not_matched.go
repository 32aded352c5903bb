package check

import (
	"bytes"
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var cancelNotMatched = &Rule{
	Name:     "cancel-not-matched",
	Scope:    Transaction,
	Severity: Error,
	Methods:  []call.Method{call.CANCEL},
	Failures: []string{"481-unknown-dialog", "cseq-out-of-order-500"},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "9.1"}, {Standard: "RFC 3261", Section: "9.2"}},
	Doc: Doc{
		Title: "CANCEL that does not match the INVITE that it is for",
		Text: `A CANCEL repeats the Request-URI, Call-ID, To, From and CSeq number of its INVITE, and has one Via, the topmost one of the INVITE with its branch. The rule fires when the branch, the CSeq number
or a tag is another one, and when it has more Via values than the INVITE that came the same way. A CANCEL with several Via values, as many as its INVITE, is an information: a stateless
proxy makes it so, anybody else must not; so is another Request-URI. Where the INVITE is not in the log, nothing can be said.`,
	},
	Scenes: func() []Scene {
		cancelled := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Cancelled())
		invite, cancel := scenario.Request("INVITE"), scenario.Request("CANCEL")
		ofCancel := scenario.Where("of the CANCEL", func(m *scenario.Message) bool { return m.Method() == "CANCEL" })
		refused := scenario.SetStart("SIP/2.0 481 Call/Transaction Does Not Exist")
		otherBranch := scenario.ReplaceInHeader("Via", "z9hG4bK", "z9hG4bKx")
		toTag := func(m *scenario.Message) { scenario.SetHeader("To", m.Get("To")+";tag=abc")(m) }
		fires := func(related ...scenario.Select) []Sighting {
			return []Sighting{{Severity: Error, At: cancel, Related: related}}
		}
		forked := scenario.Forked(scenario.Alice, scenario.PBX(scenario.Kamailio), []scenario.Party{scenario.Bob, scenario.Tester()}, scenario.Cancelled())
		return []Scene{
			{Name: "another branch", Trace: cancelled.With(ofCancel, otherBranch).With(scenario.StatusTo("CANCEL", 200), refused), Want: fires(invite, scenario.Status(481))},
			{Name: "another CSeq number", Trace: cancelled.With(ofCancel, scenario.SetHeader("CSeq", "99 CANCEL")), Want: fires(invite)},
			{Name: "a To tag", Trace: cancelled.With(cancel, toTag), Want: fires(invite)},
			{Name: "two Via for one", Trace: cancelled.With(cancel, scenario.AddHeader("Via", "SIP/2.0/UDP 192.0.2.99;branch=z9hG4bKy")), Want: fires(invite)},
			{
				Name: "another Request-URI", Trace: cancelled.With(cancel, scenario.SetStart("CANCEL sip:192.0.2.10:5060 SIP/2.0")),
				Want: []Sighting{{Severity: Information, At: cancel, Related: []scenario.Select{invite}}},
			},
			{Name: "right", Trace: cancelled},
			{Name: "right, the default port left out in Via", Trace: cancelled.With(ofCancel, scenario.ReplaceInHeader("Via", ":5060", ""))},
			{Name: "right, through a proxy", Trace: scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.Cancelled())},
			{Name: "right, forked", Trace: forked},
			{Name: "right, captured twice", Trace: cancelled.Repeat(scenario.All, 2*time.Millisecond)},
			{Name: "the log begins behind the INVITE", Trace: cancelled.Without(invite)},
			{Name: "what the caller sent", Trace: cancelled.Only(scenario.Where("from Alice", func(m *scenario.Message) bool { return m.From == scenario.Alice.Addr }))},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		for k := range s.Transactions {
			t := &s.Transactions[k]
			if t.Method != call.CANCEL || t.Request == call.None || !s.Messages[t.Request].Whole {
				continue
			}
			invite, wrong := call.None, ""
			field := sip.HeaderVia
			c := &s.Messages[t.Request]
			severity, certainty := Error, Proof
			if t.Cancels != call.None {
				if invite = s.Transactions[t.Cancels].Request; invite == call.None || !s.Messages[invite].Whole {
					continue
				}
				m := &s.Messages[invite]
				switch {
				case m.Method != call.INVITE:
					continue
				case m.CSeq != c.CSeq && c.CSeq != 0:
					field = sip.HeaderCSeq
					wrong = fmt.Sprintf("Its CSeq number is %d, that of the INVITE is %d.", c.CSeq, m.CSeq)
				case c.To != m.To && m.To == 0:
					field = sip.HeaderTo
					wrong = "It has a To tag, and the INVITE has none."
				case c.To != m.To:
					field = sip.HeaderTo
					wrong = "Its To tag is not that of the INVITE."
				case c.From != m.From:
					field = sip.HeaderFrom
					wrong = "Its From tag is not that of the INVITE."
				case c.Vias > m.Vias:
					wrong = fmt.Sprintf("It has %d Via values, the INVITE has %d; a CANCEL has one.", c.Vias, m.Vias)
				case c.Vias > 1:
					severity, certainty = Information, WeakHint
					wrong = fmt.Sprintf("It has %d Via values, as the INVITE has; a CANCEL has one, unless a stateless proxy sent it on.", c.Vias)
				case !bytes.Equal(c.Msg.Bytes(c.Msg.Start.URI), m.Msg.Bytes(m.Msg.Start.URI)):
					severity = Information
					wrong = fmt.Sprintf("Its Request-URI is %s, that of the INVITE is %s.", clip(c.Msg.Bytes(c.Msg.Start.URI)), clip(m.Msg.Bytes(m.Msg.Start.URI)))
				default:
					continue
				}
			} else {
				if invite = pendingInvite(s, t.Request); invite == call.None {
					continue
				}
				wrong = "Its branch is not that of the INVITE that is under way."
				if s.Messages[invite].CSeq != c.CSeq {
					wrong = fmt.Sprintf("Neither its branch nor its CSeq number, %d, is that of the INVITE that is under way.", c.CSeq)
				}
			}
			f := Finding{
				Severity:    severity,
				Certainty:   certainty,
				At:          s.Field(t.Request, field),
				Related:     []Related{s.Related(invite, "the INVITE that it is most likely for")},
				Title:       "CANCEL does not match its INVITE",
				Evidence:    wrong,
				Consequence: "The server does not find the INVITE by it and answers 481, or refuses it: the callee goes on ringing.",
				Next:        "Make the client copy the topmost Via with its branch, From, To, Call-ID and the CSeq number of the INVITE into its CANCEL.",
			}
			if severity == Information {
				f.Consequence = "Servers find the INVITE by the branch; a proxy that looks at the rest may send the CANCEL elsewhere."
			}
			if t.Final != call.None && s.Messages[t.Final].Status >= 300 {
				f.Evidence += fmt.Sprintf(" The answer is %s.", s.Name(t.Final))
				f.Related = append(f.Related, s.Related(t.Final, "the refusal"))
			}
			report(f)
			return
		}
	},
}

// pendingInvite returns the INVITE that a CANCEL with another branch is most likely for: of the same sender, on the same hop, the
// last one before it, without a final response yet and the only one of its number; None when there is none.
func pendingInvite(s *CallSubject, cancel int32) int32 {
	c := &s.Messages[cancel]
	around, first := s.around(cancel)
	by := sentBy(c.Msg)
	for i := cancel - 1; i >= first; i-- {
		m := &around[i-first]
		if !m.Request || m.Method != call.INVITE || m.First != call.None || m.From != c.From || m.Vias != c.Vias || m.Transaction == call.None {
			continue
		}
		t := &s.Transactions[m.Transaction]
		if t.Final != call.None && t.Final < cancel || t.Canceled != call.None || !m.Whole || !by.same(sentBy(m.Msg)) {
			return call.None
		}
		if x := s.exchangeAt(i); x != nil {
			for _, o := range x.Transactions {
				if o != m.Transaction && s.Transactions[o].Vias == m.Vias {
					return call.None // a fork: the branch of the CANCEL may not be in the log
				}
			}
		}
		return i
	}
	return call.None
}
