package trace

import (
	"sipls/server/sip"
	"sipls/server/text"
)

// builder collects the parts of the document that make up one message.
type builder struct {
	from    int // segment start
	pieces  []sip.Piece
	escaped []byte // what the escapes stand for, one behind the other
	n       int32  // logical bytes so far
	eol     int32  // how many of them are the last line end
}

func (b *builder) reset(from int) {
	b.from, b.pieces, b.escaped, b.n = from, b.pieces[:0], b.escaped[:0], 0
}

// add appends document bytes [from, to).
func (b *builder) add(from, to int) {
	if from >= to {
		return
	}
	phys, n := int32(from-b.from), int32(to-from)
	if k := len(b.pieces) - 1; k >= 0 && b.pieces[k].Phys+b.pieces[k].PhysLen == phys && b.pieces[k].Kind == sip.Verbatim {
		b.pieces[k].LogLen += n
		b.pieces[k].PhysLen += n
	} else {
		b.pieces = append(b.pieces, sip.Piece{Log: b.n, Phys: phys, LogLen: n, PhysLen: n})
	}
	b.n += n
}

// escape appends bytes for which document bytes [from, to), maybe none, stand.
func (b *builder) escape(from, to int, is string) {
	if is == "" {
		return
	}
	b.pieces = append(b.pieces, sip.Piece{
		Log: b.n, Phys: int32(from - b.from), LogLen: int32(len(is)), PhysLen: int32(to - from), Kind: sip.Escape,
	})
	b.escaped = append(b.escaped, is...)
	b.n += int32(len(is))
}

// addLine appends a line from `from` on, line end included.
func (b *builder) addLine(from int, l *textLine) {
	b.eol = int32(l.eol())
	switch {
	case l.carried:
		for _, p := range l.parts {
			if p.is == "" {
				b.add(p.from, p.to)
			} else {
				b.escape(p.from, p.to, p.is)
			}
		}
		if l.asIs {
			b.add(l.next-len(l.eolIs), l.next)
		} else {
			b.escape(l.end, l.next, l.eolIs)
		}
	case l.mark > 0:
		b.add(from, l.end)
		b.escape(l.end, l.next, crlf)
	default:
		b.add(from, l.next)
	}
}

// dropLineEnd takes off the line end that was added last.
func (b *builder) dropLineEnd() {
	k := len(b.pieces) - 1
	if k < 0 {
		return
	}
	p := &b.pieces[k]
	n := min(b.eol, p.LogLen)
	b.n -= n
	if p.Kind == sip.Escape {
		b.escaped = b.escaped[:len(b.escaped)-int(p.LogLen)]
		n = p.LogLen
	}
	if p.LogLen -= n; p.LogLen == 0 {
		b.pieces = b.pieces[:k]
		return
	}
	p.PhysLen -= n
}

const crlf = "\r\n"

// parse reads text and map of what was added into m, headers being how many header fields
// to expect. Text that stands in the document in one piece is not copied.
func (b *builder) parse(m *sip.Message, doc *text.Document, headers int) {
	m.At = b.pieces[0].Phys
	m.Headers = make([]sip.Header, 0, headers)
	from := text.Offset(b.from) + text.Offset(m.At)
	if len(b.pieces) == 1 && b.pieces[0].Kind == sip.Verbatim {
		sip.ParseInto(m, doc.Slice(from, from+text.Offset(b.n)))
		return
	}
	m.Map = append([]sip.Piece(nil), b.pieces...)
	t := make([]byte, 0, b.n)
	last := b.pieces[len(b.pieces)-1]
	all := doc.Slice(from, text.Offset(b.from)+text.Offset(last.Phys+last.PhysLen))
	escaped := b.escaped
	for _, p := range b.pieces {
		if p.Kind == sip.Escape {
			t = append(t, escaped[:p.LogLen]...)
			escaped = escaped[p.LogLen:]
			continue
		}
		t = append(t, all[p.Phys-m.At:][:p.PhysLen]...)
	}
	sip.ParseInto(m, t)
}
