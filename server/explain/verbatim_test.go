package explain

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

func TestVerbatimIsOneCodeBlockWhateverItHolds(t *testing.T) {
	for _, s := range append(hostile, "a\r\nb", "```", "a\n````\nb\n```", "~~~", "a\n\n  b") {
		var d Doc
		d.verbatim(s)
		src := []byte(Markdown(d))
		root := goldmark.DefaultParser().Parse(text.NewReader(src))
		block, ok := root.FirstChild().(*ast.FencedCodeBlock)
		if !ok || root.ChildCount() != 1 {
			t.Errorf("%q becomes\n%s", s, src)
			continue
		}
		var want strings.Builder
		for line := range (Verbatim{s}).lines {
			want.WriteString(line + "\n")
		}
		if got := string(block.Lines().Value(src)); got != want.String() {
			t.Errorf("%q shows %q, want %q", s, got, want.String())
		}
	}
}

func TestVerbatimInEveryForm(t *testing.T) {
	var d Doc
	d.para(Text("before"))
	d.verbatim("OPTIONS sip:a@example.com SIP/2.0\r\n\r\n\x1b[31mbody\r\n\r\n")
	for name, c := range map[string]struct{ got, want string }{
		"plain":    {Plain(d), "before\n\n    OPTIONS sip:a@example.com SIP/2.0\n\n    \ufffd[31mbody\n"},
		"terminal": {Terminal(d, 80), "before\n\n    \x1b[33mOPTIONS sip:a@example.com SIP/2.0\x1b[0m\n\n    \x1b[33m\ufffd[31mbody\x1b[0m\n"},
		"markdown": {Markdown(d), "before\n\n```\nOPTIONS sip:a@example.com SIP/2.0\n\n\ufffd[31mbody\n```\n"},
	} {
		if d := cmp.Diff(c.want, c.got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
	b, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	const want = `[{"kind":"paragraph","text":[{"text":"before"}]},{"kind":"verbatim","lines":["OPTIONS sip:a@example.com SIP/2.0","","�[31mbody"]}]`
	if d := cmp.Diff(want, string(b)); d != "" {
		t.Errorf("JSON (-want +got):\n%s", d)
	}
}

func TestUnderLowersHeadingsOnly(t *testing.T) {
	var d Doc
	d.heading(1, Text("a"))
	d.para(Text("b"))
	got := Markdown(Under(d, 2))
	if got != "### a\n\nb\n" || d.Blocks[0].(Heading).Level != 1 {
		t.Errorf("got %q", got)
	}
}
