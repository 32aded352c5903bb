package analysis

import (
	"cmp"
	"context"
	"slices"
)

// Fold is a message that an editor may fold. Folds follow one behind the other, each
// begins with its start line.
type Fold struct {
	Message Extent
	Body    Extent // lies in Message; empty when there is none
}

// FoldingRanges returns the folds in the order of the text. It returns the error of ctx when that ends first.
func (s *Snapshot) FoldingRanges(ctx context.Context) ([]Fold, error) {
	out := make([]Fold, 0, s.Len())
	for m := range s.All {
		if m.ID.Seq%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		out = append(out, Fold{s.extent(m), s.extentOf(m, m.Body)})
	}
	separate(out)
	return out, nil
}

// separate puts folds in the order of the text and ends each where the next one begins: messages that two writers
// interleave overlap, folds must not.
func separate(folds []Fold) {
	byPlace := func(a, b Fold) int { return cmp.Compare(a.Message.From, b.Message.From) }
	if !slices.IsSortedFunc(folds, byPlace) {
		slices.SortStableFunc(folds, byPlace)
	}
	for i := range folds {
		f := &folds[i]
		if i+1 < len(folds) {
			f.Message.To = min(f.Message.To, folds[i+1].Message.From)
		}
		f.Body = f.Body.clip(f.Message)
	}
}
