package server

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sipls/server/scenario"
)

type hint struct {
	Position lspPosition
	Label    string
	Tooltip  string
}

func (e *editor) hints(uri string, r lspRange) (out []hint) {
	e.t.Helper()
	decode(e.t, e.mustRequest("textDocument/inlayHint", map[string]any{"textDocument": identifier(uri), "range": r}), &out)
	return out
}

var everything = lspRange{End: lspPosition{1 << 30, 0}}

func TestInlayHints(t *testing.T) {
	everyForm(t, `{}`, func(t *testing.T, f form) {
		hints := f.e.hints(f.uri, everything)
		least := 4
		switch {
		case f.name == "bare", strings.HasPrefix(f.name, "file"), f.name == scenario.AsteriskPJSIP.String():
			if len(hints) > 0 {
				t.Errorf("no time is written, but there is %+v", hints)
			}
			return
		case f.name == scenario.AsteriskFull.String(): // whole seconds
			least = 1
		}
		if len(hints) < least {
			t.Fatalf("%d hints: %+v", len(hints), hints)
		}
		for _, h := range hints {
			line := f.e.textOf(f.uri, lspRange{lspPosition{h.Position.Line, 0}, h.Position})
			if !strings.Contains(line, "SIP/2.0 ") || !strings.HasPrefix(h.Label, "+") || !strings.HasSuffix(h.Tooltip, " after its request") {
				t.Errorf("%+v behind %q", h, line)
			}
		}
		// Only what was asked for.
		last := hints[len(hints)-1:]
		one := f.e.hints(f.uri, lspRange{last[0].Position, lspPosition{last[0].Position.Line + 1, 0}})
		if d := cmp.Diff(last, one); d != "" {
			t.Errorf("hints of one line (-want +got):\n%s", d)
		}
	})
}

func TestInlayHintsOfRetransmissions(t *testing.T) {
	const uri = "file:///a.log"
	e := open(t, `{}`)
	tr := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Unanswered())
	e.didOpen(uri, "log", string(tr.Render(scenario.Sngrep)))
	var got []string
	for _, h := range e.hints(uri, everything) {
		got = append(got, h.Label)
	}
	want := []string{"retransmission 1, +500 ms", "retransmission 2, +1.5 s", "retransmission 3, +3.5 s", "retransmission 4, +7.5 s", "retransmission 5, +15.5 s", "retransmission 6, +31.5 s"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("hints (-want +got):\n%s", d)
	}
}

func TestInlayHintsAndCodeLensesAreTurnedOff(t *testing.T) {
	const uri = "file:///a.log"
	e := connect(t, Options{})
	settings := `{"inlayHints":false,"codeLens":false}`
	e.on("workspace/configuration", func(json.RawMessage) any { return []any{json.RawMessage(settings)} })
	for _, method := range []string{"workspace/inlayHint/refresh", "workspace/codeLens/refresh"} {
		e.on(method, func(json.RawMessage) any { return nil })
	}
	e.initialize(`{"processId":null,"capabilities":{"workspace":{"configuration":true,"inlayHint":{"refreshSupport":true},"codeLens":{"refreshSupport":true}}}}`)
	e.didOpen(uri, "log", string(astralCall().Render(scenario.AsteriskFull)))
	if got := e.hints(uri, everything); len(got) > 0 {
		t.Errorf("%d hints", len(got))
	}
	if got := e.lenses(uri); len(got) > 0 {
		t.Errorf("%d lenses", len(got))
	}
	e.waitSent("workspace/inlayHint/refresh", 1)
	e.waitSent("workspace/codeLens/refresh", 1)
	settings = `{"inlayHints":true}`
	e.notify("workspace/didChangeConfiguration", map[string]any{"settings": nil})
	e.waitSent("workspace/inlayHint/refresh", 2)
	e.waitSent("workspace/codeLens/refresh", 2)
	if got := e.hints(uri, everything); len(got) == 0 {
		t.Error("no hints")
	}
	if got := e.lenses(uri); len(got) == 0 {
		t.Error("no lenses")
	}
}

// What is said of one message of a long call does not cost more than the call.
func TestInlayHintsOfALongCall(t *testing.T) {
	const uri = "file:///a.log"
	var b strings.Builder
	at := time.Date(2026, 3, 17, 10, 0, 0, 0, time.UTC)
	for i := range 20_000 {
		fmt.Fprintf(&b, "%s sent:\nOPTIONS sip:a@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nFrom: <sip:b@example.com>;tag=1\nTo: <sip:a@example.com>\nCall-ID: 1\nCSeq: 1 OPTIONS\n\n", at.Add(time.Duration(i)*time.Second).Format("2006-01-02 15:04:05"))
	}
	e := open(t, `{}`)
	e.didOpen(uri, "log", b.String())
	hints := e.hints(uri, everything)
	if n := len(hints); n != 19_999 || hints[n-1].Label != "retransmission 19999, +5 h 33 min" {
		t.Errorf("%d hints, the last is %+v", n, hints[max(0, n-1):])
	}
}

func BenchmarkInlayHint50MB(b *testing.B) {
	middle := strings.Count(bigLog(), "\n") / 2
	benchmarkWhole(b, `{"inlayHint":{}}`, "textDocument/inlayHint", map[string]any{"textDocument": identifier(bigURI), "range": lspRange{lspPosition{middle, 0}, lspPosition{middle + 200, 0}}})
}
