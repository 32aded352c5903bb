package analysis

import (
	"testing"

	"pgregory.net/rapid"

	"sipls/server/text"
)

func TestSymbolsOfInterleavedMessagesDoNotOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(in Extent) Symbol {
			from := rapid.IntRange(int(in.From), int(in.To)).Draw(t, "from")
			to := rapid.IntRange(from, int(in.To)).Draw(t, "to")
			head := rapid.IntRange(from, to).Draw(t, "head")
			return Symbol{Extent: Extent{text.Offset(from), text.Offset(to)}, Head: Extent{text.Offset(from), text.Offset(head)}}
		}
		level := make([]Symbol, rapid.IntRange(0, 8).Draw(t, "symbols"))
		for i := range level {
			level[i] = draw(Extent{0, 50})
			for range rapid.IntRange(0, 4).Draw(t, "children") {
				level[i].Children = append(level[i].Children, draw(level[i].Extent))
			}
		}
		n := len(level)
		nest(level, Extent{0, 50})
		var check func(level []Symbol, in Extent)
		check = func(level []Symbol, in Extent) {
			end := in.From
			for _, x := range level {
				if x.From < end || !in.contains(x.Extent) || !x.contains(x.Head) || x.From > x.To {
					t.Fatalf("%+v in %+v behind %d", x, in, end)
				}
				end = x.To
				check(x.Children, x.Extent)
			}
		}
		check(level, Extent{0, 50})
		if len(level) != n {
			t.Fatalf("%d of %d messages", len(level), n)
		}
	})
}
