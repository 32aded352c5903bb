package server

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"go.lsp.dev/uri"

	"sipls/server/analysis"
	"sipls/server/explain"
)

func markdownOf(t *testing.T, doc explain.Doc, ok bool) string {
	t.Helper()
	if !ok {
		t.Fatal("nothing to compare with")
	}
	return explain.Markdown(doc)
}

func (e *editor) execute(command string, arguments ...any) string {
	e.t.Helper()
	var text string
	decode(e.t, e.mustRequest("workspace/executeCommand", map[string]any{"command": command, "arguments": arguments}), &text)
	return text
}

func TestCommandsReturnTheirText(t *testing.T) {
	e := open(t, bare)
	status, ok := explain.Status(407)
	if got := e.execute(commandExplain, 407); got != markdownOf(t, status, ok) {
		t.Errorf("got %s", got)
	}
	compared, ok := explain.Compare(401, 407)
	if got := e.execute(commandCompare, 401, 407); got != markdownOf(t, compared, ok) {
		t.Errorf("got %s", got)
	}
	rule, ok := analysis.Rule(challengeRule)
	if got := e.execute(commandExplainRule, challengeRule); got != markdownOf(t, rule, ok) {
		t.Errorf("got %s", got)
	}
}

func TestCommandsCheckTheirArguments(t *testing.T) {
	const invalidParams = -32602
	e := open(t, bare)
	for _, c := range []struct{ params, says string }{
		{`{}`, "no command"},
		{`{"command":"sipls.unknown"}`, "no command"},
		{`{"command":"rm","arguments":["-rf","/"]}`, "no command"},
		{`{"command":"sipls.explain"}`, "takes 1 argument(s), not 0"},
		{`{"command":"sipls.explain","arguments":[407,401]}`, "takes 1 argument(s), not 2"},
		{`{"command":"sipls.explain","arguments":["407"]}`, "argument 1 of sipls.explain has to be a whole number"},
		{`{"command":"sipls.explain","arguments":[null]}`, "argument 1 of sipls.explain has to be a whole number"},
		{`{"command":"sipls.explain","arguments":[4.5]}`, "a whole number"},
		{`{"command":"sipls.explain","arguments":[99999999999999999999]}`, "a whole number"},
		{`{"command":"sipls.explain","arguments":[1000]}`, "1000 is not a response code"},
		{`{"command":"sipls.explain","arguments":[-407]}`, "not a response code"},
		{`{"command":"sipls.explain","arguments":407}`, "wrong type"},
		{`{"command":"sipls.compare","arguments":[407]}`, "takes 2 argument(s), not 1"},
		{`{"command":"sipls.compare","arguments":[407,"401"]}`, "argument 2 of sipls.compare"},
		{`{"command":"sipls.compare","arguments":[407,1]}`, "407 and 1 are not"},
		{`{"command":"sipls.explainRule","arguments":[7]}`, "argument 1 of sipls.explainRule has to be a string"},
		{`{"command":"sipls.explainRule","arguments":["../../etc/passwd"]}`, "no rule"},
	} {
		_, err := e.request("workspace/executeCommand", json.RawMessage(c.params))
		wire, ok := err.(*wireError)
		if !ok || wire.Code != invalidParams || !strings.Contains(wire.Message, c.says) {
			t.Errorf("%s: %v, want %q", c.params, err, c.says)
		}
	}
	if shown := e.sent("window/showMessage"); len(shown) > 0 {
		t.Errorf("shown: %s", shown)
	}
}

type shownDocument struct {
	URI       string
	TakeFocus bool
}

func TestCommandShowsADocumentOfTheServer(t *testing.T) {
	e := open(t, `{"window":{"showDocument":{"support":true}},"workspace":{"textDocumentContent":{}}}`)
	e.on("window/showDocument", func(json.RawMessage) any { return map[string]any{"success": true} })
	for i, c := range []struct {
		command   string
		arguments []any
		uri       string
	}{
		{commandExplain, []any{407}, "sipls:/explain/407.md"},
		{commandCompare, []any{401, 407}, "sipls:/compare/401-407.md"},
		{commandExplainRule, []any{challengeRule}, "sipls:/rule/" + challengeRule + ".md"},
	} {
		want := e.execute(c.command, c.arguments...)
		var shown shownDocument
		decode(t, e.waitSent("window/showDocument", i+1), &shown)
		if shown.URI != c.uri || !shown.TakeFocus {
			t.Errorf("shown: %+v", shown)
		}
		var content struct{ Text string }
		decode(t, e.mustRequest("workspace/textDocumentContent", identifier(shown.URI)), &content)
		if content.Text != want {
			t.Errorf("%s: %s", shown.URI, content.Text)
		}
	}
}

