package server

import (
	"context"
	"encoding/json"
	"slices"

	"go.lsp.dev/jsonrpc2"

	"sipls/server/analysis"
	"sipls/server/explain"
)

// completionData is what an item carries to the request that resolves it.
type completionData struct {
	Topic string `json:"topic"`
}

// completionResolve handles completionItem/resolve: it adds the documentation and gives
// everything else back as the client sent it.
func (s *session) completionResolve(_ context.Context, _ view, params []byte) (any, error) {
	var item map[string]json.RawMessage
	if err := decodeParams(params, &item); err != nil {
		return nil, err
	}
	var data completionData
	if item["data"] == nil || json.Unmarshal(item["data"], &data) != nil {
		return jsonrpc2.RawMessage(slices.Clone(params)), nil
	}
	doc, ok := analysis.CompletionTopic(data.Topic)
	if !ok {
		return jsonrpc2.RawMessage(slices.Clone(params)), nil
	}
	content := struct {
		Kind  string `json:"kind"`
		Value string `json:"value"`
	}{"plaintext", ""}
	if s.caps.completion.markdown {
		content.Kind, content.Value = "markdown", explain.Markdown(doc)
	} else {
		content.Value = explain.Plain(doc)
	}
	raw, err := json.Marshal(content)
	if err != nil {
		return nil, err
	}
	item["documentation"] = raw
	out, err := json.Marshal(item)
	return jsonrpc2.RawMessage(out), err
}
