package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var reasonProtocolTwice = &Rule{
	Name:     "reason-protocol-twice",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Fields:   []sip.HeaderID{sip.HeaderReason},
	Cites:    []knowledge.Cite{{Standard: "RFC 3326", Section: "2"}, {Standard: "RFC 9366", Section: "3"}},
	Doc: Doc{
		Title: "Two Reason values of one protocol",
		Text: `A message may carry several reasons, one SIP and one Q.850 for example, but one for each protocol only: nothing tells
which of two is meant. Protocols that say what several values mean are free of this; STIR is the one that does.`,
	},
	Cases: func() []Case {
		return []Case{
			{Name: "two Q.850 causes", Text: requestOf("BYE", "Reason: Q.850;cause=16, SIP;cause=200\nReason: q.850;cause=31\n"), Want: []string{"warning: q.850"}},
			{Name: "one SIP, one Q.850", Text: requestOf("BYE", "Reason: Q.850;cause=16, SIP;cause=200\n")},
			{Name: "two of STIR", Text: requestOf("BYE", "Reason: STIR;cause=436, STIR;cause=438\n")},
			{Name: "cut off in the second", Log: true, Text: inCutLog(requestOf("BYE", "Reason: Q.850;cause=16, Q.850;cause=31\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		var seen [8]sip.Span
		n := 0
		for r := range m.Reasons {
			p := m.Bytes(r.Protocol)
			if len(p) == 0 || sip.EqualFold(p, "STIR") {
				continue
			}
			for _, q := range seen[:n] {
				if !bytes.EqualFold(m.Bytes(q), p) {
					continue
				}
				report(Finding{
					Severity:    Warning,
					At:          at(r.Protocol),
					Title:       fmt.Sprintf("two Reason values of protocol %s", clip(p)),
					Evidence:    fmt.Sprintf("%s carries more than one Reason of protocol %s.", describe(m), clip(p)),
					Consequence: "Receivers take one of them, as a rule the first, and show or forward a cause that is not the one meant.",
					Next:        "Make the element that added the second value replace the first one instead.",
				})
				return
			}
			if n == len(seen) {
				return
			}
			seen[n] = r.Protocol
			n++
		}
	},
}
