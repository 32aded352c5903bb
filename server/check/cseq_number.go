package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var cseqNumber = &Rule{
	Name:     "cseq-number-too-great",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Error,
	Fields:   []sip.HeaderID{sip.HeaderCSeq},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "8.1.1.5"}, {Standard: "RFC 4475", Section: "3.1.2.4"}},
	Doc: Doc{
		Title: "CSeq number of 2**31 or more",
		Text:  `The sequence number has to be less than 2**31 = 2147483648.`,
	},
	Cases: func() []Case {
		return []Case{
			{Name: "2**31", Text: swap(requestOf("OPTIONS", ""), "CSeq: 1 ", "CSeq: 2147483648 "), Want: []string{"error: 2147483648"}},
			{Name: "far more", Text: swap(requestOf("OPTIONS", ""), "CSeq: 1 ", "CSeq: 36893488147419103232 "), Want: []string{"error: 36893488147419103232"}},
			{Name: "one less", Text: swap(requestOf("OPTIONS", ""), "CSeq: 1 ", "CSeq: 2147483647 ")},
			{Name: "cut off", Log: true, Text: inCutLog(swap(requestOf("OPTIONS", "Subject: x\n"), "CSeq: 1 ", "CSeq: 2147483648 "))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		c := s.Message.CSeq()
		if !c.OK || c.Number < 1<<31 {
			return
		}
		report(Finding{
			Severity:    Error,
			At:          at(c.NumberSpan),
			Title:       "CSeq number too great",
			Evidence:    fmt.Sprintf("The sequence number is %s; it has to be less than 2147483648.", clip(s.Message.Bytes(c.NumberSpan))),
			Consequence: "Peers answer with 400, or read another number and take the request for an old one.",
			Next:        "Start a dialog with a small number and count up from there.",
		})
	},
}
