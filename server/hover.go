package server

import (
	"context"

	"go.lsp.dev/protocol"

	"sipls/server/explain"
)

// hover handles textDocument/hover.
func (s *session) hover(ctx context.Context, docs view, params []byte) (any, error) {
	var p struct {
		TextDocument wireDocument `json:"textDocument"`
		Position     wirePosition `json:"position"`
	}
	if err := decodeParams(params, &p); err != nil {
		return nil, err
	}
	uri, err := p.TextDocument.uri()
	if err != nil {
		return nil, err
	}
	r, ok := docs[uri]
	if !ok {
		return nil, nil
	}
	snap, err := s.snapshot(ctx, r)
	if err != nil {
		return nil, err
	}
	doc := snap.Document()
	page, from, to, ok := snap.Hover(doc.Offset(p.Position.position(), s.caps.encoding))
	if !ok {
		return nil, nil
	}
	rng := protocolRange(doc, from, to, s.caps.encoding)
	content := &protocol.MarkupContent{Kind: protocol.MarkupKindPlainText}
	if s.caps.hoverMarkdown {
		content.Kind = protocol.MarkupKindMarkdown
		content.Value = explain.Markdown(page)
	} else {
		content.Value = explain.Plain(page)
	}
	return &protocol.Hover{Contents: content, Range: &rng}, nil
}
