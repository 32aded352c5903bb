package server

import (
	"strings"
	"testing"

	"sipls/server/scenario"
)

type lspLink struct {
	OriginSelectionRange *lspRange
	TargetURI            string
	TargetRange          lspRange
	TargetSelectionRange lspRange
}

func (e *editor) definition(uri string, at lspPosition) (out []lspLink) {
	e.t.Helper()
	decode(e.t, e.mustRequest("textDocument/definition", map[string]any{"textDocument": identifier(uri), "position": at}), &out)
	return out
}

func TestDefinition(t *testing.T) {
	everyForm(t, `{"definition":{"linkSupport":true}}`, func(t *testing.T, f form) {
		for _, c := range []struct {
			from   string
			n      int
			to     string
			toN    int
			origin string
		}{
			{"SIP/2.0 407", 0, "INVITE sip:", 0, "SIP/2.0 407 Proxy Authentication Required"},
			{"ACK sip:", 0, "SIP/2.0 407", 0, "ACK sip:"},
			{"INVITE sip:", 1, "INVITE sip:", 1, "INVITE sip:"},
			{"SIP/2.0 200", 0, "INVITE sip:", 1, "SIP/2.0 200 OK"},
			{"Proxy-Authorization: ", 0, "Digest ", 0, "Digest "},
			{"BYE sip:", 0, "INVITE sip:", 1, "BYE sip:"},
		} {
			links := f.e.definition(f.uri, f.at(c.from, c.n, 1))
			if len(links) != 1 || links[0].TargetURI != f.uri || links[0].OriginSelectionRange == nil {
				t.Errorf("%s leads to %+v", c.from, links)
				continue
			}
			l := links[0]
			if got := f.e.textOf(f.uri, *l.OriginSelectionRange); !strings.HasPrefix(got, c.origin) {
				t.Errorf("%s: the words that lead there are %q", c.from, got)
			}
			if l.TargetSelectionRange.Start != f.at(c.to, c.toN, 0) || l.TargetSelectionRange.Start.before(l.TargetRange.Start) || l.TargetRange.End.before(l.TargetSelectionRange.End) {
				t.Errorf("%s leads to %q", c.from, f.e.textOf(f.uri, l.TargetSelectionRange))
			}
		}
	})
}

func TestDefinitionForAClientWithoutLinks(t *testing.T) {
	const uri = "file:///a.log"
	e := open(t, `{}`)
	log := string(astralCall().Render(scenario.AsteriskFull))
	e.didOpen(uri, "log", log)
	var to struct {
		URI   string
		Range lspRange
	}
	ask := func(at lspPosition) string {
		return string(e.mustRequest("textDocument/definition", map[string]any{"textDocument": identifier(uri), "position": at}))
	}
	decode(t, []byte(ask(e.position([]byte(log), strings.Index(log, "SIP/2.0 407")))), &to)
	if to.URI != uri || !strings.HasPrefix(e.textOf(uri, to.Range), "INVITE sip:") {
		t.Errorf("407 leads to %+v", to)
	}
	if got := ask(lspPosition{0, 0}); got != "null" {
		t.Errorf("a line of the log leads to %s", got)
	}
	if got := string(e.mustRequest("textDocument/definition", map[string]any{"textDocument": identifier("file:///other"), "position": lspPosition{}})); got != "null" {
		t.Errorf("a document that is not open leads to %s", got)
	}
}

func BenchmarkDefinition50MB(b *testing.B) {
	log := bigLog()
	middle := len(log)/2 + strings.Index(log[len(log)/2:], "\nSIP/2.0 200") + 1
	at := lspPosition{strings.Count(log[:middle], "\n"), 3}
	benchmarkWhole(b, `{"definition":{}}`, "textDocument/definition", map[string]any{"textDocument": identifier(bigURI), "position": at})
}
