package explain

import (
	"fmt"
	"slices"

	"sipls/knowledge"
)

// Compare sets two response codes side by side. ok is false unless both are known and differ.
func Compare(a, b int) (d Doc, ok bool) {
	c, ok := knowledge.Compare(a, b)
	if !ok {
		return d, false
	}
	both := []*knowledge.Status{c.A, c.B}
	d.heading(1, Text(fmt.Sprintf("%d %s or %d %s?", c.A.Code, c.A.Phrase, c.B.Code, c.B.Phrase)))
	if c.Question != "" {
		d.para(Bold(c.Question))
	}
	var short []Line
	for _, s := range both {
		short = append(short, Line{Bold(statusName(s.Code)), Text(": " + s.Short)})
	}
	d.list(short...)
	d.markdownList("Key differences", c.Differences)
	d.markdownList("What they share", c.Shared)
	d.markdownList("When to use which", c.WhenToUse)
	d.markdownList("In a trace", c.InATrace)
	for _, part := range []struct{ title, section string }{{"Description", "Meaning"}, {"When you see it", "When you see it"}, {"How to fix it", "How to fix it"}} {
		for _, s := range both {
			if text := s.Section(part.section); text != "" {
				d.heading(2, Text(fmt.Sprintf("%s: %d", part.title, s.Code)))
				d.Blocks = append(d.Blocks, prose(text)...)
			}
		}
	}
	d.heading(2, Text("Learn more"))
	var cites []Line
	for _, c := range append(c.A.Cites(), c.B.Cites()...) {
		if l := (Line{cite(c)}); !slices.ContainsFunc(cites, func(o Line) bool { return o[0] == l[0] }) {
			cites = append(cites, l)
		}
	}
	d.list(cites...)
	return d, true
}

// markdownList adds a part whose items are Markdown of the knowledge base.
func (d *Doc) markdownList(title string, items []string) {
	if len(items) == 0 {
		return
	}
	d.heading(2, Text(title))
	l := List{}
	for _, item := range items {
		for _, b := range prose(item) {
			if p, ok := b.(Paragraph); ok {
				l.Items = append(l.Items, p.Text)
			}
		}
	}
	d.Blocks = append(d.Blocks, l)
}
