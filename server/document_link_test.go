package server

import (
	"strings"
	"testing"
)

type link struct {
	Range   lspRange
	Target  string
	Tooltip *string
}

func (e *editor) links(uri string) (out []link) {
	e.t.Helper()
	decode(e.t, e.mustRequest("textDocument/documentLink", map[string]any{"textDocument": identifier(uri)}), &out)
	return out
}

const linkTips = `{"documentLink":{"tooltipSupport":true}}`

func TestDocumentLinks(t *testing.T) {
	everyForm(t, linkTips, func(t *testing.T, f form) {
		type where struct{ target, tooltip string }
		found := map[string]where{}
		codes := 0
		for i, l := range f.e.links(f.uri) {
			text := f.e.textOf(f.uri, l.Range)
			if l.Tooltip == nil || !f.e.valid([]byte(f.text), l.Range) || len(text) != 3 {
				t.Fatalf("link %d on %q: %+v", i, text, l)
			}
			codes++
			found[text] = where{l.Target, *l.Tooltip}
		}
		if want := strings.Count(f.text, "SIP/2.0 ") - strings.Count(f.text, "got SIP/2.0"); codes != want {
			t.Errorf("%d links on codes, want %d", codes, want)
		}
		if got, want := found["407"], (where{"https://www.rfc-editor.org/rfc/rfc3261#section-21.4.8", "RFC 3261 section 21.4.8"}); got != want {
			t.Errorf("407: %+v, want %+v", got, want)
		}
	})
}

func TestDocumentLinksOnlyWhereAnRFCDefinesIt(t *testing.T) {
	const uri = "file:///a.sip"
	e := open(t, `{}`)
	e.didOpen(uri, "sip", "SIP/2.0 799 House\r\nVia: SIP/2.0/UDP h\r\n\r\nSIP/2.0 486 Busy Here\r\nVia: SIP/2.0/UDP h\r\n\r\n")
	links := e.links(uri)
	if len(links) != 1 || e.textOf(uri, links[0].Range) != "486" || links[0].Tooltip != nil {
		t.Errorf("%+v", links)
	}
}

func TestDocumentLinksAreBounded(t *testing.T) {
	const uri = "file:///a.log"
	e := open(t, `{}`)
	e.didOpen(uri, "log", strings.Repeat(strings.Replace(options, "OPTIONS sip:a@example.com SIP/2.0", "SIP/2.0 486 Busy Here", 1), maxLinks+10))
	if links := e.links(uri); len(links) != maxLinks {
		t.Errorf("%d links", len(links))
	}
}

func BenchmarkDocumentLinks50MB(b *testing.B) {
	benchmarkWhole(b, linkTips, "textDocument/documentLink", map[string]any{"textDocument": identifier(bigURI)})
}
