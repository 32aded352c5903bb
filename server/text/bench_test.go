package text

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

const fiftyMB = 50 << 20

// repeated returns n bytes of line after line.
func repeated(line string, n int) []byte {
	return bytes.Repeat([]byte(line), n/len(line)+1)[:n]
}

var benchTexts = []struct{ name, line string }{
	{"LF", "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK7c\n"},
	{"CRLF", "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK7\r\n"},
	{"CR", "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK7c\r"},
	{"cyrillic", "From: \"Иван Иванов\" <sip:ivan@example.com>;tag=1\r\n"},
	{"allCyrillic", "приветприветприветприветприветприветпривет"},
	{"invalid", "From: \"\xc8\xe2\xe0\xed \xc8\xe2\xe0\xed\xee\xe2\" <sip:ivan@example.com>;tag=1\r\n"},
	{"binary", "\x9c\x00\xe2\x12\xf0\x9f\xc3\xff\xc8\xd0\x0b\x81\r\xe7\x8a"},
}

func BenchmarkNew50MB(b *testing.B) {
	for _, t := range benchTexts {
		b.Run(t.name, func(b *testing.B) {
			text := repeated(t.line, fiftyMB)
			b.SetBytes(fiftyMB)
			b.ReportAllocs()
			for b.Loop() {
				New(text)
			}
		})
	}
}

func BenchmarkApplyInsert50MB(b *testing.B) {
	d := New(repeated(benchTexts[0].line, fiftyMB))
	b.Run("typing", func(b *testing.B) {
		b.ReportAllocs()
		d, at := d, d.Len()/2
		for b.Loop() {
			d = d.Apply(Change{at, at, []byte("x")})
			at++
		}
	})
	b.Run("scattered", func(b *testing.B) {
		b.ReportAllocs()
		r := rand.New(rand.NewPCG(1, 2))
		d := d
		for b.Loop() {
			at := Offset(r.IntN(int(d.Len())))
			d = d.Apply(Change{at, at, []byte("x")})
		}
	})
	b.Run("appending", func(b *testing.B) {
		b.ReportAllocs()
		d := d
		for b.Loop() {
			d = d.Apply(Change{d.Len(), d.Len(), []byte(benchTexts[0].line)})
		}
	})
	b.Run("thousandChanges", func(b *testing.B) {
		b.ReportAllocs()
		changes := make([]Change, 1000)
		for i := range changes {
			at := d.Len() / 1000 * Offset(i)
			changes[i] = Change{at, at + 3, []byte("yz")}
		}
		for b.Loop() {
			d.Apply(changes...)
		}
	})
}

func BenchmarkPosition50MB(b *testing.B) {
	for _, t := range benchTexts[:4] {
		b.Run(t.name, func(b *testing.B) {
			benchmarkPosition(b, New(repeated(t.line, fiftyMB)))
		})
	}
}

// One line of 50 MB, in ASCII and such that no chunk is.
var benchLines = []struct{ name, line string }{
	{"ASCII", "branch=z9hG4bK7c;"},
	{"mixed", "From: \"Иван Иванов\" <sip:ivan@example.com>;tag=1, "},
	{"invalid", "From: \"\xc8\xe2\xe0\xed \xc8\xe2\xe0\xed\xee\xe2\" <sip:ivan@example.com>;tag=1, "},
}

func BenchmarkPositionOneLine50MB(b *testing.B) {
	for _, t := range benchLines {
		b.Run(t.name, func(b *testing.B) {
			benchmarkPosition(b, New(repeated(t.line, fiftyMB)))
		})
	}
}

func benchmarkPosition(b *testing.B, d *Document) {
	r := rand.New(rand.NewPCG(1, 2))
	for b.Loop() {
		d.Position(Offset(r.IntN(int(d.Len()))), UTF16)
	}
}

func BenchmarkOffset50MB(b *testing.B) {
	for _, t := range benchTexts[:4] {
		b.Run(t.name, func(b *testing.B) {
			d := New(repeated(t.line, fiftyMB))
			r := rand.New(rand.NewPCG(1, 2))
			for b.Loop() {
				d.Offset(Position{r.IntN(d.LineCount()), r.IntN(40)}, UTF16)
			}
		})
	}
}

func BenchmarkOffsetOneLine50MB(b *testing.B) {
	for _, t := range benchLines {
		b.Run(t.name, func(b *testing.B) {
			d := New(repeated(t.line, fiftyMB))
			r := rand.New(rand.NewPCG(1, 2))
			end := d.Position(d.Len(), UTF16).Character
			for b.Loop() {
				d.Offset(Position{0, r.IntN(end)}, UTF16)
			}
		})
	}
}
