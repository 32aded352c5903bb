package explain

import (
	"strings"

	"github.com/rivo/uniseg"
)

// Clip cuts text to so many columns of a terminal; a sign says that something is left out.
func Clip(s string, columns int) string {
	if uniseg.StringWidth(s) <= columns {
		return s
	}
	var b strings.Builder
	used := 0
	for g := uniseg.NewGraphemes(s); g.Next(); {
		if used += g.Width(); used >= columns {
			break
		}
		b.WriteString(g.Str())
	}
	return b.String() + "…"
}
