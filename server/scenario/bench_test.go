package scenario

import (
	"io"
	"testing"
)

func BenchmarkGenerate(b *testing.B) {
	const size = 16 << 20
	for _, f := range Formats() {
		b.Run(f.String(), func(b *testing.B) {
			b.SetBytes(size)
			for b.Loop() {
				if err := Generate(io.Discard, f, size, 1); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNoise(b *testing.B) {
	const size = 16 << 20
	b.SetBytes(size)
	for b.Loop() {
		if err := Noise(io.Discard, size, 1); err != nil {
			b.Fatal(err)
		}
	}
}
