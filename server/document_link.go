package server

import (
	"context"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// maxLinks is how many links a document has at most, the first ones.
const maxLinks = 5000

// documentLink handles textDocument/documentLink: response codes and, in message files, names
// of header fields lead to the sections that define them.
func (s *session) documentLink(ctx context.Context, docs view, params []byte) (any, error) {
	var p struct {
		TextDocument wireDocument `json:"textDocument"`
	}
	if err := decodeParams(params, &p); err != nil {
		return nil, err
	}
	_, snap, err := s.asked(ctx, docs, p.TextDocument)
	if snap == nil {
		return nil, err
	}
	links, err := snap.DocumentLinks(ctx, maxLinks)
	if err != nil {
		return nil, err
	}
	at := ascending{doc: snap.Document(), enc: s.caps.encoding}
	out := make([]protocol.DocumentLink, len(links))
	for i, l := range links {
		target := uri.URI(l.Cite.URL())
		out[i] = protocol.DocumentLink{Range: at.span(l.Extent), Target: &target}
		if s.caps.linkTooltips {
			tooltip := l.Cite.String()
			out[i].Tooltip = &tooltip
		}
	}
	return out, nil
}
