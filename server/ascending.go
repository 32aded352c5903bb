package server

import (
	"unicode/utf8"

	"go.lsp.dev/protocol"

	"sipls/server/analysis"
	"sipls/server/text"
)

// ascending converts offsets to what the client counts, like protocolPosition. It is fast
// when each offset stands a little behind the one before: it goes on from there instead of
// looking for the line anew.
type ascending struct {
	doc *text.Document
	enc text.Encoding
	off text.Offset // where pos is; neither inside a UTF-8 sequence nor between CR and LF
	pos protocol.Position
}

// farAhead is the most bytes that are walked through; beyond, looking for the line is faster.
const farAhead = 1 << 10

func (a *ascending) position(off text.Offset) protocol.Position {
	off = min(max(off, 0), a.doc.Len())
	if off < a.off || off-a.off > farAhead {
		a.pos, a.off = protocolPosition(a.doc, off, a.enc), off
		if b := a.doc.Run(off); len(b) > 0 && (b[0] >= utf8.RuneSelf || b[0] == '\n') {
			a.off = a.doc.Offset(text.Position{Line: int(a.pos.Line), Character: int(a.pos.Character)}, a.enc)
		}
		return a.pos
	}
	b := a.doc.Slice(a.off, off+utf8.UTFMax) // what begins before off may end behind it
	n := int(off - a.off)
	i := 0
	for i < n {
		size, units := 1, uint32(1)
		switch c := b[i]; {
		case c == '\n':
			units = 0
		case c == '\r' && i+1 < len(b) && b[i+1] == '\n':
			size, units = 2, 0
		case c == '\r':
			units = 0
		case c >= utf8.RuneSelf:
			if _, size = utf8.DecodeRune(b[i:]); a.enc == text.UTF8 {
				units = uint32(size)
			} else if size == utf8.UTFMax && a.enc == text.UTF16 {
				units = 2
			}
		}
		if i+size > n {
			break
		}
		if i += size; units == 0 {
			a.pos = protocol.Position{Line: a.pos.Line + 1}
		} else {
			a.pos.Character += units
		}
	}
	a.off += text.Offset(i)
	return a.pos
}

// span converts an extent.
func (a *ascending) span(e analysis.Extent) protocol.Range {
	start := a.position(e.From)
	return protocol.Range{Start: start, End: a.position(e.To)}
}
