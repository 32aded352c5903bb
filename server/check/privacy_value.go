package check

import (
	"fmt"
	"sync"

	"sipls/knowledge"
	"sipls/server/sip"
)

var privacyValueUnknown = &Rule{
	Name:     "privacy-value-unknown",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Information,
	Fields:   []sip.HeaderID{sip.HeaderPrivacy},
	Cites:    []knowledge.Cite{{Standard: "RFC 3323", Section: "4.2"}},
	Doc: Doc{
		Title: "Privacy with a value that nobody has registered",
		Text: "Privacy takes `none`, or some of `header`, `session`, `user`, `id`, `history` and `critical`. `full` and `off` are words of" +
			` Remote-Party-ID, where a parameter is called privacy, too. A privacy service ignores what it does not know, or refuses the request when ` + "`critical`" + ` stands beside it.`,
	},
	Cases: func() []Case {
		return []Case{
			{Name: "a word of Remote-Party-ID", Text: requestOf("INVITE", "Privacy: full;critical\n"), Want: []string{"information: full"}},
			{Name: "all values there are", Text: requestOf("INVITE", "Privacy: Header;session;user;id;history;critical\n")},
			{Name: "cut off in it", Log: true, Text: inCutLog(requestOf("INVITE", "Contact: <sip:a@192.0.2.1>\nPrivacy: full\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		for _, v := range m.PrivacyValues {
			b := m.Bytes(v)
			if !sip.IsToken(b) || privacyValues().find(b) != "" {
				continue
			}
			report(Finding{
				Severity:    Information,
				At:          at(v),
				Title:       fmt.Sprintf("Privacy with %s", clip(b)),
				Evidence:    fmt.Sprintf("%s is none of the values of Privacy.", clip(b)),
				Consequence: "The network ignores it: what the caller wants to hide may be shown.",
				Next:        "Write id to withhold the asserted identity, header for other header fields, or none.",
			})
		}
	},
}

var privacyValues = sync.OnceValue(func() nameSet {
	return newNameSet(knowledge.PrivacyValues(), func(p *knowledge.PrivacyValue) string { return p.Name })
})
