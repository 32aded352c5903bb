package server

import (
	"context"
	"encoding/json"
	"errors"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"sipls/server/analysis"
)

// actionData is what an action without its edit takes along to the client and back.
type actionData struct {
	URI     string   `json:"uri"`
	Version int32    `json:"version"`
	Opened  uint64   `json:"opened"` // tells one opening of the document from the next
	Fix     *fixData `json:"fix,omitempty"`
	All     *string  `json:"all,omitempty"` // all safe fixes of the rule, or of all rules when it is ""
}

// fixData names one fix of one finding.
type fixData struct {
	Rule    string `json:"rule"`
	Message uint32 `json:"message"`
	Offset  int32  `json:"offset"`
	Length  int32  `json:"length"`
	Number  int    `json:"number"` // among the fixes of the finding
}

func (d actionData) encode() protocol.LSPAny {
	raw, err := json.Marshal(d)
	if err != nil {
		panic(err) // numbers and strings only
	}
	return protocol.LSPAny(raw)
}

// errModified answers what is about a state of a document that is no longer the newest one.
var errModified = jsonrpc2.NewError(codeContentModified, "the document has changed since")

// codeContentModified is LSP's code for a result that an edit has made useless (ContentModified).
const codeContentModified jsonrpc2.Code = -32801

// codeActionResolve handles codeAction/resolve: it adds the edit to the action, whose other members stay as they are.
func (s *session) codeActionResolve(ctx context.Context, docs view, params []byte) (any, error) {
	members, raw, err := toResolve(params)
	if err != nil {
		return nil, err
	}
	if raw == nil {
		return jsonrpc2.RawMessage(params), nil // an action that is whole
	}
	var data actionData
	if err := json.Unmarshal(raw, &data); err != nil || (data.Fix == nil) == (data.All == nil) {
		return nil, invalidParams(errors.New("the data of the action is not what it was sent with"))
	}
	r, ok := docs[data.URI]
	if !ok || r.version != data.Version || r.opened != data.Opened {
		return nil, errModified
	}
	snap, err := s.snapshot(ctx, r)
	if err != nil {
		return nil, err
	}
	var edits []analysis.Edit
	if data.All != nil {
		edits, err = snap.FixAll(ctx, s.wanted(*data.All))
	} else {
		edits, err = fixEdits(snap, data.Fix)
	}
	if err != nil {
		return nil, err
	}
	members["edit"], err = protocol.Marshal(s.workspaceEdit(snap.Document(), r, edits))
	if err != nil {
		return nil, err
	}
	out, err := json.Marshal(members)
	return jsonrpc2.RawMessage(out), err
}

// fixEdits returns the edits of a fix that was offered before.
func fixEdits(snap *analysis.Snapshot, d *fixData) ([]analysis.Edit, error) {
	if int64(d.Message) < int64(snap.Len()) {
		for _, f := range snap.FindingsOf(snap.Message(int(d.Message))) {
			if f.Rule.Name != d.Rule || f.At.At.Off != d.Offset || f.At.At.Len != d.Length {
				continue
			}
			if fixes := snap.Fixes(&f); 0 <= d.Number && d.Number < len(fixes) {
				return fixes[d.Number].Edits, nil
			}
		}
	}
	return nil, invalidParams(errors.New("there is no such fix"))
}
