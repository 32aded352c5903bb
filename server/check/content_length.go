package check

import (
	"bytes"
	"fmt"
	"strconv"

	"sipls/knowledge"
	"sipls/server/sip"
)

var contentLength = &Rule{
	Name:     "content-length-mismatch",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedBody,
	Severity: Error,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "18.3"}, {Standard: "RFC 3261", Section: "20.14"}},
	Doc: Doc{
		Title: "Content-Length does not fit the body",
		Text: `In a message file the end of the file, or the start line of the next message, ends the body. A body that ends before
Content-Length says is an error: a datagram is answered with 400, a stream waits for the missing bytes. A body that
goes on behind it is a warning: the rest is ignored. Line ends count as CR LF, two bytes, whatever the file has.

Logs print LF for CR LF, trim bodies and mask addresses. There the rule speaks only of a body that is
known to be whole and is shorter than announced, and never at more than a hint; a masked value silences it.`,
	},
	Cases: func() []Case { return contentLengthCases },
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		said, h, ok := m.ContentLength()
		if !ok {
			return
		}
		low, high := bodyLength(m)
		f := Finding{At: at(h.Value), Severity: Error}
		switch {
		case said > high && s.Bare:
			f.Title = "body shorter than Content-Length"
			f.Evidence = fmt.Sprintf("Content-Length is %d, but the body has %s.", said, bytesWord(high))
			f.Consequence = "A server answers a datagram like this with 400; on TCP or TLS it waits for the missing bytes and takes the next message for them."
			f.Next = fmt.Sprintf("Set Content-Length to %d, or complete the body.", high)
		case said > high && m.Tail.Is == sip.Whole:
			f.Severity, f.Certainty = Hint, StrongHint
			f.Title = "body shorter than Content-Length"
			f.Evidence = fmt.Sprintf("Content-Length is %d, but the log shows %s of body.", said, bytesWord(high))
			f.Consequence = "If the log shows the message as it was sent, its receiver rejects it with 400 or waits for the missing bytes."
			f.Next = "Compare with a packet capture before you blame the sender: loggers trim bodies."
		case said < low && s.Bare:
			f.Severity = Warning
			f.Title = "body longer than Content-Length"
			f.Evidence = fmt.Sprintf("Content-Length is %d, but the body has %s.", said, bytesWord(low))
			f.Consequence = "In a datagram the receiver ignores the rest; on TCP or TLS it takes the rest for the start of the next message."
			f.Next = fmt.Sprintf("Set Content-Length to %d, or shorten the body.", low)
		default:
			return
		}
		report(f)
	},
	Fix: func(s *Subject, _ *Finding) []Fix {
		_, h, ok := s.Message.ContentLength()
		if !ok {
			return nil
		}
		_, n := bodyLength(s.Message)
		return []Fix{{
			Title:     fmt.Sprintf("Set Content-Length to %d", n),
			Preferred: true,
			Edits:     []Edit{{At: h.Value, Text: Literal(strconv.Itoa(n))}},
		}}
	},
}

// bodyLength returns the least and the most bytes the body can have had on the
// wire: line ends that are LF here were CR LF there, and the last line
// end, or an empty line behind it, may have been added or taken off by an editor or a logger.
func bodyLength(m *sip.Message) (low, high int) {
	body := m.Bytes(m.Body)
	high = sip.WireLen(body)
	end := bytes.TrimRight(body, "\r\n")
	low = min(len(end), len(body))
	if m.Exact {
		return low, len(body)
	}
	return low, high
}

func bytesWord(n int) string {
	if n == 1 {
		return "1 byte"
	}
	return fmt.Sprintf("%d bytes", n)
}

var contentLengthCases = []Case{
	{
		Name: "the file ends in the body",
		Text: "MESSAGE sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 MESSAGE\nContent-Type: text/plain\nContent-Length: 12\n\nhello",
		Want: []string{"error: 12"},
	},
	{
		Name: "the body goes on",
		Text: "MESSAGE sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 MESSAGE\nContent-Type: text/plain\nContent-Length: 3\n\nhello",
		Want: []string{"warning: 3"},
	},
	{
		Name: "right",
		Text: "MESSAGE sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 MESSAGE\nContent-Type: text/plain\nContent-Length: 5\n\nhello",
	},
	{
		Name: "right, and an empty line at the end of the file",
		Text: "MESSAGE sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 MESSAGE\nContent-Type: text/plain\nContent-Length: 5\n\nhello\n",
	},
	{
		Name: "no length at all",
		Text: "MESSAGE sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 MESSAGE\nContent-Type: text/plain\n\nhello",
	},
	{
		Name: "whole in a log and shorter than announced",
		Log:  true,
		Text: "<--- Received SIP request (247 bytes) from UDP:192.0.2.1:5060 --->\nMESSAGE sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 MESSAGE\nContent-Type: text/plain\nContent-Length: 12\n\nhello\n<--- Received SIP request (247 bytes) from UDP:192.0.2.1:5060 --->\n",
		Want: []string{"hint: 12"},
	},
	{
		Name: "cut off in a log",
		Log:  true,
		Text: "U 192.0.2.1\nMESSAGE sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 MESSAGE\nContent-Type: text/plain\nContent-Length: 12\n\nhel",
	},
	{
		Name: "masked in a log",
		Log:  true,
		Text: "<--- Received SIP request (247 bytes) from UDP:X.X.X.X:5060 --->\nMESSAGE sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP X.X.X.X;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@X.X.X.X\nCSeq: 1 MESSAGE\nContent-Type: text/plain\nContent-Length: 12\n\nX.X.X.X\n<--- Received SIP request (247 bytes) from UDP:X.X.X.X:5060 --->\n",
	},
}
