package server

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sipls/server/scenario"
)

type lens struct {
	Range   lspRange `json:"range"`
	Command *struct {
		Title     string
		Command   string
		Arguments []json.RawMessage
	} `json:"command,omitempty"`
	Data json.RawMessage `json:"data,omitempty"`
}

func (e *editor) lenses(uri string) (out []lens) {
	e.t.Helper()
	decode(e.t, e.mustRequest("textDocument/codeLens", map[string]any{"textDocument": identifier(uri)}), &out)
	return out
}

const callCommandsOfClient = `{"experimental":{"commands":{"commands":["sipls.showCall","sipls.openCall"]}},"textDocument":{}}`

func TestCodeLens(t *testing.T) {
	const uri = "file:///a.log"
	e := open(t, callCommandsOfClient)
	call := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Challenged(407), scenario.CalleeHangsUp())
	ping := scenario.Keepalive(scenario.Bob, scenario.PBX(scenario.Asterisk), scenario.Seed(2)).After(1)
	log := string(scenario.Merge(call, ping).Render(scenario.AsteriskFull, scenario.WithChatter()))
	e.didOpen(uri, "log", log)
	lenses := e.lenses(uri)
	if len(lenses) != 4 {
		t.Fatalf("%d lenses: %+v", len(lenses), lenses)
	}
	title := lenses[0].Command.Title
	if !strings.HasPrefix(title, "INVITE 1001 -> 2000: 407, answered after ") || !strings.HasSuffix(title, fmt.Sprintf("BYE by callee - %d messages", len(call.Messages))) {
		t.Errorf("%q", title)
	}
	if got := e.textOf(uri, lenses[0].Range); !strings.HasPrefix(got, "INVITE sip:2000") || strings.Contains(got, "\n") {
		t.Errorf("the first lens stands over %q", got)
	}
	if !strings.HasPrefix(lenses[2].Command.Title, "OPTIONS ") || lenses[1].Command.Title != "Open this call alone" {
		t.Errorf("%q, %q", lenses[1].Command.Title, lenses[2].Command.Title)
	}

	var places []lspLocation
	decode(t, e.mustRequest("workspace/executeCommand", lenses[0].Command), &places)
	if len(places) != len(call.Messages) || places[0].Range != lenses[0].Range {
		t.Errorf("%d places, want %d; the first is %+v", len(places), len(call.Messages), places[:1])
	}
	var alone string
	decode(t, e.mustRequest("workspace/executeCommand", lenses[1].Command), &alone)
	if strings.Contains(alone, "OPTIONS sip:") || strings.Count(alone, "CSeq: ") != len(call.Messages) {
		t.Errorf("the call alone is\n%s", alone)
	}
}

func TestCodeLensForAClientWithoutCommands(t *testing.T) {
	const uri = "file:///a.log"
	e := open(t, `{}`)
	e.didOpen(uri, "log", string(astralCall().Render(scenario.AsteriskFull)))
	lenses := e.lenses(uri)
	if len(lenses) != 1 || lenses[0].Command.Command != "" || !strings.HasPrefix(lenses[0].Command.Title, "INVITE 1001 -> 2000") {
		t.Errorf("%+v", lenses)
	}
}

func TestCodeLensOfManyCallsIsResolved(t *testing.T) {
	const uri = "file:///a.log"
	e := open(t, callCommandsOfClient)
	var traces []scenario.Trace
	for i := range uint64(wholeLenses + 1) {
		traces = append(traces, scenario.Keepalive(scenario.Bob, scenario.PBX(scenario.Asterisk), scenario.Seed(i+1)))
	}
	e.didOpen(uri, "log", string(scenario.Merge(traces...).Render(scenario.AsteriskFull)))
	lenses := e.lenses(uri)
	if len(lenses) != 2*(wholeLenses+1) {
		t.Fatalf("%d lenses", len(lenses))
	}
	for _, i := range []int{0, 1, len(lenses) - 2, len(lenses) - 1} {
		l := lenses[i]
		if l.Command != nil || l.Data == nil {
			t.Errorf("lens %d is %+v", i, l)
		}
		var whole lens
		decode(t, e.mustRequest("codeLens/resolve", l), &whole)
		if whole.Range != l.Range || whole.Command == nil || len(whole.Command.Arguments) != 2 {
			t.Fatalf("lens %d becomes %+v", i, whole)
		}
		if want := []string{commandShowCall, commandOpenCall}[i%2]; whole.Command.Command != want {
			t.Errorf("lens %d does %q", i, whole.Command.Command)
		}
	}
	old := lenses[0]
	e.didChange(uri, 0, 0, "x\n")
	if code := e.errorCode("codeLens/resolve", old); code != -32801 {
		t.Errorf("a lens of an old text: code %d", code)
	}
	for _, bad := range []string{`{}`, `{"data":7}`, `{"data":{"uri":"file:///a.log","version":2,"opened":1,"message":-1},"range":{}}`} {
		if code := e.errorCode("codeLens/resolve", json.RawMessage(bad)); code == 0 && bad != `{}` {
			t.Errorf("%s is resolved", bad)
		}
	}
}

