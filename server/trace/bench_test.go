package trace

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
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

// withoutSIP are texts in which there is nothing to find.
func withoutSIP(tb testing.TB, size int) map[string][]byte {
	tb.Helper()
	random := make([]byte, size)
	r := rand.NewChaCha8([32]byte{1})
	r.Read(random)
	fill := func(line func(i int) string) []byte {
		var b bytes.Buffer
		for i := 0; b.Len() < size; i++ {
			b.WriteString(line(i))
		}
		return b.Bytes()
	}
	return map[string][]byte{
		"base64": []byte(base64.StdEncoding.EncodeToString(random[:size/4*3])),
		"binary": random,
		"HTTP log": fill(func(i int) string {
			return fmt.Sprintf("192.0.2.%d - - [22/Nov/2026:05:47:19 +0000] \"GET /static/%d.js HTTP/1.1\" 200 %d \"https://example.com/\" \"Mozilla/5.0\"\n", i%250, i, i*37%9999)
		}),
		"source code": fill(func(i int) string {
			return fmt.Sprintf("\tif (session->state == STATE_%d && session->timer[%d] > 0) {\n\t\treturn SIPHASH_%d; /* status = 404 */\n\t}\n", i%9, i, i)
		}),
		"log of a PBX": fill(func(i int) string {
			return fmt.Sprintf("[Nov 22 05:47:19] VERBOSE[%d] app_dial.c:     -- Called SIP/trunk-%08x, PJSIP/1001 is ringing\n", i%99, i)
		}),
		"another dump": noise(tb, int64(size)),
	}
}

// BenchmarkScanWithoutSIP shows that text without SIP costs what the search for the word costs.
func BenchmarkScanWithoutSIP(b *testing.B) {
	for name, data := range withoutSIP(b, 32<<20) {
		b.Run(name, func(b *testing.B) { benchmarkScan(b, data) })
		b.Run(name+", search alone", func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				for at := 0; ; at += len(sipWord) {
					i := bytes.Index(data[at:], sipWord)
					if i < 0 {
						break
					}
					at += i
				}
			}
		})
	}
}

func TestTextWithoutSIPHoldsNoMessage(t *testing.T) {
	for name, data := range withoutSIP(t, 1<<20) {
		tr := Scan(text.New(data), Options{})
		checkTiling(t, tr)
		if got := outline(tr); got != nil {
			t.Errorf("%s: %.200q", name, got)
		}
	}
}
