package server

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"sipls/server/analysis"
)

// errNoCall answers commands that are about the call at a place.
var errNoCall = invalidParams(errors.New("no message of a call stands there"))

// callCommands are the commands about the call whose message stands at a place: [URI of the document, position]. The client goes where
// they lead or shows what they return.
var callCommands = map[string]func(s *session, r *revision, snap *analysis.Snapshot, at wirePosition) (any, error){
	commandNextMessage: func(s *session, r *revision, snap *analysis.Snapshot, at wirePosition) (any, error) {
		return s.neighbour(r, snap, at, true)
	},
	commandPreviousMessage: func(s *session, r *revision, snap *analysis.Snapshot, at wirePosition) (any, error) {
		return s.neighbour(r, snap, at, false)
	},
	commandShowCall: (*session).callMessages,
	commandOpenCall: (*session).callAlone,
}

func (s *session) callCommand(ctx context.Context, docs view, command string, arguments []json.RawMessage) (any, error) {
	var name string
	var at wirePosition
	if err := decodeArguments(command, arguments, &name, &at); err != nil {
		return nil, err
	}
	r, ok := docs[name]
	if !ok {
		return nil, invalidParams(errors.New("the document is not open"))
	}
	snap, err := s.snapshot(ctx, r)
	if err != nil {
		return nil, err
	}
	return callCommands[command](s, r, snap, at)
}

// neighbour returns where the next or the previous message of the call stands, null at its end.
func (s *session) neighbour(r *revision, snap *analysis.Snapshot, at wirePosition, next bool) (any, error) {
	doc := snap.Document()
	e, inCall, ok := snap.NeighbourMessage(doc.Offset(at.position(), s.caps.encoding), next)
	switch {
	case !inCall:
		return nil, errNoCall
	case !ok:
		return nil, nil
	}
	return &protocol.Location{URI: uri.URI(r.uri), Range: protocolRange(doc, e.From, e.To, s.caps.encoding)}, nil
}

// callMessages returns where the messages of the call stand.
func (s *session) callMessages(r *revision, snap *analysis.Snapshot, at wirePosition) (any, error) {
	places := snap.CallMessages(snap.Document().Offset(at.position(), s.caps.encoding), maxReferences)
	if len(places) == 0 {
		return nil, errNoCall
	}
	return s.locations(snap, r, places), nil
}

// callAlone returns the lines of the document that are about the call.
func (s *session) callAlone(_ *revision, snap *analysis.Snapshot, at wirePosition) (any, error) {
	content, ok := snap.CallAlone(snap.Document().Offset(at.position(), s.caps.encoding))
	if !ok {
		return nil, errNoCall
	}
	return protocol.String(strings.ToValidUTF8(string(content), "\uFFFD")), nil
}
