package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

// Lengths in bytes that no device of today has a use for. The standards set no limits (RFC 4475 section 3.1.1.7); parsers do.
const (
	longMethod = 32
	longURI    = 2048
	longCallID = 512
	longHeader = 8 << 10
	// mostDatagram is the greatest payload of UDP over IPv4.
	mostDatagram = 65507
)

var elementTooLong = &Rule{
	Name:     "element-too-long",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Hint,
	Cites:    []knowledge.Cite{{Standard: "RFC 4475", Section: "3.1.1.7"}, {Standard: "RFC 3261", Section: "18.1.1"}},
	Doc: Doc{
		Title: "A part of the message is of absurd length",
		Text: `No standard limits the length of a method, URI, Call-ID or header field, but most parsers do, and intrusion detection takes long ones
for attacks. The rule speaks, in texts that somebody writes, of methods beyond 32 bytes, a Request-URI beyond 2048, a CSeq beyond 64, a Call-ID beyond 512, header fields beyond 8192,
and of messages that no UDP datagram can hold though their topmost Via says UDP.`,
	},
	Cases: func() []Case {
		long := func(n int) string {
			b := make([]byte, n)
			for i := range b {
				b[i] = 'x'
			}
			return string(b)
		}
		right := requestOf("OPTIONS", "")
		return []Case{
			{Name: "the Request-URI", Text: swap(right, "sip:b@", "sip:"+long(2048)+"@"), Want: []string{"hint: sip:" + long(2048) + "@example.com"}},
			{Name: "the Call-ID", Text: swap(right, "1@192.0.2.1", long(513)), Want: []string{"hint: " + long(513)}},
			{Name: "the CSeq", Text: swap(responseTo("BYE", "200 OK", ""), "1 BYE", "1 "+long(63)), Want: []string{"hint: 1 " + long(63)}},
			{Name: "the method", Text: requestOf(long(33), ""), Want: []string{"hint: " + long(33)}},
			{Name: "a header field", Text: requestOf("OPTIONS", "Subject: "+long(8192)+"\n"), Want: []string{"hint: Subject"}},
			{Name: "long, but in use", Text: swap(requestOf("OPTIONS", "Subject: "+long(2000)+"\n"), "sip:b@", "sip:"+long(300)+"@")},
			{Name: "cut off in a log", Log: true, Text: inCutLog(requestOf("OPTIONS", "Accept: a/b\nSubject: "+long(8192)+"\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		if !s.Editable {
			return
		}
		m := s.Message
		tell := func(where sip.Span, what string, n, limit int) {
			report(Finding{
				Severity:    Hint,
				At:          at(where),
				Title:       fmt.Sprintf("%s of %d bytes", what, n),
				Evidence:    fmt.Sprintf("%s has %d bytes; hardly any parser is made for more than %d.", what, n, limit),
				Consequence: "Receivers answer 400, 413 or 414, or drop the message.",
				Next:        "Make it shorter.",
			})
		}
		for _, part := range [...]struct {
			where sip.Span
			what  string
			limit int
		}{{m.Start.Method, "method", longMethod}, {m.Start.URI, "Request-URI", longURI}} {
			if int(part.where.Len) > part.limit {
				tell(part.where, part.what, int(part.where.Len), part.limit)
			}
		}
		for i := range m.Headers {
			switch h := &m.Headers[i]; {
			case h.ID == sip.HeaderCallID && h.Value.Len > longCallID:
				tell(h.Value, "Call-ID", int(h.Value.Len), longCallID)
			case h.ID == sip.HeaderCSeq && h.Value.Len > 2*longMethod:
				tell(h.Value, "CSeq", int(h.Value.Len), 2*longMethod)
			case h.Line.Len > longHeader:
				tell(orName(h.Name, h), clip(m.Bytes(h.Name)), int(h.Line.Len), longHeader)
			}
		}
		if n := len(m.Text); n > mostDatagram && sip.EqualFold(m.Bytes(m.TopVia().Transport), "UDP") {
			tell(m.Start.Text, "message for UDP", n, mostDatagram)
		}
	},
}
