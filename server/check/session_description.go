package check

import (
	"bytes"
	"strconv"

	"sipls/server/sip"
)

// What the rules about session descriptions need of a message, and the field that announces one.
const needSDP = NeedFull | NeedHead | NeedBody | NeedValues

var sdpFields = []sip.HeaderID{sip.HeaderContentType}

// description is a session description in a message.
type description struct {
	sip.SDP
	// whole says that all of it is there: what is not there is missing. Of others, which a log may have cut or run
	// together with its own lines, Lines ends behind the last line that is surely one of theirs.
	whole bool
	// pure says that each of Lines is the sender's, none a logger's; in a message file that holds for a body that ends too early, too.
	pure  bool
	attrs attrSet // which attributes it has
}

// attrSet is a set of attributes.
type attrSet uint64

func (s attrSet) has(a sip.SDPAttr) bool { return s>>a&1 != 0 }

func attrSetOf(attrs ...sip.SDPAttr) (s attrSet) {
	for _, a := range attrs {
		s |= 1 << a
	}
	return s
}

// descriptions are those of a message, read once.
type descriptions struct {
	list []description
	read bool
}

// descriptions returns the session descriptions of the message: its body or parts of it.
func (s *Subject) descriptions() []description {
	x := &s.facts.sdp
	if x.read {
		return x.list
	}
	x.read = true
	m := s.Message
	if m.Body.Len == 0 {
		return nil
	}
	body := m.ReadBody()
	if len(body.Parts) > 0 {
		x.add(s, &body, s.wholeBody() && body.Close.Len > 0)
	} else {
		x.add(s, &body, s.wholeBody())
	}
	return x.list
}

// mostDescriptions is how many of a message are judged: more than one is rare, and a body may pretend thousands.
const mostDescriptions = 8

func (x *descriptions) add(s *Subject, b *sip.Body, whole bool) {
	m := s.Message
	for i := range b.Parts {
		x.add(s, &b.Parts[i].Body, whole)
	}
	if len(b.Parts) > 0 || b.Encoded || !m.IsMediaType(b.Type, "application", "sdp") || b.Span.Len == 0 {
		return
	}
	d := description{SDP: m.ReadSDP(b.Span), whole: whole, pure: whole || s.Bare}
	if !whole {
		d.trim(b.Span.End() == int32(len(m.Text)))
	} else if !s.Bare && b.Span == m.Body {
		d.limit(m)
	}
	if !s.Bare {
		d.dropBinary()
	}
	for i := range d.Lines {
		if l := &d.Lines[i]; l.Type == 'a' {
			d.attrs |= 1 << l.Attr
		}
	}
	if len(x.list) < mostDescriptions {
		x.list = append(x.list, d)
	}
}

// wholeBody reports whether nothing of the body is missing, as far as its length tells.
func (s *Subject) wholeBody() bool {
	m := s.Message
	if m.Tail.Is != sip.Whole {
		return false
	}
	if n, _, ok := m.ContentLength(); ok {
		_, high := bodyLength(m)
		return n <= high
	}
	return true
}

// trim drops what may be no line of the description: the last line, which may be cut, and lines behind the last
// one that is well-formed.
func (d *description) trim(cut bool) {
	n := len(d.Lines)
	if cut && n > 0 {
		n--
	}
	for n > 0 && !isSDPLine(&d.Lines[n-1]) {
		n--
	}
	d.shorten(n)
}

// limit drops the lines behind the end that Content-Length gives, which are a logger's.
func (d *description) limit(m *sip.Message) {
	length, _, ok := m.ContentLength()
	if !ok {
		return
	}
	n, at := 0, 0
	for n < len(d.Lines) && at < length {
		at += sip.WireLen(d.Bytes(d.Lines[n].Line))
		n++
	}
	d.shorten(n)
}

// dropBinary ends the description before a line with control bytes: in a log these are another record, not the sender's.
func (d *description) dropBinary() {
	for i := range d.Lines {
		for _, c := range d.Bytes(d.Lines[i].Value) {
			if c < ' ' && c != '\t' {
				d.whole, d.pure = false, false
				d.shorten(i)
				return
			}
		}
	}
}

