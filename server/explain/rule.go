package explain

import (
	"fmt"

	"sipls/server/check"
)

// Rule explains a rule of the linter. ok is false when there is none of that name.
func Rule(name string) (d Doc, ok bool) {
	r := check.Lookup(name)
	if r == nil {
		return d, false
	}
	d.heading(1, Text(r.Name))
	d.para(Bold(r.Doc.Title), Text(fmt.Sprintf(" · at most %s", article(r.Severity.String()))))
	d.Blocks = append(d.Blocks, prose(r.Doc.Text)...)
	d.heading(2, Text("Standard"))
	var items []Line
	for _, c := range r.Cites {
		items = append(items, Line{cite(c)})
	}
	d.list(items...)
	return d, true
}

func article(noun string) string {
	switch noun[0] {
	case 'a', 'e', 'i', 'o', 'u':
		return "an " + noun
	}
	return "a " + noun
}
