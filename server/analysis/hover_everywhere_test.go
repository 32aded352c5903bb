package analysis_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"sipls/server/analysis"
	"sipls/server/explain"
	"sipls/server/scenario"
	"sipls/server/text"
)

// hoverTexts returns texts of all kinds: the samples of the hover tests, the examples for users, a call in each format.
func hoverTexts(t testing.TB) map[string][]byte {
	out := map[string][]byte{}
	for _, pattern := range []string{"testdata/hover/*.txtar", "../../editors/examples/*"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files (%v)", pattern, len(files), err)
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if a := txtar.Parse(b); filepath.Ext(file) == ".txtar" {
				out[a.Files[0].Name] = a.Files[0].Data
				continue
			}
			out[filepath.Base(file)] = b
		}
	}
	for _, f := range scenario.AllFormats() {
		out[f.String()+".log"] = scenario.Call(scenario.Alice, scenario.Bob, scenario.Challenged(407)).Render(f)
	}
	return out
}

// TestHoverAtEveryByte wants each hover to be about what the cursor is at, and to be short.
func TestHoverAtEveryByte(t *testing.T) {
	for name, content := range hoverTexts(t) {
		t.Run(name, func(t *testing.T) {
			s := snapshot(name, content)
			for off := range text.Offset(len(content) + 1) {
				checkHover(t, s, off)
			}
		})
	}
}

func checkHover(t *testing.T, s *analysis.Snapshot, off text.Offset) {
	t.Helper()
	doc, from, to, ok := s.Hover(off)
	if !ok {
		return
	}
	if from > off || off > to || from >= to || to > s.Document().Len() {
		t.Fatalf("at %d the hover is about %d to %d", off, from, to)
	}
	if len(doc.Blocks) < 2 {
		t.Fatalf("at %d the hover has nothing but a title: %q", off, explain.Plain(doc))
	}
	for _, b := range doc.Blocks {
		if l, ok := b.(explain.List); ok && len(l.Items) > 12 {
			t.Fatalf("at %d a list of %d items", off, len(l.Items))
		}
	}
}

// FuzzHover edits the samples: whatever a text says, hovers say what is there.
func FuzzHover(f *testing.F) {
	for name, content := range hoverTexts(f) {
		f.Add(name, content, 100)
	}
	f.Fuzz(func(t *testing.T, name string, content []byte, at int) {
		if len(content) > 4<<10 {
			content = content[:4<<10]
		}
		s := snapshot(name, content)
		// Some forty places around the one that the fuzzer looks for.
		for i := range 40 {
			checkHover(t, s, text.Offset((max(at, 0)+i)%(len(content)+1)))
		}
	})
}

// BenchmarkHoverAnywhere hovers all over a big log, and reports what the slowest twentieth takes at least.
func BenchmarkHoverAnywhere(b *testing.B) {
	s := analysis.New(analysis.Source{Name: "x.log"}, text.New(bigLog(b)))
	s.Index()
	var took []time.Duration
	off := text.Offset(0)
	for b.Loop() {
		off = (off + 7_919_317) % s.Document().Len()
		start := time.Now()
		s.Hover(off)
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100].Nanoseconds()), "p95-ns/op")
	b.ReportMetric(float64(took[len(took)-1].Nanoseconds()), "max-ns/op")
}
