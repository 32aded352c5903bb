package analysis

import (
	"bytes"
	"strings"

	"sipls/server/check"
	"sipls/server/sip"
	"sipls/server/text"
)

// Fix is one way to mend a finding, in bytes of the document.
type Fix struct {
	Title     string
	Preferred bool
	Edits     []Edit // in the order of the document; they do not overlap
}

// Edit replaces [From, To) by Text. Edits at one place apply in their order.
type Edit struct {
	From, To text.Offset
	Text     check.Template
}

// Fixes returns the ways to mend a finding; none in a text that is evidence.
func (s *Snapshot) Fixes(f *check.Finding) []Fix {
	m := s.Message(int(f.At.Msg.Seq))
	subject := s.subjectOf(m)
	var out []Fix
	for _, fix := range check.Fixes(&subject, f) {
		d := Fix{Title: fix.Title, Preferred: fix.Preferred}
		for _, e := range fix.Edits {
			d.Edits = append(d.Edits, s.edit(m, e))
		}
		out = append(out, d)
	}
	return out
}

func (s *Snapshot) edit(m Message, e check.Edit) Edit {
	from, to := s.Range(m, e.At)
	if !e.NewLine {
		return Edit{From: from, To: to, Text: e.Text}
	}
	before, after := s.lineForm(m, e.At)
	if !bytes.HasSuffix(m.Bytes(e.At), []byte("\n")) && !bytes.HasSuffix(m.Bytes(e.At), []byte("\r")) {
		// The last line of a text has no line end yet; the new line takes its place as the last one.
		return Edit{From: to, To: to, Text: wrap(after+before, e.Text, "")}
	}
	return Edit{From: to, To: to, Text: wrap(before, e.Text, after)}
}

// lineForm returns what stands in the document before and behind the text of
// an element: a prefix or an indentation, and the line end in its own form.
// An element without line end takes those of the start line.
func (s *Snapshot) lineForm(m Message, element sip.Span) (before, after string) {
	start := m.Start
	line := m.Bytes(element)
	end := len(bytes.TrimRight(line, "\r\n"))
	if end == len(line) {
		element, end = start.Line, int(start.Text.Len)
		line = m.Bytes(element)
	}
	if end < len(line) {
		a, b := s.Range(m, sip.Span{Off: element.Off + int32(end), Len: element.Len - int32(end)})
		after = string(s.doc.Slice(a, b))
	}
	if after == "" {
		after = "\r\n"
	}
	// What is between the line end of the element before and this one belongs to the logger.
	if element.Off > 0 {
		from, _ := s.Range(m, sip.Span{Off: element.Off, Len: 1})
		_, behind := s.Range(m, sip.Span{Off: element.Off - 1, Len: 1})
		before = string(s.doc.Slice(behind, from))
	} else if from, _ := s.Range(m, element); true {
		// The start line has no element before it: only blanks in front of it are an indentation.
		ls := s.doc.LineStart(s.doc.LineAt(from))
		if lead := string(s.doc.Slice(ls, from)); strings.Trim(lead, " \t") == "" {
			before = lead
		}
	}
	return before, after
}

func wrap(before string, t check.Template, after string) check.Template {
	out := make(check.Template, 0, len(t)+2)
	if before != "" {
		out = append(out, check.TemplatePart{Text: before})
	}
	out = append(out, t...)
	if after != "" {
		out = append(out, check.TemplatePart{Text: after})
	}
	return out
}
