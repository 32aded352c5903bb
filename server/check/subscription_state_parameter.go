package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var subscriptionStateParameter = &Rule{
	Name:     "subscription-state-useless-parameter",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Hint,
	Messages: inRequests,
	Fields:   []sip.HeaderID{sip.HeaderSubscriptionState},
	Cites:    []knowledge.Cite{{Standard: "RFC 6665", Section: "4.1.3"}},
	Doc: Doc{
		Title: "Subscription-State with a parameter that means nothing there",
		Text: `The parameters reason and retry-after say why a subscription is over and when to try again: they mean nothing while it is active
or pending, and retry-after means nothing with the reasons deactivated, timeout, rejected and noresource, which tell the subscriber to try at once or never. The rule speaks of texts that somebody writes only.`,
	},
	Cases: func() []Case {
		notify := func(state string) string { return requestOf("NOTIFY", "Subscription-State: "+state+"\n") }
		return []Case{
			{
				Name: "a reason while it is active", Text: notify("active;expires=60;reason=noresource"), Want: []string{"hint: reason"},
				Fixed: notify("active;expires=60"),
			},
			{Name: "try again after a rejection", Text: notify("terminated;reason=rejected;retry-after=60"), Want: []string{"hint: retry-after"}, Fixed: notify("terminated;reason=rejected")},
			{Name: "try again later", Text: notify("terminated;reason=probation;retry-after=60")},
			{Name: "in a log", Log: true, Text: "<--- Received SIP request (300 bytes) from UDP:192.0.2.1:5060 --->\n" + notify("active;expires=60;reason=noresource")},
			{Name: "cut off behind it", Log: true, Text: inCutLog(notify("active;expires=60;reason=noresource"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		if !s.Editable {
			return
		}
		m := s.Message
		h := m.Header(sip.HeaderSubscriptionState)
		state, err := m.ReadSubscriptionState(h.Value)
		if err != nil {
			return
		}
		b := m.Bytes(state.State)
		over := sip.EqualFold(b, "terminated")
		if !over && !sip.EqualFold(b, "active") && !sip.EqualFold(b, "pending") {
			return
		}
		for p := range m.Params(m.ReadWorded(h.Value).Params, ';') {
			n, with := m.Bytes(p.Name), b
			switch {
			case sip.EqualFold(n, "retry-after") && over && isFinalReason(m.Bytes(state.Reason)):
				with = m.Bytes(state.Reason)
			case over || !sip.EqualFold(n, "retry-after") && !sip.EqualFold(n, "reason"):
				continue
			}
			report(Finding{
				Severity:    Hint,
				At:          at(p.Name),
				Title:       fmt.Sprintf("%s means nothing with %s", clip(n), clip(with)),
				Evidence:    fmt.Sprintf("Subscription-State says %s, with which %s has no meaning.", clip(with), clip(n)),
				Consequence: "Subscribers ignore the parameter.",
				Next:        "Leave it out, or change the state or reason that goes with it.",
				detail:      p,
			})
			return
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		p := f.detail.(sip.Param)
		return []Fix{{Title: "Remove " + string(s.Message.Bytes(p.Name)), Preferred: true, Edits: []Edit{{At: wholeParam(s.Message, p), Text: Literal("")}}}}
	},
}

// isFinalReason reports whether a subscriber with this reason tries again at once or not at all.
func isFinalReason(b []byte) bool {
	for _, r := range [...]string{"deactivated", "timeout", "rejected", "noresource"} {
		if sip.EqualFold(b, r) {
			return true
		}
	}
	return false
}
