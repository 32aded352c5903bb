package trace

import (
	"strings"
	"testing"
)

// TestOddLinesAreReadByAllFormats: a format is asked about any line, of blanks alone too.
func TestOddLinesAreReadByAllFormats(t *testing.T) {
	var lines []string
	for _, c := range []string{" ", "\t", "<", "-", "'", "[", "|", "\x1b", "0", "M", "\xff", " <", "--- (", "SIP/2.0 "} {
		for n := range 40 {
			lines = append(lines, strings.Repeat(c, n), strings.Repeat(c, n)+" ", strings.Repeat(c, n)+"\t \r")
		}
	}
	for _, line := range lines {
		b := []byte(line)
		if closes(b) && allBlank(b) {
			t.Errorf("%q ends a message", line)
		}
		if f := opens(b); f != nil && f.Envelope != nil {
			f.Envelope(b)
		}
	}
}
