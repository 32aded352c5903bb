package server

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"go.lsp.dev/protocol"

	"sipls/server/check"
)

// corrected offers, for the first message of evidence in which something was
// found, to copy the message with all safe fixes, or to go on with it as a message file. Both need the
// client: only it has a clipboard and documents that are nowhere saved.
func (c *codeActions) corrected(ctx context.Context, at place, findings []check.Finding) error {
	copies := slices.Contains(c.s.caps.clientCommands, commandCopyMessage)
	opens := slices.Contains(c.s.caps.clientCommands, commandOpenDraft)
	if len(findings) == 0 || at.snap.Editable() || !copies && !opens {
		return nil
	}
	seq := findings[0].At.Msg.Seq
	_, corrected, ok, err := at.snap.Draft(ctx, int(seq), c.s.wanted(""))
	if err != nil || !ok {
		return err
	}
	if copies && corrected {
		c.command("Copy corrected message", commandCopyMessage, at.uri, at.version, seq)
	}
	switch {
	case opens && corrected:
		c.command("Open corrected message as draft", commandOpenDraft, at.uri, at.version, seq)
	case opens:
		c.command("Open message as draft", commandOpenDraft, at.uri, at.version, seq)
	}
	return nil
}

// messageText returns the text of a message of evidence with all safe fixes, lines with CR LF.
func (s *session) messageText(ctx context.Context, docs view, command string, arguments []json.RawMessage) (any, error) {
	var uri string
	var version int32
	var seq int
	if err := decodeArguments(command, arguments, &uri, &version, &seq); err != nil {
		return nil, err
	}
	r, ok := docs[uri]
	if !ok || r.version != version {
		return nil, errModified
	}
	snap, err := s.snapshot(ctx, r)
	if err != nil {
		return nil, err
	}
	if seq < 0 || seq >= snap.Len() {
		return nil, invalidParams(errors.New("the document has no such message"))
	}
	draft, _, ok, err := snap.Draft(ctx, seq, s.wanted(""))
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, invalidParams(errors.New("the log does not show all of this message"))
	}
	return protocol.String(strings.ToValidUTF8(string(draft), "\uFFFD")), nil
}
