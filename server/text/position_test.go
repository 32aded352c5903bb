package text

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPosition(t *testing.T) {
	type want struct {
		off                Offset
		line               int
		utf16, utf8, utf32 int
	}
	tests := []struct {
		name string
		text string
		want []want
	}{
		{"empty document", "", []want{{-1, 0, 0, 0, 0}, {0, 0, 0, 0, 0}, {1, 0, 0, 0, 0}}},
		{"no line end at the end", "a\nbc", []want{{2, 1, 0, 0, 0}, {4, 1, 2, 2, 2}, {9, 1, 2, 2, 2}}},
		{"line end at the end", "a\n", []want{{1, 0, 1, 1, 1}, {2, 1, 0, 0, 0}}},
		{"CR LF: nothing between them", "ab\r\nc", []want{{2, 0, 2, 2, 2}, {3, 0, 2, 2, 2}, {4, 1, 0, 0, 0}}},
		{"CR alone", "a\rb\r", []want{{1, 0, 1, 1, 1}, {2, 1, 0, 0, 0}, {4, 2, 0, 0, 0}}},
		{"LF CR is two line ends", "a\n\rb", []want{{2, 1, 0, 0, 0}, {3, 2, 0, 0, 0}}},
		{"CR CR LF is two line ends", "\r\r\n", []want{{1, 1, 0, 0, 0}, {2, 1, 0, 0, 0}, {3, 2, 0, 0, 0}}},
		{"two bytes", "é=", []want{{0, 0, 0, 0, 0}, {1, 0, 0, 0, 0}, {2, 0, 1, 2, 1}, {3, 0, 2, 3, 2}}},
		{"three bytes", "€=", []want{{1, 0, 0, 0, 0}, {2, 0, 0, 0, 0}, {3, 0, 1, 3, 1}}},
		{"beyond the basic plane", "😀=", []want{{1, 0, 0, 0, 0}, {3, 0, 0, 0, 0}, {4, 0, 2, 4, 1}, {5, 0, 3, 5, 2}}},
		{"combining mark is a code point of its own", "e\u0301x", []want{{1, 0, 1, 1, 1}, {3, 0, 2, 3, 2}}},
		{"byte order mark counts", "\ufeffa", []want{{3, 0, 1, 3, 1}}},
		{"byte that begins nothing", "\xffa", []want{{1, 0, 1, 1, 1}, {2, 0, 2, 2, 2}}},
		{"truncated sequence: each byte counts", "\xf0\x9f\x98", []want{{1, 0, 1, 1, 1}, {2, 0, 2, 2, 2}, {3, 0, 3, 3, 3}}},
		{"sequence truncated by a line end", "\xe2\x82\nx", []want{{2, 0, 2, 2, 2}, {3, 1, 0, 0, 0}}},
		{"overlong NUL", "\xc0\x80a", []want{{1, 0, 1, 1, 1}, {2, 0, 2, 2, 2}}},
		{"encoded surrogates", "\xed\xa0\xbd\xed\xb8\x80", []want{{1, 0, 1, 1, 1}, {4, 0, 4, 4, 4}, {6, 0, 6, 6, 6}}},
		{"beyond U+10FFFF", "\xf4\x90\x80\x80", []want{{2, 0, 2, 2, 2}, {4, 0, 4, 4, 4}}},
		{"valid behind truncated", "\xe2\x82é", []want{{2, 0, 2, 2, 2}, {3, 0, 2, 2, 2}, {4, 0, 3, 4, 3}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := New([]byte(tt.text))
			for _, w := range tt.want {
				got := want{
					w.off, d.LineAt(w.off),
					d.Position(w.off, UTF16).Character,
					d.Position(w.off, UTF8).Character,
					d.Position(w.off, UTF32).Character,
				}
				if got != w {
					t.Errorf("at %d: got %+v, want %+v", w.off, got, w)
				}
				line, column := d.Column(w.off)
				if diff := cmp.Diff([]int{w.line, w.utf32}, []int{line, column}); diff != "" {
					t.Errorf("Column(%d): -want +got\n%s", w.off, diff)
				}
			}
			n := newNaive(tt.text)
			if p := n.problem(d, -1, len(tt.text)+1); p != "" {
				t.Error(p)
			}
		})
	}
}

