package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRulePagesAreUpToDate: the pages that people read say what the program says.
func TestRulePagesAreUpToDate(t *testing.T) {
	made := t.TempDir()
	if err := writeRulePages(made); err != nil {
		t.Fatal(err)
	}
	committed := filepath.Join("..", "..", "knowledge", "rules")
	want, got := markdownFiles(t, made), markdownFiles(t, committed)
	for name, text := range want {
		if got[name] != text {
			t.Errorf("%s is out of date, run 'make rule-pages' (-committed +program):\n%.2000s", name, cmp.Diff(got[name], text))
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s is no page any more, run 'make rule-pages'", name)
		}
	}
}

func markdownFiles(t *testing.T, folder string) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(p)] = string(b)
	}
	return out
}
