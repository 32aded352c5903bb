package server

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// FuzzParams sends any parameters with any method. The server must neither fail inside nor stop answering.
func FuzzParams(f *testing.F) {
	methods := slices.Sorted(maps.Keys(requests))
	methods = append(methods, slices.Sorted(maps.Keys(notifications))...)
	methods = slices.DeleteFunc(methods, func(m string) bool { return m == "exit" })
	for i := range methods {
		f.Add(uint8(i), `{"textDocument":{"uri":"file:///a.sip","version":2},"position":{"line":0,"character":1},"range":{"start":{"line":0,"character":0},"end":{"line":9,"character":0}},"contentChanges":[{"range":{"start":{"line":0,"character":8},"end":{"line":0,"character":9}},"text":"4\r\n"}]}`)
		f.Add(uint8(i), `{"command":"sipls.compare","arguments":[401,407],"uri":"sipls:/compare/401-407.md","id":1,"settings":{"ignore":["x"],"maxDiagnostics":-1}}`)
		f.Add(uint8(i), `{"textDocument":{"uri":"file:///b.sip","languageId":"sip","text":"SIP/2.0 407 x\r\nVia: a"},"context":{"only":["quickfix"]},"previousResultId":"x"}`)
	}
	f.Fuzz(func(t *testing.T, method uint8, params string) {
		e := open(t, `{"textDocument":{`+literals+`}}`)
		e.didOpen("file:///a.sip", "sip", response(407, "INVITE"))
		m := methods[int(method)%len(methods)]
		id := ""
		if _, ok := requests[m]; ok {
			id = `"id":"x",`
		}
		e.raw(frame(`{"jsonrpc":"2.0",` + id + `"method":"` + m + `","params":` + params + `}`))
		e.mustRequest("textDocument/hover", map[string]any{"textDocument": identifier("file:///a.sip"), "position": lspPosition{0, 9}})
		e.mustRequest("textDocument/codeAction", map[string]any{"textDocument": identifier("file:///a.sip"), "range": lspRange{}, "context": map[string]any{}})
		e.hangUp()
		if log := e.log.String(); strings.Contains(log, "panic") {
			t.Error(log)
		}
	})
}