func TestCallCommands(t *testing.T) {
	everyForm(t, `{}`, func(t *testing.T, f form) {
		starts := func(at lspPosition) (out []lspPosition) {
			var places []lspLocation
			decode(t, f.e.mustRequest("workspace/executeCommand", map[string]any{"command": commandShowCall, "arguments": []any{f.uri, at}}), &places)
			for _, p := range places {
				out = append(out, p.Range.Start)
			}
			return out
		}
		step := func(command string, at lspPosition) *lspPosition {
			var to *lspLocation
			decode(t, f.e.mustRequest("workspace/executeCommand", map[string]any{"command": command, "arguments": []any{f.uri, at}}), &to)
			if to == nil {
				return nil
			}
			return &to.Range.Start
		}
		all := starts(f.at("Call-ID: ", 1, 3))
		if len(all) != f.messages {
			t.Fatalf("%d messages of %d", len(all), f.messages)
		}
		at := &all[0]
		var seen []lspPosition
		for ; at != nil && len(seen) <= len(all); at = step(commandNextMessage, *at) {
			seen = append(seen, *at)
		}
		if !slices.Equal(seen, all) {
			t.Errorf("next leads to %v, want %v", seen, all)
		}
		for i, at := range all {
			got := step(commandPreviousMessage, lspPosition{at.Line, at.Character + 2})
			if i == 0 && got != nil || i > 0 && (got == nil || *got != all[i-1]) {
				t.Errorf("before message %d comes %v", i, got)
			}
		}
		var alone string
		decode(t, f.e.mustRequest("workspace/executeCommand", map[string]any{"command": commandOpenCall, "arguments": []any{f.uri, all[1]}}), &alone)
		if strings.Count(alone, "CSeq: ") != f.messages || !strings.Contains(alone, astralName) {
			t.Errorf("the call alone is\n%s", alone)
		}
	})
}

func TestCallCommandsElsewhere(t *testing.T) {
	e := open(t, `{}`)
	e.didOpen("file:///a.log", "log", "nothing\n"+options)
	for _, c := range []struct{ params, says string }{
		{`{"command":"sipls.nextMessage"}`, "takes 2 argument(s)"},
		{`{"command":"sipls.nextMessage","arguments":["file:///a.log",7]}`, "argument 2 of sipls.nextMessage has to be a position"},
		{`{"command":"sipls.showCall","arguments":["file:///b.log",{"line":0,"character":0}]}`, "not open"},
		{`{"command":"sipls.showCall","arguments":["file:///a.log",{"line":0,"character":0}]}`, "no message of a call"},
		{`{"command":"sipls.openCall","arguments":["file:///a.log",{"line":0,"character":0}]}`, "no message of a call"},
		{`{"command":"sipls.previousMessage","arguments":["file:///a.log",{"line":0,"character":0}]}`, "no message of a call"},
	} {
		_, err := e.request("workspace/executeCommand", json.RawMessage(c.params))
		if wire, ok := err.(*wireError); !ok || wire.Code != -32602 || !strings.Contains(wire.Message, c.says) {
			t.Errorf("%s: %v, want %q", c.params, err, c.says)
		}
	}
	if raw := e.mustRequest("workspace/executeCommand", json.RawMessage(`{"command":"sipls.nextMessage","arguments":["file:///a.log",{"line":2,"character":0}]}`)); string(raw) != "null" {
		t.Errorf("behind the last message comes %s", raw)
	}
}

// What a log says is no markup and no control sequence in a lens, a symbol or a hint.
func TestCallsOfAHostileLog(t *testing.T) {
	const uri = "file:///a.log"
	e := open(t, `{}`)
	e.didOpen(uri, "log", "2026-03-17 10:00:00 sent:\nINVITE sip:\x1b[31mb@example.com SIP/2.0\nFrom: \"\x1b]8;;x\x07\u202e\" <sip:\x1b[1m\u202ea@example.com>;tag=1\nTo: <sip:b\x00@example.com>\nCall-ID: \x1b[2J1\nCSeq: 1 INVITE\n\n")
	raw := string(e.mustRequest("textDocument/codeLens", map[string]any{"textDocument": identifier(uri)})) +
		string(e.mustRequest("workspace/symbol", map[string]any{"query": ""})) + string(e.mustRequest("workspace/symbol", map[string]any{"query": "8;;x"}))
	if !strings.Contains(raw, "INVITE") || strings.Contains(raw, "\u202e") || strings.Contains(raw, `\u001b`) || strings.Contains(raw, `\u0000`) {
		t.Errorf("%s", raw)
	}
}

func BenchmarkCodeLens50MB(b *testing.B) {
	benchmarkWhole(b, `{"codeLens":{}}`, "textDocument/codeLens", map[string]any{"textDocument": identifier(bigURI)})
}
