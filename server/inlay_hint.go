package server

import (
	"context"

	"go.lsp.dev/protocol"
)

// maxHints is how many inlay hints one answer has at most, the first ones: some clients ask for the whole document.
const maxHints = 20_000

// inlayHint handles textDocument/inlayHint: how long after its request a response came, and what was sent again.
func (s *session) inlayHint(ctx context.Context, docs view, params []byte) (any, error) {
	var p struct {
		TextDocument wireDocument `json:"textDocument"`
		Range        wireRange    `json:"range"`
	}
	if err := decodeParams(params, &p); err != nil {
		return nil, err
	}
	s.config.wait(ctx)
	_, snap, err := s.asked(ctx, docs, p.TextDocument)
	if snap == nil || !s.settings.Load().InlayHints {
		return nil, err
	}
	from, to := p.Range.offsets(snap.Document(), s.caps.encoding)
	hints, err := snap.InlayHints(ctx, from, to, maxHints)
	if err != nil {
		return nil, err
	}
	yes := true
	at := ascending{doc: snap.Document(), enc: s.caps.encoding}
	out := make([]protocol.InlayHint, len(hints))
	for i, h := range hints {
		out[i] = protocol.InlayHint{Position: at.position(h.At), Label: protocol.String(h.Label), PaddingLeft: &yes}
		if h.Tooltip != "" {
			out[i].Tooltip = protocol.String(h.Tooltip)
		}
	}
	return out, nil
}
