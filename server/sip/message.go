package sip

import "bytes"

// Message is one message, cut into elements. It aliases the document where its
// text stands there verbatim; nothing in it may be written to.
type Message struct {
	Text    []byte  // logical bytes
	Map     []Piece // logical to document bytes; nil when the text stands verbatim at At
	At      int32   // document offset of the first byte, counted from the start of the segment
	Start   StartLine
	Headers []Header // every line between start line and empty line, in order
	Blank   Span     // the empty line that ends the header section; Len 0 when there is none
	Body    Span

	// Head covers start line and header section, Tail the body. Whoever cut the
	// message out of a text sets them; Parse leaves them Unknown.
	Head, Tail Part
	// Exact says that bytes, line ends and lengths are those of the wire.
	Exact bool
	Form  Form
}

// Header is one header field: one line and the lines folded into it.
type Header struct {
	Line  Span // the whole element, line ends included
	Name  Span // as written, blanks around it left out; Len 0 when the line has no colon or no name before it
	Value Span // white space at both ends left out; folded lines are inside
	ID    HeaderID
}

// Parse cuts text into elements. It keeps text (which the caller must not
// change) and never fails: a line without a colon becomes a Header without a
// name. Lines may end in CR LF, LF or CR, mixed. Spans are 32 bits wide, so text
// must be shorter than 2 GiB. It allocates the Message and its header slice only.
func Parse(text []byte) *Message {
	m := &Message{}
	ParseInto(m, text)
	return m
}

// ParseInto is Parse into a Message that the caller provides. Headers is reused
// when it has room; of the other fields it sets Text, Start, Blank and Body.
func ParseInto(m *Message, text []byte) {
	m.Text = text
	lines := lineReader{text: text}
	end, next := lines.read(0)
	m.Start = parseStartLine(text, end, next)
	if m.Headers == nil {
		m.Headers = make([]Header, 0, guessHeaders(text[next:]))
	}
	m.Headers = m.Headers[:0]
	m.Blank, m.Body = span(len(text), len(text)), span(len(text), len(text))
	for at := next; at < len(text); at = next {
		end, next = lines.read(at)
		if end == at {
			m.Blank, m.Body = span(at, next), span(next, len(text))
			return
		}
		colon := bytes.IndexByte(text[at:end], ':')
		// Folded lines belong to the field above them (RFC 3261 section 7.3.1).
		for next < len(text) && isBlank(text[next]) {
			end, next = lines.read(next)
		}
		m.Headers = append(m.Headers, header(text, at, colon, end, next))
	}
}

func header(text []byte, at, colon, end, next int) Header {
	h := Header{Line: span(at, next)}
	if colon < 0 {
		h.Value = trim(text, at, end)
		return h
	}
	h.Name = trim(text, at, at+colon)
	h.Value = trim(text, at+colon+1, end)
	h.ID = LookupHeader(h.Name.In(text))
	return h
}

// guessHeaders counts the lines up to the empty one, so that the header slice is
// allocated once. The slice grows where this is too few.
func guessHeaders(text []byte) int {
	const most = 64
	n := 0
	for n < most {
		i := bytes.IndexByte(text, '\n')
		if i < 0 {
			break
		}
		if i == 0 || i == 1 && text[0] == '\r' {
			return n
		}
		text = text[i+1:]
		n++
	}
	return min(n+1, most)
}

// IsRequest reports whether the start line is a Request-Line.
func (m *Message) IsRequest() bool { return m.Start.Kind == Request }

// Bytes returns the bytes of a span of this message.
func (m *Message) Bytes(s Span) []byte { return s.In(m.Text) }

// Header returns the first field with this ID, nil if there is none.
func (m *Message) Header(id HeaderID) *Header {
	for i := range m.Headers {
		if m.Headers[i].ID == id {
			return &m.Headers[i]
		}
	}
	return nil
}

// Value returns the value of the first field with this ID, nil if there is none.
func (m *Message) Value(id HeaderID) []byte {
	if h := m.Header(id); h != nil {
		return m.Bytes(h.Value)
	}
	return nil
}

// Method returns the method: of the Request-Line for requests, of the CSeq for
// responses (RFC 3261 section 8.1.1.5); nil when there is none.
func (m *Message) Method() []byte {
	if m.IsRequest() {
		return m.Bytes(m.Start.Method)
	}
	return m.Bytes(m.CSeq().Method)
}

// CallID returns the value of Call-ID, nil when there is none.
func (m *Message) CallID() []byte { return m.Value(HeaderCallID) }
