package check

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
)

var failureACKNotMatched = &Rule{
	Name:     "ack-not-matched-407-retransmit",
	Scope:    Transaction,
	Severity: Warning,
	Methods:  []call.Method{call.ACK},
	Statuses: []knowledge.Range{{Lo: 300, Hi: 699}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "17.1.1.3"}, {Standard: "RFC 3261", Section: "17.2.3"}},
	Doc: Doc{
		Title: "ACK to a failure of an INVITE that does not match it",
		Text: `The ACK to a final response of 300 to 699 belongs to the transaction of the INVITE: it repeats the topmost Via with its branch, From, Call-ID and the CSeq number, and takes To with its
tag from the response. The server drops an ACK with another branch and repeats the response. The rule fires as warning when the response is repeated
behind such an ACK, otherwise as information; another Request-URI than that of the INVITE is an information, once for a call. It also fires when the ACK is right and the response is repeated three times or more all the same: the ACK does not arrive.`,
	},
	Scenes: func() []Scene {
		const ms = time.Millisecond
		refused := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Rejected(486))
		challenged := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Challenged(407))
		invite, ack, busy := scenario.Request("INVITE"), scenario.Request("ACK"), scenario.Status(486)
		otherBranch := scenario.ReplaceInHeader("Via", "z9hG4bK", "z9hG4bKx")
		again := []time.Duration{1500 * ms, 3500 * ms, 7500 * ms}
		otherTag := func(m *scenario.Message) { scenario.SetHeader("To", m.Get("To")+"x")(m) }
		fires := func(at scenario.Select, related ...scenario.Select) []Sighting {
			return []Sighting{{Severity: Warning, At: at, Related: related}}
		}
		proxied := scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.Rejected(486))
		return []Scene{
			{Name: "another branch, the 486 is repeated", Trace: refused.With(ack, otherBranch).Repeat(busy, again...), Want: fires(ack, busy, busy.Nth(4), invite)},
			{Name: "another branch in the ACK to a 407", Trace: challenged.With(ack.First(), otherBranch).Repeat(scenario.Status(407), again[1]), Want: fires(ack.First(), scenario.Status(407), scenario.Status(407).Nth(2), invite)},
			{Name: "another To tag, the 486 is repeated", Trace: refused.With(ack, otherTag).Repeat(busy, again...), Want: fires(ack, busy, busy.Nth(4), invite)},
			{Name: "another CSeq number", Trace: refused.With(ack, scenario.SetHeader("CSeq", "99 ACK")).Repeat(busy, again...), Want: fires(ack, busy, busy.Nth(4), invite)},
			{
				Name: "another branch, nothing is repeated", Trace: refused.With(ack, otherBranch),
				Want: []Sighting{{Severity: Information, At: ack, Related: []scenario.Select{busy, invite}}},
			},
			{Name: "the right ACK does not arrive", Trace: refused.Repeat(busy, again...).Repeat(ack, again...), Want: fires(busy, ack.First(), busy.Nth(4), invite)},
			{
				Name: "another Request-URI", Trace: refused.With(ack, scenario.SetStart("ACK sip:192.0.2.10:5060 SIP/2.0")),
				Want: []Sighting{{Severity: Information, At: ack, Related: []scenario.Select{invite, busy}}},
			},
			{Name: "the right ACK", Trace: refused},
			{Name: "the right ACK to a 407", Trace: challenged},
			{Name: "through a proxy, which acknowledges by itself", Trace: proxied},
			{Name: "the first ACK was lost", Trace: refused.Repeat(busy, again[0]).Repeat(ack, again[0])},
			{Name: "captured twice", Trace: refused.Repeat(scenario.All, 2*ms)},
			{Name: "the log begins behind the INVITE", Trace: refused.Without(invite)},
			{Name: "the ACK of another hop", Trace: proxied.Without(ack.Nth(1))},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		otherURI := false
		for i := range s.Transactions {
			t := &s.Transactions[i]
			if t.Method != call.INVITE || t.Final == call.None || s.Messages[t.Final].Status < 300 || t.Request == call.None {
				continue
			}
			if !checkFailureACK(s, t, report) && !otherURI {
				otherURI = checkACKURI(s, t, report)
			}
		}
	},
}

// checkACKURI reports an ACK that matches and has another Request-URI than its INVITE.
func checkACKURI(s *CallSubject, t *call.Transaction, report func(Finding)) bool {
	if t.ACK == call.None {
		return false
	}
	ack, invite := &s.Messages[t.ACK], &s.Messages[t.Request]
	if !ack.Whole || !invite.Whole {
		return false
	}
	to, of := ack.Msg.Start.URI, invite.Msg.Start.URI
	if bytes.Equal(ack.Msg.Bytes(to), invite.Msg.Bytes(of)) {
		return false
	}
	report(Finding{
		Severity:    Information,
		At:          s.Place(t.ACK, to),
		Related:     []Related{{At: s.Place(t.Request, of), Text: "the INVITE"}, s.Related(t.Final, "the response that it answers")},
		Title:       "ACK to a failure with another Request-URI than its INVITE",
		Evidence:    fmt.Sprintf("The ACK is for %s, its INVITE for %s.", clip(ack.Msg.Bytes(to)), clip(invite.Msg.Bytes(of))),
		Consequence: "Servers match it by its branch; a stateless proxy between may send it elsewhere.",
		Next:        "Make the client copy the Request-URI of the INVITE into this ACK.",
	})
	return true
}

