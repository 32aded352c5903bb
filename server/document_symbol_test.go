package server

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sipls/server/scenario"
)

type symbol struct {
	Name, Detail          string
	Kind                  int
	Range, SelectionRange lspRange
	Children              []symbol
	Location              struct {
		URI   string
		Range lspRange
	}
	ContainerName string
}

func (e *editor) symbols(uri string) (out []symbol) {
	e.t.Helper()
	decode(e.t, e.mustRequest("textDocument/documentSymbol", map[string]any{"textDocument": identifier(uri)}), &out)
	return out
}

const symbolTrees = `{"documentSymbol":{"hierarchicalDocumentSymbolSupport":true}}`

// nested checks what must be true of every outline.
func nested(t *testing.T, f *form, level []symbol, in lspRange) {
	t.Helper()
	for i, x := range level {
		switch {
		case strings.TrimSpace(x.Name) == "":
			t.Errorf("a symbol without a name at %+v", x.Range)
		case !f.e.valid([]byte(f.text), x.Range) || !f.e.valid([]byte(f.text), x.SelectionRange):
			t.Errorf("%s: %+v, %+v is not in the text", x.Name, x.Range, x.SelectionRange)
		case !in.contains(x.Range) || !x.Range.contains(x.SelectionRange):
			t.Errorf("%s: %+v is not in %+v, or %+v not in it", x.Name, x.Range, in, x.SelectionRange)
		case i > 0 && x.Range.Start.before(level[i-1].Range.End):
			t.Errorf("%s begins in %s", x.Name, level[i-1].Name)
		}
		nested(t, f, x.Children, x.Range)
	}
}

func TestDocumentSymbols(t *testing.T) {
	everyForm(t, symbolTrees, func(t *testing.T, f form) {
		symbols := f.e.symbols(f.uri)
		if len(symbols) != f.messages {
			t.Fatalf("%d symbols, want %d", len(symbols), f.messages)
		}
		nested(t, &f, symbols, lspRange{End: lspPosition{1 << 30, 0}})
		want := []struct{ name, head string }{
			{"INVITE sip:2000@example.com", "INVITE sip:2000@example.com SIP/2.0"},
			{"407 Proxy Authentication Required (INVITE)", "SIP/2.0 407 Proxy Authentication Required"},
			{"ACK sip:2000@example.com", "ACK sip:2000@example.com SIP/2.0"},
		}
		for i, w := range want {
			x := symbols[i]
			if x.Name != w.name || f.e.textOf(f.uri, x.SelectionRange) != w.head {
				t.Errorf("%q on %q, want %q on %q", x.Name, f.e.textOf(f.uri, x.SelectionRange), w.name, w.head)
			}
			if !strings.Contains(x.Detail, "Call-ID ") {
				t.Errorf("%s: detail %q", x.Name, x.Detail)
			}
			if !strings.HasPrefix(f.name, "file") && f.name != "bare" && !strings.Contains(x.Detail, "198.51.100.21") && !strings.Contains(x.Detail, "sent") && !strings.Contains(x.Detail, "received") {
				t.Errorf("%s: the detail says not between whom it went: %q", x.Name, x.Detail)
			}
		}
		var names []string
		for _, c := range symbols[0].Children {
			names = append(names, c.Name)
			if got := f.e.textOf(f.uri, c.SelectionRange); c.Name != "body" && got != c.Name {
				t.Errorf("%s is selected as %q", c.Name, got)
			}
			if got := f.e.textOf(f.uri, c.Range); c.Name == "From" && (!strings.Contains(got, astralName) || !strings.Contains(c.Detail, astralName)) {
				t.Errorf("From is %q, its detail %q", got, c.Detail)
			}
		}
		for _, name := range []string{"Via", "From", "To", "Call-ID", "CSeq", "Content-Length", "body"} {
			if !slices.Contains(names, name) {
				t.Errorf("no %s among %q", name, names)
			}
		}
		body := symbols[0].Children[len(symbols[0].Children)-1]
		if text := f.e.textOf(f.uri, body.Range); !strings.HasPrefix(text, "v=0") || !strings.HasPrefix(body.Detail, "application/sdp, ") || strings.TrimSpace(text) != text {
			t.Errorf("body %q is %q", body.Detail, text)
		}
	})
}

func TestDocumentSymbolsWithoutTree(t *testing.T) {
	const uri = "file:///a%20b.sip"
	e := open(t, `{}`)
	e.didOpen(uri, "sip", response(486, "INVITE"))
	symbols := e.symbols(uri)
	if len(symbols) != 7 || symbols[0].Name != "486 Busy Here (INVITE)" || symbols[1].Name != "Via" || symbols[1].ContainerName != symbols[0].Name || symbols[0].Location.URI != uri {
		t.Fatalf("%+v", symbols)
	}
	for _, x := range symbols {
		if !e.valid(e.buffers[uri].text, x.Location.Range) || !symbols[0].Location.Range.contains(x.Location.Range) {
			t.Errorf("%s: %+v", x.Name, x.Location.Range)
		}
	}
}

