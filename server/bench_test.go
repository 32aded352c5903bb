package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"sipls/server/scenario"
)

const fiftyMB = 50 << 20

// bigLog returns 50 MB of an Asterisk log.
var bigLog = sync.OnceValue(func() string {
	var b bytes.Buffer
	if err := scenario.Generate(&b, scenario.AsteriskFull, fiftyMB, 1); err != nil {
		panic(err)
	}
	return b.String()
})

// opening returns the bytes of a didOpen of the text.
var opening = sync.OnceValue(func() string {
	text, err := json.Marshal(bigLog())
	if err != nil {
		panic(err)
	}
	return frame(`{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///big.log","languageId":"log","version":1,"text":` + string(text) + `}}}`)
})

const bigURI = "file:///big.log"

// BenchmarkDidOpen50MB measures, besides the time until the diagnostics are there, how long the next notification or
// cancellation has to wait, which is how long the reader is busy.
func BenchmarkDidOpen50MB(b *testing.B) {
	raw := opening()
	e := open(b, pulling, withRequest("test/length", quick, textLength))
	var blocked time.Duration
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		start := time.Now()
		e.raw(raw)
		e.mustRequest("test/length", identifier(bigURI))
		blocked += time.Since(start)
		e.pull(bigURI, "")
		b.StopTimer()
		e.notify("textDocument/didClose", map[string]any{"textDocument": identifier(bigURI)})
		b.StartTimer()
	}
	b.ReportMetric(float64(blocked.Milliseconds())/float64(b.N), "ms-blocked/op")
}

// BenchmarkTyping50MB measures an edit in a log of 50 MB and what an editor asks for afterwards.
func BenchmarkTyping50MB(b *testing.B) {
	for _, ask := range []string{"nothing", "hover", "code actions", "diagnostics"} {
		b.Run(ask, func(b *testing.B) {
			e := open(b, pulling, withRequest("test/length", quick, textLength))
			e.raw(opening())
			e.buffers[bigURI] = &buffer{version: 1}
			e.pull(bigURI, "")
			line := strings.Count(bigLog(), "\n") / 2
			at := lspPosition{line, 0}
			for b.Loop() {
				e.changed(bigURI, map[string]any{"range": lspRange{at, at}, "text": "x"})
				switch ask {
				case "nothing":
					e.mustRequest("test/length", identifier(bigURI))
				case "hover":
					e.mustRequest("textDocument/hover", map[string]any{"textDocument": identifier(bigURI), "position": lspPosition{line + 10, 3}})
				case "code actions":
					e.codeActions(bigURI, lspRange{at, at}, nil)
				case "diagnostics":
					e.pull(bigURI, "")
				}
			}
		})
	}
}

// BenchmarkHover measures from request to answer, in a text that does not change.
func BenchmarkHover(b *testing.B) {
	small := string(scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Challenged(407)).Render(scenario.AsteriskFull))
	for name, text := range map[string]string{"one call": small, "50 MB": bigLog()} {
		b.Run(name, func(b *testing.B) {
			e := open(b, `{"textDocument":{"hover":{"contentFormat":["markdown"]}}}`)
			e.didOpen(bigURI, "log", text)
			at := e.position([]byte(text), strings.Index(text, "SIP/2.0 407"))
			params := map[string]any{"textDocument": identifier(bigURI), "position": at}
			if raw := e.mustRequest("textDocument/hover", params); !strings.Contains(string(raw), "407") {
				b.Fatal("no hover")
			}
			for b.Loop() {
				e.mustRequest("textDocument/hover", params)
			}
		})
	}
}

// BenchmarkManyEdits measures the ordered lane alone.
func BenchmarkManyEdits(b *testing.B) {
	e := open(b, pulling, withRequest("test/length", quick, textLength))
	e.didOpen(bigURI, "log", "")
	for i := 0; b.Loop(); i++ {
		e.raw(frame(fmt.Sprintf(`{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":%q,"version":%d},"contentChanges":[{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":0}},"text":"x"}]}}`, bigURI, i)))
	}
	e.mustRequest("test/length", identifier(bigURI))
}
