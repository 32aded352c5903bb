package trace

import (
	"bytes"
	"strings"
	"testing"

	"sipls/server/scenario"
	"sipls/server/text"
)

// generated returns size bytes of realistic traffic.
func generated(tb testing.TB, f scenario.Format, size int64) []byte {
	tb.Helper()
	var b bytes.Buffer
	b.Grow(int(size) + 64<<10)
	if err := scenario.Generate(&b, f, size, 1); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func noise(tb testing.TB, size int64) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := scenario.Noise(&b, size, 1); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func benchmarkScan(b *testing.B, data []byte) {
	b.Helper()
	doc := text.New(data)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		Scan(doc, Options{})
	}
}

func BenchmarkScan(b *testing.B) {
	for _, f := range scenario.Formats() {
		b.Run(f.String(), func(b *testing.B) { benchmarkScan(b, generated(b, f, 16<<20)) })
	}
}

func BenchmarkScanNoise(b *testing.B) { benchmarkScan(b, noise(b, 64<<20)) }

func BenchmarkScanLongLine(b *testing.B) {
	var line bytes.Buffer
	if err := scenario.LongLine(&line, 64<<20, 1); err != nil {
		b.Fatal(err)
	}
	benchmarkScan(b, line.Bytes())
}

// BenchmarkScanHostile scans texts made to keep the scanner busy.
func BenchmarkScanHostile(b *testing.B) {
	for _, h := range hostileTexts {
		b.Run(strings.ReplaceAll(h.name, " ", "_"), func(b *testing.B) { benchmarkScan(b, h.make(8<<20)) })
	}
}

// BenchmarkEdit is one keystroke in the middle of 50 MB, as Edit sees it: the document is
// made before.
func BenchmarkEdit(b *testing.B) {
	edit := func(b *testing.B, data []byte) {
		doc := text.New(data)
		t := Scan(doc, Options{})
		c := text.Change{Start: doc.Len() / 2, End: doc.Len() / 2, Text: []byte("x")}
		next := doc.Apply(c)
		b.ReportAllocs()
		for b.Loop() {
			t.Edit(next, c)
		}
	}
	for _, f := range []scenario.Format{scenario.Bare, scenario.AsteriskFull, scenario.FreeSWITCHSiptrace} {
		b.Run(f.String(), func(b *testing.B) { edit(b, generated(b, f, 50<<20)) })
	}
	b.Run("noise", func(b *testing.B) { edit(b, noise(b, 50<<20)) })
}

func BenchmarkAllMentions(b *testing.B) {
	for _, x := range []struct {
		name string
		data []byte
	}{
		{"noise", noise(b, 16<<20)},
		{"asterisk-full", generated(b, scenario.AsteriskFull, 16<<20)},
		{"acc records", bytes.Repeat([]byte(" 1(31837) NOTICE: {2 1 INVITE 1-899@192.0.2.20} acc [acc.c:287]: acc_log_request(): ACC: call missed: timestamp=1795326436;method=INVITE;call_id=1-899@192.0.2.20;code=486;reason=Busy Here\n"), 64<<10)},
	} {
		b.Run(x.name, func(b *testing.B) {
			t := Scan(text.New(x.data), Options{})
			b.SetBytes(int64(len(x.data)))
			b.ReportAllocs()
			for b.Loop() {
				for m := range t.AllMentions {
					_ = m
				}
			}
		})
	}
}
