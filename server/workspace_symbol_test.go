package server

import (
	"strings"
	"testing"

	"sipls/server/scenario"
)

type workspaceSymbol struct {
	Name          string
	Kind          int
	Location      lspLocation
	ContainerName string
}

func (e *editor) workspaceSymbols(query string) (out []workspaceSymbol) {
	e.t.Helper()
	decode(e.t, e.mustRequest("workspace/symbol", map[string]any{"query": query}), &out)
	return out
}

func TestWorkspaceSymbols(t *testing.T) {
	e := open(t, `{}`)
	alice := scenario.Alice
	alice.Name = "Alice Liddell"
	answered := scenario.Call(alice, scenario.PBX(scenario.Asterisk), scenario.Challenged(407))
	busy := scenario.Call(scenario.Bob, scenario.PBX(scenario.Asterisk), scenario.Rejected(486), scenario.Seed(2), scenario.Dial("555123"))
	registered := scenario.Register(scenario.Bob, scenario.PBX(scenario.Asterisk), scenario.Seed(3))
	e.didOpen("file:///a.log", "log", string(answered.Render(scenario.AsteriskFull)))
	e.didOpen("file:///b.log", "log", string(scenario.Merge(busy, registered.After(1)).Render(scenario.Sngrep)))
	id := answered.Messages[0].Get("Call-ID")
	for query, want := range map[string][]string{
		"":               {"INVITE sip:2000", "INVITE sip:555123", "REGISTER"},
		"555123":         {"INVITE sip:555123"},
		"liddell":        {"INVITE sip:2000"},
		"alice lid":      {"INVITE sip:2000"},
		id:               {"INVITE sip:2000"},
		id[2:9]:          {"INVITE sip:2000"},
		"486":            {"INVITE sip:555123"},
		"407 2000":       {"INVITE sip:2000"},
		"busy":           {"INVITE sip:555123"},
		"REGISTER":       {"REGISTER"},
		"register busy":  nil,
		"answered":       {"INVITE sip:2000"},
		"nothing of it!": nil,
	} {
		got := e.workspaceSymbols(query)
		if len(got) != len(want) {
			t.Errorf("%q finds %+v, want %q", query, got, want)
			continue
		}
		for i, x := range got {
			if text := e.textOf(x.Location.URI, x.Location.Range); !strings.HasPrefix(text, want[i]) {
				t.Errorf("%q finds %q, want %q", query, text, want[i])
			}
			for _, word := range strings.Fields(query) {
				if !strings.Contains(strings.ToLower(x.Name), strings.ToLower(word)) {
					t.Errorf("%q finds %q, which editors would pass over", query, x.Name)
				}
			}
			if x.ContainerName == "" {
				t.Errorf("%q without Call-ID", x.Name)
			}
		}
	}
	if code := e.errorCode("workspace/symbol", map[string]any{"query": 7}); code != -32602 {
		t.Errorf("code %d", code)
	}
}

func BenchmarkWorkspaceSymbol50MB(b *testing.B) {
	benchmarkWhole(b, `{"codeLens":{}}`, "workspace/symbol", map[string]any{"query": "1001 486"})
}
