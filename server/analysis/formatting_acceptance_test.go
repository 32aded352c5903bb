//go:build acceptance

package analysis_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFormattingOfTheTortureMessages formats what is as odd as messages can be, and scenarios of others.
func TestFormattingOfTheTortureMessages(t *testing.T) {
	dir, err := filepath.EvalSymlinks(shared(t)) // WalkDir does not follow one
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	err = filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		in, _ := filepath.Rel(dir, file)
		base := filepath.Base(file)
		messages := strings.HasPrefix(in, "torture") || strings.HasPrefix(base, "sipp-scenario-") || strings.HasPrefix(base, "raw-sip-")
		if err != nil || d.IsDir() || !messages || strings.HasSuffix(file, ".tsv") || strings.HasSuffix(file, ".md") {
			return err
		}
		b, err := os.ReadFile(file)
		if err != nil || len(b) > 1<<20 {
			return err
		}
		n++
		t.Run(base, func(t *testing.T) {
			name := "case.sip"
			if filepath.Ext(file) == ".xml" {
				name = "case.xml"
			}
			checkFormatting(t, name, b)
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n < 100 {
		t.Errorf("only %d files", n)
	}
}
