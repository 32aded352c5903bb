package sip

import "bytes"

// Body is the body of a message, or of one part of a multipart body (RFC 2046 section 5.1,
// RFC 5621). A multipart body is tiled by Preamble, the parts, Close and Epilogue; any other, or one
// whose boundary does not occur, has no parts.
type Body struct {
	Span        Span
	Type        MediaType   // zero without Content-Type
	Disposition Disposition // zero without Content-Disposition
	Encoded     bool        // Content-Encoding or Content-Transfer-Encoding says that the bytes stand for others

	Boundary Span // without quotes; Len 0 unless it is multipart and has one
	Preamble Span // before the first part
	Parts    []BodyPart
	Close    Span // the delimiter behind the last part; Len 0 when it is missing
	Epilogue Span // behind it
}

// BodyPart is one part of a multipart body. Delimiter, header fields, empty line and body tile it.
type BodyPart struct {
	Delimiter Span     // the line end before it, the line and its line end
	Headers   []Header // as in a message
	Blank     Span     // the empty line behind them; Len 0 when there is none
	Body      Body
}

// Limits of what is read of a multipart body, so that a hostile one costs no more than its
// length. What lies beyond belongs to the last part.
const (
	maxBodyDepth = 4
	maxBodyParts = 64
)

// ReadBody reads the body of the message. It never fails and allocates for multipart bodies only.
func (m *Message) ReadBody() Body { return m.readBody(m.Body, m.Headers, 0) }

// Parts calls yield for each body that is not multipart itself: the body of the message, or those of its
// parts, in order; not at all for an empty body.
func (m *Message) Parts() func(yield func(*Body) bool) {
	return func(yield func(*Body) bool) {
		if m.Body.Len > 0 {
			b := m.ReadBody()
			m.leaves(&b, yield)
		}
	}
}

func (m *Message) leaves(b *Body, yield func(*Body) bool) bool {
	if len(b.Parts) == 0 {
		return yield(b)
	}
	for i := range b.Parts {
		if !m.leaves(&b.Parts[i].Body, yield) {
			return false
		}
	}
	return true
}

func (m *Message) readBody(s Span, headers []Header, depth int) Body {
	b := Body{Span: s}
	for i := range headers {
		h := &headers[i]
		switch h.ID {
		case HeaderContentType:
			if b.Type == (MediaType{}) {
				b.Type = m.ReadMediaType(h.Value)
			}
		case HeaderContentDisposition:
			b.Disposition = m.ReadDisposition(h.Value)
		case HeaderContentEncoding:
			b.Encoded = b.Encoded || !EqualFold(m.Bytes(h.Value), "identity")
		case HeaderContentTransferEncoding:
			v := m.Bytes(h.Value)
			b.Encoded = b.Encoded || EqualFold(v, "base64") || EqualFold(v, "quoted-printable")
		}
	}
	if b.Boundary = m.Boundary(b.Type); b.Boundary.Len > 0 && !b.Encoded && depth < maxBodyDepth {
		m.readParts(&b, depth)
	}
	return b
}

// readParts cuts a multipart body at its delimiters.
func (m *Message) readParts(b *Body, depth int) {
	boundary := m.Bytes(b.Boundary)
	at, end := int(b.Span.Off), int(b.Span.End())
	d := m.delimiter(at, end, at, boundary)
	if !d.found {
		return
	}
	b.Preamble = span(at, d.from)
	for d.found && !d.last {
		next := m.delimiter(d.next, end, d.next, boundary)
		if len(b.Parts) == maxBodyParts-1 {
			next = delimiter{from: end}
		}
		b.Parts = append(b.Parts, m.readPart(d, next.from, depth))
		d = next
	}
	b.Close, b.Epilogue = span(end, end), span(end, end)
	if d.found {
		b.Close, b.Epilogue = span(d.from, d.next), span(d.next, end)
	}
}

func (m *Message) readPart(d delimiter, end, depth int) BodyPart {
	p := BodyPart{Delimiter: span(d.from, d.next)}
	var body Span
	p.Headers, p.Blank, body = readHeaders(m.Text, d.next, end)
	p.Body = m.readBody(body, p.Headers, depth+1)
	return p
}

// readHeaders cuts text[at:end] into header fields, the empty line behind them and a body.
func readHeaders(text []byte, at, end int) (headers []Header, blank, body Span) {
	lines := lineReader{text: text[:end]}
	for at < end {
		stop, next := lines.read(at)
		if stop == at {
			return headers, span(at, next), span(next, end)
		}
		colon := bytes.IndexByte(text[at:stop], ':')
		for next < end && isBlank(text[next]) {
			stop, next = lines.read(next)
		}
		headers = append(headers, header(text, at, colon, stop, next))
		at = next
	}
	return headers, span(end, end), span(end, end)
}

// delimiter is a line that separates parts, with the line end in front of it.
type delimiter struct {
	from, next  int
	found, last bool
}

// delimiter finds the first one in text[at:end]; `line` is where a line begins, if it is at.
func (m *Message) delimiter(at, end, line int, boundary []byte) delimiter {
	t := m.Text
	for from := at; ; {
		i := bytes.Index(t[from:end], boundary)
		if i < 0 {
			return delimiter{from: end, next: end}
		}
		i += from
		from = i + 1
		start := i - 2
		if start < at || t[start] != '-' || t[start+1] != '-' || start != line && t[start-1] != '\n' && t[start-1] != '\r' {
			continue
		}
		d := delimiter{from: start, next: i + len(boundary), found: true}
		if d.next+2 <= end && t[d.next] == '-' && t[d.next+1] == '-' {
			d.last = true
			d.next += 2
		}
		for d.next < end && isBlank(t[d.next]) {
			d.next++
		}
		switch {
		case d.next == end:
		case t[d.next] == '\r' && d.next+1 < end && t[d.next+1] == '\n':
			d.next += 2
		case t[d.next] == '\r' || t[d.next] == '\n':
			d.next++
		default:
			continue // a longer boundary, of another level
		}
		if d.from > at && t[d.from-1] == '\n' {
			d.from--
		}
		if d.from > at && t[d.from-1] == '\r' {
			d.from--
		}
		return d
	}
}
