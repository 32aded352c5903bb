package analysis_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sipls/server/check"
	"sipls/server/sip"
)

// TestBodyFixes applies the fixes of the rules about bodies: the text becomes what the case says, no rule finds
// anything that it did not find before, and Content-Length fits where it did.
func TestBodyFixes(t *testing.T) {
	fixed := 0
	for _, r := range check.Rules() {
		if !strings.HasPrefix(r.Name, "sdp-") && !strings.HasPrefix(r.Name, "body-") && !strings.HasPrefix(r.Name, "content-type-") && !strings.HasPrefix(r.Name, "multipart-") && !strings.HasPrefix(r.Name, "sipfrag-") {
			continue
		}
		for _, c := range r.Cases() {
			if c.Log || c.Want == nil {
				continue
			}
			t.Run(r.Name+"/"+c.Name, func(t *testing.T) {
				s := snapshotOf(c)
				before := map[string]int{}
				all, err := s.Findings(context.Background())
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range all {
					before[f.Rule.Name]++
				}
				f := findingsOf(t, s, r.Name)[0]
				fixes := s.Fixes(&f)
				if len(fixes) == 0 {
					if c.Fixed != "" {
						t.Error("there is no fix")
					}
					return
				}
				fixed++
				after := s.Edit(changes(fixes[0]))
				if d := cmp.Diff(strings.ReplaceAll(c.Fixed, "\n", "\r\n"), string(after.Document().Bytes())); d != "" {
					t.Errorf("%s (-want +got):\n%s", fixes[0].Title, d)
				}
				all, err = after.Findings(context.Background())
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range all {
					if before[f.Rule.Name]--; before[f.Rule.Name] < 0 {
						t.Errorf("%s brings %s: %s", fixes[0].Title, f.Rule.Name, f.Title)
					}
				}
				for m := range after.All {
					if n, _, ok := m.ContentLength(); ok && n != sip.WireLen(m.Bytes(m.Body)) {
						t.Errorf("%s leaves Content-Length %d for %d bytes", fixes[0].Title, n, m.Body.Len)
					}
				}
			})
		}
	}
	if fixed < 10 {
		t.Errorf("%d fixes were tried", fixed)
	}
}
