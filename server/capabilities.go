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
	completion    completionCapabilities

	codeActionLiterals bool
	codeActionResolve  bool // edits may be worked out when an action is chosen
	documentChanges    bool
	snippetEdits       bool
	clientCommands     []string // our commands that the client does its part of

	configuration         bool // can be asked for settings
	registerConfiguration bool // wants to be told that changes of settings matter

	showDocument        bool
	textDocumentContent bool

	symbolTree         bool
	folding            bool
	foldLimit          int // most folding ranges the client wants, 0 if it does not say
	selection          bool
	linkTooltips       bool
	definitionLinks    bool // the words that lead somewhere may be told
	refreshHints       bool
	refreshLenses      bool
	tokensRange        bool
	tokensFull         bool
	tokensDelta        bool
	tokensServerCancel bool // a request for tokens may be turned down
}

// readCapabilities reads ClientCapabilities.
func readCapabilities(raw []byte) clientCapabilities {
	var root any
	_ = json.Unmarshal(raw, &root) // what is no JSON has no capabilities
	c := capabilityTree{root}
	tokens := c.at("textDocument", "semanticTokens")
	return clientCapabilities{
		encoding: chooseEncoding(c.at("general", "positionEncodings").strings()),

		pullDiagnostics:    c.at("textDocument", "diagnostic").isObject(),
		refreshDiagnostics: c.at("workspace", "diagnostics", "refreshSupport").isTrue(),
		versionedPush:      c.at("textDocument", "publishDiagnostics", "versionSupport").isTrue(),
		relatedInformation: c.at("textDocument", "publishDiagnostics", "relatedInformation").isTrue() ||
			c.at("textDocument", "diagnostic", "relatedInformation").isTrue(),

		hoverMarkdown: prefersMarkdown(c.at("textDocument", "hover", "contentFormat").strings()),
		completion:    readCompletionCapabilities(c.at("textDocument", "completion", "completionItem")),

		codeActionLiterals: c.at("textDocument", "codeAction", "codeActionLiteralSupport").isObject(),
		codeActionResolve: c.at("textDocument", "codeAction", "dataSupport").isTrue() &&
			slices.Contains(c.at("textDocument", "codeAction", "resolveSupport", "properties").strings(), "edit"),
		documentChanges: c.at("workspace", "workspaceEdit", "documentChanges").isTrue(),
		snippetEdits:    c.at("workspace", "workspaceEdit", "snippetEditSupport").isTrue(),
		// LSP has no place for this; other servers look here too.
		clientCommands: c.at("experimental", "commands", "commands").strings(),

		configuration:         c.at("workspace", "configuration").isTrue(),
		registerConfiguration: c.at("workspace", "didChangeConfiguration", "dynamicRegistration").isTrue(),

		showDocument:        c.at("window", "showDocument", "support").isTrue(),
		textDocumentContent: c.at("workspace", "textDocumentContent").isObject(),

		symbolTree:         c.at("textDocument", "documentSymbol", "hierarchicalDocumentSymbolSupport").isTrue(),
		folding:            c.at("textDocument", "foldingRange").isObject(),
		foldLimit:          c.at("textDocument", "foldingRange", "rangeLimit").number(),
		selection:          c.at("textDocument", "selectionRange").isObject(),
		linkTooltips:       c.at("textDocument", "documentLink", "tooltipSupport").isTrue(),
		definitionLinks:    c.at("textDocument", "definition", "linkSupport").isTrue(),
		refreshHints:       c.at("workspace", "inlayHint", "refreshSupport").isTrue(),
		refreshLenses:      c.at("workspace", "codeLens", "refreshSupport").isTrue(),
		tokensRange:        tokens.at("requests", "range").isTrue() || tokens.at("requests", "range").isObject(),
		tokensFull:         tokens.at("requests", "full").isTrue() || tokens.at("requests", "full").isObject(),
		tokensDelta:        tokens.at("requests", "full", "delta").isTrue(),
		tokensServerCancel: tokens.at("serverCancelSupport").isTrue(),
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
		PositionEncoding:   protocol.PositionEncodingKind(c.encoding.String()),
		TextDocumentSync:   &protocol.TextDocumentSyncOptions{OpenClose: &yes, Change: &incremental},
		HoverProvider:      protocol.Boolean(true),
		CompletionProvider: completionOptions(),

		DocumentFormattingProvider:      protocol.Boolean(true),
		DocumentRangeFormattingProvider: protocol.Boolean(true),

		DefinitionProvider:        protocol.Boolean(true),
		ReferencesProvider:        protocol.Boolean(true),
		DocumentSymbolProvider:    protocol.Boolean(true),
		DocumentHighlightProvider: protocol.Boolean(true),
		DocumentLinkProvider:      &protocol.DocumentLinkOptions{},
		WorkspaceSymbolProvider:   protocol.Boolean(true),
		CodeLensProvider:          &protocol.CodeLensOptions{ResolveProvider: &yes},
		InlayHintProvider:         protocol.Boolean(true),
		CodeActionProvider:        protocol.Boolean(true),
		ExecuteCommandProvider:    protocol.ExecuteCommandOptions{Commands: commandNames()},
	}
	if c.codeActionLiterals {
		options := &protocol.CodeActionOptions{
			CodeActionKinds: []protocol.CodeActionKind{protocol.CodeActionKindQuickFix, kindFixAll},
		}
		if c.codeActionResolve {
			options.ResolveProvider = &yes
		}
		out.CodeActionProvider = options
	}
	if c.folding {
		out.FoldingRangeProvider = protocol.Boolean(true)
	}
	if c.selection {
		out.SelectionRangeProvider = protocol.Boolean(true)
	}
	if options := c.semanticTokensOptions(); options != nil {
		out.SemanticTokensProvider = options
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

// number returns a whole number that is not negative, 0 if there is none.
func (t capabilityTree) number() int {
	n, _ := t.value.(float64)
	return int(min(max(n, 0), maxUnit))
}

// has reports whether the value is a list that holds a number.
func (t capabilityTree) has(n float64) bool {
	list, _ := t.value.([]any)
	return slices.Contains(list, any(n))
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
