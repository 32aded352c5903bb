package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sipls/server/text"
)

// The tests of this file show that the server does not fall into the traps of the libraries
// that it is built on.

// withRequest adds a request that only tests know.
func withRequest(method string, class class, answer func(s *session, ctx context.Context, docs view, params []byte) (any, error)) func(*session) {
	return func(s *session) {
		s.dispatch.requests = maps.Clone(s.dispatch.requests)
		s.dispatch.requests[method] = request{class, answer}
	}
}

// textLength answers with the length of a document's text.
func textLength(s *session, _ context.Context, docs view, params []byte) (any, error) {
	var p wireDocument
	if err := decodeParams(params, &p); err != nil {
		return nil, err
	}
	uri, err := p.uri()
	if err != nil {
		return nil, err
	}
	return codecInteger(docs[uri].doc.Len()), nil
}

func codecInteger(n text.Offset) any { return json.RawMessage(fmt.Sprint(int(n))) }

const (
	pulling = `{"textDocument":{"diagnostic":{}}}`
	bare    = `{}`
)

func TestTrapNotificationsKeepTheirOrderAndRequestsSeeTheEditsBefore(t *testing.T) {
	for _, c := range []struct {
		name, capabilities string
		edits              int
	}{
		{"client that pulls", pulling, 20_000},
		{"client that does not", bare, 3_000},
	} {
		t.Run(c.name, func(t *testing.T) {
			const uri = "file:///a.sip"
			edits := c.edits
			e := open(t, c.capabilities, withRequest("test/length", quick, textLength))
			e.didOpen(uri, "sip", "")
			wrong := 0
			check := func(want int, answer chan message) {
				raw, err := e.await("test/length", answer)
				if err != nil || string(raw) != fmt.Sprint(want) {
					wrong++
				}
			}
			for i := range edits {
				at := lspPosition{i, 0}
				e.changed(uri, map[string]any{"range": lspRange{at, at}, "text": "\n"})
				if i%10 == 0 {
					_, answer := e.send("test/length", identifier(uri))
					defer check(i+1, answer)
				}
			}
			_, answer := e.send("test/length", identifier(uri))
			check(edits, answer)
			t.Cleanup(func() {
				if wrong > 0 {
					t.Errorf("%d requests saw another text than the one before them", wrong)
				}
			})
		})
	}
}

func TestTrapErrorsOfNotificationsDoNotEndTheConnection(t *testing.T) {
	e := open(t, bare)
	for method := range notifications {
		if method == "exit" {
			continue
		}
		for _, params := range []string{
			``, `,"params":null`, `,"params":[]`, `,"params":{}`, `,"params":7`, `,"params":{"textDocument":7}`,
			`,"params":{"id":null}`, `,"params":{"id":4294967296}`, `,"params":{"id":1.5}`, `,"params":{"id":"x"}`,
			`,"params":{"textDocument":{"uri":"file:///not-open"},"contentChanges":[{"text":"x"}]}`,
			`,"params":{"textDocument":{"uri":7,"text":"x"}}`,
		} {
			e.raw(frame(fmt.Sprintf(`{"jsonrpc":"2.0","method":%q%s}`, method, params)))
		}
	}
	for _, method := range []string{"$/unknown", "$/setTrace", "$/progress", "unknown/one", "textDocument/didSave", "textDocument/willSave", ""} {
		e.notify(method, nil)
	}
	e.mustRequest("textDocument/hover", map[string]any{"textDocument": identifier("file:///a"), "position": lspPosition{}})
}

func TestTrapVersionsAndIdsBeyond32Bits(t *testing.T) {
	e := open(t, `{"textDocument":{"publishDiagnostics":{"versionSupport":true}}}`, withRequest("test/length", quick, textLength))
	e.raw(frame(`{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"u","languageId":"sip","version":99999999999,"text":"abc"}}}`))
	e.waitSent("textDocument/publishDiagnostics", 1)
	for _, id := range []string{"4294967296", "-9223372036854775808", `"a string"`} {
		answer := make(chan message, 1)
		e.mu.Lock()
		e.pending[id] = answer
		e.mu.Unlock()
		e.raw(frame(`{"jsonrpc":"2.0","id":` + id + `,"method":"test/length","params":{"uri":"u"}}`))
		if raw, err := e.await("test/length", answer); err != nil || string(raw) != "3" {
			t.Errorf("id %s: %s, %v", id, raw, err)
		}
	}
}

