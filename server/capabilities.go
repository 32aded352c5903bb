package server

import (
	"encoding/json"
	"slices"

	"go.lsp.dev/protocol"

	"sipls/server/text"
)

// clientCapabilities is what the server has to know about the client.
type clientCapabilities struct {
	encoding text.Encoding

	pullDiagnostics    bool
	refreshDiagnostics bool // for clients that pull
	versionedPush      bool // for the others
	relatedInformation bool

	hoverMarkdown bool

	codeActionLiterals bool
	documentChanges    bool
	snippetEdits       bool

	configuration         bool // can be asked for settings
	registerConfiguration bool // wants to be told that changes of settings matter

	showDocument        bool
	textDocumentContent bool
}

// readCapabilities reads ClientCapabilities.
func readCapabilities(raw []byte) clientCapabilities {
	var root any
	_ = json.Unmarshal(raw, &root) // what is no JSON has no capabilities
	c := capabilityTree{root}
	return clientCapabilities{
		encoding: chooseEncoding(c.at("general", "positionEncodings").strings()),

		pullDiagnostics:    c.at("textDocument", "diagnostic").isObject(),
		refreshDiagnostics: c.at("workspace", "diagnostics", "refreshSupport").isTrue(),
		versionedPush:      c.at("textDocument", "publishDiagnostics", "versionSupport").isTrue(),
		relatedInformation: c.at("textDocument", "publishDiagnostics", "relatedInformation").isTrue() ||
			c.at("textDocument", "diagnostic", "relatedInformation").isTrue(),

		hoverMarkdown: prefersMarkdown(c.at("textDocument", "hover", "contentFormat").strings()),

		codeActionLiterals: c.at("textDocument", "codeAction", "codeActionLiteralSupport").isObject(),
		documentChanges:    c.at("workspace", "workspaceEdit", "documentChanges").isTrue(),
		snippetEdits:       c.at("workspace", "workspaceEdit", "snippetEditSupport").isTrue(),

		configuration:         c.at("workspace", "configuration").isTrue(),
		registerConfiguration: c.at("workspace", "didChangeConfiguration", "dynamicRegistration").isTrue(),

		showDocument:        c.at("window", "showDocument", "support").isTrue(),
		textDocumentContent: c.at("workspace", "textDocumentContent").isObject(),
	}
}

// chooseEncoding prefers bytes, which cost nothing, and then code points.
func chooseEncoding(offered []string) text.Encoding {
	for _, e := range []text.Encoding{text.UTF8, text.UTF32} {
		if slices.Contains(offered, e.String()) {
			return e
		}
	}
	return text.UTF16
}

// prefersMarkdown reports whether the first format that we have is Markdown. A
// client that says nothing may be one that shows text as it is.
func prefersMarkdown(formats []string) bool {
	for _, f := range formats {
		switch protocol.MarkupKind(f) {
		case protocol.MarkupKindMarkdown:
			return true
		case protocol.MarkupKindPlainText:
			return false
		}
	}
	return false
}

// serverCapabilities returns what the server offers this client.
func (c *clientCapabilities) serverCapabilities() protocol.ServerCapabilities {
	yes := true
	incremental := protocol.TextDocumentSyncKindIncremental
	out := protocol.ServerCapabilities{
		PositionEncoding:       protocol.PositionEncodingKind(c.encoding.String()),
		TextDocumentSync:       &protocol.TextDocumentSyncOptions{OpenClose: &yes, Change: &incremental},
		HoverProvider:          protocol.Boolean(true),
		CodeActionProvider:     protocol.Boolean(true),
		ExecuteCommandProvider: protocol.ExecuteCommandOptions{Commands: commandNames()},
	}
	if c.codeActionLiterals {
		out.CodeActionProvider = &protocol.CodeActionOptions{
			CodeActionKinds: []protocol.CodeActionKind{protocol.CodeActionKindQuickFix},
		}
	}
	if c.pullDiagnostics {
		source := diagnosticSource
		out.DiagnosticProvider = &protocol.DiagnosticOptions{Identifier: &source}
	}
	if c.textDocumentContent {
		out.Workspace = &protocol.WorkspaceOptions{
			TextDocumentContent: &protocol.TextDocumentContentOptions{Schemes: []string{pageScheme}},
		}
	}
	return out
}

// capabilityTree is a place in ClientCapabilities, which may not be there.
type capabilityTree struct{ value any }

func (t capabilityTree) at(path ...string) capabilityTree {
	for _, name := range path {
		object, _ := t.value.(map[string]any)
		t.value = object[name]
	}
	return t
}

func (t capabilityTree) isTrue() bool { return t.value == true }

func (t capabilityTree) isObject() bool {
	_, ok := t.value.(map[string]any)
	return ok
}

func (t capabilityTree) strings() []string {
	list, _ := t.value.([]any)
	var out []string
	for _, v := range list {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}
