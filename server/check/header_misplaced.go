package check

import (
	"fmt"
	"sync"

	"sipls/knowledge"
	"sipls/server/sip"
)

var headerMisplaced = &Rule{
	Name:     "header-misplaced",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Hint,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "8.2.2"}, {Standard: "RFC 3261", Section: "20"}},
	Doc: Doc{
		Title: "A header field of responses in a request, or the other way round",
		Text: `Some header fields mean something in requests only, as Max-Forwards and Route, others in responses only, as Server and
WWW-Authenticate. In the other kind of message they are ignored. The rule speaks of texts that somebody writes; messages in
logs often carry what a proxy or B2BUA copied, and it does no harm.`,
	},
	Cases: func() []Case {
		return []Case{
			{Name: "in a request", Text: requestOf("OPTIONS", "Server: x\n"), Want: []string{"hint: Server"}, Fixed: requestOf("OPTIONS", "")},
			{Name: "in a response", Text: responseTo("BYE", "200 OK", "Max-Forwards: 70\n"), Want: []string{"hint: Max-Forwards"}, Fixed: responseTo("BYE", "200 OK", "")},
			{Name: "in both", Text: requestOf("OPTIONS", "Allow: OPTIONS\nUser-Agent: x\n")},
			{Name: "in a log", Log: true, Text: inLog(requestOf("OPTIONS", "Server: x\n"))},
			{Name: "cut off behind it", Log: true, Text: inCutLog(requestOf("OPTIONS", "Accept: a/b\nServer: x\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		if !s.Editable {
			return
		}
		m := s.Message
		in, out := "a request", "responses"
		belongs := &sidedFields().requests
		if !m.IsRequest() {
			in, out = "a response", "requests"
			belongs = &sidedFields().responses
		}
		for i := range m.Headers {
			h := &m.Headers[i]
			if !sidedFields().known.has(h.ID) || belongs.has(h.ID) {
				continue
			}
			report(Finding{
				Severity:    Hint,
				At:          at(h.Name),
				Title:       fmt.Sprintf("%s in %s", h.ID, in),
				Evidence:    fmt.Sprintf("%s means something in %s only.", h.ID, out),
				Consequence: "The receiver ignores it.",
				Next:        "Remove it.",
				detail:      h.Line,
			})
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		return []Fix{{Title: "Remove " + clip(s.Message.Bytes(f.At.At)), Preferred: true, Edits: []Edit{{At: f.detail.(sip.Span)}}}}
	},
}

// sides are the header fields whose place is laid down, and those of requests and of responses.
type sides struct{ known, requests, responses fieldSet }

// sidedFields leaves out what rules of their own look at.
var sidedFields = sync.OnceValue(func() *sides {
	out := &sides{}
	for _, h := range knowledge.HeaderFields() {
		id := sip.LookupHeader([]byte(h.Name))
		if id == sip.HeaderOther || !h.Registered || h.Status != "current" {
			continue
		}
		switch id {
		case sip.HeaderReplaces, sip.HeaderJoin, sip.HeaderPath:
			continue
		}
		out.known.add(id)
		if len(h.Requests) > 0 {
			out.requests.add(id)
		}
		if len(h.Responses) > 0 {
			out.responses.add(id)
		}
	}
	return out
})
