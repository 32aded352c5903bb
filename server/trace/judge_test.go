package trace

import (
	"strings"
	"testing"
)

func TestCompletenessAndWhy(t *testing.T) {
	const marker = "<--- Received SIP request (457 bytes) from UDP:192.0.2.70:5060 --->\n"
	const mark239 = "<--- Received SIP request (239 bytes) from UDP:192.0.2.70:5060 --->\n"
	noLength := strings.Replace(sampleMessages["OPTIONS"], "Content-Length: 0\n", "", 1)
	textBody := textMessage(messageLine, "5", "hello\n", "\n")
	long := textMessage(messageLine, "12", "hello\n", "\n")
	for _, c := range []struct{ name, text, head, tail string }{
		{"whole", marker + sampleMessages["INVITE"], "whole", "whole"},
		{"the text ends in a header field", marker + cutBehind(sampleMessages["INVITE"], "To: <sip:b"), "cut: the text ends before the header section does", "cut: the text ends before the header section does"},
		{"the text ends behind the header section", marker + cutBehind(sampleMessages["INVITE"], "132\n\n"), "whole", "cut: the text ends before the body does"},
		{"the next message begins in the header section", "x\n" + cutBehind(sampleMessages["INVITE"], "CSeq: 1 INVITE\n") + sampleMessages["200"], "cut: the next message begins before the header section ends", "cut: the next message begins before the header section ends"},
		{"the next envelope begins in the header section", "x\n" + cutBehind(sampleMessages["INVITE"], "CSeq: 1 INVITE\n") + marker, "cut: the next message begins before the header section ends", "cut: the next message begins before the header section ends"},
		{"the next envelope begins in the body, the size was counted", marker + cutBehind(sampleMessages["INVITE"], "t=0 0\n") + marker, "whole", "cut: the next message begins before the body ends"},
		{"the next envelope begins in the body, no size was counted", "x\n" + cutBehind(sampleMessages["INVITE"], "t=0 0\n") + marker, "whole", "unknown: the body is shorter than Content-Length says: the sender or the logger cut it"},
		{"the next start line begins in the body", "x\n" + cutBehind(sampleMessages["INVITE"], "t=0 0\n") + sampleMessages["200"], "whole", "cut: the next message begins before the body ends"},
		{"a log line follows in the header section", "x\n" + cutBehind(sampleMessages["INVITE"], "CSeq: 1 INVITE\n") + "[Nov 22 05:47:19] NOTICE[1]: x\n", "cut: other lines follow before the header section ends", "cut: other lines follow before the header section ends"},
		{"a log line follows in the body", "x\n" + cutBehind(sampleMessages["INVITE"], "t=0 0\n") + "[Nov 22 05:47:19] NOTICE[1]: x\n", "whole", "cut: other lines follow before the body ends"},
		{"most mandatory fields are missing", "x\nSIP/2.0 200 OK\nTo: <sip:b@example.com>\nCSeq: 1 INVITE\n\n", "cut: 3 of the five header fields that every message has are not there: it is an excerpt", "cut: 3 of the five header fields that every message has are not there: it is an excerpt"},
		{"one mandatory field is missing", "x\n" + strings.Replace(sampleMessages["200"], "To: <sip:192.0.2.10>;tag=93810874\n", "", 1), "whole", "whole"},
		{"one mandatory field is there twice", "x\n" + strings.Replace(sampleMessages["200"], "To: ", "To: <sip:c@example.com>\nTo: ", 1), "whole", "whole"},
		{"no Content-Length, text goes on", "x\n" + noLength + "and so on\n", "whole", "unknown: no Content-Length says where the body ends"},
		{"no Content-Length, the next envelope follows", "x\n" + noLength + "\n" + marker, "whole", "whole"},
		{"no Content-Length, the size was counted", strings.Replace(marker, "457", "235", 1) + noLength, "whole", "whole"},
		{"no Content-Length but a body", "x\n" + textMessage(messageLine, "", "hello\n", "\n") + "\nmore\n", "whole", "unknown: no Content-Length says where the body ends"},
		{"Content-Length is no number", "x\n" + strings.Replace(sampleMessages["OPTIONS"], "Length: 0", "Length: zero", 1) + "x\n", "whole", "unknown: no Content-Length says where the body ends"},
		{"the last line end is the logger's", "x\n" + textBody, "whole", "whole"},
		{"the sender announced more than it sent: the size tells", mark239 + long + marker, "whole", "whole"},
		{"masked", "x\n" + strings.Replace(sampleMessages["OPTIONS"], "192.0.2.70", "X.X.X.X", 1), "whole", "masked: values in the message are masked"},
		{"masked and shorter", "x\n" + strings.ReplaceAll(sampleMessages["INVITE"], "192.0.2.70", "X.X.X.X") + marker, "whole", "masked: values in the message are masked"},
		{"masked and cut by the end of the text", "x\n" + cutBehind(strings.ReplaceAll(sampleMessages["INVITE"], "192.0.2.70", "X.X.X.X"), "t=0 0\n"), "whole", "cut: the text ends before the body does"},
		{"a header section beyond the limit", "x\nINVITE sip:a@example.com SIP/2.0\nVia: SIP/2.0/UDP a\n" + strings.Repeat("X-A: y\n", maxHead/7), "cut: the header section is longer than sipls reads", "cut: the header section is longer than sipls reads"},
		{"a line beyond the limit", "x\nINVITE sip:a@example.com SIP/2.0\nVia: SIP/2.0/UDP a\nX-A: " + strings.Repeat("y", maxLine) + "\n\n", "cut: the header section is longer than sipls reads", "cut: the header section is longer than sipls reads"},
		{"a body beyond the limit", "x\n" + textMessage(messageLine, "9999999", strings.Repeat("x\n", maxBody/2+2), "\n"), "whole", "cut: the body is longer than sipls reads"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr := scanText(t, c.text)
			for i := range tr.Len() {
				seg, _ := tr.Segment(i)
				if len(seg.Messages) == 0 {
					continue
				}
				m := seg.Messages[0]
				say := func(is interface{ String() string }, reason string) string {
					if reason == "" {
						return is.String()
					}
					return is.String() + ": " + reason
				}
				if got := say(m.Head.Is, m.Head.Reason); got != c.head {
					t.Errorf("head %q, want %q", got, c.head)
				}
				if got := say(m.Tail.Is, m.Tail.Reason); got != c.tail {
					t.Errorf("tail %q, want %q", got, c.tail)
				}
				return
			}
			t.Error("no message")
		})
	}
}

