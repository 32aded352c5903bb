package check

import (
	"sipls/knowledge"
	"sipls/server/sip"
)

var messageUnfinished = &Rule{
	Name:     "message-unfinished",
	Scope:    Message,
	Needs:    NeedFull,
	Severity: Error,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "7"}, {Standard: "RFC 3261", Section: "18.3"}},
	Doc: Doc{
		Title: "the file ends before the empty line behind the header fields",
		Text: `An empty line ends the header section, also where no body follows. In a message file the end of the file ends the
message: one without that line is unfinished. Where a body follows all the same, other rules point at the place. In a log the text may have been cut off, so nothing is said there.`,
	},
	Cases: func() []Case {
		const head = "OPTIONS sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 OPTIONS\nContent-Length: 0"
		return []Case{
			{Name: "no empty line", Text: head + "\n", Want: []string{"error: OPTIONS sip:b@example.com SIP/2.0"}},
			{Name: "the last line has no end", Text: head, Want: []string{"error: OPTIONS sip:b@example.com SIP/2.0"}},
			{Name: "blanks in the empty line, which another rule reports", Text: head + "\n \nv=0\n"},
			{Name: "whole", Text: head + "\n\n"},
			{Name: "cut off in a log", Log: true, Text: "2026-11-22 10:00:00 a message:\n" + head},
			{Name: "cut off in a log that begins with the message", Log: true, Text: head},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		if !s.Bare || !s.Editable || m.Blank.Len > 0 || m.Tail.Is != sip.Cut || runsIntoBody(m) {
			return
		}
		report(Finding{
			Severity:    Error,
			At:          at(m.Start.Text),
			Title:       name(m) + " without the empty line at its end",
			Evidence:    "The file ends in the header section of this message: the empty line that ends it is not there.",
			Consequence: "A server answers a datagram like this with 400 or drops it; on TCP or TLS it waits for the rest.",
			Next:        "Complete the message; two line ends stand behind the last header field.",
		})
	},
}

// runsIntoBody reports whether the empty line is missing or holds blanks where a body follows, so that all of the body
// stands among the header fields. The rules about such lines say so.
func runsIntoBody(m *sip.Message) bool {
	for i := range m.Headers {
		h := &m.Headers[i]
		if string(m.Bytes(firstLineOf(m, h))) == beginsSDP {
			return true
		}
		if _, blank := blankLine(m, h); blank && endsHead(m, i) {
			return true
		}
	}
	return false
}
