package server

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sipls/server/text"
)

var update = flag.Bool("update", false, "write the golden files anew")

// What some editors say about themselves, as far as it matters here.
var clients = map[string]string{
	"bare": `{}`,
	"vscode": `{
		"experimental": {"commands": {"commands": ["sipls.copyMessage", "sipls.openDraft", "sipls.showCall", "sipls.openCall"]}},
		"general": {"positionEncodings": ["utf-16"], "staleRequestSupport": {"cancel": true, "retryOnContentModified": []}},
		"textDocument": {
			"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix", "refactor", "source"]}}, "isPreferredSupport": true, "disabledSupport": true, "dataSupport": true, "resolveSupport": {"properties": ["edit"]}},
			"completion": {"dynamicRegistration": true, "contextSupport": true, "completionItem": {"snippetSupport": true, "commitCharactersSupport": true, "documentationFormat": ["markdown", "plaintext"], "deprecatedSupport": true, "preselectSupport": true, "tagSupport": {"valueSet": [1]}, "insertReplaceSupport": true, "resolveSupport": {"properties": ["documentation", "detail", "additionalTextEdits"]}, "insertTextModeSupport": {"valueSet": [1, 2]}, "labelDetailsSupport": true}},
			"definition": {"dynamicRegistration": true, "linkSupport": true},
			"diagnostic": {"dynamicRegistration": true, "relatedDocumentSupport": false, "relatedInformation": true},
			"documentHighlight": {"dynamicRegistration": true},
			"documentLink": {"dynamicRegistration": true, "tooltipSupport": true},
			"documentSymbol": {"dynamicRegistration": true, "hierarchicalDocumentSymbolSupport": true, "labelSupport": true, "tagSupport": {"valueSet": [1]}},
			"foldingRange": {"dynamicRegistration": true, "rangeLimit": 5000, "lineFoldingOnly": true, "foldingRangeKind": {"valueSet": ["comment", "imports", "region"]}, "foldingRange": {"collapsedText": false}},
			"hover": {"dynamicRegistration": true, "contentFormat": ["markdown", "plaintext"]},
			"publishDiagnostics": {"relatedInformation": true, "versionSupport": false, "tagSupport": {"valueSet": [1, 2]}, "codeDescriptionSupport": true, "dataSupport": true},
			"selectionRange": {"dynamicRegistration": true},
			"semanticTokens": {"dynamicRegistration": true, "formats": ["relative"], "requests": {"range": true, "full": {"delta": true}}, "multilineTokenSupport": false, "overlappingTokenSupport": false, "serverCancelSupport": true, "augmentsSyntaxTokens": true},
			"synchronization": {"didSave": true, "dynamicRegistration": true}
		},
		"window": {"showDocument": {"support": true}, "showMessage": {"messageActionItem": {"additionalPropertiesSupport": true}}, "workDoneProgress": true},
		"workspace": {
			"applyEdit": true, "configuration": true,
			"codeLens": {"refreshSupport": true}, "inlayHint": {"refreshSupport": true},
			"diagnostics": {"refreshSupport": true},
			"didChangeConfiguration": {"dynamicRegistration": true},
			"textDocumentContent": {"dynamicRegistration": true},
			"workspaceEdit": {"documentChanges": true, "snippetEditSupport": true, "resourceOperations": ["create", "rename", "delete"]}
		}
	}`,
	"neovim": `{
		"general": {"positionEncodings": ["utf-8", "utf-16", "utf-32"]},
		"textDocument": {
			"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix", "refactor", "source"]}}, "isPreferredSupport": true, "dataSupport": true, "resolveSupport": {"properties": ["edit", "command"]}},
			"definition": {"dynamicRegistration": true, "linkSupport": true},
			"diagnostic": {"dynamicRegistration": false, "tagSupport": {"valueSet": [1, 2]}},
			"documentHighlight": {"dynamicRegistration": false},
			"documentSymbol": {"dynamicRegistration": false, "hierarchicalDocumentSymbolSupport": true},
			"foldingRange": {"dynamicRegistration": false, "lineFoldingOnly": true, "foldingRangeKind": {"valueSet": ["comment", "imports", "region"]}, "foldingRange": {"collapsedText": true}},
			"hover": {"contentFormat": ["markdown", "plaintext"]},
			"publishDiagnostics": {"relatedInformation": true, "dataSupport": true, "tagSupport": {"valueSet": [1, 2]}},
			"semanticTokens": {"dynamicRegistration": false, "formats": ["relative"], "requests": {"range": false, "full": {"delta": true}}, "multilineTokenSupport": false, "overlappingTokenSupport": true, "serverCancelSupport": false, "augmentsSyntaxTokens": true}
		},
		"window": {"showDocument": {"support": true}, "workDoneProgress": true},
		"workspace": {
			"applyEdit": true, "configuration": true, "didChangeConfiguration": {"dynamicRegistration": false},
			"inlayHint": {"refreshSupport": true},
			"workspaceEdit": {"resourceOperations": ["rename", "create", "delete"]}
		}
	}`,
	"helix": `{
		"general": {"positionEncodings": ["utf-8", "utf-32", "utf-16"]},
		"textDocument": {
			"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix", "source"]}}, "isPreferredSupport": true, "disabledSupport": true, "dataSupport": true},
			"hover": {"contentFormat": ["markdown"]},
			"publishDiagnostics": {"versionSupport": true, "tagSupport": {"valueSet": [1, 2]}}
		},
		"window": {"workDoneProgress": true, "showDocument": {"support": true}},
		"workspace": {"applyEdit": true, "configuration": true, "didChangeConfiguration": {"dynamicRegistration": false}, "workspaceEdit": {"documentChanges": true}}
	}`,
	"old": `{
		"textDocument": {"hover": {"contentFormat": ["plaintext", "markdown"]}, "codeAction": {}, "publishDiagnostics": {}},
		"workspace": {"applyEdit": true}
	}`,
}

