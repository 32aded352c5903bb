//go:build acceptance

package analysis_test

import (
	"bytes"
	"fmt"
	"path/filepath"
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
	asRead(t, "outcomes.txt", got.String())
}
