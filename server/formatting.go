package server

import (
	"context"

	"go.lsp.dev/protocol"

	"sipls/server/analysis"
	"sipls/server/text"
)

// formatting handles textDocument/formatting. The options of the request are about tabs and final line ends, of which
// messages have none that may change.
func (s *session) formatting(ctx context.Context, docs view, params []byte) (any, error) {
	return s.format(ctx, docs, params, func(doc *text.Document, _ *wireRange) (from, to text.Offset) { return 0, doc.Len() })
}

// rangeFormatting handles textDocument/rangeFormatting.
func (s *session) rangeFormatting(ctx context.Context, docs view, params []byte) (any, error) {
	return s.format(ctx, docs, params, func(doc *text.Document, r *wireRange) (from, to text.Offset) {
		from, to = r.offsets(doc, s.caps.encoding)
		return min(from, to), max(from, to)
	})
}

// format answers null for evidence: the client then does not take the text for formatted.
func (s *session) format(ctx context.Context, docs view, params []byte, bounds func(*text.Document, *wireRange) (from, to text.Offset)) (any, error) {
	var p struct {
		TextDocument wireDocument `json:"textDocument"`
		Range        wireRange    `json:"range"`
	}
	if err := decodeParams(params, &p); err != nil {
		return nil, err
	}
	_, snap, err := s.asked(ctx, docs, p.TextDocument)
	if snap == nil || !snap.Editable() {
		return nil, err
	}
	from, to := bounds(snap.Document(), &p.Range)
	edits, err := snap.Formatting(ctx, from, to)
	if err != nil {
		return nil, err
	}
	at := ascending{doc: snap.Document(), enc: s.caps.encoding}
	out := make([]protocol.TextEdit, len(edits))
	for i, e := range edits {
		out[i] = protocol.TextEdit{Range: at.span(analysis.Extent{From: e.From, To: e.To}), NewText: e.Text.String()}
	}
	return out, nil
}