// TestInitialize compares the answers to the clients with golden files.
func TestInitialize(t *testing.T) {
	for name, capabilities := range clients {
		t.Run(name, func(t *testing.T) {
			e := connect(t, Options{})
			raw := e.initialize(`{"processId":null,"clientInfo":{"name":"` + name + `"},"rootUri":null,"capabilities":` + capabilities + `}`)
			var got bytes.Buffer
			if err := json.Indent(&got, raw, "", "  "); err != nil {
				t.Fatal(err)
			}
			got.WriteByte('\n')
			golden(t, "initialize/"+name+".json", got.String())
		})
	}
}

// golden compares with a file below testdata, or writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", filepath.FromSlash(name))
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", path, d)
	}
}

func TestReadCapabilities(t *testing.T) {
	want := map[string]clientCapabilities{
		"bare": {},
		"vscode": {
			pullDiagnostics: true, refreshDiagnostics: true, relatedInformation: true, hoverMarkdown: true, codeActionLiterals: true,
			codeActionResolve: true, clientCommands: []string{"sipls.copyMessage", "sipls.openDraft", "sipls.showCall", "sipls.openCall"},
			documentChanges: true, snippetEdits: true, configuration: true, registerConfiguration: true, showDocument: true, textDocumentContent: true,
			symbolTree: true, folding: true, foldLimit: 5000, selection: true, linkTooltips: true, definitionLinks: true, refreshHints: true, refreshLenses: true, tokensRange: true, tokensFull: true, tokensDelta: true, tokensServerCancel: true,
			completion: completionCapabilities{snippets: true, insertReplace: true, labelDetails: true, deprecatedTag: true, markdown: true, adjustsIndentation: true},
		},
		"neovim": {
			encoding: text.UTF8, pullDiagnostics: true, relatedInformation: true, hoverMarkdown: true, codeActionLiterals: true,
			codeActionResolve: true,
			configuration:     true, showDocument: true, symbolTree: true, folding: true, definitionLinks: true, refreshHints: true, tokensFull: true, tokensDelta: true,
		},
		"helix": {
			encoding: text.UTF8, versionedPush: true, hoverMarkdown: true, codeActionLiterals: true,
			documentChanges: true, configuration: true, showDocument: true,
		},
		"old": {},
	}
	got := map[string]clientCapabilities{}
	for name, raw := range clients {
		got[name] = readCapabilities([]byte(raw))
	}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(clientCapabilities{}, completionCapabilities{})); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestChooseEncoding(t *testing.T) {
	for _, c := range []struct {
		offered []string
		want    text.Encoding
	}{
		{nil, text.UTF16},
		{[]string{"utf-16"}, text.UTF16},
		{[]string{"utf-16", "utf-8"}, text.UTF8},
		{[]string{"utf-32", "utf-16"}, text.UTF32},
		{[]string{"utf-32", "utf-8", "utf-16"}, text.UTF8},
		{[]string{"utf-7"}, text.UTF16},
	} {
		if got := chooseEncoding(c.offered); got != c.want {
			t.Errorf("%v: got %v, want %v", c.offered, got, c.want)
		}
	}
}
