package server

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	drafting = `{"experimental":{"commands":{"commands":["sipls.copyMessage","sipls.openDraft"]}},"textDocument":{` + literals + `}}`
	noCookie = "OPTIONS sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=1\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n"
	received = "<--- Received SIP request (300 bytes) from UDP:192.0.2.1:5060 --->\n"
)

// run executes the command of an action.
func (e *editor) run(a action) (json.RawMessage, error) {
	var command struct {
		Command   string
		Arguments []any
	}
	decode(e.t, a.Command, &command)
	return e.request("workspace/executeCommand", map[string]any{"command": command.Command, "arguments": command.Arguments})
}

func TestCorrectedMessageOfALog(t *testing.T) {
	const uri = "file:///a.log"
	e := open(t, drafting)
	e.didOpen(uri, "log", received+noCookie)
	all := e.codeActions(uri, lspRange{lspPosition{2, 0}, lspPosition{2, 0}}, nil)
	for _, title := range []string{"Copy corrected message", "Open corrected message as draft"} {
		raw, err := e.run(offered(t, all, title))
		if err != nil {
			t.Fatal(err)
		}
		var text string
		decode(t, raw, &text)
		want := strings.NewReplacer("\n", "\r\n", "branch=1", "branch=z9hG4bK1").Replace(noCookie)
		if d := cmp.Diff(want, text); d != "" {
			t.Errorf("%s (-want +got):\n%s", title, d)
		}
	}
	if sent := e.sent("workspace/applyEdit"); len(sent) > 0 {
		t.Errorf("evidence is edited: %s", sent)
	}
}

func TestMessageWithoutASafeFixIsADraftAsItIs(t *testing.T) {
	const uri = "file:///a.log"
	e := open(t, drafting)
	lf := strings.ReplaceAll(response(407, "INVITE"), "\r\n", "\n")
	e.didOpen(uri, "log", strings.Replace(received, "request", "response", 1)+lf)
	all := e.codeActions(uri, lspRange{lspPosition{1, 0}, lspPosition{1, 0}}, nil)
	want := []string{"Explain 407", "Compare 401 and 407", "Compare 403 and 407", "Explain rule " + challengeRule, "Open message as draft"}
	if d := cmp.Diff(want, titles(all)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	raw, err := e.run(all[len(all)-1])
	if err != nil {
		t.Fatal(err)
	}
	var text string
	if decode(t, raw, &text); text != response(407, "INVITE") {
		t.Errorf("text: %q", text)
	}
}

func TestCorrectedMessagesAreOfferedOnlyWhereTheyMakeSense(t *testing.T) {
	for _, c := range []struct{ name, capabilities, uri, language, text string }{
		{"client that has no part in it", `{"textDocument":{` + literals + `}}`, "file:///a.log", "log", received + noCookie},
		{"message file", drafting, "file:///a.sip", "sip", noCookie},
		{"nothing found", drafting, "file:///a.log", "log", received + strings.Replace(noCookie, "branch=1", "branch=z9hG4bK1", 1)},
		{"cut off", drafting, "file:///a.log", "log", received + strings.Replace(noCookie, "Content-Length: 0", "Content-Length: 9", 1)},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := open(t, c.capabilities)
			e.didOpen(c.uri, c.language, c.text)
			for _, title := range titles(e.codeActions(c.uri, lspRange{End: lspPosition{Line: 9}}, nil)) {
				if strings.Contains(title, "draft") || strings.Contains(title, "Copy") {
					t.Errorf("offered: %s", title)
				}
			}
		})
	}
}

func TestMessageCommandsCheckTheirArguments(t *testing.T) {
	const uri, invalidParams, contentModified = "file:///a.log", -32602, -32801
	e := open(t, drafting)
	e.didOpen(uri, "log", received+noCookie+received+noCookie[:60])
	for _, c := range []struct {
		arguments []any
		code      int
	}{
		{[]any{uri, 1, 0}, 0},
		{[]any{uri, 1}, invalidParams},
		{[]any{1, uri, 0}, invalidParams},
		{[]any{uri, 1, -1}, invalidParams},
		{[]any{uri, 1, 2}, invalidParams},
		{[]any{uri, 1, 1}, invalidParams}, // cut off
		{[]any{uri, 2, 0}, contentModified},
		{[]any{"file:///none.log", 1, 0}, contentModified},
	} {
		for _, command := range []string{commandCopyMessage, commandOpenDraft} {
			if code := e.errorCode("workspace/executeCommand", map[string]any{"command": command, "arguments": c.arguments}); code != c.code {
				t.Errorf("%s%v: code %d, want %d", command, c.arguments, code, c.code)
			}
		}
	}
}
