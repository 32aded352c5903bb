package explain

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

// hostile is text that a log may hold.
var hostile = []string{
	"<script>alert(1)</script>", "[click](javascript:alert(1))", "![x](http://192.0.2.1/beacon.png)", "# heading", "- item", "1. item", "1) item",
	"> quote", "`code`", "```\nfence", "**bold** _em_ ~~gone~~", "a|b|c", "https://example.com/", "www.example.com", "alice@example.com",
	"&lt;&amp;&#x3c;", "\\*", "\x1b[31mred\x1b[0m", "line\r\nbreak", "\u202egnp.exe", "\x00\xff\xfe", "    indented", "\ttab", "---", "===", "+ plus", "<!-- x -->", "$x$", "",
}

func TestMarkdownShowsTextAsItIs(t *testing.T) {
	for _, s := range hostile {
		checkHarmless(t, s)
	}
}

func FuzzMarkdown(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(checkHarmless)
}

// checkHarmless renders s in every place where text of a log may stand and asks a
// Markdown parser what it sees: the same characters and nothing else.
func checkHarmless(t *testing.T, s string) {
	var d Doc
	d.heading(2, Text(s))
	d.para(Text(s), Text(" "), Bold(s))
	d.para(Mono(s))
	d.list(Line{Text(s)}, Line{Mono(s), Text(s)})
	out := Markdown(d)
	if !utf8.ValidString(out) {
		t.Fatalf("not UTF-8: %q", out)
	}
	src := []byte(out)
	md := goldmark.New(goldmark.WithExtensions(extension.GFM))
	var seen strings.Builder
	err := ast.Walk(md.Parser().Parse(text.NewReader(src)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Document, *ast.Paragraph, *ast.TextBlock, *ast.List, *ast.ListItem, *ast.CodeSpan:
		case *ast.Heading:
			if n.Level != 2 {
				t.Errorf("heading of level %d in\n%s", n.Level, out)
			}
		case *ast.Emphasis:
			if n.Level != 2 {
				t.Errorf("emphasis in\n%s", out)
			}
		case *ast.Text:
			seen.WriteString(string(n.Segment.Value(src)))
		case *ast.String:
			seen.Write(n.Value)
		default:
			t.Errorf("a %s in\n%s", n.Kind(), out)
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Join(strings.Fields(Printable(s)), "")
	if n := strings.Count(squeeze(seen.String()), squeeze(want)); squeeze(want) != "" && n < 6 {
		t.Errorf("%q stands %d times, want 6, in %q\n%s", want, n, seen.String(), out)
	}
}

// squeeze takes out what Markdown may fold (blanks) and escape (backslashes), so that texts can be compared.
func squeeze(s string) string {
	return strings.NewReplacer(" ", "", "\t", "", "\n", "", "\\", "").Replace(s)
}

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"plain":          "plain",
		"Müller":         "Müller",
		"a\r\nb\tc":      "a  b c",
		"\x1b[31m":       "�[31m",
		"\xff":           "�",
		"\u202eabc":      "�abc",
		"zero\u200bwide": "zero�wide",
	} {
		if got := Printable(in); got != want {
			t.Errorf("Printable(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPlainWraps(t *testing.T) {
	var d Doc
	d.heading(1, Text("Title"))
	d.para(Text(strings.Repeat("word ", 40)), Mono(strings.Repeat("x", 100)))
	d.list(Line{Text(strings.Repeat("item ", 30))})
	d.para(To("RFC 3261", "https://www.rfc-editor.org/rfc/rfc3261"), Text(" "), To("the project", "https://example.com/"))
	for _, line := range strings.Split(Plain(d), "\n") {
		if len(line) > 80 && !strings.Contains(line, strings.Repeat("x", 100)) {
			t.Errorf("%d columns: %q", len(line), line)
		}
	}
	if !strings.Contains(Plain(d), "RFC 3261 the project <https://example.com/>") {
		t.Errorf("links in plain text:\n%s", Plain(d))
	}
}

func TestTerminalWritesOnlyItsOwnEscapes(t *testing.T) {
	var d Doc
	d.para(Text("a\x1b]0;title\x07b"), Mono("c\x1b[2Jd"))
	out := Terminal(d, 80)
	for _, own := range []string{ansi.title, ansi.strong, ansi.code, ansi.link, ansi.off} {
		out = strings.ReplaceAll(out, own, "")
	}
	if strings.ContainsAny(out, "\x1b\x07") {
		t.Errorf("escape sequences of the text reach the terminal: %q", out)
	}
}
