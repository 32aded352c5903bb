//go:build acceptance

package analysis_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestOutcomes compares what became of each call of the corpus and of the repaired flows with what was read in them
// one by one: testdata/outcomes.txt.
func TestOutcomes(t *testing.T) {
	dir := shared(t)
	var files []string
	for _, pattern := range []string{"corpus/*.*", "torture/flows/rfc[0-9][0-9][0-9][0-9]/*"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	var got bytes.Buffer
	calls := 0
	for _, path := range files {
		name, err := filepath.Rel(dir, path)
		if err != nil {
			t.Fatal(err)
		}
		if base := filepath.Base(path); base == "INDEX.tsv" || base == "FORMATS.md" {
			continue
		}
		s := snapshot(filepath.ToSlash(name), read(t, path))
		x := s.Calls()
		for c := range x.Len() {
			calls++
			l := x.Listed(c)
			line := fmt.Sprintf("%s:%d %s %s", filepath.ToSlash(name), x.PlacesOf(c)[0].Line, l.Method, l.Result.Outcome)
			if l.Result.Status > 0 {
				line += fmt.Sprintf(" %d", l.Result.Status)
			}
			fmt.Fprintln(&got, line)
		}
	}
	if calls < 100 {
		t.Errorf("only %d calls", calls)
	}
	golden := filepath.Join("testdata", "outcomes.txt")
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want := string(read(t, golden))
	for line := range strings.Lines(got.String()) {
		if !strings.Contains(want, line) {
			t.Errorf("an outcome nobody has read: %s", line)
		}
	}
	for line := range strings.Lines(want) {
		if !strings.Contains(got.String(), line) {
			t.Errorf("an outcome is gone: %s", line)
		}
	}
}
