package analysis

import (
	"testing"

	"pgregory.net/rapid"

	"sipls/server/text"
)

func TestFoldsOfInterleavedMessagesDoNotOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(in Extent) Extent {
			from := rapid.IntRange(int(in.From), int(in.To)).Draw(t, "from")
			return Extent{text.Offset(from), text.Offset(rapid.IntRange(from, int(in.To)).Draw(t, "to"))}
		}
		folds := make([]Fold, rapid.IntRange(0, 8).Draw(t, "folds"))
		for i := range folds {
			folds[i].Message = draw(Extent{0, 50})
			folds[i].Body = draw(folds[i].Message)
		}
		separate(folds)
		end := text.Offset(0)
		for _, f := range folds {
			if f.Message.From < end || f.Message.From > f.Message.To || !f.Message.contains(f.Body) || f.Body.From > f.Body.To {
				t.Fatalf("%+v behind %d", f, end)
			}
			end = f.Message.To
		}
	})
}
