package analysis

import (
	"context"
	"fmt"
	"strings"
	"time"

	"sipls/server/call"
	"sipls/server/check"
	"sipls/server/text"
)

// Hint is a word shown behind a start line.
type Hint struct {
	At      text.Offset
	Label   string
	Tooltip string
}

// InlayHints returns what the start lines in [from, to) do not say by themselves: how long after its request a response came, and
// how often a message was sent before. It says nothing where that is not known or nothing special. It returns the first limit
// hints, or the error of ctx when that ends first.
func (s *Snapshot) InlayHints(ctx context.Context, from, to text.Offset, limit int) ([]Hint, error) {
	var out []Hint
	calls := s.Calls()
	again := map[*call.Call][]int32{}
	for m := range s.Between(from, to) {
		if m.ID.Seq%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if len(out) == limit {
			break
		}
		at := s.extentOf(m, m.Start.Text).To
		if at < from || at >= to && to < s.doc.Len() {
			continue
		}
		state, input := calls.at(m.ID)
		if state == nil || state.bare {
			continue
		}
		c := state.call
		i := c.Of(input)
		if c.Messages[i].Retransmitted() && again[c] == nil {
			again[c] = ordinals(c)
		}
		h := Hint{At: at}
		if h.Label, h.Tooltip = hintOf(c, i, again[c]); h.Label != "" {
			out = append(out, h)
		}
	}
	return out, nil
}

// hintOf tells what is special about message i of a call, "" for nothing.
func hintOf(c *call.Call, i int32, again []int32) (label, tooltip string) {
	m := &c.Messages[i]
	since, of := call.None, "its request"
	var words []string
	switch {
	case m.Retransmitted():
		words = append(words, fmt.Sprintf("retransmission %d", again[i]))
		since, of = m.First, "it was sent first"
	case m.Copy:
		return "", ""
	case !m.Request:
		since = c.RequestOf(i)
		// Of a request that was sent again, the first time counts.
		if since != call.None && c.Messages[since].First != call.None {
			since = c.Messages[since].First
		}
	}
	if since != call.None {
		if d, ok := c.Since(since, i); ok && d >= time.Millisecond {
			words = append(words, "+"+check.Spell(d))
			tooltip = fmt.Sprintf("%s after %s", check.Spell(d), of)
		}
	}
	return strings.Join(words, ", "), tooltip
}