func TestTrapPanicCostsOnlyItsRequest(t *testing.T) {
	secret := "secret-password"
	e := open(t, bare, withRequest("test/panic", quick, func(_ *session, _ context.Context, _ view, params []byte) (any, error) {
		if strings.Contains(string(params), "index") {
			return nil, []error{}[len(params)]
		}
		panic(secret + string(params))
	}))
	const internal = -32603
	for _, params := range []string{"index", "text", "index"} {
		if code := e.errorCode("test/panic", params+secret); code != internal {
			t.Errorf("code %d, want %d", code, internal)
		}
	}
	e.mustRequest("textDocument/hover", map[string]any{"textDocument": identifier("file:///a"), "position": lspPosition{}})
	if told := e.sent("window/logMessage"); len(told) != 1 {
		t.Errorf("the client was told %d times: %s", len(told), told)
	}
	log := e.log.String()
	for _, want := range []string{"traps_test.go", "index out of range"} {
		if !strings.Contains(log, want) {
			t.Errorf("no %q in the log:\n%s", want, log)
		}
	}
	if strings.Contains(log, secret) {
		t.Errorf("the log holds what the request said:\n%s", log)
	}
}

func TestTrapPanicInANotification(t *testing.T) {
	e := open(t, bare, func(s *session) { s.docs.current.Store(&view{"u": nil}) })
	e.notify("textDocument/didChange", map[string]any{"textDocument": identifier("u"), "contentChanges": []any{map[string]any{"text": "x", "range": lspRange{}}}})
	e.mustRequest("textDocument/hover", map[string]any{"textDocument": identifier("file:///a"), "position": lspPosition{}})
	if !strings.Contains(e.log.String(), "panic") {
		t.Error("nothing in the log")
	}
}

func TestTrapMalformedInputIsAnsweredAndSkipped(t *testing.T) {
	e := open(t, bare)
	for _, junk := range []string{ // each makes one gap
		frame(`{"jsonrpc":"2.0","id":1,"method":`),
		"Content-Length: 0\r\n\r\n",
		"Content-Length: x\r\n\r\n{} and no header at all\r\n",
		frame(`[]`),
		frame(strings.Repeat("[", 1<<20)),
	} {
		e.raw(junk)
	}
	e.mustRequest("textDocument/hover", map[string]any{"textDocument": identifier("file:///a"), "position": lspPosition{}})
	e.wait("the answers", func() bool { return len(e.stray) == 5 })
	for _, m := range e.stray {
		if string(m.ID) != "null" && m.ID != nil || m.Error == nil || m.Error.Code != -32700 && m.Error.Code != -32600 {
			t.Errorf("answer: id %s, %v", m.ID, m.Error)
		}
	}
	if told := e.sent("window/logMessage"); len(told) != 1 {
		t.Errorf("the client was told %d times", len(told))
	}
}

// blocking returns a request that runs until it is cancelled.
func blocking(running *atomic.Int64) func(*session) {
	return withRequest("test/block", quick, func(_ *session, ctx context.Context, _ view, _ []byte) (any, error) {
		running.Add(1)
		defer running.Add(-1)
		<-ctx.Done()
		return nil, ctx.Err()
	})
}

