package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var authenticationValuesJoined = &Rule{
	Name:     "authentication-values-joined",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Error,
	Fields:   authFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "7.3.1"}, {Standard: "RFC 3261", Section: "22.3"}},
	Doc: Doc{
		Title: "Several challenges or credentials in one header field",
		Text: `WWW-Authenticate, Proxy-Authenticate, Authorization and Proxy-Authorization are the exceptions among the header
fields: commas separate the parameters of one challenge there, so that several challenges stand in a header field
each. A scheme behind a comma is reported once per field; the fix gives each its own line.`,
	},
	Cases: func() []Case {
		const a, b = `Digest realm="a.example.com", nonce="1", qop="auth"`, `Digest realm="b.example.com", nonce="2", qop="auth"`
		return []Case{
			{
				Name:  "two challenges in a line",
				Text:  challengedWith("WWW-Authenticate: " + a + ", " + b + "\n"),
				Want:  []string{"error: Digest"},
				Fixed: challengedWith("WWW-Authenticate: " + a + "\nWWW-Authenticate: " + b + "\n"),
			},
			{
				Name:  "three, folded",
				Text:  challengedWith("WWW-Authenticate: " + a + ",\n " + b + ",\n Foo bar=1\n"),
				Want:  []string{"error: Digest"},
				Fixed: challengedWith("WWW-Authenticate: " + a + "\nWWW-Authenticate: " + b + "\nWWW-Authenticate: Foo bar=1\n"),
			},
			{Name: "a line for each", Text: challengedWith("WWW-Authenticate: " + a + "\nWWW-Authenticate: " + b + "\n")},
			{Name: "the word in a quoted realm", Text: challengedWith("WWW-Authenticate: Digest realm=\"a, Digest b\", nonce=\"1\", qop=\"auth\"\n")},
			{Name: "cut off behind it", Log: true, Text: cutLog(challengedWith("WWW-Authenticate: " + a + ", " + b + "\n"))},
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
			for r := m.ReadAuth(h); r.Next(&p); {
				if !p.Joined {
					continue
				}
				report(Finding{
					Severity:    Error,
					At:          at(p.Name),
					Title:       fmt.Sprintf("two %s in one %s", plural(authWord(h.ID)), clip(m.Bytes(h.Name))),
					Evidence:    fmt.Sprintf("The header field goes on with the scheme %s behind the parameters of the first one.", clip(m.Bytes(p.Name))),
					Consequence: "Commas separate parameters there: the receiver rejects the field, or mixes up the two.",
					Next:        fmt.Sprintf("Write one %s for each.", clip(m.Bytes(h.Name))),
				})
				break
			}
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		m := s.Message
		h := fieldAt(m, f.At.At)
		if h == nil {
			return nil
		}
		var starts []sip.AuthPart
		var p sip.AuthPart
		for r := m.ReadAuth(h); r.Next(&p); {
			if p.Err != nil {
				return nil
			}
			if p.Joined {
				starts = append(starts, p)
			}
		}
		if len(starts) == 0 {
			return nil
		}
		first := starts[0].Gap.Off
		edits := []Edit{{At: sip.Span{Off: first, Len: h.Value.End() - first}, Text: Literal("")}}
		for i, start := range starts {
			end := h.Value.End()
			if i+1 < len(starts) {
				end = starts[i+1].Gap.Off
			}
			value := m.Bytes(sip.Span{Off: start.Name.Off, Len: end - start.Name.Off})
			edits = append(edits, Edit{At: h.Line, NewLine: true, Text: Literal(string(m.Bytes(h.Name)) + ": " + onOneLine(value))})
		}
		return []Fix{{Title: "Write a header field for each", Preferred: true, Edits: edits}}
	},
}

func plural(word string) string {
	if word == "challenge" {
		return "challenges"
	}
	return word
}

// fieldAt returns the header field that a place lies in.
func fieldAt(m *sip.Message, at sip.Span) *sip.Header {
	for i := range m.Headers {
		if l := m.Headers[i].Line; l.Off <= at.Off && at.Off < l.End() {
			return &m.Headers[i]
		}
	}
	return nil
}
