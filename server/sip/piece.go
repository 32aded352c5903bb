package sip

import "sort"

// PieceKind says how the bytes of a Piece stand in the document.
type PieceKind uint8

const (
	// Verbatim pieces stand in the document byte for byte.
	Verbatim PieceKind = iota
	// Escape pieces stand there in another form: all logical bytes of the piece
	// belong to all its document bytes (`\r\n` in JSON for CR LF).
	Escape
)

// Piece maps a run of logical bytes to document bytes. Pieces are ordered and
// their logical sides are adjacent; what lies between the document sides of
// two pieces (a logger's prefix, an indentation) belongs to no message.
type Piece struct {
	Log, Phys       int32 // logical offset; document offset, counted from the start of the segment
	LogLen, PhysLen int32
	Kind            PieceKind
}

// Phys maps a logical offset to a document offset, counted from the start of
// the segment. An offset inside an escape maps to its first byte; one between two
// pieces to the start of the later piece, the end of the text to the end of the last.
func (m *Message) Phys(log int32) int32 {
	if m.Map == nil {
		return m.At + log
	}
	i := sort.Search(len(m.Map), func(i int) bool { return m.Map[i].Log > log }) - 1
	if i < 0 {
		return m.At
	}
	p := m.Map[i]
	d := log - p.Log
	if d >= p.LogLen {
		return p.Phys + p.PhysLen
	}
	if p.Kind == Escape {
		return p.Phys
	}
	return p.Phys + d
}

// PhysEnd maps the end of a span (the offset behind its last byte): unlike
// Phys it stays behind that byte where the next one stands after a gap.
func (m *Message) PhysEnd(log int32) int32 {
	if m.Map == nil || log == 0 {
		return m.Phys(log)
	}
	i := sort.Search(len(m.Map), func(i int) bool { return m.Map[i].Log >= log }) - 1
	p := m.Map[i]
	if d := log - p.Log; p.Kind == Verbatim && d < p.LogLen {
		return p.Phys + d
	}
	return p.Phys + p.PhysLen
}

// Log maps a document offset, counted from the start of the segment, to a
// logical offset. ok is false where the byte belongs to no piece: in a prefix,
// before or behind the message. The offset just behind the last byte is inside.
func (m *Message) Log(phys int32) (log int32, ok bool) {
	if m.Map == nil {
		d := phys - m.At
		return d, d >= 0 && int(d) <= len(m.Text)
	}
	i := sort.Search(len(m.Map), func(i int) bool { return m.Map[i].Phys > phys }) - 1
	if i < 0 {
		return 0, false
	}
	p := m.Map[i]
	d := phys - p.Phys
	switch {
	case d > p.PhysLen || d == p.PhysLen && i+1 < len(m.Map) && p.LogLen > 0 && m.Text[p.Log+p.LogLen-1] == '\n':
		return 0, false
	case p.Kind == Escape && d < p.PhysLen:
		return p.Log, true
	case p.Kind == Escape:
		return p.Log + p.LogLen, true
	}
	return p.Log + d, true
}
