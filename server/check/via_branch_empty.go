package check

import (
	"sipls/knowledge"
	"sipls/server/sip"
)

var viaBranchEmpty = &Rule{
	Name:     "via-branch-is-cookie-alone",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Fields:   []sip.HeaderID{sip.HeaderVia},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "8.1.1.7"}, {Standard: "RFC 4475", Section: "3.2.1"}},
	Doc: Doc{
		Title: "Via branch with nothing behind the magic cookie",
		Text:  `What stands behind ` + "`z9hG4bK`" + ` names the transaction. With nothing there all transactions of the sender have the same name.`,
	},
	Cases: func() []Case {
		return []Case{
			{Name: "the cookie alone", Text: swap(requestOf("OPTIONS", ""), "branch=z9hG4bK1", "branch=z9hG4bK"), Want: []string{"warning: z9hG4bK"}},
			{Name: "one sign behind it", Text: requestOf("OPTIONS", "")},
			{Name: "cut off", Log: true, Text: inCutLog(swap(requestOf("OPTIONS", ""), "branch=z9hG4bK1", "branch=z9hG4bK"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		b, ok := branch(s.Message)
		if !ok || int(b.Len) != len(sip.MagicCookie) || !sip.HasCookie(s.Message.Bytes(b)) {
			return
		}
		report(Finding{
			Severity:    Warning,
			At:          at(b),
			Title:       "Via branch is the magic cookie alone",
			Evidence:    "Nothing follows z9hG4bK in the branch of the topmost Via.",
			Consequence: "Peers take every request of this sender for the same transaction and answer a new one with the response to an old one.",
			Next:        "Make a new identifier for each transaction behind z9hG4bK.",
		})
	},
}
