package server

import (
	"strings"
	"testing"
)

type lspLocation struct {
	URI   string
	Range lspRange
}

func (e *editor) references(uri string, at lspPosition, declaration bool) (out []lspLocation) {
	e.t.Helper()
	decode(e.t, e.mustRequest("textDocument/references", map[string]any{
		"textDocument": identifier(uri), "position": at, "context": map[string]any{"includeDeclaration": declaration},
	}), &out)
	return out
}

func TestReferences(t *testing.T) {
	everyForm(t, `{}`, func(t *testing.T, f form) {
		invite := f.at("INVITE sip:", 0, 0)
		for _, c := range []struct {
			what  string
			plus  int
			least int
			all   bool
		}{
			{"SIP/2.0 407", 3, f.messages, true},
			{"Call-ID: ", 12, f.messages, true},
			{"CSeq: ", 7, 3, false},
			{"branch=", 9, 3, false},
		} {
			for _, declaration := range []bool{true, false} {
				got := f.e.references(f.uri, f.at(c.what, 0, c.plus), declaration)
				want := c.least
				if !declaration {
					want--
				}
				if len(got) < want || c.all && len(got) != want || !c.all && len(got) >= f.messages {
					t.Errorf("%s: %d places, want %d", c.what, len(got), want)
				}
				first := false
				for i, l := range got {
					first = first || l.Range.Start == invite
					if text := f.e.textOf(f.uri, l.Range); l.URI != f.uri || !strings.Contains(text, "SIP/2.0") || strings.Contains(text, "\n") {
						t.Errorf("%s: %q in %s", c.what, text, l.URI)
					}
					if i > 0 && l.Range.Start.before(got[i-1].Range.End) {
						t.Errorf("%s: %+v behind %+v", c.what, l, got[i-1])
					}
				}
				if first != declaration {
					t.Errorf("%s: the first message is there: %t, want %t", c.what, first, declaration)
				}
			}
		}
	})
}

func TestReferencesAreThoseAroundTheCursor(t *testing.T) {
	const uri = "file:///a.log"
	e := open(t, `{}`)
	e.didOpen(uri, "log", strings.Repeat(options, 2*maxReferences))
	got := e.references(uri, lspPosition{5*maxReferences + 1, 3}, true)
	if len(got) != maxReferences || got[0].Range.Start.Line != 5*maxReferences/2+1 {
		t.Errorf("%d places, the first is %+v", len(got), got[:min(1, len(got))])
	}
}

func BenchmarkReferences50MB(b *testing.B) {
	log := bigLog()
	middle := len(log)/2 + strings.Index(log[len(log)/2:], "\nSIP/2.0 200") + 1
	at := lspPosition{strings.Count(log[:middle], "\n"), 3}
	benchmarkWhole(b, `{"references":{}}`, "textDocument/references", map[string]any{"textDocument": identifier(bigURI), "position": at, "context": map[string]any{"includeDeclaration": true}})
}
