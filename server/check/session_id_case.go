package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var sessionIDCase = &Rule{
	Name:     "session-id-upper-case",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Information,
	Fields:   []sip.HeaderID{sip.HeaderSessionID},
	Cites:    []knowledge.Cite{{Standard: "RFC 7989", Section: "5"}},
	Doc: Doc{
		Title: "Session-ID with upper-case digits",
		Text: `The UUIDs of Session-ID are written in lower case, so that all elements and tools that follow a call by them may compare bytes. ` +
			`A value that holds none at all has a rule of its own.`,
	},
	Cases: func() []Case {
		options := func(id string) string { return requestOf("OPTIONS", "Session-ID: "+id+"\n") }
		const upper, lower = "AB30317F1A784dc48ff824d0d3715d86", "ab30317f1a784dc48ff824d0d3715d86"
		return []Case{
			{Name: "local UUID", Text: options(upper + ";remote=" + lower), Want: []string{"information: " + upper}, Fixed: options(lower + ";remote=" + lower)},
			{Name: "remote UUID", Text: options(lower + ";remote=" + upper), Want: []string{"information: " + upper}, Fixed: options(lower + ";remote=" + lower)},
			{Name: "lower case", Text: options(lower)},
			{Name: "no UUID", Text: options("ABC")},
			{Name: "cut off behind it", Log: true, Text: inCutLog(requestOf("OPTIONS", "Accept: a/b\nSession-ID: "+upper+"\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		id, err := m.ReadSessionID(m.Header(sip.HeaderSessionID).Value)
		if err != nil {
			return
		}
		for _, v := range [...]sip.Span{id.Local, id.Remote} {
			if bytes.IndexFunc(m.Bytes(v), isUpper) < 0 {
				continue
			}
			report(Finding{
				Severity:    Information,
				At:          at(v),
				Title:       "Session-ID with upper-case digits",
				Evidence:    fmt.Sprintf("%s has letters in upper case.", clip(m.Bytes(v))),
				Consequence: "Elements and tools that compare bytes take it for another session.",
				Next:        "Write the UUID in lower case.",
			})
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		return []Fix{{Title: "Write it in lower case", Preferred: true, Edits: []Edit{{At: f.At.At, Text: Literal(string(bytes.ToLower(s.Message.Bytes(f.At.At))))}}}}
	},
}

func isUpper(r rune) bool { return 'A' <= r && r <= 'Z' }
