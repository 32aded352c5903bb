package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var lineEndsMixed = &Rule{
	Name:     "line-ends-mixed",
	Scope:    Message,
	Needs:    NeedFull,
	Severity: Hint,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "7"}, {Standard: "RFC 3261", Section: "28.1"}},
	Doc: Doc{
		Title: "The lines of the head end in different ways",
		Text: `Every line of the head of a message ends in CR LF on the wire. A file whose lines all end in LF is fine: an editor saved it so, and whoever sends it has to
write CR LF. A message whose lines end now this way, now that way will be sent with line ends that RFC 2543 knew and RFC 3261 does not. The rule speaks of texts that somebody writes, and once per message; bodies are not looked at.`,
	},
	Cases: func() []Case {
		right := requestOf("OPTIONS", "")
		return []Case{
			{Name: "a lone CR", Text: swap(right, "\nMax-Forwards", "\rMax-Forwards"), Want: []string{"hint: Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1"}, Fixed: right},
			{Name: "CR LF everywhere", Text: right},
			{Name: "in a body", Text: swap(requestOf("MESSAGE", "Content-Type: text/plain\n"), "Content-Length: 0\n\n", "Content-Length: 3\n\na\rb")},
			{Name: "a log that is cut off", Log: true, Text: inCutLog(right)},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		if !s.Editable || s.Keywords || m.Map != nil {
			return
		}
		want := headLineEnd(m)
		for line, end := range headLines(m) {
			if string(m.Bytes(end)) == want {
				continue
			}
			if line.Len == 0 {
				line = end
			}
			report(Finding{
				Severity:    Hint,
				At:          at(line),
				Title:       fmt.Sprintf("%s with mixed line ends", name(m)),
				Evidence:    fmt.Sprintf("This line of its head is the first that ends in %q, others end in %q.", m.Bytes(end), want),
				Consequence: "Sent as it stands, strict receivers do not find the end of the line.",
				Next:        "Give all lines the same line end.",
			})
			return
		}
	},
	Fix: func(s *Subject, _ *Finding) []Fix {
		m := s.Message
		want := headLineEnd(m)
		fix := Fix{Title: "Give all lines of the head the same line end", Preferred: true}
		for _, end := range headLines(m) {
			if string(m.Bytes(end)) != want {
				fix.Edits = append(fix.Edits, Edit{At: end, Text: Literal(want)})
			}
		}
		return []Fix{fix}
	},
}

// headLineEnd is what the lines of the head ought to end in: CR LF when one does, else LF when one does, else CR.
func headLineEnd(m *sip.Message) string {
	want := "\r"
	for _, end := range headLines(m) {
		if end.Len == 2 {
			return "\r\n"
		}
		if m.Text[end.Off] == '\n' {
			want = "\n"
		}
	}
	return want
}

// headLines calls yield for each line of the head, the empty one included, with its line end; one without a line end is left out.
func headLines(m *sip.Message) func(yield func(line, end sip.Span) bool) {
	return func(yield func(line, end sip.Span) bool) {
		head := m.Text[:m.Blank.End()]
		for from := 0; from < len(head); {
			i := bytes.IndexAny(head[from:], "\r\n")
			if i < 0 {
				return
			}
			end := sip.Span{Off: int32(from + i), Len: 1}
			if head[from+i] == '\r' && from+i+1 < len(head) && head[from+i+1] == '\n' {
				end.Len = 2
			}
			if !yield(sip.Span{Off: int32(from), Len: int32(i)}, end) {
				return
			}
			from = int(end.End())
		}
	}
}