func waitUntil(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for start := time.Now(); !cond(); time.Sleep(time.Millisecond) {
		if time.Since(start) > 20*time.Second {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func TestTrapCancelledRequestsAnswerRequestCancelled(t *testing.T) {
	const cancelled = -32800
	var running atomic.Int64
	e := open(t, bare, blocking(&running))
	limit := int64(max(4, runtime.GOMAXPROCS(0)))
	var ids []int
	var answers []chan message
	for range limit + 3 { // some wait for a place
		id, answer := e.send("test/block", nil)
		ids, answers = append(ids, id), append(answers, answer)
	}
	waitUntil(t, "all places to be taken", func() bool { return running.Load() == limit })
	for i := len(ids) - 1; i >= 0; i-- {
		e.notify("$/cancelRequest", map[string]any{"id": ids[i]})
	}
	for _, answer := range answers {
		_, err := e.await("test/block", answer)
		var wire *wireError
		if !errors.As(err, &wire) || wire.Code != cancelled {
			t.Errorf("answer: %v", err)
		}
	}
	e.notify("$/cancelRequest", map[string]any{"id": ids[0]}) // too late is no mistake
	e.mustRequest("textDocument/hover", map[string]any{"textDocument": identifier("file:///a"), "position": lspPosition{}})
}

func TestTrapRequestsWithIdsOfOtherKindsCanBeCancelled(t *testing.T) {
	var running atomic.Int64
	e := open(t, bare, blocking(&running))
	for _, id := range []string{"4294967296", `"a string"`} {
		answer := make(chan message, 1)
		e.mu.Lock()
		e.pending[id] = answer
		e.mu.Unlock()
		e.raw(frame(`{"jsonrpc":"2.0","id":` + id + `,"method":"test/block"}`))
		e.raw(frame(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":` + id + `}}`))
		if _, err := e.await("test/block", answer); err == nil {
			t.Errorf("id %s was not cancelled", id)
		}
	}
}

func TestTrapRequestsDoNotRunWithoutLimit(t *testing.T) {
	var now, peak atomic.Int64
	busy := func(_ *session, _ context.Context, _ view, _ []byte) (any, error) {
		n := now.Add(1)
		for p := peak.Load(); n > p && !peak.CompareAndSwap(p, n); p = peak.Load() {
		}
		runtime.Gosched()
		now.Add(-1)
		return nil, nil
	}
	e := open(t, bare, withRequest("test/quick", quick, busy), withRequest("test/whole", whole, busy))
	var answers []chan message
	for i := range 5000 {
		_, answer := e.send([]string{"test/quick", "test/whole"}[i%2], nil)
		answers = append(answers, answer)
	}
	refused := 0
	for _, answer := range answers {
		if m := <-answer; m.Error != nil {
			refused++
			if m.Error.Code != int(codeServerCancelled) {
				t.Errorf("error %v", m.Error)
			}
		}
	}
	n := runtime.GOMAXPROCS(0)
	if limit := int64(max(4, n) + max(2, n/2)); peak.Load() > limit {
		t.Errorf("%d requests ran at a time, want at most %d", peak.Load(), limit)
	}
	t.Logf("peak %d, refused %d of %d", peak.Load(), refused, len(answers))
}

func TestTrapTooManyWaitingRequestsAreRefused(t *testing.T) {
	var running atomic.Int64
	e := open(t, bare, blocking(&running))
	var answers []chan message
	for range maxWaiting + 10 {
		_, answer := e.send("test/block", nil)
		answers = append(answers, answer)
	}
	for _, answer := range answers[maxWaiting:] {
		_, err := e.await("test/block", answer)
		var wire *wireError
		if !errors.As(err, &wire) || wire.Code != int(codeServerCancelled) {
			t.Errorf("answer: %v", err)
		}
	}
}

func TestTrapEndOfInputEndsRunningRequests(t *testing.T) {
	var running atomic.Int64
	e := open(t, bare, blocking(&running))
	e.send("test/block", nil)
	waitUntil(t, "the request to run", func() bool { return running.Load() == 1 })
	e.conn.Close()
	if code := e.exitCode(); code != 1 {
		t.Errorf("exit code %d", code)
	}
	if running.Load() != 0 {
		t.Error("the request still runs")
	}
}

func TestTrapExitDoesNotWaitForAnAnswerOfTheClient(t *testing.T) {
	e := connect(t, Options{})
	never := make(chan struct{})
	defer close(never)
	e.on("workspace/configuration", func(json.RawMessage) any { <-never; return nil })
	e.initialize(`{"capabilities":{"workspace":{"configuration":true}}}`)
	e.waitSent("workspace/configuration", 1)
	e.mustRequest("shutdown", nil)
	e.notify("exit", nil)
	if code := e.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestTrapCallsToTheClientDoNotBlockTheReader(t *testing.T) {
	e := connect(t, Options{})
	hovered := make(chan struct{})
	e.on("workspace/configuration", func(json.RawMessage) any { <-hovered; return []any{nil} })
	e.initialize(`{"capabilities":{"workspace":{"configuration":true}}}`)
	e.waitSent("workspace/configuration", 1)
	e.mustRequest("textDocument/hover", map[string]any{"textDocument": identifier("file:///a"), "position": lspPosition{}})
	close(hovered)
}

func TestTrapErrorAnswersOfTheClientAreRead(t *testing.T) {
	e := connect(t, Options{})
	e.on("workspace/configuration", func(json.RawMessage) any { return &wireError{Code: -32603, Message: "no"} })
	e.on("client/registerCapability", func(json.RawMessage) any { return &wireError{Code: -32601, Message: "no"} })
	e.initialize(`{"capabilities":{"workspace":{"configuration":true,"didChangeConfiguration":{"dynamicRegistration":true}}}}`)
	e.waitSent("workspace/configuration", 1)
	e.mustRequest("textDocument/hover", map[string]any{"textDocument": identifier("file:///a"), "position": lspPosition{}})
}

func TestTrapOversizedMessagesAreSkipped(t *testing.T) {
	e := connect(t, Options{MaxMessage: 10_000})
	e.initialize(`{"capabilities":{}}`)
	e.didOpen("file:///big.log", "log", strings.Repeat("x", 100_000))
	e.didOpen("file:///small.sip", "sip", "SIP/2.0 486 Busy Here\r\n")
	e.waitSent("textDocument/publishDiagnostics", 1)
	raw := e.mustRequest("textDocument/hover", map[string]any{"textDocument": identifier("file:///small.sip"), "position": lspPosition{}})
	if !strings.Contains(string(raw), "486") {
		t.Errorf("hover: %s", raw)
	}
	e.wait("the answer", func() bool { return len(e.stray) == 1 })
	if told := e.sent("window/showMessage"); len(told) != 1 || !strings.Contains(string(told[0]), "limit") {
		t.Errorf("the client was told %s", told)
	}
}

func liveHeap() uint64 {
	var m runtime.MemStats
	for range 3 {
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestTrapMemoryOfABigDocumentIsGivenBack(t *testing.T) {
	const size, slack = 16 << 20, 4 << 20
	line := "2026-03-17 09:30:00.000 nothing to see here, and \\\"quotes\\\" too\\r\\n"
	opened := func(uri string) string {
		return frame(`{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"` + uri +
			`","languageId":"log","version":1,"text":"` + strings.Repeat(line, size/len(line)) + `"}}}`)
	}
	e := open(t, pulling, withRequest("test/length", quick, textLength))
	before := liveHeap()
	e.raw(opened("file:///closed.log"))
	e.raw(opened("file:///replaced.log"))
	e.mustRequest("test/length", identifier("file:///replaced.log"))
	if held := liveHeap() - before; held > 3*size {
		t.Errorf("%d MB for two documents of %d MB", held>>20, size>>20)
	}
	e.notify("textDocument/didClose", map[string]any{"textDocument": identifier("file:///closed.log")})
	e.buffers["file:///replaced.log"] = &buffer{version: 1}
	e.replaceAll("file:///replaced.log", "nothing")
	e.mustRequest("test/length", identifier("file:///replaced.log"))
	e.mustRequest("textDocument/diagnostic", map[string]any{"textDocument": identifier("file:///replaced.log")})
	waitUntil(t, "the analyses to end", func() bool { return liveHeap() < before+slack })
}

func TestTrapURIsAreAnsweredAsTheClientSpellsThem(t *testing.T) {
	challenge := response(407, "INVITE")
	for _, uri := range []string{
		"file:///C:/x.sip", "file:///c%3A/x.sip", "file:///C%3a/x.sip", "file:////srv/x.sip", "zipfile:///a.zip::x.sip",
		"file:///\u00e9.sip", "file:///%C3%A9.sip", "file:///a b.sip", "untitled:Untitled-1", "", "no uri at all", "vscode-notebook-cell:/a#W0s",
	} {
		t.Run(uri, func(t *testing.T) {
			e := open(t, `{"textDocument":{"codeAction":{"codeActionLiteralSupport":{}},"publishDiagnostics":{"relatedInformation":true}}}`)
			e.didOpen(uri, "sip", challenge)
			var p struct{ URI string }
			decode(t, e.waitSent("textDocument/publishDiagnostics", 1), &p)
			if p.URI != uri {
				t.Errorf("diagnostics for %q", p.URI)
			}
			actions := e.codeActions(uri, lspRange{}, nil)
			var edited []string
			for _, a := range actions {
				for u := range a.Edit.Changes {
					edited = append(edited, u)
				}
			}
			if d := cmp.Diff([]string{uri}, edited); d != "" {
				t.Errorf("edited documents (-want +got):\n%s", d)
			}
			e.didClose(uri)
			decode(t, e.waitSent("textDocument/publishDiagnostics", 2), &p)
			if p.URI != uri {
				t.Errorf("diagnostics cleared for %q", p.URI)
			}
		})
	}
}

func TestTrapUnionsAreNeverNull(t *testing.T) {
	e := open(t, `{"textDocument":{"diagnostic":{},"codeAction":{"codeActionLiteralSupport":{}}},"workspace":{"workspaceEdit":{"documentChanges":true}}}`)
	const uri = "file:///a.sip"
	e.didOpen(uri, "sip", response(407, "INVITE"))
	for _, raw := range []json.RawMessage{
		e.mustRequest("textDocument/diagnostic", map[string]any{"textDocument": identifier(uri)}),
		e.mustRequest("textDocument/hover", map[string]any{"textDocument": identifier(uri), "position": lspPosition{}}),
		e.mustRequest("textDocument/codeAction", map[string]any{"textDocument": identifier(uri), "range": lspRange{}, "context": map[string]any{"diagnostics": []any{}}}),
	} {
		if len(raw) < 100 || strings.Contains(string(raw), "null") {
			t.Errorf("answer: %s", raw)
		}
	}
}

func TestTrapMalformedCapabilityDoesNotFailInitialize(t *testing.T) {
	for _, capabilities := range []string{
		`null`, `7`, `[]`, `"x"`,
		`{"textDocument":7,"workspace":"x","window":[],"general":null}`,
		`{"textDocument":{"hover":{"contentFormat":"markdown"},"diagnostic":true,"codeAction":{"codeActionLiteralSupport":1}}}`,
		`{"general":{"positionEncodings":[1,null,"utf-7","utf-8"]},"workspace":{"configuration":"yes"}}`,
		`{"workspace":{"workspaceFolders":{"a":1},"symbol":{"symbolKind":{"valueSet":["x"]}}}}`,
	} {
		e := connect(t, Options{})
		e.initialize(`{"processId":"x","rootUri":"file:////srv/x","workspaceFolders":7,"clientInfo":[],"trace":{},"capabilities":` + capabilities + `}`)
		e.hangUp()
	}
}

// Deriving a context from that of an inline call crashes the library later on, when the context is used again. No goroutine
// shows that at once, so many inline calls are made.
func TestTrapInlineCallsLeaveNothingBehind(t *testing.T) {
	e := open(t, bare)
	for range 2_000 {
		if code := e.errorCode("initialize", map[string]any{}); code != -32600 {
			t.Fatalf("code %d", code)
		}
		if code := e.errorCode("test/unknown", map[string]any{}); code != -32601 {
			t.Fatalf("code %d", code)
		}
	}
}

func TestSlowAnalysisHoldsNothingUp(t *testing.T) {
	const uri, cancelled = "file:///slow.log", -32800
	slow := newRevision(uri, "log", 1, text.New([]byte("abc")), nil)
	slow.started = true // and not done before the test says so
	e := open(t, pulling, withRequest("test/length", quick, textLength), func(s *session) { s.docs.open(slow) })
	e.buffers[uri] = &buffer{version: 1, text: []byte("abc")}
	hover, hovered := e.send("textDocument/hover", map[string]any{"textDocument": identifier(uri), "position": lspPosition{}})
	e.didChange(uri, 3, 3, "d")
	_, pulled := e.send("textDocument/diagnostic", map[string]any{"textDocument": identifier(uri)})
	if raw := e.mustRequest("test/length", identifier(uri)); string(raw) != "4" {
		t.Errorf("length %s", raw)
	}
	e.didOpen("file:///quick.sip", "sip", response(407, "INVITE"))
	if n := len(e.pull("file:///quick.sip", "").Items); n != 1 {
		t.Errorf("%d diagnostics", n)
	}
	e.notify("$/cancelRequest", map[string]any{"id": hover})
	_, err := e.await("textDocument/hover", hovered)
	var wire *wireError
	if !errors.As(err, &wire) || wire.Code != cancelled {
		t.Errorf("hover: %v", err)
	}
	slow.err = errAnalysis
	close(slow.done)
	if _, err := e.await("textDocument/diagnostic", pulled); err != nil {
		t.Errorf("diagnostics: %v", err)
	}
}

// TestEverythingAtOnce lets edits race with requests and cancellations.
func TestEverythingAtOnce(t *testing.T) {
	const documents, rounds = 4, 60
	for name, capabilities := range map[string]string{
		"pulling": `{"textDocument":{"diagnostic":{},` + literals + `}}`,
		"pushing": `{"textDocument":{` + literals + `}}`,
	} {
		t.Run(name, func(t *testing.T) {
			e := open(t, capabilities, withRequest("test/text", quick, textOfDocument))
			uri := func(i int) string { return fmt.Sprintf("file:///%d.sip", i) }
			for i := range documents {
				e.didOpen(uri(i), "sip", response(407, "INVITE"))
			}
			var answers []chan message
			for round := range rounds {
				doc := uri(round % documents)
				at := (round * 37) % len(e.buffers[doc].text)
				at = boundary(e.buffers[doc].text, at)
				e.didChange(doc, at, at, []string{"x", "\r\n", response(486, "INVITE"), "\u00e9"}[round%4])
				place := map[string]any{"textDocument": identifier(doc), "position": lspPosition{round % 9, 3}, "range": lspRange{End: lspPosition{99, 0}}, "context": map[string]any{"diagnostics": []any{}}}
				for _, method := range []string{"textDocument/hover", "textDocument/codeAction", "textDocument/diagnostic"} {
					id, answer := e.send(method, place)
					answers = append(answers, answer)
					if round%3 == 0 {
						e.notify("$/cancelRequest", map[string]any{"id": id})
					}
				}
				if round%7 == 0 {
					e.didClose(doc)
					e.didOpen(doc, "sip", response(401, "REGISTER"))
				}
				if round%11 == 0 {
					e.notify("workspace/didChangeConfiguration", map[string]any{"settings": map[string]any{"maxDiagnostics": round}})
				}
			}
			for _, answer := range answers {
				if m := <-answer; m.Error != nil && m.Error.Code != -32800 {
					t.Errorf("answer: %v", m.Error)
				}
			}
			for i := range documents {
				if problem, ok := e.checkText(uri(i)); !ok {
					t.Error(problem)
				}
			}
			if log := e.log.String(); strings.Contains(log, "panic") {
				t.Error(log)
			}
		})
	}
}
