package examples

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write editors/examples and editors/testdata again")

const (
	editors = "../../../../editors"
	dir     = editors + "/examples"
)

func TestExamplesAreUpToDate(t *testing.T) {
	upToDate(t, dir, Files())
}

func TestEditorLogsAreUpToDate(t *testing.T) {
	upToDate(t, editors+"/testdata", EditorLogs())
}

func upToDate(t *testing.T, dir string, files []File) {
	t.Helper()
	for _, f := range files {
		path := filepath.Join(dir, f.Name)
		if *update {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, f.Data, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, f.Data) {
			t.Errorf("%s is not what the generator writes (first difference at byte %d of %d): run go generate ./server/scenario/internal/examples", f.Name, firstDifference(got, f.Data), len(got))
		}
	}
}

func firstDifference(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

func TestFolderHoldsNothingButExamplesAndReadme(t *testing.T) {
	want := []string{"README.md"}
	for _, f := range Files() {
		want = append(want, f.Name)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains(want, e.Name()) {
			t.Errorf("%s is written by nobody", e.Name())
		}
	}
}

// The README tells the reader which line to look for: it must be there.
func TestReadmeQuotesLinesThatAreInTheFiles(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	sections := strings.Split(string(readme), "\n## ")[1:]
	byName := map[string]string{}
	for _, s := range sections {
		name, text, _ := strings.Cut(s, "\n")
		byName[strings.Trim(name, "`")] = text
	}
	quote := regexp.MustCompile("`([^`]*)`")
	for _, f := range Files() {
		text, ok := byName[f.Name]
		if !ok {
			t.Errorf("README.md has no section on %s", f.Name)
			continue
		}
		quoted := 0
		for line := range strings.Lines(text) {
			if !strings.HasPrefix(line, "- `") {
				continue
			}
			q := quote.FindStringSubmatch(line)[1]
			quoted++
			if !bytes.Contains(f.Data, []byte(q)) {
				t.Errorf("README.md quotes %q, which is not in %s", q, f.Name)
			}
		}
		if quoted == 0 {
			t.Errorf("README.md points at no line of %s", f.Name)
		}
	}
}
