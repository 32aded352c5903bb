package check

import (
	"fmt"
	"slices"

	"sipls/knowledge"
	"sipls/server/sip"
)

var reasonContradictsStatus = &Rule{
	Name:     "q850-cause-unlike-status",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Hint,
	Failures: []string{"wrong-cause-mapping"},
	Messages: []knowledge.Range{{Lo: 400, Hi: 699}},
	Fields:   []sip.HeaderID{sip.HeaderReason},
	Cites:    []knowledge.Cite{{Standard: "RFC 3398", Section: "7.2.4.1"}, {Standard: "RFC 3398", Section: "8.2.6.1"}},
	Doc: Doc{
		Title: "Q.850 cause that no gateway maps to this status code",
		Text: `RFC 3398 says which status code a gateway makes of a Q.850 cause, and which cause of a status code. A failure
response whose Reason has a cause that belongs to another code, as 486 with cause 1, makes the two networks report different things.
Gateways often map otherwise on purpose, so the rule speaks only of texts that somebody writes, and only of causes that the RFC maps.`,
	},
	Cases: func() []Case {
		busy := func(cause string) string {
			return responseTo("INVITE", "486 Busy Here", "Reason: Q.850;cause="+cause+"\n")
		}
		return []Case{
			{Name: "busy, and an unallocated number", Text: busy("1"), Want: []string{"hint: 1"}},
			{Name: "busy, and user busy", Text: busy("17")},
			{Name: "a cause without a mapping", Text: busy("15")},
			{Name: "a gateway that the log shows", Log: true, Text: "<--- Received SIP response (300 bytes) from UDP:192.0.2.1:5060 --->\n" + busy("1")},
			{Name: "cut off behind it", Log: true, Text: inCutLog(busy("1"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		if !s.Editable {
			return
		}
		m := s.Message
		for r := range m.Reasons {
			if r.Err != nil || r.Cause.Len == 0 || !sip.EqualFold(m.Bytes(r.Protocol), "Q.850") {
				continue
			}
			cause := knowledge.LookupCause(digits(m.Bytes(r.Cause)))
			if cause == nil || len(cause.SIP) == 0 || slices.Contains(cause.SIP, m.Start.Status) {
				continue
			}
			if c := knowledge.LookupCauseMapping(m.Start.Status); c == nil || c.Cause == cause.Value || c.Default {
				continue
			}
			report(Finding{
				Severity:    Hint,
				At:          at(r.Cause),
				Title:       fmt.Sprintf("%d with Q.850 cause %d", m.Start.Status, cause.Value),
				Evidence:    fmt.Sprintf("Cause %d is %s, which a gateway maps to %d.", cause.Value, cause.Name, cause.SIP[0]),
				Consequence: "The telephone network and the SIP side report different reasons for the same failure.",
				Next:        "Change the cause or the status code, unless the difference is meant.",
			})
		}
	},
}
