package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var viaBranchCookie = &Rule{
	Name:     "via-branch-without-cookie",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Warning,
	Messages: []knowledge.Range{{Request: true}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "8.1.1.7"}},
	Doc: Doc{
		Title: "Via branch without the magic cookie z9hG4bK",
		Text: `The branch of the topmost Via must begin with ` + "`z9hG4bK`" + `: that tells the receiver that the rest of it names the
transaction. Without it the sender is taken for one of RFC 2543. Lower Via values are other elements' and are not judged;
a Via without any branch has a rule of its own.`,
	},
	Cases: func() []Case {
		const rest = "\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n"
		return []Case{
			{
				Name: "a branch of RFC 2543",
				Text: "OPTIONS sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=1f" + rest,
				Want: []string{"warning: 1f"},
			},
			{
				Name: "the cookie in another letter case, as some devices write it",
				Text: "OPTIONS sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=Z9HG4BK1f" + rest,
			},
			{
				Name: "only a lower Via lacks it",
				Text: "OPTIONS sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1f, SIP/2.0/UDP 192.0.2.1;branch=1" + rest,
			},
			{
				Name: "no branch at all",
				Text: "OPTIONS sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1" + rest,
			},
			{
				Name: "cut off behind it",
				Log:  true,
				Text: "2026-11-22 10:00:00 a message:\nOPTIONS sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=1f",
			},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		b, ok := branch(s.Message)
		if !ok || sip.HasCookie(s.Message.Bytes(b)) || !sip.IsToken(s.Message.Bytes(b)) {
			return // a branch that is no token has a rule of its own
		}
		report(Finding{
			Severity:    Warning,
			At:          at(b),
			Title:       fmt.Sprintf("%s whose Via branch lacks z9hG4bK", name(s.Message)),
			Evidence:    fmt.Sprintf("The branch of the topmost Via is %s.", clip(s.Message.Bytes(b))),
			Consequence: "Peers match the responses by the old rules of RFC 2543, which mix up transactions behind a forking proxy.",
			Next:        "If the sender claims RFC 3261, it has to make a new branch that begins with z9hG4bK for each transaction.",
		})
	},
	Fix: func(s *Subject, _ *Finding) []Fix {
		b, ok := branch(s.Message)
		if !ok {
			return nil
		}
		return []Fix{{
			Title:     "Put z9hG4bK before the branch",
			Preferred: true,
			Edits:     []Edit{{At: sip.Span{Off: b.Off}, Text: Literal(sip.MagicCookie)}},
		}}
	},
}

// branch returns the value of the branch of the topmost Via.
func branch(m *sip.Message) (sip.Span, bool) {
	p, ok := m.FindParam(m.TopVia().Params, ';', "branch")
	return p.Value, ok && p.Value.Len > 0
}
