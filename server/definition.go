package server

import (
	"context"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// definition handles textDocument/definition: what the place comes from, the request of a response for one.
func (s *session) definition(ctx context.Context, docs view, params []byte) (any, error) {
	var p struct {
		TextDocument wireDocument `json:"textDocument"`
		Position     wirePosition `json:"position"`
	}
	if err := decodeParams(params, &p); err != nil {
		return nil, err
	}
	r, snap, err := s.asked(ctx, docs, p.TextDocument)
	if snap == nil {
		return nil, err
	}
	doc := snap.Document()
	origin, ok, err := snap.Definition(ctx, doc.Offset(p.Position.position(), s.caps.encoding))
	if err != nil || !ok {
		return nil, err
	}
	at := ascending{doc: doc, enc: s.caps.encoding}
	if !s.caps.definitionLinks {
		return &protocol.Location{URI: uri.URI(r.uri), Range: at.span(origin.Focus)}, nil
	}
	from := at.span(origin.From)
	return []protocol.LocationLink{{
		OriginSelectionRange: &from,
		TargetURI:            uri.URI(r.uri),
		TargetRange:          at.span(origin.Target),
		TargetSelectionRange: at.span(origin.Focus),
	}}, nil
}
