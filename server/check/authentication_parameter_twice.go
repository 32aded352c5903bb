package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var authenticationParameterTwice = &Rule{
	Name:     "authentication-parameter-twice",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Error,
	Fields:   authInfoFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "7.3.1"}},
	Doc: Doc{
		Title: "A Digest parameter stands twice in one header field",
		Text: `Any parameter name may stand once in a header field. Of two nonces or realms one receiver takes the first, the next
one the last. Several challenges joined in one field are not meant: they have a rule of their own.`,
	},
	Cases: func() []Case {
		const rest = `, nonce="1", qop="auth"`
		return []Case{
			{
				Name: "two nonces",
				Text: challengedWith(`WWW-Authenticate: Digest realm="example.com"` + rest + `, nonce="2"` + "\n"),
				Want: []string{`error: nonce="2"`},
			},
			{
				Name:  "the same parameter again",
				Text:  challengedWith(`WWW-Authenticate: Digest realm="example.com"` + rest + `, nonce="1"` + "\n"),
				Want:  []string{`error: nonce="1"`},
				Fixed: challengedWith(`WWW-Authenticate: Digest realm="example.com"` + rest + "\n"),
			},
			{Name: "in two challenges", Text: challengedWith(`WWW-Authenticate: Digest realm="a"` + rest + "\n" + `WWW-Authenticate: Digest realm="b"` + rest + "\n")},
			{Name: "cut off behind it", Log: true, Text: cutLog(challengedWith(`WWW-Authenticate: Digest realm="a"` + rest + `, nonce="2"` + "\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		for i := range m.Headers {
			h := &m.Headers[i]
			if !isAuthField(h.ID) {
				continue
			}
			var p sip.AuthPart
			seen := uint32(0)
			for r := m.ReadAuth(h); r.Next(&p); {
				if p.Err != nil {
					break
				}
				if p.Kind == sip.AuthScheme {
					seen = 0
				}
				if p.ID == sip.AuthOther {
					continue
				}
				if seen&(1<<p.ID) != 0 {
					report(Finding{
						Severity:    Error,
						At:          at(p.Text()),
						Title:       fmt.Sprintf("%s twice in %s", p.ID, clip(m.Bytes(h.Name))),
						Evidence:    fmt.Sprintf("The header field goes on with %s though it has that parameter already.", clip(m.Bytes(p.Text()))),
						Consequence: "Some receivers take the first value, some the last, some reject the message.",
						Next:        "Keep one of the two.",
					})
					break
				}
				seen |= 1 << p.ID
			}
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		m := s.Message
		h := fieldAt(m, f.At.At)
		if h == nil {
			return nil
		}
		var last, p sip.AuthPart
		var values [32][]byte
		var edits []Edit
		for r := m.ReadAuth(h); r.Next(&p); {
			if p.ID == sip.AuthOther || p.Err != nil {
				continue
			}
			switch v := m.Bytes(p.Value); {
			case values[p.ID] == nil:
				values[p.ID] = v
			case !bytes.Equal(values[p.ID], v):
				return nil
			default:
				last = p
				edits = append(edits, Edit{At: sip.Span{Off: p.Gap.Off, Len: p.Text().End() - p.Gap.Off}, Text: Literal("")})
			}
		}
		if len(edits) == 0 {
			return nil
		}
		return []Fix{{Title: fmt.Sprintf("Delete the second %s", last.ID), Preferred: true, Edits: edits}}
	},
}
