package server

import (
	"context"

	"go.lsp.dev/protocol"

	"sipls/server/analysis"
)

// maxFolds is how many folding ranges are sent to a client that sets no limit or a higher one.
const maxFolds = 20_000

// foldingRange handles textDocument/foldingRange: messages, which are regions, and their
// bodies. Where not all may be sent, messages come before bodies. All fold whole lines, which
// every client can do.
func (s *session) foldingRange(ctx context.Context, docs view, params []byte) (any, error) {
	var p struct {
		TextDocument wireDocument `json:"textDocument"`
	}
	if err := decodeParams(params, &p); err != nil {
		return nil, err
	}
	_, snap, err := s.asked(ctx, docs, p.TextDocument)
	if snap == nil {
		return nil, err
	}
	folds, err := snap.FoldingRanges(ctx)
	if err != nil {
		return nil, err
	}
	limit := maxFolds
	if n := s.caps.foldLimit; n > 0 {
		limit = min(limit, n)
	}
	at := ascending{doc: snap.Document(), enc: s.caps.encoding}
	return foldingRanges(&at, folds, limit), nil
}

// lines are lines that fold into the first of them; it folds nothing if there is but one.
type lines struct{ first, last uint32 }

func (l lines) fold() bool { return l.first < l.last }

// endBefore gives the line, and what is behind it, to somebody else.
func (l *lines) endBefore(line uint32) {
	if l.last >= line {
		l.last = max(line, l.first+1) - 1
	}
}

func (l lines) protocol(kind protocol.FoldingRangeKind) protocol.FoldingRange {
	return protocol.FoldingRange{StartLine: l.first, EndLine: l.last, Kind: kind}
}

// foldingRanges returns at most limit ranges in the order of the text.
func foldingRanges(at *ascending, folds []analysis.Fold, limit int) []protocol.FoldingRange {
	linesOf := func(e analysis.Extent) lines {
		r := at.span(e)
		return lines{r.Start.Line, r.End.Line}
	}
	type pair struct{ message, body lines }
	var pairs []pair
	messages := 0
	for _, f := range folds {
		p := pair{message: linesOf(f.Message)}
		if f.Body.From < f.Body.To {
			p.body = linesOf(f.Body)
		}
		// A line belongs to the message that begins in it.
		if n := len(pairs); n > 0 {
			last := &pairs[n-1]
			last.message.endBefore(p.message.first)
			last.body.endBefore(p.message.first)
			if last.message.fold() {
				messages++
			}
		}
		if messages == limit {
			break
		}
		pairs = append(pairs, p)
	}
	if n := len(pairs); n > 0 && messages < limit && pairs[n-1].message.fold() {
		messages++
	}
	bodies := limit - messages
	out := make([]protocol.FoldingRange, 0, min(limit, 2*len(pairs)))
	for _, p := range pairs {
		if p.message.fold() {
			out = append(out, p.message.protocol(protocol.FoldingRangeKindRegion))
		}
		if bodies > 0 && p.body.fold() {
			out = append(out, p.body.protocol(""))
			bodies--
		}
	}
	return out
}
