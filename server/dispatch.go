package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync/atomic"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
)

// request is how a request is answered: from a view of the documents, in a goroutine of its own.
type request struct {
	class  class
	answer func(s *session, ctx context.Context, docs view, params []byte) (any, error)
}

// class groups requests that share places to run.
type class uint8

const (
	quick class = iota // somebody waits for it with a hand on the keyboard
	whole              // looks at a whole document
	classes
)

var requests = map[string]request{
	protocol.MethodTextDocumentHover:                   {quick, (*session).hover},
	protocol.MethodTextDocumentCompletion:              {quick, (*session).completion},
	protocol.MethodCompletionItemResolve:               {quick, (*session).completionResolve},
	protocol.MethodTextDocumentFormatting:              {whole, (*session).formatting},
	protocol.MethodTextDocumentRangeFormatting:         {whole, (*session).rangeFormatting},
	protocol.MethodTextDocumentDefinition:              {quick, (*session).definition},
	protocol.MethodTextDocumentReferences:              {quick, (*session).references},
	protocol.MethodTextDocumentDocumentHighlight:       {quick, (*session).documentHighlight},
	protocol.MethodTextDocumentSelectionRange:          {quick, (*session).selectionRange},
	protocol.MethodTextDocumentSemanticTokensRange:     {quick, (*session).semanticTokensRange},
	protocol.MethodTextDocumentSemanticTokensFull:      {whole, (*session).semanticTokensFull},
	protocol.MethodTextDocumentSemanticTokensFullDelta: {whole, (*session).semanticTokensDelta},
	protocol.MethodTextDocumentDocumentSymbol:          {whole, (*session).documentSymbol},
	protocol.MethodTextDocumentDocumentLink:            {whole, (*session).documentLink},
	protocol.MethodTextDocumentFoldingRange:            {whole, (*session).foldingRange},
	protocol.MethodTextDocumentInlayHint:               {quick, (*session).inlayHint},
	protocol.MethodTextDocumentCodeLens:                {whole, (*session).codeLens},
	protocol.MethodCodeLensResolve:                     {quick, (*session).codeLensResolve},
	protocol.MethodWorkspaceSymbol:                     {whole, (*session).workspaceSymbol},
	protocol.MethodTextDocumentCodeAction:              {quick, (*session).codeAction},
	protocol.MethodCodeActionResolve:                   {whole, (*session).codeActionResolve},
	protocol.MethodTextDocumentDiagnostic:              {whole, (*session).diagnostic},
	protocol.MethodWorkspaceExecuteCommand:             {quick, (*session).executeCommand},
	protocol.MethodWorkspaceTextDocumentContent:        {quick, (*session).textDocumentContent},
}

// notifications are handled one after the other, in the order of the wire.
var notifications = map[string]func(s *session, params []byte) error{
	protocol.MethodInitialized:                     (*session).initialized,
	protocol.MethodExit:                            (*session).exit,
	protocol.MethodTextDocumentDidOpen:             (*session).didOpen,
	protocol.MethodTextDocumentDidChange:           (*session).didChange,
	protocol.MethodTextDocumentDidClose:            (*session).didClose,
	protocol.MethodWorkspaceDidChangeConfiguration: (*session).didChangeConfiguration,
	protocol.MethodCancelRequest:                   (*session).cancelRequest,
}

// maxWaiting is how many requests may be under way; more are refused.
const maxWaiting = 4096

// codeServerCancelled is LSP's code for a request that the server gave up by
// itself (3.17, ServerCancelled).
const codeServerCancelled jsonrpc2.Code = -32802

type dispatcher struct {
	s        *session
	requests map[string]request
	async    jsonrpc2.Handler
	cancel   func(jsonrpc2.ID)
	waiting  atomic.Int64
	places   [classes]chan struct{}
}

func (d *dispatcher) init(s *session) {
	d.s, d.requests = s, requests
	// CancelHandler derives a context, which must not be done with that of a
	// request that is handled inline: the library uses it again for the next one.
	d.async, d.cancel = jsonrpc2.CancelHandler(jsonrpc2.AsyncHandler(d.answer))
	n := runtime.GOMAXPROCS(0)
	d.places[quick] = make(chan struct{}, max(4, n))
	d.places[whole] = make(chan struct{}, max(2, n/2))
}

