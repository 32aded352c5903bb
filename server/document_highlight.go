package server

import (
	"context"

	"go.lsp.dev/protocol"
)

// maxHighlights is how many places of one value are highlighted, those nearest to the cursor.
const maxHighlights = 2000

// documentHighlight handles textDocument/documentHighlight: the places that have the same
// Call-ID, tag or branch. The answer is null elsewhere, so that a client does what it does by itself.
func (s *session) documentHighlight(ctx context.Context, docs view, params []byte) (any, error) {
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
	places, err := snap.DocumentHighlights(ctx, doc.Offset(p.Position.position(), s.caps.encoding), maxHighlights)
	if err != nil || len(places) == 0 {
		return nil, err
	}
	at := ascending{doc: doc, enc: s.caps.encoding}
	out := make([]protocol.DocumentHighlight, len(places))
	for i, e := range places {
		out[i] = protocol.DocumentHighlight{Range: at.span(e), Kind: protocol.DocumentHighlightKindText}
	}
	return out, nil
}