func (d *description) shorten(n int) {
	d.Lines = d.Lines[:n]
	for len(d.Media) > 0 && d.Media[len(d.Media)-1].First >= n {
		d.Media = d.Media[:len(d.Media)-1]
	}
	if k := len(d.Media); k > 0 {
		d.Media[k-1].End = min(d.Media[k-1].End, n)
	}
}

// isSDPLine reports whether a line has a type letter of RFC 8866 and no blank where none belongs.
func isSDPLine(l *sip.SDPLine) bool {
	return l.Type != 0 && !l.Loose && bytes.IndexByte([]byte(sip.SDPTypes), l.Type) >= 0
}

// mediaLine reads the m= line of a section; ok is false where it is malformed, which is another rule's business.
func (d *description) mediaLine(x sip.SDPMedia) (m sip.SDPMediaLine, ok bool) {
	m, err := d.MediaLine(&d.Lines[x.First])
	return m, err == nil
}

// isUsed reports whether a media section has a port: with 0 the stream is refused or ended (RFC 3264 sections 6 and 8.2).
// In an offer with a=bundle-only it is 0, too (RFC 9143 section 6).
func isUsed(m *sip.SDPMediaLine) bool { return m.PortNumber != 0 }

// hasSession reports whether the session part is there to its end, so that what is not in it is missing.
func (d *description) hasSession() bool { return d.whole || d.pure && len(d.Media) > 0 }

// place returns where a defect is shown: the offending bytes, or the line where something is missing.
func place(l *sip.SDPLine, at sip.Span) sip.Span {
	if at.Len == 0 {
		return l.Text()
	}
	return at
}

// isMask reports whether a defect in a log may be no more than a value that somebody made unreadable before they
// showed the log: asterisks, a word in brackets, rows of x.
func (s *Subject) isMask(b []byte) bool {
	if s.Editable {
		return false
	}
	return bytes.ContainsAny(b, "*<>[]{}#$") || bytes.Contains(b, []byte("...")) || bytes.Contains(bytes.ToLower(b), []byte("xxx")) ||
		bytes.Contains(bytes.ToLower(b), []byte("xx:xx"))
}

// found says what stands in a place of a line and what belongs there, for the evidence of a finding.
func found(d *description, l *sip.SDPLine, err *sip.SyntaxError) string {
	if err.At.Len == 0 {
		return "In " + clip(d.Bytes(l.Text())) + " there should be " + err.Want + "."
	}
	return "Instead of " + clip(d.Bytes(err.At)) + " there should be " + err.Want + "."
}

// bodyFix is a fix that edits the body, edits in the order of the text. A Content-Length that fits the body
// fits it afterwards, too.
func (s *Subject) bodyFix(title string, edits ...Edit) []Fix {
	m := s.Message
	all := edits
	if n, h, ok := m.ContentLength(); ok {
		low, high := bodyLength(m)
		delta := 0
		for _, e := range edits {
			delta += sip.WireLen([]byte(e.Text.String())) - sip.WireLen(m.Bytes(e.At))
		}
		if low <= n && n <= high && delta != 0 {
			all = append([]Edit{{At: h.Value, Text: Literal(strconv.Itoa(n + delta))}}, edits...)
		}
	}
	return []Fix{{Title: title, Preferred: true, Edits: all}}
}

// replace is an edit of the body that puts text in the place of a span.
func replace(at sip.Span, text string) Edit { return Edit{At: at, Text: Literal(text)} }

// insertLine is an edit that puts a line in front of another one, or behind the last one, with its line end.
func (d *description) insertLine(before int, line string) Edit {
	if before < len(d.Lines) {
		l := &d.Lines[before]
		return replace(sip.Span{Off: l.Line.Off}, line+d.lineEnd(before))
	}
	last := &d.Lines[before-1]
	if last.Value.End() < last.Line.End() {
		return replace(sip.Span{Off: last.Line.End()}, line+d.lineEnd(before-1))
	}
	return replace(sip.Span{Off: last.Line.End()}, d.lineEnd(0)+line)
}

// lineEnd returns the line end of a line, or CR LF where it has none.
func (d *description) lineEnd(i int) string {
	l := &d.Lines[i]
	if end := d.Bytes(sip.Span{Off: l.Value.End(), Len: l.Line.End() - l.Value.End()}); len(end) > 0 {
		return string(end)
	}
	return "\r\n"
}
