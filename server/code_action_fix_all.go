package server

import (
	"context"
	"slices"

	"go.lsp.dev/protocol"

	"sipls/server/check"
)

// kindFixAll is the kind of the action that applies all safe fixes; users have it run when they save.
const kindFixAll protocol.CodeActionKind = "source.fixAll.sipls"

// maxEager is the longest text in bytes for which all fixes are worked out before anybody asked for them.
const maxEager = 256 << 10

// fixAll offers to apply all safe fixes of the document.
func (c *codeActions) fixAll(ctx context.Context, at place) error {
	return c.fixMany(ctx, at, "Fix everything that is safe to fix", kindFixAll, nil, "", 1)
}

// fixKinds offers, for each rule that found something on the line, to fix all of its
// findings in the document, when there are several.
func (c *codeActions) fixKinds(ctx context.Context, at place, findings []check.Finding) error {
	var done []*check.Rule
	for i := range findings {
		f := &findings[i]
		if slices.Contains(done, f.Rule) {
			continue
		}
		if _, ok := at.snap.SafeFix(f); !ok {
			continue
		}
		done = append(done, f.Rule)
		var about []protocol.Diagnostic
		for k := range findings {
			if findings[k].Rule == f.Rule {
				about = append(about, c.s.protocolDiagnostic(at.snap, at.uri, &findings[k]))
			}
		}
		if err := c.fixMany(ctx, at, "Fix all in this file: "+f.Rule.Name, protocol.CodeActionKindQuickFix, about, f.Rule.Name, 2); err != nil {
			return err
		}
	}
	return nil
}

// fixMany offers to apply the safe fixes of one rule, or of all when the name is "", if there are at least least.
func (c *codeActions) fixMany(ctx context.Context, at place, title string, kind protocol.CodeActionKind, about []protocol.Diagnostic, rule string, least int) error {
	if !c.s.caps.codeActionLiterals || !at.snap.Editable() {
		return nil
	}
	asked := kind == kindFixAll && len(c.only) > 0
	if !c.s.caps.codeActionResolve && !asked && at.snap.Document().Len() > maxEager {
		return nil
	}
	wanted, n := c.s.wanted(rule), 0
	err := at.snap.EachFinding(ctx, func(f check.Finding) bool {
		if wanted(&f) {
			if _, ok := at.snap.SafeFix(&f); ok {
				n++
			}
		}
		return n < least
	})
	if err != nil || n < least {
		return err
	}
	action := &protocol.CodeAction{Title: title, Kind: &kind, Diagnostics: about}
	if c.s.caps.codeActionResolve {
		action.Data = actionData{URI: at.uri, Version: at.version, Opened: at.opened, All: &rule}.encode()
	} else {
		edits, err := at.snap.FixAll(ctx, wanted)
		if err != nil || len(edits) == 0 {
			return err
		}
		action.Edit = c.s.workspaceEdit(at.snap.Document(), at.revision, edits)
	}
	c.list = append(c.list, action)
	return nil
}

// wanted returns what tells whether the settings show a finding, and whether it is one of the rule; "" is for all rules.
func (s *session) wanted(rule string) func(*check.Finding) bool {
	policy := s.settings.Load().policy
	return func(f *check.Finding) bool {
		g := *f // the policy changes its severity
		return (rule == "" || f.Rule.Name == rule) && policy.Apply(&g)
	}
}
