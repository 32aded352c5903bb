package server

import (
	"context"
	"encoding/json"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
)

// The states of a session, in this order.
const (
	stateCreated     int32 = iota // only initialize and exit count
	stateInitialized              // initialize was answered
	stateShutDown                 // only exit counts
)

var (
	errTwice    = jsonrpc2.NewError(jsonrpc2.InvalidRequest, "initialize was sent before")
	errNotYet   = jsonrpc2.NewError(jsonrpc2.ServerNotInitialized, "the first request has to be initialize")
	errShutDown = jsonrpc2.NewError(jsonrpc2.InvalidRequest, "the server was shut down")
)

// ready returns why nothing but lifecycle messages can be handled now, nil if all can.
func (s *session) ready() error {
	switch s.state.Load() {
	case stateCreated:
		return errNotYet
	case stateShutDown:
		return errShutDown
	}
	return nil
}

func (s *session) shutDown() bool { return s.state.Load() == stateShutDown }

// initialize handles the request of that name. Members that it does not need are not looked at and a
// malformed one counts as absent: a client with one mistake in one
// capability still gets a server.
func (s *session) initialize(params []byte) (*protocol.InitializeResult, error) {
	switch s.state.Load() {
	case stateInitialized:
		return nil, errTwice
	case stateShutDown:
		return nil, errShutDown
	}
	var p struct {
		ProcessID    json.RawMessage `json:"processId"`
		Capabilities json.RawMessage `json:"capabilities"`
		Options      json.RawMessage `json:"initializationOptions"`
	}
	if err := decodeParams(params, &p); err != nil {
		return nil, err
	}
	s.caps = readCapabilities(p.Capabilities)
	s.config.setOptions(s, p.Options)
	var parent int
	if json.Unmarshal(p.ProcessID, &parent) == nil {
		s.watchParent(parent)
	}
	s.state.Store(stateInitialized)
	return &protocol.InitializeResult{
		Capabilities: s.caps.serverCapabilities(),
		ServerInfo: protocol.ServerInfo{
			Name:    "sipls",
			Version: protocol.NewOptional(s.options.Version),
		},
	}, nil
}

// initialized handles the notification of that name: from now on the client answers requests.
func (s *session) initialized([]byte) error {
	s.spawn("configuration", func(ctx context.Context) {
		s.config.register(ctx, s)
		s.config.pull(ctx, s)
	})
	return nil
}

func (s *session) shutdown() error {
	if err := s.ready(); err != nil {
		return err
	}
	s.state.Store(stateShutDown)
	return nil
}

// exit handles the notification of that name. Closing the connection here would wait for this very handler.
func (s *session) exit([]byte) error {
	s.stop()
	return nil
}
