package server

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"sipls/server/analysis"
	"sipls/server/check"
	"sipls/server/explain"
	"sipls/server/text"
)

const (
	// reach bounds how far from what the client asked about the rest of a line is
	// looked at: a line may be as long as the document.
	reach = 64 << 10
	// maxSelection bounds how much of a selection is looked at.
	maxSelection = 1 << 20
	// maxExplained is how many codes, and how many rules, get actions.
	maxExplained = 8
	// maxCompared is how many other codes a code can be compared with.
	maxCompared = 2
)

// codeAction handles textDocument/codeAction. It looks at the lines that the range
// touches and at the server's own state: some clients send no diagnostics, some a
// range of no length.
func (s *session) codeAction(ctx context.Context, docs view, params []byte) (any, error) {
	var p struct {
		TextDocument wireDocument `json:"textDocument"`
		Range        wireRange    `json:"range"`
		Context      struct {
			Only []string `json:"only"`
		} `json:"context"`
	}
	if err := decodeParams(params, &p); err != nil {
		return nil, err
	}
	uri, err := p.TextDocument.uri()
	if err != nil {
		return nil, err
	}
	actions := codeActions{s: s, only: p.Context.Only, list: []protocol.CommandOrCodeAction{}}
	r, ok := docs[uri]
	if !ok {
		return actions.list, nil
	}
	snap, err := s.snapshot(ctx, r)
	if err != nil {
		return nil, err
	}
	from, to := touchedLines(snap.Document(), p.Range, s.caps.encoding)
	findings, err := findingsIn(ctx, snap, from, to)
	if err != nil {
		return nil, err
	}
	findings = shown(findings, s.settings.Load())
	at := place{r, snap}
	if wants(p.Context.Only, protocol.CodeActionKindQuickFix) {
		for i := range findings {
			actions.fix(at, &findings[i])
		}
		if err := actions.fixKinds(ctx, at, findings); err != nil {
			return nil, err
		}
	}
	if wants(p.Context.Only, kindFixAll) {
		if err := actions.fixAll(ctx, at); err != nil {
			return nil, err
		}
	}
	if wants(p.Context.Only, protocol.CodeActionKindEmpty) {
		actions.explainCodes(snap.StatusesBetween(from, to))
		actions.explainRules(findings)
		if err := actions.corrected(ctx, at, findings); err != nil {
			return nil, err
		}
	}
	return actions.list, nil
}

// touchedLines returns from where to where the lines go that a range touches.
func touchedLines(doc *text.Document, rng wireRange, enc text.Encoding) (from, to text.Offset) {
	a, b := rng.offsets(doc, enc)
	if b < a {
		a, b = b, a
	}
	b = min(b, a+maxSelection)
	from = max(doc.LineStart(doc.LineAt(a)), a-reach)
	to = min(doc.LineEnd(doc.LineAt(b)), b+reach)
	return from, max(to, b)
}

// findingsIn returns the findings that are reported in [from, to].
func findingsIn(ctx context.Context, snap *analysis.Snapshot, from, to text.Offset) ([]check.Finding, error) {
	findings, err := snap.FindingsBetween(ctx, from, to)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(findings, func(f check.Finding) bool {
		a, b := snap.RefRange(f.At)
		return b < from || to < a
	}), nil
}

// wants reports whether a client that asked for the kinds, or for all of them if there are
// none, gets actions of the kind. A kind stands for all that begin with its words.
func wants(only []string, kind protocol.CodeActionKind) bool {
	if len(only) == 0 {
		return true
	}
	for _, o := range only {
		if o == string(kind) || o == "" || strings.HasPrefix(string(kind), o+".") {
			return true
		}
	}
	return false
}

// codeActions collects what a client is offered.
type codeActions struct {
	s    *session
	only []string // the kinds asked for; none for all
	list []protocol.CommandOrCodeAction
}

// place is the state of a document that actions are about.
type place struct {
	*revision
	snap *analysis.Snapshot
}

// workspaceEdit turns edits of a document into the richest form that the client understands.
func (s *session) workspaceEdit(doc *text.Document, r *revision, edits []analysis.Edit) *protocol.WorkspaceEdit {
	docURI := uri.URI(r.uri)
	if !s.caps.documentChanges {
		plain := make([]protocol.TextEdit, len(edits))
		for i, e := range edits {
			plain[i] = s.textEdit(doc, e)
		}
		return &protocol.WorkspaceEdit{Changes: map[uri.URI][]protocol.TextEdit{docURI: plain}}
	}
	version := r.version
	change := &protocol.TextDocumentEdit{
		TextDocument: protocol.OptionalVersionedTextDocumentIdentifier{
			TextDocumentIdentifier: protocol.TextDocumentIdentifier{URI: docURI},
			Version:                &version,
		},
	}
	for _, e := range edits {
		if s.caps.snippetEdits && e.Text.HasPlaceholder() {
			change.Edits = append(change.Edits, &protocol.SnippetTextEdit{
				Range:   protocolRange(doc, e.From, e.To, s.caps.encoding),
				Snippet: protocol.StringValue{Kind: "snippet", Value: e.Text.Snippet()},
			})
			continue
		}
		edit := s.textEdit(doc, e)
		change.Edits = append(change.Edits, &edit)
	}
	return &protocol.WorkspaceEdit{DocumentChanges: []protocol.DocumentChange{change}}
}

func (s *session) textEdit(doc *text.Document, e analysis.Edit) protocol.TextEdit {
	return protocol.TextEdit{Range: protocolRange(doc, e.From, e.To, s.caps.encoding), NewText: e.Text.String()}
}

// explainCodes offers to explain the codes and to compare each with its neighbours.
func (c *codeActions) explainCodes(codes []analysis.StatusAt) {
	codes = codes[:min(len(codes), maxExplained)]
	for _, at := range codes {
		if _, ok := explain.Status(at.Code); ok {
			c.command(fmt.Sprintf("Explain %d", at.Code), commandExplain, at.Code)
		}
	}
	type pair struct{ a, b int }
	offered := map[pair]bool{}
	for _, at := range codes {
		similar := explain.Similar(at.Code)
		for _, other := range similar[:min(len(similar), maxCompared)] {
			p := pair{min(at.Code, other), max(at.Code, other)}
			if !offered[p] {
				offered[p] = true
				c.command(fmt.Sprintf("Compare %d and %d", p.a, p.b), commandCompare, p.a, p.b)
			}
		}
	}
}

// explainRules offers to explain the rules that found something.
func (c *codeActions) explainRules(findings []check.Finding) {
	var offered []string
	for i := range findings {
		name := findings[i].Rule.Name
		if len(offered) == maxExplained {
			return
		}
		if !slices.Contains(offered, name) {
			offered = append(offered, name)
			c.command("Explain rule "+name, commandExplainRule, name)
		}
	}
}

// command offers a command.
func (c *codeActions) command(title, name string, arguments ...any) {
	command := protocol.Command{Title: title, Command: name}
	for _, a := range arguments {
		raw, err := json.Marshal(a)
		if err != nil {
			panic(err) // numbers and strings only
		}
		command.Arguments = append(command.Arguments, raw)
	}
	if !c.s.caps.codeActionLiterals {
		c.list = append(c.list, &command)
		return
	}
	c.list = append(c.list, &protocol.CodeAction{Title: title, Command: command})
}
