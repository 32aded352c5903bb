package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var authenticationSyntax = &Rule{
	Name:     "authentication-syntax",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Error,
	Failures: []string{"malformed-header-400-or-drop"},
	Fields:   authInfoFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "25.1"}},
	Doc: Doc{
		Title: "Challenge or credentials that leave the grammar",
		Text: `A challenge or credentials are a scheme, a blank, and parameters ` + "`name=value`" + ` separated by commas, whose values are
tokens or quoted strings. The first place of a header field that leaves this grammar is an error; a comma with
no parameter beside it is a warning, for most receivers overlook it. Missing commas and several challenges in one field have rules of their own.`,
	},
	Cases: func() []Case {
		const rest = `, nonce="1", qop="auth"` + "\n"
		return []Case{
			{Name: "no parameters", Text: registerWith("Authorization: nonsense\n"), Want: []string{"error: nonsense"}},
			{
				Name:  "no scheme",
				Text:  challengedWith(`WWW-Authenticate: realm="example.com"` + rest),
				Want:  []string{"error: realm"},
				Fixed: challengedWith(`WWW-Authenticate: Digest realm="example.com"` + rest),
			},
			{Name: "quote not closed", Text: challengedWith(`WWW-Authenticate: Digest nonce="1", qop="auth", realm="example.com` + "\n"), Want: []string{`error: "example.com`}},
			{Name: "no equals sign", Text: challengedWith(`WWW-Authenticate: Digest stale, realm="example.com"` + rest), Want: []string{"error: stale"}},
			{
				Name:  "a value that needs quotes",
				Text:  registerWith(`Authorization: Digest username="bob", realm="example.com", nonce="1", uri=sip:example.com, response="0123456789abcdef0123456789abcdef"` + "\n"),
				Want:  []string{"error: sip:example.com"},
				Fixed: registerWith(`Authorization: Digest username="bob", realm="example.com", nonce="1", uri="sip:example.com", response="0123456789abcdef0123456789abcdef"` + "\n"),
			},
			{
				Name:  "a comma at the end and one too many",
				Text:  challengedWith(`WWW-Authenticate: Digest realm="example.com",, nonce="1", qop="auth",` + "\n"),
				Want:  []string{"warning: ,"},
				Fixed: challengedWith(`WWW-Authenticate: Digest realm="example.com", nonce="1", qop="auth"` + "\n"),
			},
			{Name: "white space wherever the grammar allows it", Text: challengedWith("WWW-Authenticate: Digest\n realm = \"example.com\" ,\n nonce = \"1\" , qop = \"auth\"\n")},
			{Name: "a scheme nobody knows", Text: registerWith("Authorization: NoOneKnows opaque-data=here\n")},
			{Name: "a token of Bearer", Text: registerWith("Authorization: Bearer abc.def==\n")},
			{Name: "cut off in it", Log: true, Text: cutLog(challengedWith(`WWW-Authenticate: Digest realm="exam` + "\n"))},
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
				if p.Err == nil {
					continue
				}
				f := Finding{
					Severity:    Error,
					At:          at(p.Err.At),
					Title:       fmt.Sprintf("malformed %s", clip(m.Bytes(h.Name))),
					Evidence:    fmt.Sprintf("At %s the grammar wants %s.", clip(m.Bytes(p.Err.At)), p.Err.Want),
					Consequence: fmt.Sprintf("The receiver cannot read the %s and answers 400 or acts as if the header field were not there.", authWord(h.ID)),
					Next:        "Correct the header field.",
				}
				if p.Err.At.Len == 0 {
					f.At = at(h.Name)
					f.Evidence = fmt.Sprintf("It is empty; the grammar wants %s.", p.Err.Want)
				}
				if isSurplusComma(m, p) {
					f.Severity = Warning
					f.Evidence = "No parameter stands beside a comma."
					f.Consequence = "Strict receivers reject the header field."
					f.Next = "Delete the comma."
				}
				report(f)
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
		var edits []Edit
		title := ""
		var p sip.AuthPart
		known := false
		for r := m.ReadAuth(h); r.Next(&p); {
			known = known || p.ID != sip.AuthOther
			switch {
			case p.Err == nil:
				continue
			case isSurplusComma(m, p):
				title = "Delete the comma"
				edits = append(edits, Edit{At: p.Err.At, Text: Literal("")})
			case p.ID != sip.AuthOther && p.Value.Len > 0 && !p.Quoted && !bytes.ContainsAny(m.Bytes(p.Value), `"\`):
				title = "Put the value in quotes"
				edits = append(edits, Edit{At: p.Value, Text: Literal(`"` + string(m.Bytes(p.Value)) + `"`)})
			case p.Kind == sip.AuthScheme && p.Name.Len == 0 && h.Value.Len > 0:
				title = "Insert the scheme Digest"
				edits = append(edits, Edit{At: sip.Span{Off: p.Name.Off}, Text: Literal("Digest ")})
			default:
				return nil
			}
		}
		if !known || len(edits) == 0 {
			return nil
		}
		return []Fix{{Title: title, Preferred: true, Edits: edits}}
	},
}

// isSurplusComma reports whether the error of a part is a comma with nothing on one side.
func isSurplusComma(m *sip.Message, p sip.AuthPart) bool {
	return p.Kind == sip.AuthParameter && p.Name.Len == 0 && p.Err.At.Len == 1 && m.Bytes(p.Err.At)[0] == ','
}
