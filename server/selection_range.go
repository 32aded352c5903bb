package server

import (
	"context"
	"fmt"

	"go.lsp.dev/protocol"
)

// maxCursors is for how many positions at a time selection ranges are given.
const maxCursors = 10_000

// selectionRange handles textDocument/selectionRange.
func (s *session) selectionRange(ctx context.Context, docs view, params []byte) (any, error) {
	var p struct {
		TextDocument wireDocument   `json:"textDocument"`
		Positions    []wirePosition `json:"positions"`
	}
	if err := decodeParams(params, &p); err != nil {
		return nil, err
	}
	if len(p.Positions) > maxCursors {
		return nil, invalidParams(fmt.Errorf("%d positions, at most %d are answered", len(p.Positions), maxCursors))
	}
	_, snap, err := s.asked(ctx, docs, p.TextDocument)
	if snap == nil {
		return nil, err
	}
	doc := snap.Document()
	out := make([]protocol.SelectionRange, len(p.Positions))
	for i, pos := range p.Positions {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		extents := snap.SelectionRanges(doc.Offset(pos.position(), s.caps.encoding))
		x := &out[i]
		for k, e := range extents {
			if k > 0 {
				x.Parent = &protocol.SelectionRange{}
				x = x.Parent
			}
			x.Range = protocolRange(doc, e.From, e.To, s.caps.encoding)
		}
	}
	return out, nil
}
