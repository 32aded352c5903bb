package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var contactExpires = &Rule{
	Name:     "contact-expires-value",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Fields:   []sip.HeaderID{sip.HeaderContact},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "20.10"}},
	Doc: Doc{
		Title: "The expires of a Contact is no number of seconds",
		Text: `The parameter expires says in seconds how long the address is good, 0 to 4294967295. A registrar takes what is no such number for 3600.
RFC 2543 allowed a date here.`,
	},
	Cases: func() []Case {
		with := func(contact string) string { return optionsTo("<sip:b@example.com>", "Contact: "+contact+"\n") }
		return []Case{
			{Name: "a word", Text: with("<sip:a@192.0.2.1>;expires=1h"), Want: []string{"warning: 1h"}},
			{Name: "too large", Text: with("<sip:a@192.0.2.1>;expires=4294967296"), Want: []string{"warning: 4294967296"}},
			{Name: "quotes", Text: with(`<sip:a@192.0.2.1>;expires="60"`), Want: []string{`warning: "60"`}, Fixed: with("<sip:a@192.0.2.1>;expires=60")},
			{Name: "0 and the largest", Text: with("<sip:a@192.0.2.1>;expires=0, <sip:a@192.0.2.2>;expires=4294967295")},
			{Name: "cut off behind it", Log: true, Text: cutOptions("Contact: <sip:a@192.0.2.1>;expires=x\nFrom: <sip:a")},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		contactParam(s, "expires", isSeconds, func(p sip.Param) {
			report(Finding{
				Severity:    Warning,
				At:          at(p.Value),
				Title:       "Contact whose expires is no number of seconds",
				Evidence:    fmt.Sprintf("It says expires=%s.", clip(s.Message.Bytes(p.Value))),
				Consequence: "The registrar takes 3600 seconds, or refuses the message.",
				Next:        "Write the seconds as a number up to 4294967295.",
			})
		})
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		b := sip.Unquote(s.Message.Bytes(f.At.At))
		if len(b) == int(f.At.At.Len) || !isSeconds(b) {
			return nil
		}
		return []Fix{{Title: "Remove the quotes", Preferred: true, Edits: []Edit{{At: f.At.At, Text: Literal(string(b))}}}}
	},
}

// isSeconds: a number from 0 to 2**32-1 (RFC 3261 section 20.19).
func isSeconds(b []byte) bool {
	n := uint64(0)
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
		if n = n*10 + uint64(c-'0'); n > 1<<32-1 {
			return false
		}
	}
	return len(b) > 0
}
