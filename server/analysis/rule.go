package analysis

import (
	"context"
	"strings"

	"sipls/server/check"
	"sipls/server/explain"
	"sipls/server/text"
)

// Rule explains a rule of the linter, with the first of its cases in which it
// fires as the example. ok is false when there is none of that name.
func Rule(name string) (d explain.Doc, ok bool) {
	r := check.Lookup(name)
	if r == nil {
		return d, false
	}
	return explain.Rule(r, example(r)), true
}

// example returns a case in which a rule fires: one with a fix before one without,
// a message file before a log.
func example(r *check.Rule) *explain.RuleExample {
	var best *explain.RuleExample
	for _, c := range r.Cases() {
		if c.Want == nil || c.Log && best != nil {
			continue
		}
		x := exampleOf(r, &c)
		if x != nil && (best == nil || best.Log && !x.Log || best.Fix == "" && x.Fix != "") {
			best = x
		}
	}
	return best
}

func exampleOf(r *check.Rule, c *check.Case) *explain.RuleExample {
	src, content := Source{Name: "example.log"}, c.Text
	if !c.Log {
		src, content = Source{Name: "example.sip"}, strings.ReplaceAll(c.Text, "\n", "\r\n")
	}
	s := New(src, text.New([]byte(content)))
	var out *explain.RuleExample
	// The context never ends.
	_ = s.EachFinding(context.Background(), func(f check.Finding) bool {
		if f.Rule != r {
			return true
		}
		from, to := s.RefRange(f.At)
		out = &explain.RuleExample{Name: c.Name, Text: c.Text, Log: c.Log, Finding: f, At: string(s.doc.Slice(from, to))}
		fix, safe := s.SafeFix(&f)
		if fixes := s.Fixes(&f); !safe && len(fixes) > 0 {
			fix = fixes[0]
		}
		if len(fix.Edits) > 0 {
			out.Fix, out.Safe = fix.Title, safe
			out.Fixed = string(s.Edit(editChanges(fix.Edits)).doc.Bytes())
		}
		return false
	})
	return out
}
