package analysis

import (
	"bytes"
	"context"
	"slices"

	"sipls/server/check"
	"sipls/server/text"
)

// maxFixRounds bounds the work of FixAll: in each round every message gets one
// fix. A message that needs more is mended by calling it again.
const maxFixRounds = 64

// SafeFix returns the fix of a finding that needs nobody's judgement: the
// obvious one, with nothing in it that the user has to fill in.
func (s *Snapshot) SafeFix(f *check.Finding) (Fix, bool) {
	for _, fix := range s.Fixes(f) {
		if fix.Preferred && !slices.ContainsFunc(fix.Edits, func(e Edit) bool { return e.Text.HasPlaceholder() }) {
			return fix, true
		}
	}
	return Fix{}, false
}

// FixAll returns the edits that mend with safe fixes every finding that wants
// accepts, in the order of the text and without overlaps. After them no
// such finding has a safe fix that does not bring about another finding of whatever rule: one
// that would is left out. There are none in a text that is evidence.
//
// Fixes are applied one per message and round, each found in the text that the one
// before it left, so that two that meet in one place cannot spoil each other.
func (s *Snapshot) FixAll(ctx context.Context, wants func(*check.Finding) bool) ([]Edit, error) {
	if !s.Editable() {
		return nil, nil
	}
	now, made := s, composition{{keep: true, to: s.doc.Len()}}
	refused := map[fixKey]bool{}
	for range maxFixRounds {
		next, edits, err := now.fixRound(ctx, wants, refused)
		if err != nil {
			return nil, err
		}
		if len(edits) == 0 {
			break
		}
		made = made.apply(edits)
		now = next
	}
	return made.edits(s.doc), nil
}

// fixKey names the fixes of one rule in one message. Fixes make no messages and join none, so the number stays.
type fixKey struct {
	rule *check.Rule
	seq  uint32
}

// fixRound applies one safe fix to each message that has one, and returns the
// snapshot afterwards. What makes another finding is refused for good and the round begins anew.
func (s *Snapshot) fixRound(ctx context.Context, wants func(*check.Finding) bool, refused map[fixKey]bool) (*Snapshot, []Edit, error) {
	for {
		var edits []Edit
		chosen := map[uint32]fixKey{}
		counts := make([]ruleCounts, s.Len())
		err := s.EachFinding(ctx, func(f check.Finding) bool {
			seq := f.At.Msg.Seq
			counts[seq].add(f.Rule)
			key := fixKey{f.Rule, seq}
			if _, has := chosen[seq]; has || refused[key] || !wants(&f) {
				return true
			}
			if fix, ok := s.SafeFix(&f); ok {
				chosen[seq] = key
				edits = append(edits, fix.Edits...)
			}
			return true
		})
		if err != nil || len(edits) == 0 {
			return s, nil, err
		}
		slices.SortStableFunc(edits, func(a, b Edit) int { return int(a.From - b.From) })
		next := s.Edit(editChanges(edits))
		blamed, err := next.blame(ctx, s, counts, chosen)
		if err != nil {
			return nil, nil, err
		}
		if len(blamed) == 0 {
			return next, edits, nil
		}
		for _, key := range blamed {
			refused[key] = true
		}
	}
}

// blame returns the fixes after which a message has a finding that it did not have before: its own fix, else
// that of the request it answers; all fixes where it cannot be told.
func (s *Snapshot) blame(ctx context.Context, before *Snapshot, counts []ruleCounts, chosen map[uint32]fixKey) ([]fixKey, error) {
	var out []fixKey
	all := func() []fixKey {
		out = out[:0]
		for _, key := range chosen {
			out = append(out, key)
		}
		return out
	}
	if s.Len() != before.Len() {
		return all(), nil
	}
	now := make([]ruleCounts, s.Len())
	err := s.EachFinding(ctx, func(f check.Finding) bool {
		now[f.At.Msg.Seq].add(f.Rule)
		return true
	})
	if err != nil {
		return nil, err
	}
	for seq := range now {
		mine, fixed := chosen[uint32(seq)]
		if !now[seq].exceeds(counts[seq]) && (!fixed || now[seq][mine.rule] < counts[seq][mine.rule]) {
			continue
		}
		if !fixed {
			q, ok := before.Index().Request(seq)
			if !ok {
				return all(), nil
			}
			if mine, fixed = chosen[uint32(q)]; !fixed {
				return all(), nil
			}
		}
		out = append(out, mine)
	}
	return out, nil
}

// ruleCounts is how often rules found something in one message.
type ruleCounts map[*check.Rule]int

func (c *ruleCounts) add(r *check.Rule) {
	if *c == nil {
		*c = ruleCounts{}
	}
	(*c)[r]++
}

// exceeds reports whether some rule found more than before.
func (c ruleCounts) exceeds(before ruleCounts) bool {
	for r, n := range c {
		if n > before[r] {
			return true
		}
	}
	return false
}

// editChanges turns edits into changes that apply one after the other.
func editChanges(edits []Edit) []text.Change {
	out := make([]text.Change, 0, len(edits))
	shift := text.Offset(0)
	for _, e := range edits {
		b := []byte(e.Text.String())
		out = append(out, text.Change{Start: e.From + shift, End: e.To + shift, Text: b})
		shift += text.Offset(len(b)) - (e.To - e.From)
	}
	return out
}

// composition is a text made of parts of another one and of new text. It turns
// edits of edited texts into edits of the first one.
type composition []compositionPart

type compositionPart struct {
	keep     bool
	from, to text.Offset // of what is kept
	text     []byte      // of what is new
}

func (p *compositionPart) len() text.Offset {
	if p.keep {
		return p.to - p.from
	}
	return text.Offset(len(p.text))
}

// split returns the first n bytes of a part and the rest.
func (p compositionPart) split(n text.Offset) (head, tail compositionPart) {
	if p.keep {
		return compositionPart{keep: true, from: p.from, to: p.from + n}, compositionPart{keep: true, from: p.from + n, to: p.to}
	}
	return compositionPart{text: p.text[:n]}, compositionPart{text: p.text[n:]}
}

// apply returns the composition after edits of the text that it stands for, which are in order.
func (c composition) apply(edits []Edit) composition {
	out := make(composition, 0, len(c)+2*len(edits))
	at := text.Offset(0) // where the rest begins: first, then c
	var first compositionPart
	take := func(until text.Offset, keep bool) {
		for at < until {
			if first.len() == 0 {
				first, c = c[0], c[1:]
			}
			n := min(first.len(), until-at)
			var head compositionPart
			head, first = first.split(n)
			if keep && n > 0 {
				out = append(out, head)
			}
			at += n
		}
	}
	for _, e := range edits {
		take(e.From, true)
		out = append(out, compositionPart{text: []byte(e.Text.String())})
		take(e.To, false)
	}
	return append(append(out, first), c...)
}

// edits returns what makes the composition of the first text.
func (c composition) edits(doc *text.Document) []Edit {
	var out []Edit
	var added []byte
	at := text.Offset(0) // where the first text goes on
	flush := func(until text.Offset) {
		if !bytes.Equal(doc.Slice(at, until), added) {
			out = append(out, Edit{From: at, To: until, Text: check.Literal(string(added))})
		}
		added = added[:0]
	}
	for _, p := range c {
		if !p.keep {
			added = append(added, p.text...)
		} else if p.from < p.to {
			flush(p.from)
			at = p.to
		}
	}
	flush(doc.Len())
	return out
}