func TestOffset(t *testing.T) {
	const text = "a😀b\r\né\n\xff€"
	tests := []struct {
		name string
		at   Position
		e    Encoding
		want Offset
	}{
		{"start", Position{0, 0}, UTF16, 0},
		{"between surrogates", Position{0, 2}, UTF16, 1},
		{"behind a pair", Position{0, 3}, UTF16, 5},
		{"behind a code point", Position{0, 2}, UTF32, 5},
		{"inside four bytes", Position{0, 4}, UTF8, 1},
		{"behind four bytes", Position{0, 5}, UTF8, 5},
		{"beyond the line stops before CR LF", Position{0, 99}, UTF16, 6},
		{"beyond the line, bytes", Position{0, 7}, UTF8, 6},
		{"largest character", Position{0, math.MaxInt}, UTF32, 6},
		{"beyond a line ended by LF", Position{1, 2}, UTF16, 10},
		{"inside two bytes", Position{1, 1}, UTF8, 8},
		{"behind an invalid byte", Position{2, 1}, UTF16, 12},
		{"beyond the last line's end", Position{2, 3}, UTF16, 15},
		{"line behind the last", Position{3, 0}, UTF16, 15},
		{"largest line", Position{math.MaxInt, 1}, UTF8, 15},
		{"line before the first", Position{-1, 4}, UTF16, 0},
		{"character before the line", Position{1, -1}, UTF16, 8},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := New([]byte(text)).Offset(tt.at, tt.e); got != tt.want {
				t.Errorf("Offset(%v, %v) = %d, want %d", tt.at, tt.e, got, tt.want)
			}
		})
	}
}

func TestPositionsInLongLinesAgreeWithNaiveText(t *testing.T) {
	lines := map[string]string{
		"ASCII":    strings.Repeat("branch=z9hG4bK7c;", 6000),
		"valid":    strings.Repeat("Иван 😀 e\u0301, ", 6000),
		"invalid":  strings.Repeat("\xc8\xe2\xe0\xed \xf0\x9f€ 😀", 6000),
		"CR lines": strings.Repeat("Иван\r", 10000),
		"mixed":    strings.Repeat("a", 70000) + strings.Repeat("😀\xff", 20000) + "\r\n" + strings.Repeat("é\n\r", 20000),
	}
	for name, line := range lines {
		t.Run(name, func(t *testing.T) {
			n := newNaive("first\r\n" + line + "\nlast")
			d := New([]byte(n.text))
			if len(d.chunks) < 2 {
				t.Fatal("the text fits in one chunk")
			}
			offsets := []int{0, 7, 40, len(n.text)/2 + 1, len(n.text) - 1}
			for _, c := range d.chunks[1:] {
				offsets = append(offsets, int(c.start.off)-1, int(c.start.off), int(c.start.off)+1)
			}
			for _, off := range offsets {
				for _, e := range encodings {
					want := n.position(off, e)
					if got := d.Position(Offset(off), e); got != want {
						t.Errorf("Position(%d, %v) = %v, want %v", off, e, got, want)
					}
					for _, more := range []int{0, 1, 2, 40000} {
						p := Position{want.Line, want.Character + more}
						if got, want := d.Offset(p, e), n.offset(p, e); int(got) != want {
							t.Errorf("Offset(%v, %v) = %d, want %d", p, e, got, want)
						}
					}
				}
				line := n.lineAt(off)
				if start, end := d.LineStart(line), d.LineEnd(line); int(start) != n.starts[line] || int(end) != n.ends[line] {
					t.Errorf("line %d is [%d, %d), want [%d, %d)", line, start, end, n.starts[line], n.ends[line])
				}
			}
		})
	}
}

func TestEncodingNamesAreThoseOfLSP(t *testing.T) {
	got := []string{Encoding(0).String(), UTF8.String(), UTF32.String(), Encoding(9).String()}
	if diff := cmp.Diff([]string{"utf-16", "utf-8", "utf-32", "Encoding(9)"}, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