func TestDocumentSymbolNamesAreVisibleAndShort(t *testing.T) {
	const uri = "file:///a.sip"
	e := open(t, `{"textDocument":`+symbolTrees+`}`)
	for _, c := range []struct{ text, want string }{
		{"INVITE sip:" + strings.Repeat("x", 500) + "@example.com SIP/2.0\r\n\r\n", "INVITE sip:" + strings.Repeat("x", 88) + "…"},
		{"SIP/2.0 486 \x1b[31m\u202eBusy\r\nCSeq: 1 IN\x00VITE\r\n\r\n", "486 \uFFFD[31m\uFFFDBusy (IN\uFFFDVITE)"},
		{"SIP/2.0 486\r\n\r\n", "486"},
		{"SIP/2.0\r\n\r\n", "message without a start line"},
		{"INVITE SIP/2.0\r\n\r\n", "INVITE SIP/2.0"},
	} {
		e.didOpen(uri, "sip", c.text)
		symbols := e.symbols(uri)
		if len(symbols) != 1 || symbols[0].Name != c.want {
			t.Errorf("%.60q: %+v, want %q", c.text, symbols, c.want)
		}
	}
}

func TestDocumentSymbolsOfManyMessages(t *testing.T) {
	const uri = "file:///a.log"
	e := open(t, `{"textDocument":`+symbolTrees+`}`)
	var log strings.Builder
	for i := range maxSymbols + 7 {
		fmt.Fprintf(&log, "2026-03-17 10:00:00 sent:\nOPTIONS sip:%d@example.com SIP/2.0\nUser-Agent: nobody\nCall-ID: %d\nContent-Length: 0\n\n", i, i)
	}
	e.didOpen(uri, "log", log.String())
	symbols := e.symbols(uri)
	if len(symbols) != maxSymbols+1 || symbols[maxSymbols].Name != "7 more messages" || symbols[maxSymbols-1].Name != "OPTIONS sip:9999@example.com" {
		t.Fatalf("%d symbols, the last is %+v", len(symbols), symbols[len(symbols)-1])
	}
	if len(symbols[0].Children) > 0 {
		t.Error("children in a big log")
	}
	if rest := e.textOf(uri, symbols[maxSymbols].Range); strings.Count(rest, "OPTIONS") != 7 {
		t.Errorf("the rest is %q", rest)
	}
	// A message that is nothing but lines.
	e.didOpen(uri, "sip", "OPTIONS sip:a@example.com SIP/2.0\n"+strings.Repeat("a:\n", 60_000))
	if symbols := e.symbols(uri); len(symbols) != 1 || len(symbols[0].Children) > 20_000 {
		t.Errorf("%d symbols, the first has %d children", len(symbols), len(symbols[0].Children))
	}
}

func TestWholeDocumentRequestsCanBeCancelled(t *testing.T) {
	var log bytes.Buffer
	if err := scenario.Generate(&log, scenario.AsteriskFull, 4<<20, 1); err != nil {
		t.Fatal(err)
	}
	const uri = "file:///a.log"
	e := open(t, `{}`)
	e.didOpen(uri, "log", log.String())
	e.symbols(uri) // the text is analysed
	for _, method := range []string{"documentSymbol", "foldingRange", "documentHighlight", "documentLink", "semanticTokens/full", "semanticTokens/range"} {
		at := e.position(log.Bytes(), strings.Index(log.String(), "Call-ID: ")+9)
		params := map[string]any{"textDocument": identifier(uri), "position": at, "range": lspRange{End: lspPosition{1 << 30, 0}}}
		cancelled := false
		for began := time.Now(); time.Since(began) < 20*time.Second; { // a quick server often answers before it reads on
			id, answer := e.send("textDocument/"+method, params)
			e.notify("$/cancelRequest", map[string]any{"id": id})
			if _, err := e.await(method, answer); err != nil {
				const requestCancelled = -32800
				if code := err.(*wireError).Code; code != requestCancelled {
					t.Fatalf("%s: %v", method, err)
				}
				cancelled = true
				break
			}
		}
		if !cancelled {
			t.Errorf("%s was never cancelled", method)
		}
	}
}

func BenchmarkDocumentSymbols50MB(b *testing.B) {
	benchmarkWhole(b, symbolTrees, "textDocument/documentSymbol", map[string]any{"textDocument": identifier(bigURI)})
}

// benchmarkWhole measures a request on a log of 50 MB that is analysed, for a client that has these
// capabilities of text documents and pulls diagnostics, so that nothing else is going on.
func benchmarkWhole(b *testing.B, capabilities, method string, params map[string]any) {
	b.Helper()
	e := open(b, `{"textDocument":{"diagnostic":{},`+strings.TrimPrefix(capabilities, "{")+`}`)
	e.raw(opening())
	raw := e.mustRequest(method, params)
	if len(raw) < 100 {
		b.Fatalf("%s", raw)
	}
	b.ReportAllocs()
	for b.Loop() {
		e.mustRequest(method, params)
	}
	b.ReportMetric(float64(len(raw)), "B-answer/op")
}
