package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var refresherValue = &Rule{
	Name:     "refresher-value",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Fields:   []sip.HeaderID{sip.HeaderSessionExpires},
	Cites:    []knowledge.Cite{{Standard: "RFC 4028", Section: "4"}},
	Doc: Doc{
		Title: "refresher that is neither uac nor uas",
		Text:  `The parameter ` + "`refresher`" + ` of Session-Expires says which side refreshes the session: ` + "`uac`" + ` or ` + "`uas`" + `.`,
	},
	Cases: func() []Case {
		return []Case{
			{Name: "another word", Text: requestOf("INVITE", "Session-Expires: 1800;refresher=caller\nSupported: timer\n"), Want: []string{"warning: caller"}},
			{Name: "capital letters", Text: requestOf("INVITE", "Session-Expires: 1800;refresher=UAC\nSupported: timer\n")},
			{Name: "cut off", Log: true, Text: inCutLog(requestOf("INVITE", "Session-Expires: 1800;refresher=caller\nSubject: x\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		x, err := m.SessionInterval(m.Header(sip.HeaderSessionExpires).Value)
		if err != nil {
			return
		}
		p, ok := m.Refresher(x)
		if v := m.Bytes(p.Value); !ok || sip.EqualFold(v, "uac") || sip.EqualFold(v, "uas") {
			return
		}
		place := p.Value
		if place.Len == 0 {
			place = p.Name
		}
		report(Finding{
			Severity:    Warning,
			At:          at(place),
			Title:       "refresher is neither uac nor uas",
			Evidence:    fmt.Sprintf("Session-Expires says refresher=%s.", clip(m.Bytes(p.Value))),
			Consequence: "The two sides may not agree who refreshes the session; without refreshes it ends when the interval is over.",
			Next:        "Write refresher=uac for the side that sent the request, refresher=uas for the other.",
		})
	},
}
