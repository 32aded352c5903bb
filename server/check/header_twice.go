package check

import (
	"bytes"
	"fmt"
	"sync"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/sip"
)

var headerTwice = &Rule{
	Name:     "single-header-twice",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Error,
	Failures: []string{"malformed-header-400-or-drop"},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "7.3.1"}, {Standard: "RFC 4475", Section: "3.3.8"}},
	Doc: Doc{
		Title: "A header field that may stand there once stands there twice",
		Text: `Only header fields that are lists may stand in a message several times. Of the others, two with different values are an
error where the message depends on them, as Call-ID, CSeq, From, To, Max-Forwards, Content-Length, Content-Type and Expires, for one
receiver takes the first and another one the last; else they are a warning, and so are two with the same value. In logs the same value twice is not reported, since loggers
write lines twice, nor a message in which Call-ID and CSeq both stand twice: there one message ran into the next.`,
	},
	Cases: func() []Case {
		return []Case{
			{Name: "two lengths", Text: requestOf("OPTIONS", "Max-Forwards: 69\n"), Want: []string{"error: Max-Forwards"}},
			{Name: "in the compact form", Text: requestOf("OPTIONS", "i: 2@192.0.2.1\n"), Want: []string{"error: i"}},
			{Name: "of less weight", Text: requestOf("OPTIONS", "User-Agent: x\nUser-Agent: y\n"), Want: []string{"warning: User-Agent"}},
			{Name: "the same value", Text: requestOf("OPTIONS", "Max-Forwards: 70\n"), Want: []string{"warning: Max-Forwards"}, Fixed: requestOf("OPTIONS", "")},
			{Name: "in a log", Log: true, Text: inLog(requestOf("OPTIONS", "Max-Forwards: 69\n")), Want: []string{"error: Max-Forwards"}},
			{Name: "the same value in a log", Log: true, Text: inLog(requestOf("OPTIONS", "Max-Forwards: 70\n"))},
			{Name: "a message that runs into the next", Log: true, Text: inLog(requestOf("OPTIONS", "Call-ID: 2@192.0.2.1\nCSeq: 2 OPTIONS\nMax-Forwards: 69\n"))},
			{Name: "lists", Text: requestOf("OPTIONS", "Supported: timer\nSupported: path\nContact: <sip:a@192.0.2.1>\nContact: <sip:a@192.0.2.2>\n")},
			{Name: "cut off behind it", Log: true, Text: inCutLog(requestOf("OPTIONS", "Accept: a/b\nMax-Forwards: 69\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		single := singleFields()
		var seen, told fieldSet
		for i := range m.Headers {
			id := m.Headers[i].ID
			if !single.has(id) {
				continue
			}
			if !seen.has(id) {
				seen.add(id)
			} else if !told.has(id) {
				told.add(id)
			}
		}
		if told == (fieldSet{}) || !onWire(s) && told.has(sip.HeaderCallID) && told.has(sip.HeaderCSeq) {
			return
		}
		for i := range m.Headers {
			h := &m.Headers[i]
			if !told.has(h.ID) {
				continue
			}
			if first := m.Header(h.ID); first != h {
				reportTwice(s, first, h, report)
			}
		}
	},
	Fix: func(_ *Subject, f *Finding) []Fix {
		line, ok := f.detail.(sip.Span)
		if !ok {
			return nil // which of the two is meant, nobody knows
		}
		return []Fix{{Title: "Remove the second one", Preferred: true, Edits: []Edit{{At: line}}}}
	},
}

func reportTwice(s *Subject, first, second *sip.Header, report func(Finding)) {
	m := s.Message
	f := Finding{
		Severity:    Warning,
		At:          at(orName(second.Name, second)),
		Related:     []Related{{At: call.Ref{At: first.Line}, Text: "the first one"}},
		Title:       fmt.Sprintf("%s with two %s", name(m), second.ID),
		Evidence:    fmt.Sprintf("The first says %s, this one %s.", clip(m.Bytes(first.Value)), clip(m.Bytes(second.Value))),
		Consequence: "Which of them counts depends on the receiver; strict ones answer 400.",
		Next:        "Find the element that adds the second one: often a proxy or B2BUA that copies header fields.",
	}
	switch {
	case bytes.Equal(m.Bytes(first.Value), m.Bytes(second.Value)):
		if !onWire(s) {
			return
		}
		f.Evidence = fmt.Sprintf("Both say %s.", clip(m.Bytes(first.Value)))
		f.Consequence = "Strict receivers answer 400."
		f.detail = second.Line
	case inFields(decisiveFields, second.ID):
		f.Severity = Error
		f.Consequence = "One receiver takes the first, another one the second, and strict ones answer 400."
	}
	report(f)
}

// decisiveFields are single header fields without which a receiver cannot tell what the message is and where it ends.
var decisiveFields = []sip.HeaderID{
	sip.HeaderCallID, sip.HeaderContentLength, sip.HeaderContentType, sip.HeaderCSeq, sip.HeaderEvent, sip.HeaderExpires, sip.HeaderFrom, sip.HeaderMaxForwards,
	sip.HeaderRAck, sip.HeaderReferTo, sip.HeaderReplaces, sip.HeaderJoin, sip.HeaderRSeq, sip.HeaderSessionExpires, sip.HeaderSubscriptionState, sip.HeaderTo,
}

// singleFields are the registered header fields of which a message may have one.
var singleFields = sync.OnceValue(func() *fieldSet {
	out := &fieldSet{}
	for _, h := range knowledge.HeaderFields() {
		id := sip.LookupHeader([]byte(h.Name))
		if id != sip.HeaderOther && h.Registered && (h.Values == knowledge.Single || h.Values == knowledge.Semicolons) {
			out.add(id)
		}
	}
	return out
})
