package scenario

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Header is one header field row. Value stands behind ": " as it is. A row with
// an empty Name is written as Value alone: that is how a malformed row is made.
type Header struct{ Name, Value string }

// Message is one SIP message on the wire.
type Message struct {
	At       time.Duration // since Trace.Base
	From, To Endpoint
	Start    string // start line without its line end
	Headers  []Header
	Body     string // as on the wire: SDP lines end in CR LF

	// Cut, when positive, is the number of bytes that reach the log. Sizes that
	// a producer prints still count the whole message.
	Cut int

	// Before and After are whole lines that the program logs in front of the message and behind it, as they are. A
	// capture has none.
	Before, After string

	// Joined says that the message came in the same segment of a stream as the one in front of it: the record of that one
	// holds both.
	Joined bool
}

// Text reads a message from text whose lines end in LF or CR LF; an indentation
// that all lines share and an empty first line are taken off, so that a raw
// string in a test can follow its code. Content-Length stays as written; when
// the text has none it is not added. It panics on a text without a start line.
func Text(at time.Duration, from, to Endpoint, text string) Message {
	text = dedent(strings.ReplaceAll(text, "\r\n", "\n"))
	head, body, _ := strings.Cut(text, "\n\n")
	lines := strings.Split(strings.TrimRight(head, "\n"), "\n")
	if lines[0] == "" {
		panic("scenario: Text without a start line")
	}
	m := Message{At: at, From: from, To: to, Start: lines[0], Body: strings.ReplaceAll(body, "\n", "\r\n")}
	for _, l := range lines[1:] {
		name, value, ok := strings.Cut(l, ": ")
		if !ok || strings.ContainsAny(name, " \t") {
			name, value = "", l
		}
		m.Headers = append(m.Headers, Header{name, value})
	}
	return m
}

// dedent takes an empty first line, the indentation of the first line, where
// the others have it too, and the blanks of the last line off.
func dedent(text string) string {
	text = strings.TrimPrefix(text, "\n")
	indent := text[:len(text)-len(strings.TrimLeft(text, " \t"))]
	if indent == "" {
		return text
	}
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if strings.TrimLeft(l, " \t") == "" {
			lines[i] = ""
		} else {
			lines[i] = strings.TrimPrefix(l, indent)
		}
	}
	return strings.Join(lines, "\n")
}

// Wire returns the bytes of the message as sent, without Cut.
func (m *Message) Wire() []byte { return m.appendWire(nil) }

func (m *Message) appendWire(dst []byte) []byte {
	dst = append(dst, m.Start...)
	dst = append(dst, "\r\n"...)
	for i := range m.Headers {
		h := &m.Headers[i]
		if h.Name != "" {
			dst = append(dst, h.Name...)
			dst = append(dst, ": "...)
		}
		dst = append(dst, h.Value...)
		dst = append(dst, "\r\n"...)
	}
	dst = append(dst, "\r\n"...)
	return append(dst, m.Body...)
}

// IsResponse reports whether the start line is a status line.
func (m *Message) IsResponse() bool { return strings.HasPrefix(m.Start, "SIP/2.0 ") }

// Status returns the status code of a response and 0 of a request.
func (m *Message) Status() int {
	if !m.IsResponse() || len(m.Start) < len("SIP/2.0 200") {
		return 0
	}
	n, _ := strconv.Atoi(m.Start[8:11])
	return n
}

// Method returns the method of a request, of a response the one its CSeq names.
func (m *Message) Method() string {
	if m.IsResponse() {
		_, method, _ := strings.Cut(strings.TrimSpace(m.Get("CSeq")), " ")
		return method
	}
	method, _, _ := strings.Cut(m.Start, " ")
	return method
}

// Get returns the value of the first header field of that name, "" when there
// is none. Names compare without case; compact forms are not expanded.
func (m *Message) Get(name string) string {
	if i := m.find(name); i >= 0 {
		return m.Headers[i].Value
	}
	return ""
}

func (m *Message) find(name string) int {
	for i := range m.Headers {
		if h := m.Headers[i].Name; len(h) == len(name) && strings.EqualFold(h, name) {
			return i
		}
	}
	return -1
}

// describe names a message in a panic.
func (m *Message) describe() string { return fmt.Sprintf("%q at %v", m.Start, m.At) }
