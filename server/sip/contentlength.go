package sip

import "bytes"

// ContentLength returns the value of the first Content-Length (bytes, RFC 3261
// section 20.14) and its field, nil when there is none. ok is false without a field
// and where the value is not a number or is one beyond 1 GiB.
func (m *Message) ContentLength() (n int, h *Header, ok bool) {
	h = m.Header(HeaderContentLength)
	if h == nil {
		return 0, nil, false
	}
	v := m.Bytes(h.Value)
	if !allDigits(v) {
		return 0, h, false
	}
	for _, c := range v {
		if n = n*10 + int(c-'0'); n > 1<<30 {
			return 0, h, false
		}
	}
	return n, h, true
}

// WireLen returns the length in bytes that text had on the wire if each of its line
// ends was CR LF there: loggers that print LF only hide the CRs, and Content-Length counts them.
func WireLen(text []byte) int {
	n := len(text)
	for {
		i := bytes.IndexByte(text, '\n')
		if i < 0 {
			return n
		}
		if i == 0 || text[i-1] != '\r' {
			n++
		}
		text = text[i+1:]
	}
}
