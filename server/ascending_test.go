package server

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sipls/server/text"
)

func TestAscendingPositionsAreThoseOfTheDocument(t *testing.T) {
	fragments := []string{
		"", "a", "SIP/2.0 200 OK", "\r", "\n", "\r\n", "\n\r", "é", "€", "\U0001F4DE", "\xff", "\xf0\x9f\x93", "\xe2\x82",
		strings.Repeat("x", farAhead-1), strings.Repeat("\U0001F4DE\r\n", 300), strings.Repeat("é", farAhead),
	}
	rapid.Check(t, func(t *rapid.T) {
		content := strings.Join(rapid.SliceOfN(rapid.SampledFrom(fragments), 0, 20).Draw(t, "text"), "")
		doc := text.New([]byte(content))
		enc := rapid.SampledFrom([]text.Encoding{text.UTF8, text.UTF16, text.UTF32}).Draw(t, "encoding")
		offsets := rapid.SliceOfN(rapid.IntRange(-1, len(content)+1), 1, 30).Draw(t, "offsets")
		if rapid.Bool().Draw(t, "sorted") {
			slices.Sort(offsets)
		}
		a := ascending{doc: doc, enc: enc}
		for _, off := range offsets {
			if got, want := a.position(text.Offset(off)), protocolPosition(doc, text.Offset(off), enc); got != want {
				t.Fatalf("offset %d of %q in %v: %+v, want %+v", off, content, enc, got, want)
			}
		}
	})
}
