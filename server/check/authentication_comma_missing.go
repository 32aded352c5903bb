package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var authenticationCommaMissing = &Rule{
	Name:     "authentication-comma-missing",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Error,
	Fields:   authInfoFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "25.1"}},
	Doc: Doc{
		Title: "No comma between parameters of a challenge or credentials",
		Text: `The parameters of a challenge or of credentials are separated by commas. Where only a blank, a line end or
nothing stands between two that are otherwise right, the comma is missing; this is reported once per field.`,
	},
	Cases: func() []Case {
		const rest = `, nonce="1", uri="sip:example.com", response="0123456789abcdef0123456789abcdef"` + "\n"
		return []Case{
			{
				Name:  "a blank in place of it",
				Text:  registerWith(`Authorization: Digest username="bob" realm="example.com"` + rest),
				Want:  []string{`error: realm`},
				Fixed: registerWith(`Authorization: Digest username="bob", realm="example.com"` + rest),
			},
			{
				Name:  "a line end in place of it, twice",
				Text:  registerWith("Authorization: Digest username=\"bob\"\n realm=\"example.com\"\n algorithm=MD5" + rest),
				Want:  []string{`error: realm`},
				Fixed: registerWith("Authorization: Digest username=\"bob\",\n realm=\"example.com\",\n algorithm=MD5" + rest),
			},
			{Name: "commas without blanks", Text: registerWith(`Authorization: Digest username="bob",realm="example.com"` + rest)},
			{Name: "cut off behind it", Log: true, Text: cutLog(registerWith(`Authorization: Digest username="bob" realm="example.com"` + rest))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		for i := range s.Message.Headers {
			h := &s.Message.Headers[i]
			if !isAuthField(h.ID) {
				continue
			}
			p, n := missingComma(s.Message, h)
			if n == 0 {
				continue
			}
			report(Finding{
				Severity:    Error,
				At:          at(p.Name),
				Title:       fmt.Sprintf("%s without a comma between parameters", clip(s.Message.Bytes(h.Name))),
				Evidence:    fmt.Sprintf("No comma stands in front of %s.", clip(s.Message.Bytes(p.Text()))),
				Consequence: "The receiver rejects the header field, or takes both parameters for one value.",
				Next:        "Put a comma between the parameters.",
			})
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		m := s.Message
		h := fieldAt(m, f.At.At)
		if h == nil {
			return nil
		}
		var edits []Edit
		var p sip.AuthPart
		for r := m.ReadAuth(h); r.Next(&p); {
			if p.NoComma && !p.Joined {
				edits = append(edits, Edit{At: sip.Span{Off: p.Gap.Off}, Text: Literal(",")})
			}
		}
		return []Fix{{Title: "Insert the comma", Preferred: true, Edits: edits}}
	},
}

// missingComma returns the first parameter of a field with no comma in front and how many there
// are; none when something else is wrong in the field, of which a missing comma may be the consequence.
func missingComma(m *sip.Message, h *sip.Header) (first sip.AuthPart, n int) {
	var p sip.AuthPart
	for r := m.ReadAuth(h); r.Next(&p); {
		if p.Err != nil {
			return first, 0
		}
		if p.NoComma && !p.Joined {
			if n == 0 {
				first = p
			}
			n++
		}
	}
	return first, n
}
