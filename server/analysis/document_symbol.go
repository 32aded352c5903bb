package analysis

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"sipls/server/explain"
	"sipls/server/sip"
)

// SymbolKind says what a Symbol stands for.
type SymbolKind uint8

const (
	RequestSymbol SymbolKind = iota
	ResponseSymbol
	HeaderSymbol // a header field
	BodySymbol
	RestSymbol // the messages beyond the limit, all in one
)

// Symbol is an entry of an outline. Neighbours follow one behind the other, children lie
// in their parents, and Head lies in the symbol.
type Symbol struct {
	Kind         SymbolKind
	Name, Detail string // one visible line each; Name is never empty
	Extent
	Head     Extent // what is selected: the start line, the name of a header field
	Children []Symbol
}

const (
	// outlinedMessages is how many messages a text may have for header fields and bodies to be
	// in its outline: nobody looks for a header field in an outline of thousands of messages.
	outlinedMessages = 1000
	// maxChildren bounds them all together; a message may consist of nothing but short lines.
	maxChildren = 20_000
	// maxLabel is the most characters of a piece of text in an outline.
	maxLabel = 100
	// maxCallID is the most characters of a Call-ID in an outline.
	maxCallID = 16
)

// DocumentSymbols returns an outline: a symbol for each of the first limit messages and one for
// all others together. In a text of up to 1000 messages their header fields and bodies are
// children. It returns the error of ctx when that ends first.
func (s *Snapshot) DocumentSymbols(ctx context.Context, limit int) ([]Symbol, error) {
	n := s.Len()
	children := 0
	if n <= outlinedMessages {
		children = maxChildren
	}
	out := make([]Symbol, 0, min(n, limit+1))
	for m := range s.All {
		if m.ID.Seq%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if len(out) == limit {
			out = append(out, s.restSymbol(m, n-limit))
			break
		}
		x := s.messageSymbol(m)
		if children > 0 {
			x.Children = s.childSymbols(m, children)
			children -= len(x.Children)
		}
		out = append(out, x)
	}
	nest(out, Extent{0, s.doc.Len()})
	return out, nil
}

func (s *Snapshot) messageSymbol(m Message) Symbol {
	x := Symbol{Kind: RequestSymbol, Extent: s.extent(m), Head: s.extentOf(m, m.Start.Text)}
	switch {
	case m.IsRequest() && m.Start.URI.Len > 0:
		x.Name = string(m.Bytes(m.Start.Method)) + " " + string(m.Bytes(m.Start.URI))
	case m.IsRequest():
		x.Name = string(m.Bytes(m.Start.Text))
	default:
		x.Kind = ResponseSymbol
		x.Name = strings.TrimSpace(string(m.Bytes(m.Start.Code)) + " " + string(m.Bytes(m.Start.Reason)))
		if method := m.Method(); len(method) > 0 {
			x.Name += " (" + string(method) + ")"
		}
	}
	x.Name = label(x.Name, maxLabel)
	if x.Name == "" {
		x.Name = "message without a start line"
	}
	x.Detail = s.messageDetail(m)
	return x
}

// messageDetail says when a message was logged, from where to where it went or at least which way, and
// its Call-ID.
func (s *Snapshot) messageDetail(m Message) string {
	var parts []string
	if t := s.TimeText(m); t != "" {
		parts = append(parts, t)
	}
	if src, dst := s.Ends(m); src != "" || dst != "" {
		parts = append(parts, cmp.Or(src, "?")+" -> "+cmp.Or(dst, "?"))
	} else if way := m.Envelope.Direction.String(); way != "" {
		parts = append(parts, way)
	}
	detail := label(strings.Join(parts, ", "), maxLabel)
	if id := label(string(m.CallID()), maxCallID); id != "" {
		if detail != "" {
			detail += ", "
		}
		detail += "Call-ID " + id
	}
	return detail
}

// childSymbols returns at most limit children.
func (s *Snapshot) childSymbols(m Message, limit int) []Symbol {
	out := make([]Symbol, 0, min(len(m.Headers)+1, limit))
	for i := range m.Headers {
		if len(out) == limit {
			return out
		}
		h := &m.Headers[i]
		x := Symbol{Kind: HeaderSymbol, Extent: s.extentOf(m, h.Line)}
		name, value := h.Name, h.Value
		if name.Len == 0 {
			name, value = value, sip.Span{}
		}
		x.Head = s.extentOf(m, name)
		x.Name, x.Detail = label(string(m.Bytes(name)), maxLabel), label(string(m.Bytes(value)), maxLabel)
		if x.Name != "" {
			out = append(out, x)
		}
	}
	body := trimRight(m.Text, m.Body)
	if body.Len == 0 || len(out) == limit {
		return out
	}
	x := Symbol{Kind: BodySymbol, Name: "body", Extent: s.extentOf(m, body), Detail: fmt.Sprintf("%d bytes", m.Body.Len)}
	x.Head = s.extentOf(m, firstLine(m.Text, body))
	if kind := label(string(m.FirstToken(sip.HeaderContentType)), maxLabel); kind != "" {
		x.Detail = kind + ", " + x.Detail
	}
	return append(out, x)
}

// restSymbol stands for n messages from m to the last.
func (s *Snapshot) restSymbol(m Message, n int) Symbol {
	x := Symbol{Kind: RestSymbol, Name: "1 more message", Head: s.extentOf(m, m.Start.Text)}
	if n > 1 {
		x.Name = fmt.Sprintf("%d more messages", n)
	}
	x.Extent = Extent{s.extent(m).From, s.extent(s.Message(s.Len() - 1)).To}
	return x
}

// nest puts the symbols of one level, all of which begin in an extent, in the order of the text and cuts
// each off where the next one begins and the extent ends: messages that two writers interleave overlap,
// symbols must not.
func nest(level []Symbol, in Extent) {
	byPlace := func(a, b Symbol) int { return cmp.Compare(a.From, b.From) }
	if !slices.IsSortedFunc(level, byPlace) {
		slices.SortStableFunc(level, byPlace)
	}
	for i := range level {
		x := &level[i]
		until := in
		if i+1 < len(level) {
			until.To = min(until.To, level[i+1].From)
		}
		x.Extent = x.Extent.clip(until)
		x.Head = x.Head.clip(x.Extent)
		x.Children = slices.DeleteFunc(x.Children, func(c Symbol) bool { return c.From >= x.To })
		nest(x.Children, x.Extent)
	}
}

// firstLine returns the first line of a span, without its line end.
func firstLine(text []byte, sp sip.Span) sip.Span {
	for i, c := range sp.In(text) {
		if c == '\r' || c == '\n' {
			sp.Len = int32(i)
			break
		}
	}
	return sp
}

// label makes one visible line of at most that many characters.
func label(s string, most int) string {
	cut := len(s) > most*utf8.UTFMax
	if cut {
		s = s[:most*utf8.UTFMax]
	}
	s = strings.TrimSpace(explain.Printable(s))
	n := 0
	for i := range s {
		if n++; n == most && (cut || utf8.RuneCountInString(s[i:]) > 1) {
			return s[:i] + "…"
		}
	}
	return s
}
