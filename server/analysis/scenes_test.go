package analysis_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sipls/server/analysis"
	"sipls/server/check"
	"sipls/server/text"
)

// TestRuleScenes runs the scenes that every rule over calls brings, each in several producers' logs.
func TestRuleScenes(t *testing.T) {
	for _, r := range check.Rules() {
		if r.Scope == check.Message {
			continue
		}
		t.Run(r.Name, func(t *testing.T) {
			if r.Scenes == nil {
				t.Fatal("no scenes")
			}
			fires, silent := false, false
			for _, scene := range r.Scenes() {
				fires = fires || scene.Want != nil
				silent = silent || scene.Want == nil
				for _, format := range scene.SceneFormats() {
					t.Run(scene.Name+"/"+format.String(), func(t *testing.T) { runScene(t, r, &scene, scene.Render(format)) })
				}
			}
			if !fires || !silent {
				t.Errorf("a rule needs a scene where it fires (%t) and a healthy twin where it stays silent (%t)", fires, silent)
			}
			if r.Doc.Title == "" || r.Doc.Text == "" || len(r.Cites) == 0 {
				t.Error("a rule needs documentation and a standard")
			}
		})
	}
}

func runScene(t *testing.T, r *check.Rule, scene *check.Scene, log string) {
	s := analysis.New(analysis.Source{Name: "scene.log"}, text.New([]byte(log)))
	tr := scene.Trace
	if s.Len() != len(tr.Messages) {
		t.Fatalf("%d of %d messages found in\n%s", s.Len(), len(tr.Messages), log)
	}
	line := func(seq int) string { return fmt.Sprintf("message %d %s", seq, tr.Messages[seq].Start) }
	var want, got []string
	for _, w := range scene.Want {
		want = append(want, w.Severity.String()+": "+line(tr.Index(w.At)))
		for _, rel := range w.Related {
			want = append(want, "  related: "+line(tr.Index(rel)))
		}
	}
	all, err := s.Findings(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		if f.Rule != r {
			if scene.Want == nil && !scene.Ill && f.Severity <= check.Warning {
				t.Errorf("the healthy scene has %s: %s (%s)", f.Severity, f.Message(), f.Rule.Name)
			}
			continue
		}
		got = append(got, f.Severity.String()+": "+line(int(f.At.Msg.Seq)))
		for _, rel := range f.Related {
			if rel.Text == "" {
				t.Error("a related place without words")
			}
			got = append(got, "  related: "+line(int(rel.At.Msg.Seq)))
		}
		if f.Title == "" || f.Evidence == "" || f.Next == "" || len(f.Cites) == 0 {
			t.Errorf("a finding needs title, evidence, next step and standard: %+v", f)
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("findings (-want +got):\n%s\nin\n%s", d, log)
	}
}
