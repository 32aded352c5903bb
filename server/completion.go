package server

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"go.lsp.dev/protocol"

	"sipls/server/analysis"
	"sipls/server/check"
	"sipls/server/text"
)

// completionTriggers are the characters behind which a client asks by itself. A blank is none, though words may follow
// one: a list that opens at the end of a line takes the Enter that was meant for the text.
var completionTriggers = []string{":", ";", "=", "<", "/", "["}

var completionKinds = [...]protocol.CompletionItemKind{
	analysis.MessageCompletion:   protocol.CompletionItemKindSnippet,
	analysis.MethodCompletion:    protocol.CompletionItemKindMethod,
	analysis.StatusCompletion:    protocol.CompletionItemKindEnumMember,
	analysis.FieldCompletion:     protocol.CompletionItemKindField,
	analysis.ParameterCompletion: protocol.CompletionItemKindProperty,
	analysis.WordCompletion:      protocol.CompletionItemKindEnumMember,
	analysis.ValueCompletion:     protocol.CompletionItemKindValue,
	analysis.URICompletion:       protocol.CompletionItemKindReference,
	analysis.KeywordCompletion:   protocol.CompletionItemKindKeyword,
}

// completionCapabilities is what the client does with items.
type completionCapabilities struct {
	snippets           bool
	insertReplace      bool
	labelDetails       bool
	deprecatedTag      bool
	markdown           bool
	adjustsIndentation bool // says so where it is asked to
}

func readCompletionCapabilities(item capabilityTree) completionCapabilities {
	return completionCapabilities{
		snippets:           item.at("snippetSupport").isTrue(),
		insertReplace:      item.at("insertReplaceSupport").isTrue(),
		labelDetails:       item.at("labelDetailsSupport").isTrue(),
		deprecatedTag:      item.at("tagSupport", "valueSet").has(float64(protocol.CompletionItemTagDeprecated)),
		markdown:           prefersMarkdown(item.at("documentationFormat").strings()),
		adjustsIndentation: item.at("insertTextModeSupport", "valueSet").has(float64(protocol.InsertTextModeAdjustIndentation)),
	}
}

// completionOptions returns what every client is offered.
func completionOptions() *protocol.CompletionOptions {
	yes := true
	return &protocol.CompletionOptions{TriggerCharacters: completionTriggers, ResolveProvider: &yes}
}

// completion handles textDocument/completion. The list is complete, so that typing on narrows it down
// without asking again; what an item means comes when the client resolves it.
func (s *session) completion(ctx context.Context, docs view, params []byte) (any, error) {
	var p struct {
		TextDocument wireDocument `json:"textDocument"`
		Position     wirePosition `json:"position"`
	}
	if err := decodeParams(params, &p); err != nil {
		return nil, err
	}
	_, snap, err := s.asked(ctx, docs, p.TextDocument)
	if snap == nil {
		return nil, err
	}
	doc := snap.Document()
	c, ok := snap.Completion(doc.Offset(p.Position.position(), s.caps.encoding))
	if !ok {
		return nil, nil
	}
	w := completionWriter{caps: s.caps.completion, replace: protocolRange(doc, c.From, c.To, s.caps.encoding)}
	w.insert = protocol.Range{Start: w.replace.Start, End: protocolPosition(doc, c.At, s.caps.encoding)}
	w.eol, w.indent = lineForm(doc, c.From)
	list := &protocol.CompletionList{Items: make([]protocol.CompletionItem, len(c.Items))}
	for i := range c.Items {
		list.Items[i] = w.item(i, &c.Items[i])
	}
	return list, nil
}

// lineForm returns the line end of the text around off, LF where there is none, and the blanks in front of its line.
func lineForm(doc *text.Document, off text.Offset) (eol, indent string) {
	n := doc.LineAt(off)
	line := string(doc.Slice(doc.LineStart(n), min(off, doc.LineEnd(n))))
	indent = line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	if n > 0 {
		n--
	}
	if eol = string(doc.Slice(doc.LineEnd(n), doc.LineStart(n+1))); eol == "" {
		eol = "\n"
	}
	return eol, indent
}

// completionWriter makes items for one place.
type completionWriter struct {
	caps            completionCapabilities
	insert, replace protocol.Range
	eol, indent     string
}

func (w *completionWriter) item(i int, c *analysis.CompletionItem) protocol.CompletionItem {
	out := protocol.CompletionItem{
		Label:    c.Label,
		Kind:     completionKinds[c.Kind],
		SortText: protocol.NewOptional(fmt.Sprintf("%04d", i)),
	}
	if c.Filter != "" {
		out.FilterText = protocol.NewOptional(c.Filter)
	}
	detail := c.Detail
	if c.Note != "" {
		if w.caps.labelDetails {
			out.LabelDetails = &protocol.CompletionItemLabelDetails{Description: &c.Note}
		} else {
			detail = strings.TrimSuffix(c.Note+": "+detail, ": ")
		}
	}
	if detail != "" {
		out.Detail = protocol.NewOptional(detail)
	}
	if c.Deprecated && w.caps.deprecatedTag {
		out.Tags = []protocol.CompletionItemTag{protocol.CompletionItemTagDeprecated}
	}
	if c.Topic != "" {
		raw, err := json.Marshal(completionData{Topic: c.Topic})
		if err != nil {
			panic(err) // a string
		}
		out.Data = raw
	}
	newText := w.text(c.Insert, &out)
	if w.caps.insertReplace {
		out.TextEdit = &protocol.InsertReplaceEdit{NewText: newText, Insert: w.insert, Replace: w.replace}
	} else {
		out.TextEdit = &protocol.TextEdit{NewText: newText, Range: w.replace}
	}
	return out
}

// text returns what an item inserts. Clients that know snippets give their lines the line end and the
// indentation of the text; to others the server sends both.
func (w *completionWriter) text(t check.Template, out *protocol.CompletionItem) string {
	if !w.caps.snippets || !t.HasPlaceholder() && !strings.Contains(t.String(), "\n") {
		lines := strings.Split(t.String(), "\n")
		for i, l := range lines {
			if i > 0 && l != "" {
				lines[i] = w.indent + l
			}
		}
		return strings.Join(lines, w.eol)
	}
	out.InsertTextFormat = protocol.InsertTextFormatSnippet
	if w.caps.adjustsIndentation {
		out.InsertTextMode = protocol.InsertTextModeAdjustIndentation
	}
	return snippet(t)
}

var snippetText = strings.NewReplacer(`\`, `\\`, `$`, `\$`, `}`, `\}`)

// snippet returns a template in the snippet syntax of LSP. Placeholders with the same words are one: what the user
// writes in the first stands in all of them. The cursor ends behind the text.
func snippet(t check.Template) string {
	var b strings.Builder
	stops := map[string]int{}
	for _, p := range t {
		text := snippetText.Replace(p.Text)
		if !p.Placeholder {
			b.WriteString(text)
			continue
		}
		if n := stops[p.Text]; n > 0 {
			fmt.Fprintf(&b, "${%d}", n)
			continue
		}
		stops[p.Text] = len(stops) + 1
		fmt.Fprintf(&b, "${%d:%s}", stops[p.Text], text)
	}
	b.WriteString("$0")
	return b.String()
}
