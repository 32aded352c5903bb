package server

import (
	"context"
	"maps"
	"slices"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// maxCallSymbols is how many calls are found at most: nobody reads through more, another letter finds fewer.
const maxCallSymbols = 500

// workspaceSymbol handles workspace/symbol: the calls in the open documents.
func (s *session) workspaceSymbol(ctx context.Context, docs view, params []byte) (any, error) {
	var p struct {
		Query string `json:"query"`
	}
	if err := decodeParams(params, &p); err != nil {
		return nil, err
	}
	out := []protocol.SymbolInformation{}
	for _, name := range slices.Sorted(maps.Keys(docs)) {
		if len(out) == maxCallSymbols {
			break
		}
		snap, err := s.snapshot(ctx, docs[name])
		if err != nil {
			return nil, err
		}
		calls, err := snap.CallSymbols(ctx, p.Query, maxCallSymbols-len(out))
		if err != nil {
			return nil, err
		}
		at := ascending{doc: snap.Document(), enc: s.caps.encoding}
		for _, c := range calls {
			x := protocol.SymbolInformation{
				BaseSymbolInformation: protocol.BaseSymbolInformation{Name: c.Name, Kind: protocol.SymbolKindMethod},
				Location:              protocol.Location{URI: uri.URI(name), Range: at.span(c.At)},
			}
			if c.CallID != "" {
				x.ContainerName = &c.CallID
			}
			out = append(out, x)
		}
	}
	return out, nil
}
