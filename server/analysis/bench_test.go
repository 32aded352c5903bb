package analysis_test

import (
	"bytes"
	"context"
	"testing"

	"sipls/server/analysis"
	"sipls/server/scenario"
	"sipls/server/text"
)

const big = 50 << 20 // what VS Code still shows to extensions

func bigLog(b *testing.B) []byte {
	b.Helper()
	var buf bytes.Buffer
	if err := scenario.Generate(&buf, scenario.AsteriskFull, big, 1); err != nil {
		b.Fatal(err)
	}
	return buf.Bytes()
}

func BenchmarkOpen(b *testing.B) {
	content := bigLog(b)
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		analysis.New(analysis.Source{Name: "x.log"}, text.New(content))
	}
}

func BenchmarkFindings(b *testing.B) {
	content := bigLog(b)
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		b.StopTimer()
		s := analysis.New(analysis.Source{Name: "x.log"}, text.New(content))
		b.StartTimer()
		if _, err := s.Findings(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkKeystroke types one character in the middle of a big log.
func BenchmarkKeystroke(b *testing.B) {
	s := analysis.New(analysis.Source{Name: "x.log"}, text.New(bigLog(b)))
	at := s.Document().Len() / 2
	for b.Loop() {
		s = s.Edit([]text.Change{{Start: at, End: at, Text: []byte("x")}})
	}
}

// BenchmarkFindingsAfterKeystroke is what a client waits for after typing.
func BenchmarkFindingsAfterKeystroke(b *testing.B) {
	s := analysis.New(analysis.Source{Name: "x.log"}, text.New(bigLog(b)))
	at := s.Document().Len() / 2
	if _, err := s.Findings(context.Background()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s = s.Edit([]text.Change{{Start: at, End: at, Text: []byte("x")}})
		if _, err := s.Findings(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHover(b *testing.B) {
	s := analysis.New(analysis.Source{Name: "x.log"}, text.New(bigLog(b)))
	m := s.Message(s.Len() / 2)
	from, _ := s.Range(m, m.Start.Text)
	s.Index()
	for b.Loop() {
		if _, _, _, ok := s.Hover(from); !ok {
			b.Fatal("no hover")
		}
	}
}
