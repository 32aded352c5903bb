package check

import (
	"fmt"
	"strings"
)

// Template is text to insert. Its placeholders are words that the user has to replace.
type Template []TemplatePart

// TemplatePart is literal text or a placeholder.
type TemplatePart struct {
	Text        string
	Placeholder bool
}

// Literal is a template without placeholders.
func Literal(s string) Template { return Template{{Text: s}} }

// ParseTemplate reads text in which {words} in braces are placeholders.
func ParseTemplate(s string) Template {
	var t Template
	for s != "" {
		open := strings.IndexByte(s, '{')
		shut := strings.IndexByte(s, '}')
		if open < 0 || shut < open {
			return append(t, TemplatePart{Text: s})
		}
		if open > 0 {
			t = append(t, TemplatePart{Text: s[:open]})
		}
		t = append(t, TemplatePart{Text: s[open+1 : shut], Placeholder: true})
		s = s[shut+1:]
	}
	return t
}

// String returns the text with the placeholders' words in it.
func (t Template) String() string {
	var b strings.Builder
	for _, p := range t {
		b.WriteString(p.Text)
	}
	return b.String()
}

var snippetEscape = strings.NewReplacer(`\`, `\\`, `$`, `\$`, `}`, `\}`)

// Snippet returns the text in the snippet syntax of LSP 3.17 (StringValue of kind snippet):
// placeholders become tab stops.
func (t Template) Snippet() string {
	var b strings.Builder
	n := 0
	for _, p := range t {
		if p.Placeholder {
			n++
			fmt.Fprintf(&b, "${%d:%s}", n, snippetEscape.Replace(p.Text))
		} else {
			b.WriteString(snippetEscape.Replace(p.Text))
		}
	}
	return b.String()
}

// HasPlaceholder reports whether the user has to fill something in.
func (t Template) HasPlaceholder() bool {
	for _, p := range t {
		if p.Placeholder {
			return true
		}
	}
	return false
}
