//go:build acceptance

package analysis_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sipls/server/analysis"
	"sipls/server/check"
	"sipls/server/text"
)

// shared returns the folder with the corpus and the torture messages.
func shared(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("SIPLS_SHARED")
	if dir == "" {
		dir = "../../../shared" // beside the checkout
	}
	if _, err := os.Stat(filepath.Join(dir, "corpus", "INDEX.tsv")); err != nil {
		t.Fatalf("the acceptance tests need the shared corpus; set SIPLS_SHARED: %v", err)
	}
	return dir
}

func read(t *testing.T, path ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// rows returns the rows of a table below its header line as maps from column to cell.
func rows(t *testing.T, path ...string) []map[string]string {
	t.Helper()
	var columns []string
	var out []map[string]string
	for line := range strings.Lines(string(read(t, path...))) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if columns == nil {
			columns = cells
			continue
		}
		row := map[string]string{}
		for i, c := range cells {
			row[columns[i]] = c
		}
		out = append(out, row)
	}
	return out
}

// fairWarnings are the rules that find what EXPECT.tsv calls fair to warn of.
var fairWarnings = map[string][]string{
	"R05": {"auth-loop-bad-credentials"},
}

// TestRepairedFlows: no error, and no warning beyond those that EXPECT.tsv calls fair.
func TestRepairedFlows(t *testing.T) {
	dir := shared(t)
	n := 0
	for _, row := range rows(t, dir, "torture", "EXPECT.tsv") {
		file := row["file"]
		if !strings.HasPrefix(file, "flows/") || strings.Contains(file, "as-printed") {
			continue
		}
		n++
		var fair []string
		for about := range strings.SplitSeq(row["fair_warnings"], "; ") {
			code, _, _ := strings.Cut(about, " ")
			fair = append(fair, fairWarnings[code]...)
		}
		t.Run(file, func(t *testing.T) {
			for _, f := range all(t, file, read(t, dir, "torture", file)) {
				if f.Severity <= check.Warning && (f.Severity == check.Error || !slices.Contains(fair, f.Rule.Name)) {
					t.Errorf("%s: %s", f.Severity, f.Message())
				}
			}
		})
	}
	if n < 30 {
		t.Errorf("only %d flows", n)
	}
}

// TestCorpusFindings compares the findings in the corpus with the ones that were
// read one by one and found right: testdata/corpus-findings.txt.
func TestCorpusFindings(t *testing.T) {
	dir := shared(t)
	files, err := filepath.Glob(filepath.Join(dir, "corpus", "*.*"))
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	for _, path := range files {
		name := filepath.Base(path)
		if name == "INDEX.tsv" || name == "FORMATS.md" {
			continue
		}
		s := snapshot(name, read(t, path))
		fs, err := s.Findings(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range fs {
			from, _ := s.RefRange(f.At)
			fmt.Fprintf(&got, "%s:%d %s %s\n", name, s.Document().LineAt(from)+1, f.Severity, f.Rule.Name)
		}
	}
	asRead(t, "corpus-findings.txt", got.String())
}

// asRead compares lines with those that somebody read one by one and found right; -update writes them anew, to be read again.
func asRead(t *testing.T, file, got string) {
	t.Helper()
	golden := filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if d := cmp.Diff(strings.Split(string(read(t, golden)), "\n"), strings.Split(got, "\n")); d != "" {
		t.Errorf("not as it was read (-%s +program):\n%s", file, d)
	}
}

func all(t *testing.T, name string, b []byte) []check.Finding {
	t.Helper()
	bare := analysis.Source{Name: name}
	fs, err := analysis.New(bare, text.New(b)).Findings(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return fs
}
