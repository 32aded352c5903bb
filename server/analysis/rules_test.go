package analysis_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sipls/server/analysis"
	"sipls/server/check"
	"sipls/server/sip"
	"sipls/server/text"
)

// TestRuleCases runs the cases that every rule brings.
func TestRuleCases(t *testing.T) {
	names := map[string]bool{}
	for _, r := range check.Rules() {
		if names[r.Name] {
			t.Errorf("two rules are called %s", r.Name)
		}
		names[r.Name] = true
		if r.Scope != check.Message {
			continue // scenes_test.go
		}
		t.Run(r.Name, func(t *testing.T) {
			fires, silent, partial := false, false, false
			for _, c := range r.Cases() {
				fires = fires || c.Want != nil
				whole := isWhole(snapshotOf(c))
				silent = silent || c.Want == nil && whole
				partial = partial || c.Want == nil && !whole
				t.Run(c.Name, func(t *testing.T) {
					s := snapshotOf(c)
					var got []string
					for _, f := range findingsOf(t, s, r.Name) {
						from, to := s.RefRange(f.At)
						got = append(got, f.Severity.String()+": "+string(s.Document().Slice(from, to)))
					}
					if d := cmp.Diff(c.Want, got); d != "" {
						t.Errorf("findings (-want +got):\n%s\nin\n%s", d, c.Text)
					}
				})
			}
			if !fires || !silent || !partial {
				t.Errorf("a rule needs a case where it fires (%t), a near miss (%t) and a cut or masked message where it stays silent (%t)", fires, silent, partial)
			}
			if r.Doc.Title == "" || r.Doc.Text == "" || len(r.Cites) == 0 {
				t.Error("a rule needs documentation and a standard")
			}
		})
	}
}

// isWhole reports whether all messages are whole, neither cut nor masked.
func isWhole(s *analysis.Snapshot) bool {
	for m := range s.All {
		if m.Head.Is != sip.Whole || m.Tail.Is != sip.Whole {
			return false
		}
	}
	return true
}

// changes turns the edits of a fix into changes that apply one after the other.
func changes(fix analysis.Fix) []text.Change {
	var out []text.Change
	shift := text.Offset(0)
	for _, e := range fix.Edits {
		b := []byte(e.Text.String())
		out = append(out, text.Change{Start: e.From + shift, End: e.To + shift, Text: b})
		shift += text.Offset(len(b)) - (e.To - e.From)
	}
	return out
}

func snapshotOf(c check.Case) *analysis.Snapshot {
	src, content := analysis.Source{Name: "case.log"}, c.Text
	if !c.Log {
		src, content = analysis.Source{Name: "case.sip"}, strings.ReplaceAll(c.Text, "\n", "\r\n")
	}
	return analysis.New(src, text.New([]byte(content)))
}

func findingsOf(t *testing.T, s *analysis.Snapshot, rule string) []check.Finding {
	t.Helper()
	all, err := s.Findings(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var out []check.Finding
	for _, f := range all {
		if f.Rule.Name == rule {
			out = append(out, f)
		}
	}
	return out
}
