package trace

import "sipls/server/sip"

// A structured format does not write a message line by line: it takes it apart, wraps it or
// says in one line that it passed. Its reader is asked about each "SIP" of the text.
//
// It gets the offset of that word, the line that holds it and the offset from which on bytes
// may belong to the message. Where it knows the text it calls s.b.reset with the head of what it found,
// adds what the message is made of to s.b in the order of the document and returns true. What it looks at beyond
// the line it reads with s.line and s.lineBefore, so that the scanner knows what an edit touches.
type reader func(s *scanner, p, first int, l *textLine) (f found, ok bool)

// readers are all of them, in the order in which they are asked.
var readers = []reader{
	readTsharkTree,
	readTsharkJSON,
	readTsharkEKLine,
	readTsharkSummary,
	readShortMessage,
	readNgrep,
	readTcpdump,
	readSipsakReply,
}

// maxMore is how many messages behind the first one are taken from one packet, so that small ones do not need far more memory than their text.
const maxMore = 15

// found is a message that a reader put together.
type found struct {
	head, end int // of the segment: all that the format wrote about the message
	format    *Format
	env       Envelope // its ranges are counted from head
	form      sip.Form
	fields    int  // how many header fields there are
	decoded   bool // the body is shown decoded, if at all

	// more puts the next message of the packet together, in s.b and in what f says of one message; nil where there is none. It reports
	// false where what looked like one is none.
	more func(f *found) bool

	// Where the message stands in the text line by line after all, only not where the line at hand is: its start.
	start *start
}

// whole returns what a reader found that leads to a message written line by line.
func (st *start) whole() found { return found{head: st.head, start: st} }

// farStructured asks those readers that find a message far behind the start of its line.
func (s *scanner) farStructured(p, first int) (f found, ok bool) { return s.readTsharkEK(p, first) }

// structured asks the readers; next is where to go on where nothing comes of it.
func (s *scanner) structured(p, first int, l *textLine) (f found, next int, ok bool) {
	for _, read := range readers {
		if f, ok = read(s, p, first, l); ok {
			return f, l.next, true
		}
	}
	return f, l.next, false
}

// found makes the segment of a message; nil where it is smaller than least bytes.
func (s *scanner) found(f *found, least int) *Segment {
	if f.start != nil {
		return s.message(f.start, Log, least)
	}
	if f.end-f.head < least || len(s.b.pieces) == 0 {
		return nil
	}
	one := newSingle(f.format)
	m := &one.message
	s.b.parse(m, s.doc, max(0, f.fields))
	m.Form = f.form
	f.judge(m)
	one.envelopes[0] = f.env
	for n := 0; f.more != nil && n < maxMore; n++ {
		next, end := f.more, f.end
		if f.more = nil; !next(f) {
			f.end = end
			break
		}
		m := &sip.Message{}
		s.b.parse(m, s.doc, max(0, f.fields))
		m.Form = f.form
		f.judge(m)
		one.segment.Messages, one.segment.Envelopes = append(one.segment.Messages, m), append(one.segment.Envelopes, f.env)
	}
	one.segment.Len = f.end - f.head
	return &one.segment
}

// moveHead lets the segment begin at head, before what was added.
func (b *builder) moveHead(head int) {
	for i := range b.pieces {
		b.pieces[i].Phys += int32(b.from - head)
	}
	b.from = head
}

// judge sets how complete a message is.
func (f *found) judge(m *sip.Message) {
	if f.form == sip.Summary {
		m.Head = sip.Part{Is: sip.Unknown, Reason: "the line says only that the message passed"}
		m.Tail = m.Head
		return
	}
	if missing, _ := core(m); missing > 1 || m.Blank.Len == 0 {
		m.Head = sip.Part{Is: sip.Cut, Reason: "header fields are missing: the text shows a part of the message"}
		m.Tail = m.Head
		return
	}
	m.Head, m.Tail = sip.Part{Is: sip.Whole}, sip.Part{Is: sip.Whole}
	switch n, _, ok := m.ContentLength(); {
	case ok && sip.WireLen(m.Bytes(m.Body)) >= n:
	case f.decoded:
		m.Tail = sip.Part{Is: sip.Unknown, Reason: "the text shows the body decoded"}
	case !ok:
		m.Tail = sip.Part{Is: sip.Unknown, Reason: "no Content-Length says where the body ends"}
	default:
		m.Tail = sip.Part{Is: sip.Cut, Reason: "the text ends before the body does"}
	}
}