// handle is called for each message, on the goroutine that reads them.
func (d *dispatcher) handle(ctx context.Context, req *jsonrpc2.Request) (any, error) {
	s := d.s
	if !req.IsCall() {
		s.notified(req.Method(), req.Params())
		// An error would end the connection.
		return nil, nil
	}
	switch method := req.Method(); method {
	case protocol.MethodInitialize:
		return s.run(jsonrpc2.DetachContext(ctx), method, func(context.Context) (any, error) {
			return s.initialize(req.Params())
		})
	case protocol.MethodShutdown:
		return s.run(jsonrpc2.DetachContext(ctx), method, func(context.Context) (any, error) {
			return nil, s.shutdown()
		})
	}
	if err := s.ready(); err != nil {
		return nil, err
	}
	if _, ok := d.requests[req.Method()]; !ok {
		return nil, jsonrpc2.NewError(jsonrpc2.MethodNotFound, "sipls does not know this method")
	}
	if d.waiting.Add(1) > maxWaiting {
		d.waiting.Add(-1)
		return nil, jsonrpc2.NewError(codeServerCancelled, "too many requests at a time")
	}
	// The view is taken before the next message can be read.
	return d.async(context.WithValue(ctx, viewKey{}, s.docs.view()), req)
}

type viewKey struct{}

// answer runs in a goroutine of its own.
func (d *dispatcher) answer(ctx context.Context, req *jsonrpc2.Request) (any, error) {
	defer d.waiting.Add(-1)
	r := d.requests[req.Method()]
	docs, _ := ctx.Value(viewKey{}).(view)
	select {
	case d.places[r.class] <- struct{}{}:
		defer func() { <-d.places[r.class] }()
	case <-ctx.Done():
		return nil, protocol.ErrRequestCancelled
	}
	return d.s.run(ctx, req.Method(), func(ctx context.Context) (any, error) {
		return r.answer(d.s, ctx, docs, req.Params())
	})
}

// run calls the handler of a request and turns its result into what the
// library writes: encoded JSON, or an error that has a code.
func (s *session) run(ctx context.Context, method string, handler func(context.Context) (any, error)) (any, error) {
	var out jsonrpc2.RawMessage
	var err error
	finished := s.protect(method, func() {
		var result any
		if result, err = handler(ctx); err == nil {
			out, err = codec{}.Marshal(result)
		}
	})
	switch {
	case !finished:
		return nil, jsonrpc2.NewError(jsonrpc2.InternalError, "sipls failed at this request; the log of the server says more")
	case err == nil:
		return out, nil
	case ctx.Err() != nil || errors.Is(err, context.Canceled):
		return nil, protocol.ErrRequestCancelled
	}
	if !errors.As(err, new(*jsonrpc2.Error)) {
		err = fmt.Errorf("%w: %w", jsonrpc2.ErrInternal, err)
	}
	return nil, err
}

// notified handles a notification. Whatever is wrong with one ends in the log.
func (s *session) notified(method string, params []byte) {
	handler, ok := notifications[method]
	if !ok || method != protocol.MethodExit && s.ready() != nil {
		return
	}
	var err error
	s.protect(method, func() { err = handler(s, params) })
	if err != nil {
		s.log.Warn("a notification was not understood", "method", method, "reason", err)
	}
}

// protect calls f and reports whether it came to its end. A panic is logged
// with its stack, but neither with the text it was about nor with any other.
func (s *session) protect(what string, f func()) (finished bool) {
	defer func() {
		if finished {
			return
		}
		p := recover()
		attrs := []any{"in", what, "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack())}
		if err, ok := p.(runtime.Error); ok {
			attrs = append(attrs, "panic", err.Error())
		}
		s.log.Error("panic", attrs...)
		s.tellOnce("panic", messageError, "sipls failed at "+what+" and goes on. Please report it with the log of the server.")
	}()
	f()
	return true
}

// cancelRequest handles $/cancelRequest. An id that is no request under way is nothing unusual.
func (s *session) cancelRequest(params []byte) error {
	var p struct {
		ID json.RawMessage `json:"id"`
	}
	if err := decodeParams(params, &p); err != nil {
		return err
	}
	var number int64
	if json.Unmarshal(p.ID, &number) == nil && !isNull(p.ID) {
		s.dispatch.cancel(jsonrpc2.NewNumberID(number))
		return nil
	}
	var name string
	if err := json.Unmarshal(p.ID, &name); err != nil || isNull(p.ID) {
		return errors.New("the id is neither a number nor a string")
	}
	s.dispatch.cancel(jsonrpc2.NewStringID(name))
	return nil
}

// codec encodes parameters and results with the protocol package, which knows LSP's unions.
type codec struct{}

func (codec) Marshal(v any) ([]byte, error) {
	if raw, ok := v.(jsonrpc2.RawMessage); ok {
		if raw == nil {
			return []byte("null"), nil
		}
		return raw, nil
	}
	return protocol.Marshal(v)
}

func (codec) Unmarshal(data []byte, v any) error {
	if raw, ok := v.(*jsonrpc2.RawMessage); ok {
		*raw = append(jsonrpc2.RawMessage{}, data...)
		return nil
	}
	return protocol.Unmarshal(data, v)
}
