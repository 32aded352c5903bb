package analysis

import (
	"context"
)

// Lens stands over the first message of a call.
type Lens struct {
	Message int    // its number
	At      Extent // its start line
}

// maxLens is the most characters of a lens.
const maxLens = 200

// CodeLenses returns a lens for each of the first limit calls, in the order of the text; LensTitle tells what it says. It returns
// the error of ctx when that ends first.
func (s *Snapshot) CodeLenses(ctx context.Context, limit int) ([]Lens, error) {
	calls := s.Calls()
	n := min(calls.Len(), limit)
	out := make([]Lens, 0, n)
	for c := range n {
		if c%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		// The first one in the text, which is not always the first one on the wire.
		first := calls.list[c].members[0]
		if at, ok := s.startLineOf(first); ok {
			out = append(out, Lens{int(calls.idOf(first).Seq), at})
		}
	}
	return out, nil
}

// LensTitle tells in one line what became of the call that a message belongs to; ok is false where it belongs to none.
func (s *Snapshot) LensTitle(message int) (title string, ok bool) {
	calls := s.Calls()
	c, ok := calls.Of(s.Message(message).ID)
	if !ok {
		return "", false
	}
	return label(calls.Sentence(c), maxLens), true
}
