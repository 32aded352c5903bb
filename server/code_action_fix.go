package server

import (
	"go.lsp.dev/protocol"

	"sipls/server/check"
)

// fix offers the ways to mend a finding. A client that knows only commands cannot be offered an edit.
func (c *codeActions) fix(at place, f *check.Finding) {
	if !c.s.caps.codeActionLiterals {
		return
	}
	kind := protocol.CodeActionKindQuickFix
	for i, fix := range at.snap.Fixes(f) {
		action := &protocol.CodeAction{
			Title:       fix.Title,
			Kind:        &kind,
			Diagnostics: []protocol.Diagnostic{c.s.protocolDiagnostic(at.snap, at.uri, f)},
		}
		if fix.Preferred {
			action.IsPreferred = &fix.Preferred
		}
		if c.s.caps.codeActionResolve {
			action.Data = actionData{
				URI: at.uri, Version: at.version, Opened: at.opened,
				Fix: &fixData{Rule: f.Rule.Name, Message: f.At.Msg.Seq, Offset: f.At.At.Off, Length: f.At.At.Len, Number: i},
			}.encode()
		} else {
			action.Edit = c.s.workspaceEdit(at.snap.Document(), at.revision, fix.Edits)
		}
		c.list = append(c.list, action)
	}
}
