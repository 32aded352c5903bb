package check

import (
	"fmt"
	"sync"

	"sipls/knowledge"
	"sipls/server/sip"
)

var warningCode = &Rule{
	Name:     "warning-code-unknown",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Hint,
	Fields:   []sip.HeaderID{sip.HeaderWarning},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "20.43"}, {Standard: "RFC 3261", Section: "27.2"}},
	Doc: Doc{
		Title: "Warning with a code that is not registered",
		Text: `The codes of Warning are registered, and those of SIP begin with 3. 399, Miscellaneous warning, is for whatever has no code of its own. Logs are full of
others, which do no harm: the rule speaks only of texts that somebody writes.`,
	},
	Cases: func() []Case {
		warn := func(code string) string {
			return responseTo("INVITE", "488 Not Acceptable Here", "Warning: "+code+` devnull "x"`+"\n")
		}
		return []Case{
			{Name: "a code nobody has defined", Text: warn("377"), Want: []string{"hint: 377"}, Fixed: warn("399")},
			{Name: "a code that is registered", Text: warn("304")},
			{Name: "in a log", Log: true, Text: "<--- Received SIP response (300 bytes) from UDP:192.0.2.1:5060 --->\n" + warn("377")},
			{Name: "cut off behind it", Log: true, Text: inCutLog(warn("377"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		if !s.Editable {
			return
		}
		m := s.Message
		for w := range m.Warnings {
			if w.Err != nil || registeredWarnings()[digits(m.Bytes(w.Code))] {
				continue
			}
			report(Finding{
				Severity:    Hint,
				At:          at(w.Code),
				Title:       fmt.Sprintf("Warning with code %s", clip(m.Bytes(w.Code))),
				Evidence:    fmt.Sprintf("%s is no registered code of Warning.", clip(m.Bytes(w.Code))),
				Consequence: "Receivers show the text and can do nothing with the code.",
				Next:        "Take the registered code that fits, or 399.",
			})
		}
	},
	Fix: func(_ *Subject, f *Finding) []Fix {
		return []Fix{{Title: "Change the code to 399", Preferred: true, Edits: []Edit{{At: f.At.At, Text: Literal("399")}}}}
	},
}

var registeredWarnings = sync.OnceValue(func() map[int]bool {
	codes := map[int]bool{}
	for _, w := range knowledge.Warnings() {
		codes[w.Code] = true
	}
	return codes
})
