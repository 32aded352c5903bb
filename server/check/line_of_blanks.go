package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var lineOfBlanks = &Rule{
	Name:     "line-of-blanks",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Error,
	Failures: []string{"malformed-header-400-or-drop"},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "7"}, {Standard: "RFC 3261", Section: "7.3.1"}},
	Doc: Doc{
		Title: "A line of blanks among the header fields",
		Text: `A line that begins with a blank continues the header field above it, even when nothing else stands on it: it is not the empty line that
ends the head. Where no empty line follows, or lines that are no header fields do, it was meant to be that one, which is an error; elsewhere it is a warning. Logs pad
and indent lines, so the rule only speaks where the bytes of the message are known to be its sender's.`,
	},
	Cases: func() []Case {
		right := swap(requestOf("MESSAGE", "Content-Type: text/plain\n"), "Content-Length: 0\n\n", "Content-Length: 3\n\nabc")
		options := requestOf("OPTIONS", "")
		return []Case{
			{Name: "in place of the empty line", Text: swap(right, "\n\nabc", "\n  \nabc"), Want: []string{"error:   "}, Fixed: right},
			{Name: "between header fields", Text: swap(options, "\nCSeq", "\n\t\nCSeq"), Want: []string{"warning: \t"}, Fixed: options},
			{Name: "a folded field", Text: swap(options, "Via: ", "Via:\n ")},
			{Name: "cut off in a log", Log: true, Text: inCutLog(swap(options, "\nCSeq", "\n \nCSeq"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		if !onWire(s) {
			return
		}
		m := s.Message
		if head := m.Text[:m.Blank.Off]; !bytes.Contains(head, foldedBySpace) && !bytes.Contains(head, foldedByTab) {
			return
		}
		for i := range m.Headers {
			line, ok := blankLine(m, &m.Headers[i])
			if !ok {
				continue
			}
			f := Finding{
				Severity:    Warning,
				At:          at(line),
				Title:       fmt.Sprintf("%s with a line of blanks among its header fields", name(m)),
				Evidence:    fmt.Sprintf("The line holds %q and nothing else.", m.Bytes(line)),
				Consequence: "Some receivers take it for the empty line that ends the head and miss the header fields behind it.",
				Next:        "Remove the line.",
				detail:      i,
			}
			if endsHead(m, i) {
				f.Severity = Error
				f.Title = fmt.Sprintf("%s with blanks in the empty line", name(m))
				f.Consequence = "The line continues the header field above it, and what follows is no body: the receiver answers 400 or waits for the rest."
				f.Next = "Remove the blanks."
			}
			report(f)
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		m, blanks := s.Message, f.At.At
		if endsHead(m, f.detail.(int)) {
			return []Fix{{Title: "Remove the blanks", Preferred: true, Edits: []Edit{{At: blanks}}}}
		}
		for line, end := range headLines(m) {
			if line == blanks {
				return []Fix{{Title: "Remove the line", Preferred: true, Edits: []Edit{{At: sip.Span{Off: line.Off, Len: line.Len + end.Len}}}}}
			}
		}
		return nil
	},
}

var foldedBySpace, foldedByTab = []byte("\n "), []byte("\n\t")

// blankLine returns the first line of a header field, behind its first, that holds blanks only.
func blankLine(m *sip.Message, h *sip.Header) (sip.Span, bool) {
	first := firstLineOf(m, h)
	if h.Line.End()-first.End() <= 2 {
		return sip.Span{}, false // it has one line
	}
	b := m.Text[:h.Line.End()]
	for from := int(first.End()); from < len(b); {
		for from < len(b) && (b[from] == '\r' || b[from] == '\n') {
			from++
		}
		to, blank := from, true
		for to < len(b) && b[to] != '\r' && b[to] != '\n' {
			blank = blank && (b[to] == ' ' || b[to] == '\t')
			to++
		}
		if blank && to > from {
			return sip.Span{Off: int32(from), Len: int32(to - from)}, true
		}
		from = to
	}
	return sip.Span{}, false
}

// endsHead reports whether the head was meant to end behind the header field with this index.
func endsHead(m *sip.Message, i int) bool {
	if i+1 == len(m.Headers) {
		return m.Blank.Len == 0
	}
	next := &m.Headers[i+1]
	return next.Name.Len == 0 && !hasColon(m, next)
}
