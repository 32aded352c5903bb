package analysis_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"sipls/server/explain"
	"sipls/server/text"
)

// TestHoversAsPeopleReadThem reads the archives of testdata/hover: a text, and sections named by what stands
// around the cursor, which is a bar. Each section holds what the hover is about and what it says.
func TestHoversAsPeopleReadThem(t *testing.T) {
	files, err := filepath.Glob("testdata/hover/*.txtar")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d archives (%v)", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			before, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			a := txtar.Parse(before)
			content := a.Files[0].Data
			s := snapshot(a.Files[0].Name, content)
			for i := range a.Files[1:] {
				f := &a.Files[i+1]
				f.Data = []byte(hoverText(t, s, content, f.Name))
			}
			after := txtar.Format(a)
			if *update {
				if err := os.WriteFile(file, after, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if d := cmp.Diff(string(before), string(after)); d != "" {
				t.Errorf("-update accepts what changed (-want +got):\n%s", d)
			}
		})
	}
}

// hoverText returns what a hover is about, and its Markdown.
func hoverText(t *testing.T, s interface {
	Hover(text.Offset) (explain.Doc, text.Offset, text.Offset, bool)
}, content []byte, mark string,
) string {
	t.Helper()
	before, behind, ok := strings.Cut(strings.ReplaceAll(mark, `\n`, "\n"), "|")
	around := []byte(before + behind)
	if n := bytes.Count(content, around); !ok || n != 1 {
		t.Errorf("%q stands %d times in the text", mark, n)
		return ""
	}
	off := text.Offset(bytes.Index(content, around) + len(before))
	doc, from, to, ok := s.Hover(off)
	if !ok {
		t.Errorf("no hover at %q", mark)
		return "no hover\n"
	}
	return "on: " + string(content[from:to]) + "\n\n" + explain.Markdown(doc) + "\n"
}