// checkFailureACK reports an ACK that does not match the failure, or does not arrive; false when there is nothing to report.
func checkFailureACK(s *CallSubject, t *call.Transaction, report func(Finding)) bool {
	ack, wrong := t.ACK, []string(nil)
	final, invite := &s.Messages[t.Final], &s.Messages[t.Request]
	switch {
	case ack != call.None:
		a := &s.Messages[ack]
		if !a.Whole || !final.Whole {
			return false
		}
		if a.To != final.To && final.To != 0 && !otherFinal(s, t, a.To) {
			wrong = append(wrong, "To tag")
		}
		if a.CSeq != invite.CSeq && a.CSeq != 0 {
			wrong = append(wrong, "CSeq number")
		}
		if a.From != invite.From {
			wrong = append(wrong, "From tag")
		}
	default:
		if ack = strayFailureACK(s, t); ack == call.None {
			return false
		}
		wrong = append(wrong, "branch")
	}
	// How often the response came again behind the ACK.
	repeats, last, acks := 0, call.None, 0
	for _, k := range t.Messages {
		m := &s.Messages[k]
		switch {
		case k <= ack:
		case m.First == t.Final && !m.Copy:
			repeats++
			last = k
			acks = 0
		case m.Request && m.Method == call.ACK && !m.Copy:
			acks++
		}
	}
	name := s.Name(t.Final)
	f := Finding{Severity: Warning}
	if len(wrong) == 0 {
		if _, known := s.Since(ack, max(last, ack)); repeats < 3 || !known {
			return false
		}
		f.Certainty = StrongHint
		f.At = s.At(t.Final)
		f.Related = []Related{s.Related(ack, "the ACK")}
		f.Title = name + " to INVITE is repeated though it was acknowledged"
		f.Evidence = fmt.Sprintf("The %s came %d times more behind its ACK, which has the right branch and tags: the ACKs most likely do not arrive.", name, repeats)
		f.Consequence = "The server keeps the transaction until 64*T1 (32 s) have passed."
		f.Next = "Compare the log of the other side: a firewall, a NAT or a SIP ALG may drop the ACK, or send it elsewhere."
	} else {
		f.At = s.At(ack)
		f.Related = []Related{s.Related(t.Final, "the response that it answers")}
		f.Title = "ACK does not match the " + name + " that it answers"
		f.Evidence = fmt.Sprintf("Its %s is not that of the %s.", strings.Join(wrong, " and "), map[bool]string{true: "response", false: "INVITE"}[wrong[0] == "To tag"])
		f.Consequence = "A server that does not find the transaction drops the ACK and repeats the response until 64*T1 (32 s) have passed."
		if repeats == 0 {
			f.Severity = Information
		} else {
			f.Evidence += fmt.Sprintf(" The %s came %d times more behind it.", name, repeats)
		}
		f.Next = "Make the client copy the topmost Via, From, CSeq number and Route of the INVITE into this ACK, and To from the response."
	}
	if last != call.None {
		f.Related = append(f.Related, s.Related(last, "repeated behind the ACK"))
	}
	f.Related = append(f.Related, s.Related(t.Request, "the INVITE"))
	report(f)
	return true
}

// otherFinal reports whether another final response of the transaction has the To tag: forks may answer one after the other.
func otherFinal(s *CallSubject, t *call.Transaction, tag uint64) bool {
	for _, k := range t.Messages {
		if m := &s.Messages[k]; !m.Request && m.Status >= 200 && m.To == tag {
			return true
		}
	}
	return false
}

// strayFailureACK returns the ACK that was most likely meant for the failure and has another branch, None when there is none: it
// comes behind the failure, from the same side, with the same CSeq number and To tag, and no other INVITE has its branch.
func strayFailureACK(s *CallSubject, t *call.Transaction) int32 {
	final, invite := &s.Messages[t.Final], &s.Messages[t.Request]
	if !final.Whole || final.To == 0 {
		return call.None
	}
	for x := range s.Exchanges[max(t.Exchange, 0)].Transactions {
		// On another hop the same failure may have been acknowledged: this ACK is that one, seen somewhere between.
		if o := &s.Transactions[s.Exchanges[max(t.Exchange, 0)].Transactions[x]]; o != t && o.Final != call.None && s.Messages[o.Final].To == final.To {
			return call.None
		}
	}
	around, first := s.around(t.Final)
	for i := t.Final + 1 - first; int(i) < len(around); i++ {
		m := &around[i]
		if m.Request && m.Method == call.ACK && m.First == call.None && m.Whole && m.From == invite.From && m.To == final.To && m.CSeq == invite.CSeq &&
			m.Vias == invite.Vias && (m.Transaction == call.None || s.Transactions[m.Transaction].Method != call.INVITE) {
			return first + i
		}
	}
	return call.None
}
