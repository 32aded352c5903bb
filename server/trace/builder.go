package trace

import (
	"sipls/server/sip"
	"sipls/server/text"
)

// builder collects the parts of the document that make up one message.
type builder struct {
	from   int // segment start
	pieces []sip.Piece
	n      int32 // logical bytes so far
}

func (b *builder) reset(from int) {
	b.from, b.pieces, b.n = from, b.pieces[:0], 0
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

// addLine appends a line from `from` on, line end included.
func (b *builder) addLine(from int, l *textLine) {
	if l.dot {
		b.addDotted(from, l)
	} else {
		b.add(from, l.next)
	}
}

func (b *builder) addDotted(from int, l *textLine) {
	b.add(from, l.end)
	b.pieces = append(b.pieces, sip.Piece{
		Log: b.n, Phys: int32(l.end - b.from), LogLen: int32(len(crlf)), PhysLen: int32(l.next - l.end), Kind: sip.Escape,
	})
	b.n += int32(len(crlf))
}

// crlf is what all escapes stand for.
const crlf = "\r\n"

// parse reads text and map of what was added into m, headers being how many header fields
// to expect. Text that stands in the document in one piece is not copied.
func (b *builder) parse(m *sip.Message, doc *text.Document, headers int) {
	m.At = b.pieces[0].Phys
	m.Headers = make([]sip.Header, 0, headers)
	from := text.Offset(b.from) + text.Offset(m.At)
	if len(b.pieces) == 1 { // a line at least, so that it is no escape
		sip.ParseInto(m, doc.Slice(from, from+text.Offset(b.n)))
		return
	}
	m.Map = append([]sip.Piece(nil), b.pieces...)
	t := make([]byte, 0, b.n)
	last := b.pieces[len(b.pieces)-1]
	all := doc.Slice(from, text.Offset(b.from)+text.Offset(last.Phys+last.PhysLen))
	for _, p := range b.pieces {
		if p.Kind == sip.Escape {
			t = append(t, crlf...)
			continue
		}
		t = append(t, all[p.Phys-m.At:][:p.PhysLen]...)
	}
	sip.ParseInto(m, t)
}
