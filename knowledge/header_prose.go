package knowledge

import (
	"embed"
	"fmt"
	"strings"
	"sync"
)

//go:embed header/*.md
var headerFiles embed.FS

// HeaderProse is what people wrote about a header field.
type HeaderProse struct {
	Header     string    `yaml:"header"`
	Short      string    `yaml:"short"` // one sentence
	References []string  `yaml:"refs"`
	Sections   []Section `yaml:"-"` // "What it is for", "What goes wrong", "How to read it", "Learn more"
}

// headerProse are the explanations that were asked for, by file name.
var headerProse sync.Map

// Prose returns the explanation of a header field; nil when nobody wrote one.
func (h *HeaderField) Prose() *HeaderProse {
	name := "header/" + strings.ToLower(h.Name) + ".md"
	if p, ok := headerProse.Load(name); ok {
		return p.(*HeaderProse)
	}
	text, err := headerFiles.ReadFile(name)
	if err != nil {
		return nil // not among the embedded files
	}
	p, err := parseHeaderProse(string(text))
	if err == nil && p.Header != h.Name {
		err = fmt.Errorf("header is %q, header-fields.tsv has %q", p.Header, h.Name)
	}
	if err != nil {
		panic(fmt.Sprintf("%s: %v", name, err)) // a test reads every file
	}
	headerProse.Store(name, p)
	return p
}

func parseHeaderProse(text string) (p *HeaderProse, err error) {
	p = &HeaderProse{}
	if p.Sections, err = parseMarkdown(text, p); err != nil {
		return nil, err
	}
	return p, nil
}

func cutFrontMatter(text string) (front, body string, err error) {
	rest, ok := strings.CutPrefix(text, "---\n")
	if !ok {
		return "", "", fmt.Errorf("no front matter")
	}
	front, body, ok = strings.Cut(rest, "\n---\n")
	if !ok {
		return "", "", fmt.Errorf("front matter does not end")
	}
	return front, body, nil
}

func cutSections(body string) []Section {
	var out []Section
	for _, part := range strings.Split("\n"+body, "\n## ")[1:] {
		title, text, _ := strings.Cut(part, "\n")
		out = append(out, Section{Title: strings.TrimSpace(title), Text: strings.TrimSpace(text)})
	}
	return out
}

// markdown puts sections back together.
func markdown(sections []Section) string {
	var b strings.Builder
	for i, s := range sections {
		if i > 0 {
			b.WriteString("\n\n")
		}
		b.WriteString("## " + s.Title + "\n" + s.Text)
	}
	return b.String()
}
