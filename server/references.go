package server

import (
	"context"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"sipls/server/analysis"
)

// maxReferences is how many places are listed, those nearest to the cursor.
const maxReferences = 5000

// references handles textDocument/references: the messages of the same transaction, dialog or call.
func (s *session) references(ctx context.Context, docs view, params []byte) (any, error) {
	var p struct {
		TextDocument wireDocument `json:"textDocument"`
		Position     wirePosition `json:"position"`
		Context      struct {
			IncludeDeclaration bool `json:"includeDeclaration"`
		} `json:"context"`
	}
	if err := decodeParams(params, &p); err != nil {
		return nil, err
	}
	r, snap, err := s.asked(ctx, docs, p.TextDocument)
	if snap == nil {
		return nil, err
	}
	places, err := snap.References(ctx, snap.Document().Offset(p.Position.position(), s.caps.encoding), p.Context.IncludeDeclaration, maxReferences)
	if err != nil || len(places) == 0 {
		return nil, err
	}
	return s.locations(snap, r, places), nil
}

// locations converts extents that stand in the order of the text.
func (s *session) locations(snap *analysis.Snapshot, r *revision, places []analysis.Extent) []protocol.Location {
	at := ascending{doc: snap.Document(), enc: s.caps.encoding}
	out := make([]protocol.Location, len(places))
	for i, e := range places {
		out[i] = protocol.Location{URI: uri.URI(r.uri), Range: at.span(e)}
	}
	return out
}
