package server

import (
	"context"
	"encoding/json"
	"fmt"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"sipls/server/analysis"
	"sipls/server/explain"
)

// The commands that clients may execute. Those of the first group show a page and return its
// Markdown. Those of the second return the text of a message, with which the client does what the name says; those of the third
// what callCommands says.
const (
	commandExplain     = "sipls.explain"     // [status code]
	commandCompare     = "sipls.compare"     // [status code, status code]
	commandExplainRule = "sipls.explainRule" // [name of a rule]

	commandCopyMessage = "sipls.copyMessage" // [URI of the document, its version, number of the message]
	commandOpenDraft   = "sipls.openDraft"   // the same

	commandNextMessage     = "sipls.nextMessage"     // [URI of the document, position]
	commandPreviousMessage = "sipls.previousMessage" // the same
	commandShowCall        = "sipls.showCall"        // the same
	commandOpenCall        = "sipls.openCall"        // the same
)

func commandNames() []string {
	return []string{
		commandExplain, commandCompare, commandExplainRule, commandCopyMessage, commandOpenDraft,
		commandNextMessage, commandPreviousMessage, commandShowCall, commandOpenCall,
	}
}

// executeCommand handles workspace/executeCommand.
func (s *session) executeCommand(ctx context.Context, docs view, params []byte) (any, error) {
	var p struct {
		Command   string            `json:"command"`
		Arguments []json.RawMessage `json:"arguments"`
	}
	if err := decodeParams(params, &p); err != nil {
		return nil, err
	}
	if p.Command == commandCopyMessage || p.Command == commandOpenDraft {
		return s.messageText(ctx, docs, p.Command, p.Arguments)
	}
	if _, ok := callCommands[p.Command]; ok {
		return s.callCommand(ctx, docs, p.Command, p.Arguments)
	}
	pg, err := commandPage(p.Command, p.Arguments)
	if err != nil {
		return nil, err
	}
	// The client may not answer before it has the result of the command.
	s.spawn("showing a page", func(ctx context.Context) { s.showPage(ctx, pg) })
	return protocol.String(explain.Markdown(pg.doc)), nil
}

// commandPage returns the page that a command shows.
func commandPage(command string, arguments []json.RawMessage) (page, error) {
	switch command {
	case commandExplain:
		var code int
		if err := decodeArguments(command, arguments, &code); err != nil {
			return page{}, err
		}
		return statusPage(code)
	case commandCompare:
		var a, b int
		if err := decodeArguments(command, arguments, &a, &b); err != nil {
			return page{}, err
		}
		return comparePage(a, b)
	case commandExplainRule:
		var name string
		if err := decodeArguments(command, arguments, &name); err != nil {
			return page{}, err
		}
		return rulePage(name)
	}
	return page{}, jsonrpc2.NewError(jsonrpc2.InvalidParams, "sipls has no command of this name")
}

// decodeArguments decodes exactly as many arguments as there are targets: *int, *string or *wirePosition.
func decodeArguments(command string, arguments []json.RawMessage, into ...any) error {
	if len(arguments) != len(into) {
		return jsonrpc2.Errorf(jsonrpc2.InvalidParams, "%s takes %d argument(s), not %d", command, len(into), len(arguments))
	}
	for i, target := range into {
		if isNull(arguments[i]) || json.Unmarshal(arguments[i], target) != nil {
			want := "a whole number"
			switch target.(type) {
			case *string:
				want = "a string"
			case *wirePosition:
				want = "a position"
			}
			return jsonrpc2.Errorf(jsonrpc2.InvalidParams, "argument %d of %s has to be %s", i+1, command, want)
		}
	}
	return nil
}

func statusPage(code int) (page, error) {
	doc, ok := explain.Status(code)
	if !ok {
		return page{}, jsonrpc2.Errorf(jsonrpc2.InvalidParams, "%d is not a response code: these have three digits", code)
	}
	return page{path: fmt.Sprintf("explain/%d.md", code), doc: doc}, nil
}

func comparePage(a, b int) (page, error) {
	doc, ok := explain.Compare(a, b)
	if !ok {
		return page{}, jsonrpc2.Errorf(jsonrpc2.InvalidParams, "%d and %d are not two response codes that sipls knows", a, b)
	}
	return page{path: fmt.Sprintf("compare/%d-%d.md", a, b), doc: doc}, nil
}

func rulePage(name string) (page, error) {
	doc, ok := analysis.Rule(name)
	if !ok {
		return page{}, jsonrpc2.NewError(jsonrpc2.InvalidParams, "there is no rule of this name")
	}
	return page{path: "rule/" + name + ".md", doc: doc}, nil
}
