package scenario

import (
	"slices"
	"strconv"
	"strings"
)

// Fault changes one message so that it is no longer what its sender should have
// sent, or no longer what was sent. A fault panics on a message it cannot apply to.
type Fault func(*Message)

// LogBefore writes whole lines in front of the message, as the program's own.
func LogBefore(lines string) Fault { return func(m *Message) { m.Before += lines } }

// LogAfter writes whole lines behind the message, as the program's own.
func LogAfter(lines string) Fault { return func(m *Message) { m.After += lines } }

// RemoveHeader takes every header field of that name out.
func RemoveHeader(name string) Fault {
	return func(m *Message) {
		m.must(name)
		m.Headers = slices.DeleteFunc(m.Headers, func(h Header) bool { return strings.EqualFold(h.Name, name) })
	}
}

// SetHeader gives the first header field of that name another value and leaves
// everything else, Content-Length too, as it is. Where there is none it is added
// in front of Content-Length.
func SetHeader(name, value string) Fault {
	return func(m *Message) {
		if i := m.find(name); i >= 0 {
			m.Headers[i].Value = value
			return
		}
		AddHeader(name, value)(m)
	}
}

// AddHeader adds a row in front of Content-Length, even when there is one of
// that name. An empty name adds value as the whole line.
func AddHeader(name, value string) Fault {
	return func(m *Message) {
		at := m.find("Content-Length")
		if at < 0 {
			at = len(m.Headers)
		}
		m.Headers = slices.Insert(m.Headers, at, Header{name, value})
	}
}

// RenameHeader writes the first header field of one name under another one:
// a compact form, other case, a typing error.
func RenameHeader(name, to string) Fault {
	return func(m *Message) { m.Headers[m.must(name)].Name = to }
}

// ReplaceInHeader replaces old, which must be there, in the first header field of that name.
func ReplaceInHeader(name, old, with string) Fault {
	return func(m *Message) {
		h := &m.Headers[m.must(name)]
		if !strings.Contains(h.Value, old) {
			panic("scenario: no " + strconv.Quote(old) + " in " + name + ": " + h.Value)
		}
		h.Value = strings.ReplaceAll(h.Value, old, with)
	}
}

// FoldHeader breaks the value of a header field at its first blank into two
// lines (RFC 3261 section 7.3.1).
func FoldHeader(name string) Fault {
	return func(m *Message) {
		h := &m.Headers[m.must(name)]
		h.Value = strings.Replace(h.Value, " ", "\r\n ", 1)
	}
}

// CompactHeaders writes the header fields that RFC 3261 section 7.3.3 gives a
// compact form in that form.
func CompactHeaders() Fault {
	return func(m *Message) {
		for i := range m.Headers {
			if c, ok := compact[m.Headers[i].Name]; ok {
				m.Headers[i].Name = c
			}
		}
	}
}

var compact = map[string]string{
	"Call-ID": "i", "Contact": "m", "Content-Encoding": "e", "Content-Length": "l", "Content-Type": "c",
	"From": "f", "Subject": "s", "Supported": "k", "To": "t", "Via": "v",
}

// SetStart replaces the start line.
func SetStart(line string) Fault { return func(m *Message) { m.Start = line } }

// SetReason replaces the reason phrase of a response; it may be empty.
func SetReason(phrase string) Fault {
	return func(m *Message) {
		if m.Status() == 0 {
			panic("scenario: no reason phrase in " + m.describe())
		}
		m.Start = m.Start[:len("SIP/2.0 200 ")] + phrase
	}
}

// WrongCSeqMethod makes CSeq name another method; the number stays.
func WrongCSeqMethod(method string) Fault {
	return func(m *Message) {
		h := &m.Headers[m.must("CSeq")]
		number, _, _ := strings.Cut(h.Value, " ")
		h.Value = number + " " + method
	}
}

// WrongContentLength makes Content-Length announce delta bytes more, or less,
// than the body has.
func WrongContentLength(delta int) Fault {
	return func(m *Message) {
		m.Headers[m.must("Content-Length")].Value = strconv.Itoa(max(len(m.Body)+delta, 0))
	}
}

// SetBody replaces the body and sets Content-Length to its size. Content-Type
// is set when it is not empty, removed with an empty body.
func SetBody(contentType, body string) Fault {
	return func(m *Message) {
		m.Body = body
		SetHeader("Content-Length", strconv.Itoa(len(body)))(m)
		switch {
		case contentType != "":
			SetHeader("Content-Type", contentType)(m)
		case body == "":
			m.Headers = slices.DeleteFunc(m.Headers, func(h Header) bool { return strings.EqualFold(h.Name, "Content-Type") })
		}
	}
}

// CutAfter lets only the first n bytes of the message reach the log.
func CutAfter(n int) Fault {
	return func(m *Message) {
		if size := len(m.Wire()); n <= 0 || n >= size {
			panic("scenario: CutAfter(" + strconv.Itoa(n) + ") in a message of " + strconv.Itoa(size) + " bytes")
		}
		m.Cut = n
	}
}

// CutInHeader lets the log end the message in the middle of the value of a header field.
func CutInHeader(name string) Fault {
	return func(m *Message) {
		i := m.must(name)
		upTo := Message{Start: m.Start, Headers: m.Headers[:i]}
		h := m.Headers[i]
		m.Cut = len(upTo.Wire()) - len("\r\n") + len(h.Name) + len(": ") + (len(h.Value)+1)/2
	}
}

// CutBody lets the log end the message after half of its body.
func CutBody() Fault {
	return func(m *Message) {
		if len(m.Body) < 2 {
			panic("scenario: no body to cut in " + m.describe())
		}
		m.Cut = len(m.Wire()) - len(m.Body)/2
	}
}

// must returns where a header field is and panics when it is not there.
func (m *Message) must(name string) int {
	i := m.find(name)
	if i < 0 {
		panic("scenario: no " + name + " in " + m.describe())
	}
	return i
}
