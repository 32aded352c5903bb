package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var contactQ = &Rule{
	Name:     "contact-q-value",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Fields:   []sip.HeaderID{sip.HeaderContact},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "20.10"}, {Standard: "RFC 3261", Section: "25.1"}},
	Doc: Doc{
		Title: "The q of a Contact is no number from 0 to 1",
		Text:  `The parameter q orders contacts: 0 to 1, with a point and at most three digits behind it.`,
	},
	Cases: func() []Case {
		with := func(contact string) string { return optionsTo("<sip:b@example.com>", "Contact: "+contact+"\n") }
		return []Case{
			{Name: "above 1", Text: with("<sip:a@192.0.2.1>;q=1.5"), Want: []string{"warning: 1.5"}},
			{Name: "no digit before the point", Text: with("<sip:a@192.0.2.1>;q=.5"), Want: []string{"warning: .5"}, Fixed: with("<sip:a@192.0.2.1>;q=0.5")},
			{Name: "too many digits", Text: with("<sip:a@192.0.2.1>;q=0.1234;x"), Want: []string{"warning: 0.1234"}, Fixed: with("<sip:a@192.0.2.1>;q=0.123;x")},
			{Name: "what is right", Text: with("<sip:a@192.0.2.1>;q=0, <sip:a@192.0.2.2>;q=1.000, <sip:a@192.0.2.3>;q=0.25, <sip:a@192.0.2.3>;q=0.")},
			{Name: "cut off behind it", Log: true, Text: cutOptions("Contact: <sip:a@192.0.2.1>;q=7\nFrom: <sip:a")},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		contactParam(s, "q", isQValue, func(p sip.Param) {
			report(Finding{
				Severity:    Warning,
				At:          at(p.Value),
				Title:       "Contact whose q is no number from 0 to 1",
				Evidence:    fmt.Sprintf("It says q=%s.", clip(s.Message.Bytes(p.Value))),
				Consequence: "Forking and redirecting elements order the contacts otherwise than meant, or refuse the message.",
				Next:        "Write 0 to 1, at most three digits behind the point.",
			})
		})
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		b := s.Message.Bytes(f.At.At)
		q := string(b)
		if b[0] == '.' {
			q = "0" + q
		}
		if len(q) > len("0.000") {
			q = q[:len("0.000")]
		}
		if q == string(b) || !isQValue([]byte(q)) {
			return nil
		}
		return []Fix{{Title: "Write q as " + q, Preferred: true, Edits: []Edit{{At: f.At.At, Text: Literal(q)}}}}
	},
}

// contactParam calls bad for the parameter of that name of each Contact whose value is not right.
func contactParam(s *Subject, name string, right func([]byte) bool, bad func(sip.Param)) {
	m := s.Message
	for _, a := range m.Addresses(sip.HeaderContact) {
		p, ok := m.FindParam(a.Params, ';', name)
		if ok && p.Value.Len > 0 && m.ParamSyntax(p, a.Params, ';') == nil && !right(m.Bytes(p.Value)) {
			bad(p)
		}
	}
}

// isQValue: ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] ) of RFC 3261 section 25.1.
func isQValue(b []byte) bool {
	if len(b) == 0 || len(b) > len("0.000") || b[0] != '0' && b[0] != '1' || len(b) > 1 && b[1] != '.' {
		return false
	}
	for _, c := range b[min(2, len(b)):] {
		if c < '0' || c > '9' || b[0] == '1' && c != '0' {
			return false
		}
	}
	return true
}
