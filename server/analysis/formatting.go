package analysis

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strconv"

	"sipls/knowledge"
	"sipls/server/check"
	"sipls/server/sip"
	"sipls/server/text"
	"sipls/server/trace"
)

// Formatting returns the edits that bring the header sections of the messages that [from, to] touches into the usual form:
// names of header fields in the case that standards give them (compact forms stay), no blank before the colon
// and one behind it, no blanks at the ends of lines, and in message files Content-Length as long as the body is
// with CR LF line ends. Only what stands on lines that the range touches changes. Folded lines stay
// folded, bodies and malformed lines are left alone.
//
// The edits are in the order of the text, do not overlap and each is about one defect. There are none in a
// text that is evidence. It returns the error of ctx when that ends first.
func (s *Snapshot) Formatting(ctx context.Context, from, to text.Offset) ([]Edit, error) {
	if !s.Editable() || s.doc.Len() == 0 {
		return nil, nil
	}
	from = s.doc.LineStart(s.doc.LineAt(from))
	to = s.doc.LineEnd(s.doc.LineAt(to))
	var edits []Edit
	for m := range s.Between(from, to) {
		if m.ID.Seq%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		f := formatter{s: s, m: m}
		f.message()
		edits = append(edits, f.edits...)
	}
	edits = slices.DeleteFunc(edits, func(e Edit) bool { return e.From < from || to < e.To })
	slices.SortStableFunc(edits, func(a, b Edit) int { return cmp.Compare(a.From, b.From) }) // two writers may interleave
	return edits, nil
}

// formatter collects the edits of one message.
type formatter struct {
	s     *Snapshot
	m     Message
	edits []Edit
}

func (f *formatter) message() {
	m := f.m
	if m.Form != sip.Full || slices.ContainsFunc(m.Map, func(p sip.Piece) bool { return p.Kind == sip.Escape }) {
		return
	}
	f.startLine()
	for i := range m.Headers {
		if h := &m.Headers[i]; sip.IsToken(m.Bytes(h.Name)) {
			f.header(h)
		}
	}
}

// replace makes an edit of a stretch that lies in one line.
func (f *formatter) replace(sp sip.Span, with string) {
	if string(f.m.Bytes(sp)) == with {
		return
	}
	from, to := f.s.Range(f.m, sp)
	f.edits = append(f.edits, Edit{From: from, To: to, Text: check.Literal(with)})
}

func (f *formatter) startLine() {
	l := &f.m.Start
	if l.Kind == sip.Response && l.Reason.Len == 0 {
		return // the blank behind the code has to be there (RFC 3261 section 7.2)
	}
	f.trimLine(l.Text)
}

// trimLine takes the blanks off the end of a line.
func (f *formatter) trimLine(line sip.Span) {
	b := f.m.Bytes(line)
	if n := int32(len(bytes.TrimRight(b, " \t"))); n > 0 {
		f.replace(sip.Span{Off: line.Off + n, Len: line.Len - n}, "")
	}
}

func (f *formatter) header(h *sip.Header) {
	m := f.m
	f.replace(h.Name, canonicalName(m.Bytes(h.Name)))

	length := ""
	if h.ID == sip.HeaderContentLength {
		length = f.contentLength(h)
	}
	// What is between name and value: blanks, the colon, blanks, and a line end where the value is folded away.
	end := h.Value.Off
	if h.Value.Len == 0 {
		end = h.Line.End()
	}
	gap := sip.Span{Off: h.Name.End(), Len: end - h.Name.End()}
	colon := gap.Off + int32(bytes.IndexByte(m.Bytes(gap), ':'))
	f.replace(sip.Span{Off: gap.Off, Len: colon - gap.Off}, "")
	behind := sip.Span{Off: colon + 1, Len: gap.End() - colon - 1}
	folded := bytes.IndexAny(m.Bytes(behind), "\r\n")
	if folded >= 0 {
		behind.Len = int32(folded)
	}
	switch {
	case h.Value.Len == 0 && length != "":
		f.replace(behind, " "+length)
	case h.Value.Len == 0, folded >= 0:
		f.replace(behind, "")
	default:
		f.replace(behind, " ")
	}
	if h.Value.Len > 0 {
		if length != "" {
			f.replace(h.Value, length)
		}
		f.lineEnds(sip.Span{Off: h.Value.Off, Len: h.Line.End() - h.Value.Off})
	}
}

// lineEnds takes the blanks off the ends of the lines of a value. A line of nothing but blanks belongs to the field; without
// them it would end the header section.
func (f *formatter) lineEnds(sp sip.Span) {
	text := f.m.Text
	for at := sp.Off; at < sp.End(); {
		line := firstLine(text, sip.Span{Off: at, Len: sp.End() - at})
		f.trimLine(line)
		at = line.End()
		for at < sp.End() && (text[at] == '\r' || text[at] == '\n') {
			at++
		}
	}
}

// canonicalName returns the name of a header field as standards write it: a compact form stays one.
func canonicalName(name []byte) string {
	if id := sip.LookupHeader(name); id != sip.HeaderOther {
		if len(name) == 1 {
			return id.Compact()
		}
		return id.String()
	}
	if h := knowledge.LookupHeaderField(string(name)); h != nil && sip.EqualFold(name, h.Name) {
		return h.Name
	}
	return string(name)
}

// contentLength returns the length of the body, its line ends counted as CR LF, "" where that is what the field says or
// nobody knows it: where the text is no message file, or where keywords stand for parts of it. The line end
// at the end of the file may belong to the body or not: a length that is right in one of the two ways stays. Where the
// message says that it has no body, what stands behind it is not made one.
func (f *formatter) contentLength(h *sip.Header) string {
	m, value := f.m, f.m.Bytes(h.Value)
	if f.s.mode(m) != trace.Bare || bytes.ContainsAny(value, "\r\n[") || m.Head.Is != sip.Whole || m.Tail.Is == sip.Masked {
		return ""
	}
	body := m.Bytes(m.Body)
	n := sip.WireLen(body)
	if m.Exact {
		n = len(body)
	}
	least := sip.WireLen(bytes.TrimRight(body, "\r\n"))
	if said, err := strconv.Atoi(string(value)); err == nil && allDigits(value) {
		if least <= said && said <= n || said == 0 && m.Header(sip.HeaderContentType) == nil {
			return ""
		}
	}
	return strconv.Itoa(n)
}
