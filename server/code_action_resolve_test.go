package server

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const lazily = `{"textDocument":{"diagnostic":{},"codeAction":{"codeActionLiteralSupport":{"codeActionKind":{"valueSet":["quickfix"]}},"dataSupport":true,"resolveSupport":{"properties":["edit"]}}},"workspace":{"workspaceEdit":{"documentChanges":true}}}`

// resolve asks for what was left out of an action.
func (e *editor) resolve(a action) action {
	e.t.Helper()
	var out action
	decode(e.t, e.mustRequest("codeAction/resolve", a.whole()), &out)
	return out
}

// whole returns an action as the client sends it back.
func (a action) whole() map[string]any {
	out := map[string]any{"title": a.Title, "data": a.Data, "diagnostics": []any{}, "somebody": "else's"}
	if a.Kind != nil {
		out["kind"] = *a.Kind
	}
	return out
}

func offered(t *testing.T, actions []action, title string) action {
	t.Helper()
	i := slices.IndexFunc(actions, func(a action) bool { return a.Title == title })
	if i < 0 {
		t.Fatalf("%q is not among %q", title, titles(actions))
	}
	return actions[i]
}

func TestEditsAreWorkedOutWhenAnActionIsChosen(t *testing.T) {
	const uri = "file:///a.sip"
	e := open(t, lazily)
	e.didOpen(uri, "sip", response(407, "INVITE"))
	fix := offered(t, e.codeActions(uri, lspRange{}, nil), "Insert Proxy-Authenticate")
	if fix.Edit.DocumentChanges != nil || fix.Data == nil || !fix.IsPreferred {
		t.Errorf("offered: %+v", fix)
	}
	whole := e.resolve(fix)
	if whole.Title != fix.Title || whole.Kind == nil || *whole.Kind != "quickfix" {
		t.Errorf("resolved: %+v", whole)
	}
	e.apply(whole)
	if items := e.pull(uri, "").Items; len(items) > 0 {
		t.Errorf("left: %v", codes(items))
	}
}

func TestResolvingKeepsTheMembersOfOthers(t *testing.T) {
	const uri = "file:///a.sip"
	e := open(t, lazily)
	e.didOpen(uri, "sip", response(407, "INVITE"))
	fix := offered(t, e.codeActions(uri, lspRange{}, nil), "Insert Proxy-Authenticate")
	var got map[string]json.RawMessage
	decode(t, e.mustRequest("codeAction/resolve", fix.whole()), &got)
	if string(got["somebody"]) != `"else's"` || got["edit"] == nil {
		t.Errorf("got %s", got)
	}
	const explain = `{"title":"Explain 407","command":{"title":"Explain 407","command":"sipls.explain","arguments":[407]}}`
	if raw := e.mustRequest("codeAction/resolve", json.RawMessage(explain)); string(raw) != explain {
		t.Errorf("an action that is whole comes back as %s", raw)
	}
}

func TestActionsOfAnEarlierStateAreNotResolved(t *testing.T) {
	const uri, contentModified = "file:///a.sip", -32801
	e := open(t, lazily)
	e.didOpen(uri, "sip", response(407, "INVITE"))
	fix := offered(t, e.codeActions(uri, lspRange{}, nil), "Insert Proxy-Authenticate")
	e.didChange(uri, 0, 0, "\r\n")
	if code := e.errorCode("codeAction/resolve", fix.whole()); code != contentModified {
		t.Errorf("after an edit: code %d", code)
	}
	fix = offered(t, e.codeActions(uri, lspRange{Start: lspPosition{1, 0}, End: lspPosition{1, 0}}, nil), "Insert Proxy-Authenticate")
	e.didClose(uri)
	if code := e.errorCode("codeAction/resolve", fix.whole()); code != contentModified {
		t.Errorf("after closing: code %d", code)
	}
}

func TestStrangeDataIsRefused(t *testing.T) {
	const uri, invalidParams = "file:///a.sip", -32602
	e := open(t, lazily)
	e.didOpen(uri, "sip", response(407, "INVITE"))
	fix := offered(t, e.codeActions(uri, lspRange{}, nil), "Insert Proxy-Authenticate")
	for _, change := range []*strings.Replacer{
		strings.NewReplacer(`"message":0`, `"message":4000000000`),
		strings.NewReplacer(`"number":0`, `"number":7`),
		strings.NewReplacer(`"number":0`, `"number":-1`),
		strings.NewReplacer(challengeRule, "none"),
		strings.NewReplacer(`"fix":`, `"fux":`),
		strings.NewReplacer(`"message":0`, `"message":"0"`),
	} {
		strange := fix
		strange.Data = json.RawMessage(change.Replace(string(fix.Data)))
		if cmp.Equal(strange.Data, fix.Data) {
			t.Fatalf("nothing changed in %s", fix.Data)
		}
		if code := e.errorCode("codeAction/resolve", strange.whole()); code != invalidParams {
			t.Errorf("%s: code %d", strange.Data, code)
		}
	}
}