// Where a body ends in a log.
func TestBodyInALog(t *testing.T) {
	const marker = "<--- Received SIP request (9 bytes) from UDP:192.0.2.70:5060 --->\n"
	message := func(length, body string) string { return textMessage(messageLine, length, body, "\n") }
	xml := strings.Repeat("<note>one</note>\n", 20)
	for _, c := range []struct{ name, text, body string }{
		{"Content-Length counts CR LF", message("7", "hello\nworld\n"), "hello\n"},
		{"Content-Length leaves the last line end out", message("5", "hello\nworld\n"), "hello"},
		{"Content-Length counts LF", message("340", xml+"next line\n"), xml},
		{"Content-Length ends in a line", message("8", "hello\nworld\nnext\n"), "hello\nworld\n"},
		{"an empty line inside", message("16", "hello\n\nworld\nnext\n"), "hello\n\nworld\n"},
		{"an empty line at the end", message("9", "hello\n\n\nnext\n"), "hello\n\n"},
		{"without Content-Length an empty line", message("", "hello\n\nworld\n"), "hello\n"},
		{"a marker", message("500", "hello\n"+marker+sampleMessages["200"]), "hello\n"},
		{"a marker behind empty lines", message("500", "hello\n\n\n"+marker+sampleMessages["200"]), "hello\n"},
		{"a start line", message("500", "hello\n"+sampleMessages["200"]), "hello\n"},
		{"a log line", message("500", "hello\n[Nov 22 05:47:19] NOTICE[1]: x\n"), "hello\n"},
		{"not a start line where messages carry messages", strings.Replace(message("233", sampleMessages["200"]+"next\n"), "text/plain", "message/sipfrag", 1), sampleMessages["200"]},
		{"SDP ends with its last line", strings.Replace(message("500", "v=0\ns=-\nlog line\n"), "text/plain", "application/sdp", 1), "v=0\ns=-\n"},
		{"SDP without a Content-Type", strings.Replace(message("500", "v=0\ns=-\n\nlog line\n"), "Content-Type: text/plain\n", "", 1), "v=0\ns=-\n"},
		{"nothing without Content-Type and Content-Length", strings.Replace(message("", "log line\n"), "Content-Type: text/plain\n", "", 1), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			for name, text := range map[string]string{"plain": "x\n" + c.text, "indented": "   x\n" + indented(c.text)} {
				tr := scanText(t, text)
				for i := range tr.Len() {
					seg, _ := tr.Segment(i)
					if len(seg.Messages) == 0 {
						continue
					}
					if m := seg.Messages[0]; string(m.Bytes(m.Body)) != c.body {
						t.Errorf("%s: body %q, want %q", name, m.Bytes(m.Body), c.body)
					}
					break
				}
			}
		})
	}
}
