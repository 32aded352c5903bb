package analysis

import (
	"bytes"
	"cmp"
	"slices"
	"sort"

	"sipls/server/sip"
	"sipls/server/text"
)

// Extent is a stretch of the document: the bytes [From, To).
type Extent struct{ From, To text.Offset }

// contains reports whether o lies in e.
func (e Extent) contains(o Extent) bool { return e.From <= o.From && o.To <= e.To }

// clip returns what of e lies in o; it is empty, at an edge of o, where nothing does.
func (e Extent) clip(o Extent) Extent {
	from := min(max(e.From, o.From), o.To)
	return Extent{from, min(max(e.To, from), o.To)}
}

func (e Extent) compare(o Extent) int {
	return cmp.Or(cmp.Compare(e.From, o.From), cmp.Compare(e.To, o.To))
}

// sortExtents puts extents in the order of the text. Most lists have it already.
func sortExtents(list []Extent) {
	if !slices.IsSortedFunc(list, Extent.compare) {
		slices.SortFunc(list, Extent.compare)
	}
}

// rangeOf returns where a span of a message stands.
func (s *Snapshot) rangeOf(m Message, sp sip.Span) Extent {
	from, to := s.Range(m, sp)
	return Extent{from, to}
}

// extentOf returns where a span of a message stands, without the line ends and blanks at its end.
func (s *Snapshot) extentOf(m Message, sp sip.Span) Extent {
	return s.rangeOf(m, trimRight(m.Text, sp))
}

// extent returns where a message stands, without the line ends and blanks at its end.
func (s *Snapshot) extent(m Message) Extent {
	return s.extentOf(m, sip.Span{Len: int32(len(m.Text))})
}

func trimRight(text []byte, sp sip.Span) sip.Span {
	sp.Len = int32(len(bytes.TrimRight(sp.In(text), " \t\r\n")))
	return sp
}

// eachPiece calls yield for the stretches of the document that hold a span of a message and
// nothing else: prefixes between its lines are left out. base is where the segment starts. An
// escape that the span holds a part of is yielded whole.
func eachPiece(m *sip.Message, base text.Offset, sp sip.Span, yield func(Extent)) {
	if m.Map == nil {
		from := base + text.Offset(m.At+sp.Off)
		yield(Extent{from, from + text.Offset(sp.Len)})
		return
	}
	i := sort.Search(len(m.Map), func(i int) bool { return m.Map[i].Log+m.Map[i].LogLen > sp.Off })
	var e Extent
	for ; i < len(m.Map) && m.Map[i].Log < sp.End(); i++ {
		p := m.Map[i]
		next := Extent{base + text.Offset(p.Phys), base + text.Offset(p.Phys+p.PhysLen)}
		if p.Kind == sip.Verbatim {
			a, b := max(sp.Off, p.Log), min(sp.End(), p.Log+p.LogLen)
			next = Extent{next.From + text.Offset(a-p.Log), next.From + text.Offset(b-p.Log)}
		}
		if next.From == e.To {
			e.To = next.To
			continue
		}
		if e.From < e.To {
			yield(e)
		}
		e = next
	}
	if e.From < e.To {
		yield(e)
	}
}

// firstBehind returns the logical offset of the first byte of a message that stands at phys,
// counted from the start of the segment, or behind it; the length of the message if there is none.
func firstBehind(m *sip.Message, phys int32) int32 {
	if m.Map == nil {
		return min(max(phys-m.At, 0), int32(len(m.Text)))
	}
	i := sort.Search(len(m.Map), func(i int) bool { return m.Map[i].Phys+m.Map[i].PhysLen > phys })
	switch {
	case i == len(m.Map):
		return int32(len(m.Text))
	case m.Map[i].Kind == sip.Escape:
		return m.Map[i].Log
	}
	return m.Map[i].Log + max(phys-m.Map[i].Phys, 0)
}