func TestPagesAreFoundUnderOtherSpellings(t *testing.T) {
	e := open(t, `{"workspace":{"textDocumentContent":{}}}`)
	for _, address := range []string{"sipls:/explain/407.md", "sipls:explain/407.md", "sipls:///explain/407.md"} {
		if raw := e.mustRequest("workspace/textDocumentContent", identifier(address)); !strings.Contains(string(raw), "407") {
			t.Errorf("%s: %s", address, raw)
		}
	}
	for _, address := range []string{
		"", "sipls:", "sipls:/", "sipls:/explain/407", "sipls:/explain/1000.md", "sipls:/explain/abc.md", "sipls:/compare/401.md", "sipls:/compare/401-999.md",
		"sipls:/rule/none.md", "file:///etc/passwd", "file:/explain/407.md", "/explain/407.md", "sipls:/explain/../407.md",
	} {
		if code := e.errorCode("workspace/textDocumentContent", identifier(address)); code != -32602 {
			t.Errorf("%s: code %d", address, code)
		}
	}
}

func TestCommandShowsAPrivateFile(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Setenv("TMP", temp)
	e := open(t, `{"window":{"showDocument":{"support":true}}}`)
	e.on("window/showDocument", func(json.RawMessage) any { return map[string]any{"success": true} })
	for i := range 2 {
		want := e.execute(commandExplain, 407)
		var shown shownDocument
		decode(t, e.waitSent("window/showDocument", i+1), &shown)
		path := uri.URI(shown.URI).FsPath()
		got, err := os.ReadFile(path)
		if err != nil || string(got) != want || filepath.Ext(path) != ".md" {
			t.Errorf("%s: %v\n%s", path, err, got)
		}
		if runtime.GOOS == "windows" {
			continue
		}
		for name, mode := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
			if info, err := os.Stat(name); err != nil || info.Mode().Perm() != mode {
				t.Errorf("%s: %v, %v", name, info.Mode(), err)
			}
		}
	}
	e.hangUp()
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestCommandShowsAMessageWhereNoDocumentCanBeShown(t *testing.T) {
	doc, _ := explain.Status(407)
	want := explain.Plain(doc)
	for name, c := range map[string]struct {
		capabilities string
		answer       any
	}{
		"no such client":            {`{"workspace":{"textDocumentContent":{}}}`, nil},
		"client that fails":         {`{"window":{"showDocument":{"support":true}}}`, &wireError{Code: -32603, Message: "no"}},
		"client that does not show": {`{"window":{"showDocument":{"support":true}},"workspace":{"textDocumentContent":{}}}`, map[string]any{"success": false}},
		"client that says nothing":  {`{"window":{"showDocument":{"support":true}},"workspace":{"textDocumentContent":{}}}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			e := open(t, c.capabilities)
			e.on("window/showDocument", func(json.RawMessage) any { return c.answer })
			e.execute(commandExplain, 407)
			var shown struct{ Message string }
			decode(t, e.waitSent("window/showMessage", 1), &shown)
			if shown.Message != want {
				t.Errorf("shown: %s", shown.Message)
			}
		})
	}
}

func TestCommandDoesNotWaitUntilItsTextIsShown(t *testing.T) {
	e := open(t, `{"window":{"showDocument":{"support":true}},"workspace":{"textDocumentContent":{}}}`)
	executed := make(chan struct{})
	e.on("window/showDocument", func(json.RawMessage) any { <-executed; return map[string]any{"success": true} })
	e.execute(commandExplain, 407)
	close(executed)
	e.waitSent("window/showDocument", 1)
}
