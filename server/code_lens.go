package server

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"sipls/server/analysis"
)

const (
	// maxLenses is how many calls of a document have a lens, the first ones.
	maxLenses = 20_000
	// wholeLenses is how many calls a document may have for their lenses to be worked out at once; those of more calls are when they
	// come into sight.
	wholeLenses = 100
)

// lensData is what a lens without its command takes along to the client and back.
type lensData struct {
	URI     string `json:"uri"`
	Version int32  `json:"version"`
	Opened  uint64 `json:"opened"` // tells one opening of the document from the next
	Message int    `json:"message"`
	Open    bool   `json:"open,omitempty"` // the lens that opens the call alone
}

// codeLens handles textDocument/codeLens: over the first message of each call what became of it.
func (s *session) codeLens(ctx context.Context, docs view, params []byte) (any, error) {
	var p struct {
		TextDocument wireDocument `json:"textDocument"`
	}
	if err := decodeParams(params, &p); err != nil {
		return nil, err
	}
	s.config.wait(ctx)
	r, snap, err := s.asked(ctx, docs, p.TextDocument)
	if snap == nil || !s.settings.Load().CodeLens {
		return nil, err
	}
	lenses, err := snap.CodeLenses(ctx, maxLenses)
	if err != nil {
		return nil, err
	}
	at := ascending{doc: snap.Document(), enc: s.caps.encoding}
	var out []protocol.CodeLens
	for _, l := range lenses {
		lens := protocol.CodeLens{Range: at.span(l.At)}
		if lens.Range.End.Line > lens.Range.Start.Line { // the log has wrapped the start line; a lens stands on one
			lens.Range.End = lens.Range.Start
		}
		data := lensData{URI: r.uri, Version: r.version, Opened: r.opened, Message: l.Message}
		for _, data.Open = range []bool{false, true} {
			if data.Open && !slices.Contains(s.caps.clientCommands, commandOpenCall) {
				continue
			}
			if lens.Data, lens.Command = nil, (protocol.Command{}); len(lenses) > wholeLenses {
				lens.Data = encodeData(data)
			} else {
				lens.Command = s.lensCommand(snap, &data, lens.Range)
			}
			out = append(out, lens)
		}
	}
	return out, nil
}

// lensCommand returns what a lens says, and what it does where the client can.
func (s *session) lensCommand(snap *analysis.Snapshot, d *lensData, at protocol.Range) protocol.Command {
	c := protocol.Command{Title: "Open this call alone", Command: commandOpenCall}
	if !d.Open {
		c.Title, _ = snap.LensTitle(d.Message)
		c.Command = commandShowCall
	}
	if slices.Contains(s.caps.clientCommands, c.Command) {
		c.Arguments = []protocol.LSPAny{encodeData(d.URI), encodeData(at.Start)}
	} else {
		c.Command = "" // words without a command
	}
	return c
}

// encodeData encodes what is made of numbers and strings only.
func encodeData(v any) protocol.LSPAny {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return protocol.LSPAny(raw)
}

// codeLensResolve handles codeLens/resolve: it adds the command to the lens, whose other members stay as they are.
func (s *session) codeLensResolve(ctx context.Context, docs view, params []byte) (any, error) {
	members, raw, err := toResolve(params)
	if err != nil {
		return nil, err
	}
	if raw == nil {
		return jsonrpc2.RawMessage(params), nil // a lens that is whole
	}
	var data lensData
	var at protocol.Range
	if json.Unmarshal(raw, &data) != nil || protocol.Unmarshal(members["range"], &at) != nil {
		return nil, invalidParams(errors.New("the lens is not what it was sent as"))
	}
	r, ok := docs[data.URI]
	if !ok || r.version != data.Version || r.opened != data.Opened {
		return nil, errModified
	}
	snap, err := s.snapshot(ctx, r)
	if err != nil {
		return nil, err
	}
	if data.Message < 0 || data.Message >= snap.Len() {
		return nil, invalidParams(errors.New("the document has no such message"))
	}
	if members["command"], err = protocol.Marshal(s.lensCommand(snap, &data, at)); err != nil {
		return nil, err
	}
	out, err := json.Marshal(members)
	return jsonrpc2.RawMessage(out), err
}
