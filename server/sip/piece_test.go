package sip

import (
	"testing"

	"pgregory.net/rapid"
)

// A message that stands at 10, each line behind a prefix of four bytes, its first line end written
// as an escape of four bytes:
//
//	AB\r\n | CD\n | E
func prefixed() *Message {
	return &Message{
		Text: []byte("AB\r\nCD\nE"),
		At:   10,
		Map: []Piece{
			{Log: 0, Phys: 10, LogLen: 2, PhysLen: 2},
			{Log: 2, Phys: 12, LogLen: 2, PhysLen: 4, Kind: Escape},
			{Log: 4, Phys: 20, LogLen: 3, PhysLen: 3},
			{Log: 7, Phys: 27, LogLen: 1, PhysLen: 1},
		},
	}
}

func TestPhys(t *testing.T) {
	m := prefixed()
	for log, want := range []int32{10, 11, 12, 12, 20, 21, 22, 27, 28} {
		if got := m.Phys(int32(log)); got != want {
			t.Errorf("logical %d stands at %d, want %d", log, got, want)
		}
	}
	for log, want := range []int32{10, 11, 12, 16, 16, 21, 22, 23, 28} {
		if got := m.PhysEnd(int32(log)); got != want {
			t.Errorf("a span that ends at logical %d ends at %d, want %d", log, got, want)
		}
	}
}

func TestLog(t *testing.T) {
	m := prefixed()
	want := map[int32]int32{
		10: 0, 11: 1,
		12: 2, 13: 2, 14: 2, 15: 2, // the escape
		20: 4, 21: 5, 22: 6, 27: 7,
		28: 8, // just behind the last byte
	}
	for phys := int32(0); phys < 40; phys++ {
		log, ok := m.Log(phys)
		w, in := want[phys]
		if phys == 16 {
			continue // behind the escape: see below
		}
		if ok != in || ok && log != w {
			t.Errorf("the byte at %d is logical %d, %v; want %d, %v", phys, log, ok, w, in)
		}
	}
	// Behind a line end begins the prefix of the next line.
	if log, ok := m.Log(16); ok {
		t.Errorf("the prefix at 16 is logical %d", log)
	}
	if log, ok := m.Log(23); ok {
		t.Errorf("the prefix at 23 is logical %d", log)
	}
}

func TestVerbatimMessageMapsByItsStart(t *testing.T) {
	m := &Message{Text: []byte("ABC"), At: 5}
	for log := int32(0); log <= 3; log++ {
		if m.Phys(log) != 5+log || m.PhysEnd(log) != 5+log {
			t.Errorf("logical %d: %d, %d", log, m.Phys(log), m.PhysEnd(log))
		}
	}
	for phys, want := range map[int32]bool{4: false, 5: true, 8: true, 9: false} {
		if log, ok := m.Log(phys); ok != want || ok && log != phys-5 {
			t.Errorf("the byte at %d: logical %d, %v", phys, log, ok)
		}
	}
}

// There and back again, whatever the pieces.
func TestMapRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &Message{At: rapid.Int32Range(0, 9).Draw(t, "at")}
		log, phys := int32(0), m.At
		for range rapid.IntRange(1, 6).Draw(t, "pieces") {
			p := Piece{Log: log, Phys: phys, LogLen: rapid.Int32Range(1, 5).Draw(t, "len")}
			p.PhysLen = p.LogLen
			if rapid.Bool().Draw(t, "escape") {
				p.Kind = Escape
				p.PhysLen = rapid.Int32Range(1, 8).Draw(t, "document len")
			}
			m.Map = append(m.Map, p)
			log += p.LogLen
			phys += p.PhysLen + rapid.Int32Range(0, 4).Draw(t, "gap")
		}
		m.Text = rapid.SliceOfN(rapid.SampledFrom([]byte("ab\r\n")), int(log), int(log)).Draw(t, "text")
		for _, p := range m.Map {
			for d := range p.LogLen {
				at := m.Phys(p.Log + d)
				back, ok := m.Log(at)
				if want := p.Log + d; !ok || p.Kind == Verbatim && back != want || p.Kind == Escape && back != p.Log {
					t.Fatalf("logical %d stands at %d, which is logical %d, %v", want, at, back, ok)
				}
				if end := m.PhysEnd(p.Log + d + 1); end <= at || end > p.Phys+p.PhysLen {
					t.Fatalf("logical %d stands at %d, its end at %d", p.Log+d, at, end)
				}
			}
		}
		last := m.Map[len(m.Map)-1]
		if end := m.Phys(log); end != last.Phys+last.PhysLen || end != m.PhysEnd(log) {
			t.Fatalf("the text ends at %d, the last piece at %d", end, last.Phys+last.PhysLen)
		}
	})
}
