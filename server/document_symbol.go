package server

import (
	"context"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"sipls/server/analysis"
)

// maxSymbols is how many messages an outline has; one more symbol stands for the others.
const maxSymbols = 10_000

// documentSymbol handles textDocument/documentSymbol.
func (s *session) documentSymbol(ctx context.Context, docs view, params []byte) (any, error) {
	var p struct {
		TextDocument wireDocument `json:"textDocument"`
	}
	if err := decodeParams(params, &p); err != nil {
		return nil, err
	}
	r, snap, err := s.asked(ctx, docs, p.TextDocument)
	if snap == nil {
		return nil, err
	}
	symbols, err := snap.DocumentSymbols(ctx, maxSymbols)
	if err != nil {
		return nil, err
	}
	at := ascending{doc: snap.Document(), enc: s.caps.encoding}
	if s.caps.symbolTree {
		return symbolTree(&at, symbols), nil
	}
	return flatSymbols(&at, uri.URI(r.uri), nil, "", symbols), nil
}

// protocolSymbolKind has kinds that every client knows, also one that does not say which.
var protocolSymbolKind = [...]protocol.SymbolKind{
	analysis.RequestSymbol:  protocol.SymbolKindMethod,
	analysis.ResponseSymbol: protocol.SymbolKindConstant,
	analysis.HeaderSymbol:   protocol.SymbolKindField,
	analysis.BodySymbol:     protocol.SymbolKindString,
	analysis.RestSymbol:     protocol.SymbolKindArray,
}

func symbolTree(at *ascending, symbols []analysis.Symbol) []protocol.DocumentSymbol {
	out := make([]protocol.DocumentSymbol, len(symbols))
	for i := range symbols {
		x := &symbols[i]
		d := &out[i]
		d.Name, d.Kind = x.Name, protocolSymbolKind[x.Kind]
		if x.Detail != "" {
			d.Detail = &x.Detail
		}
		// In the order of the text.
		d.Range.Start = at.position(x.From)
		d.SelectionRange = at.span(x.Head)
		if len(x.Children) > 0 {
			d.Children = symbolTree(at, x.Children)
		}
		d.Range.End = at.position(x.To)
	}
	return out
}

// flatSymbols appends the symbols, each followed by its children.
func flatSymbols(at *ascending, doc uri.URI, out []protocol.SymbolInformation, container string, symbols []analysis.Symbol) []protocol.SymbolInformation {
	for i := range symbols {
		x := &symbols[i]
		k := len(out)
		info := protocol.SymbolInformation{
			BaseSymbolInformation: protocol.BaseSymbolInformation{Name: x.Name, Kind: protocolSymbolKind[x.Kind]},
			Location:              protocol.Location{URI: doc},
		}
		if container != "" {
			info.ContainerName = &container
		}
		out = append(out, info)
		start := at.position(x.From)
		out = flatSymbols(at, doc, out, x.Name, x.Children)
		out[k].Location.Range = protocol.Range{Start: start, End: at.position(x.To)}
	}
	return out
}
