package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var tagValue = &Rule{
	Name:     "tag-value",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Error,
	Failures: []string{"malformed-header-400-or-drop"},
	Fields:   []sip.HeaderID{sip.HeaderFrom, sip.HeaderTo},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "19.3"}, {Standard: "RFC 3261", Section: "25.1"}},
	Doc: Doc{
		Title: "A tag without value, or in quotes",
		Text: `The tag of From and To is a token: together with the Call-ID it names the dialog. An element that writes ` + "`;tag`" + ` without a value, or
puts the value into quotes, gets it back in another form or not at all.`,
	},
	Cases: func() []Case {
		return []Case{
			{Name: "no value", Text: optionsTo("<sip:b@example.com>;tag", ""), Want: []string{"error: tag"}},
			{Name: "quotes", Text: optionsTo(`<sip:b@example.com>;tag="2"`, ""), Want: []string{`error: tag="2"`}, Fixed: optionsTo("<sip:b@example.com>;tag=2", "")},
			{Name: "a token with all kinds of characters", Text: optionsTo("<sip:b@example.com>;tag=a-.!%*_+`'~9", "")},
			{Name: "a Contact may have a parameter of that name", Text: optionsTo("<sip:b@example.com>", "Contact: <sip:a@192.0.2.1>;tag\n")},
			{Name: "cut off behind it", Log: true, Text: cutOptions("To: <sip:b@example.com>;tag\nFrom: <sip:a")},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		for _, id := range [...]sip.HeaderID{sip.HeaderFrom, sip.HeaderTo} {
			a, _ := m.Address(id)
			p, ok := m.FindParam(a.Params, ';', "tag")
			if !ok || m.ParamSyntax(p, a.Params, ';') != nil || p.HasValue && sip.IsToken(m.Bytes(p.Value)) {
				continue
			}
			report(Finding{
				Severity:    Error,
				At:          at(paramSpan(p)),
				Title:       fmt.Sprintf("%s whose tag is no token", id),
				Evidence:    fmt.Sprintf("It says %s.", clip(m.Bytes(paramSpan(p)))),
				Consequence: "Peers refuse the message or do not recognise its dialog.",
				Next:        "Correct the element that chose the tag.",
			})
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		m := s.Message
		b := m.Bytes(f.At.At)
		for i := range b {
			if inner := b[i:]; b[i] == '"' && len(inner) > 2 && sip.IsToken(inner[1:len(inner)-1]) {
				at := sip.Span{Off: f.At.At.Off + int32(i), Len: int32(len(inner))}
				return []Fix{{Title: "Remove the quotes", Preferred: true, Edits: []Edit{{At: at, Text: Literal(string(inner[1 : len(inner)-1]))}}}}
			}
		}
		return nil
	},
}
