package explain

import (
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// prose turns Markdown of the knowledge base into blocks. It knows what those
// files use: paragraphs, lists, bold, code, links.
func prose(markdown string) []Block {
	src := []byte(markdown)
	var out []Block
	for n := goldmark.DefaultParser().Parse(text.NewReader(src)).FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Heading:
			out = append(out, Heading{Level: n.Level, Text: inlines(n, src, Normal, "")})
		case *ast.List:
			l := List{Numbered: n.IsOrdered()}
			for item := n.FirstChild(); item != nil; item = item.NextSibling() {
				var line Line
				for p := item.FirstChild(); p != nil; p = p.NextSibling() {
					if len(line) > 0 {
						line = append(line, Text(" "))
					}
					line = append(line, inlines(p, src, Normal, "")...)
				}
				l.Items = append(l.Items, line)
			}
			out = append(out, l)
		default:
			if line := inlines(n, src, Normal, ""); len(line) > 0 {
				out = append(out, Paragraph{Text: line})
			}
		}
	}
	return out
}

func inlines(parent ast.Node, src []byte, style Style, url string) Line {
	var out Line
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			s := string(n.Segment.Value(src))
			if n.SoftLineBreak() || n.HardLineBreak() {
				s += " "
			}
			out = append(out, Inline{Text: unescape(s), Style: style, URL: url})
		case *ast.String:
			out = append(out, Inline{Text: string(n.Value), Style: style, URL: url})
		case *ast.Emphasis:
			out = append(out, inlines(n, src, Strong, url)...)
		case *ast.CodeSpan:
			out = append(out, inlines(n, src, Code, "")...)
		case *ast.Link:
			out = append(out, inlines(n, src, Link, string(n.Destination))...)
		case *ast.AutoLink:
			out = append(out, To(string(n.Label(src)), string(n.URL(src))))
		default:
			out = append(out, inlines(n, src, style, url)...)
		}
	}
	return out
}

// unescape takes the backslashes off that CommonMark allows before punctuation.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte("\\`*_{}[]<>()#+-.!|~&", s[i+1]) >= 0 {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
