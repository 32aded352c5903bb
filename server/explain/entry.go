package explain

import (
	"strconv"
	"strings"

	"sipls/knowledge"
)

// What explains whatever a user names: a code, a header field, a method, a
// cause, a timer ... Where the name has several meanings the most usual one
// comes first and the others are listed. ok is false when nothing has that name.
func What(name string) (d Doc, ok bool) {
	entries := knowledge.Lookup(name)
	if len(entries) == 0 {
		if code, err := strconv.Atoi(name); err == nil {
			return Status(code)
		}
		return d, false
	}
	d = Entry(entries[0])
	if len(entries) > 1 {
		d.heading(2, Text("Other meanings"))
		var items []Line
		for _, e := range entries[1:] {
			items = append(items, Line{Mono(e.Key), Text(": " + e.Summary)})
		}
		d.list(items...)
	}
	return d, true
}

// Entry explains one thing of the knowledge base.
func Entry(e knowledge.Entry) (d Doc) {
	if e.Kind == "status" {
		number, _, _ := strings.Cut(e.Name, " ")
		if code, err := strconv.Atoi(number); err == nil {
			if d, ok := Status(code); ok {
				return d
			}
		}
	}
	d.heading(1, Text(e.Name))
	d.entryBody(e)
	d.Blocks = append(d.Blocks, prose(e.Markdown)...)
	return d
}

func (d *Doc) entryBody(e knowledge.Entry) {
	l := Line{Bold(e.Summary)}
	if !e.Verified {
		l = append(l, Text(" (From practice: no public definition was found.)"))
	}
	d.para(l...)
	var items []Line
	for _, f := range e.Facts {
		items = append(items, Line{Text(f.Label + ": " + f.Text)})
	}
	d.list(items...)
	if len(e.Cites) > 0 {
		d.para(citeAll(e.Cites)...)
	}
}

// EntryHover explains a thing where it stands in a text: short, the section last.
func EntryHover(e knowledge.Entry) (d Doc) {
	d.heading(3, Text(e.Name))
	cites := e.Cites
	e.Cites = nil
	if len(e.Facts) > 6 {
		e.Facts = e.Facts[:6]
	}
	d.entryBody(e)
	for _, b := range prose(e.Markdown) {
		switch x := b.(type) {
		case Heading:
			if title := plainText(x.Text); title == "Learn more" || title == "How to read it" {
				d.para(citeAll(cites)...)
				return d
			}
			d.Blocks = append(d.Blocks, Heading{Level: 4, Text: x.Text})
		case List:
			if len(x.Items) > 3 {
				x.Items = x.Items[:3]
			}
			d.Blocks = append(d.Blocks, x)
		default:
			d.Blocks = append(d.Blocks, b)
		}
	}
	d.para(citeAll(cites)...)
	return d
}

func plainText(l Line) string {
	var s string
	for _, in := range l {
		s += in.Text
	}
	return s
}

// Search lists what fits words, best first. ok is false when nothing does.
func Search(words string, limit int) (d Doc, ok bool) {
	hits := knowledge.Search(words, limit)
	if len(hits) == 0 {
		return d, false
	}
	d.heading(1, Text("What speaks of "+words))
	var items []Line
	for _, h := range hits {
		items = append(items, Line{Bold(h.Name), Text(" (" + h.Kind + ", "), Mono(h.Key), Text("): " + h.Summary)})
	}
	d.list(items...)
	return d, true
}
