package analysis

import (
	"context"
	"strings"

	"sipls/server/call"
	"sipls/server/check"
	"sipls/server/explain"
	"sipls/server/flow"
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
		if picture, ok := s.picture(&f); ok {
			out.Text, out.Flow = picture, true
		}
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

// pictureColumns is how wide the picture of an example may be.
const pictureColumns = 100

// picture draws the call that a finding over several messages is about, with marks where the finding and its related
// places are; ok is false for all other findings.
func (s *Snapshot) picture(f *check.Finding) (text string, ok bool) {
	x := s.Calls()
	c, ok := x.Of(f.At.Msg)
	if !ok || f.Rule.Scope == check.Message {
		return "", false
	}
	marks := map[int]string{} // by line
	mark := func(r call.Ref, words string) {
		if in, ok := x.Of(r.Msg); !ok || in != c {
			return
		}
		i := x.Index(c, r.Msg)
		if first := x.Call(c).Messages[i].First; first != call.None {
			i = first
		}
		in, m := x.Message(c, i)
		from, _ := in.Range(m, m.Start.Text)
		if line := in.doc.LineAt(from) + 1; marks[line] == "" {
			marks[line] = words
		}
	}
	mark(f.At, "reported here")
	for _, r := range f.Related {
		mark(r.At, r.Text)
	}
	picture := x.Flow(c)
	picture.Places = nil
	for i := range picture.Arrows {
		a := &picture.Arrows[i]
		a.Mark = marks[a.Place.Line]
		a.Place = flow.Place{}
	}
	return picture.Text(flow.TextStyle{Columns: pictureColumns}), true
}
