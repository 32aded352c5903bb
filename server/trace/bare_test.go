package trace

import (
	"strings"
	"testing"

	"sipls/server/text"
)

// message makes a MESSAGE; its lines end in eol.
func textMessage(start, length, body, eol string) string {
	head := start + "\nVia: SIP/2.0/UDP 192.0.2.70;branch=z9hG4bK1\nFrom: <sip:alice@example.com>;tag=1\nTo: <sip:bob@example.com>\nCall-ID: 1@192.0.2.70\nCSeq: 1 MESSAGE\nContent-Type: text/plain\n"
	if length != "" {
		head += "Content-Length: " + length + "\n"
	}
	return strings.ReplaceAll(head+"\n"+body, "\n", eol)
}

const (
	messageLine = "MESSAGE sip:bob@example.com SIP/2.0"
	okLine      = "SIP/2.0 200 OK"
)

func TestBare(t *testing.T) {
	type want struct{ start, body, parts string }
	for _, c := range []struct {
		name, text string
		want       []want
	}{
		{
			"one message without a body",
			textMessage(messageLine, "0", "", "\r\n"),
			[]want{{messageLine, "", "whole/whole exact"}},
		},
		{
			"Content-Length is believed when a start line follows, also without a line end between",
			textMessage(messageLine, "5", "hello", "\r\n") + textMessage(okLine, "0", "", "\r\n"),
			[]want{{messageLine, "hello", "whole/whole exact"}, {okLine, "", "whole/whole exact"}},
		},
		{
			"and when empty lines and the end of the text follow",
			textMessage(messageLine, "5", "hello\n\n \n", "\r\n"),
			[]want{{messageLine, "hello", "whole/whole exact"}},
		},
		{
			"also when the body holds start lines",
			textMessage(messageLine, "16", okLine+"\n", "\r\n") + textMessage(okLine, "0", "", "\r\n"),
			[]want{{messageLine, okLine + "\r\n", "whole/whole exact"}, {okLine, "", "whole/whole exact"}},
		},
		{
			"in a file with LF it counts CR LF",
			textMessage(messageLine, "16", okLine+"\n", "\n") + "\n" + textMessage(okLine, "0", "", "\n"),
			[]want{{messageLine, okLine + "\n", "whole/whole"}, {okLine, "", "whole/whole"}},
		},
		{
			"or LF, where that fits",
			textMessage(messageLine, "15", okLine+"\n", "\n") + textMessage(okLine, "0", "", "\n"),
			[]want{{messageLine, okLine + "\n", "whole/whole"}, {okLine, "", "whole/whole"}},
		},
		{
			"when it is too small the next start line ends the message",
			textMessage(messageLine, "3", "hello\nworld\n", "\r\n") + "\r\n" + textMessage(okLine, "0", "", "\r\n"),
			[]want{{messageLine, "hello\r\nworld\r\n", "whole/whole exact"}, {okLine, "", "whole/whole exact"}},
		},
		{
			"when it is too great, too",
			textMessage(messageLine, "500", "hello\n", "\r\n") + textMessage(okLine, "0", "", "\r\n"),
			[]want{{messageLine, "hello\r\n", "whole/whole exact"}, {okLine, "", "whole/whole exact"}},
		},
		{
			"when it hits the middle of the next start line, too",
			textMessage(messageLine, "10", "hello\n", "\r\n") + textMessage(messageLine, "0", "", "\r\n"),
			[]want{{messageLine, "hello\r\n", "whole/whole exact"}, {messageLine, "", "whole/whole exact"}},
		},
		{
			"when it hits PRACK behind the PR, too",
			textMessage(messageLine, "9", "hello\n", "\r\n") + textMessage("PRACK sip:bob@example.com SIP/2.0", "0", "", "\r\n"),
			[]want{{messageLine, "hello\r\n", "whole/whole exact"}, {"PRACK sip:bob@example.com SIP/2.0", "", "whole/whole exact"}},
		},
		{
			"without it the next start line ends the message, empty lines before it are not part of it",
			textMessage(messageLine, "", "hello\n\nworld\n\n\n", "\n") + textMessage(okLine, "", "", "\n"),
			[]want{{messageLine, "hello\n\nworld\n", "whole/whole"}, {okLine, "", "whole/whole"}},
		},
		{
			"a status line in the body of a message without Content-Length",
			textMessage(messageLine, "", "He said:\nSIP/2.0 is old\nand INVITE sip:x SIP/2.0 too\n", "\n"),
			[]want{{messageLine, "He said:\nSIP/2.0 is old\nand INVITE sip:x SIP/2.0 too\n", "whole/whole"}},
		},
		{
			"the first line of each message is its start line whatever it says",
			"SIP/2.0 4O4 Not Found\r\nl: 0\r\n\r\nhello sip:bob@example.com SIP/2.0 \r\nl: 0\r\n\r\nINVITE  sip:bob@example.com  SIP/2.0\r\nl: 0\r\n\r\n",
			[]want{
				{"SIP/2.0 4O4 Not Found", "", "whole/whole exact"},
				{"hello sip:bob@example.com SIP/2.0 ", "", "whole/whole exact"},
				{"INVITE  sip:bob@example.com  SIP/2.0", "", "whole/whole exact"},
			},
		},
		{
			"a start line ends a header section without an empty line",
			messageLine + "\nVia: SIP/2.0/UDP 192.0.2.70\n" + okLine + "\nVia: SIP/2.0/UDP 192.0.2.70\nSIP/2.0  486 Busy Here\nVia: SIP/2.0/UDP 192.0.2.70\n\n",
			[]want{{messageLine, "", "whole/whole"}, {okLine, "", "whole/whole"}, {"SIP/2.0  486 Busy Here", "", "whole/whole"}},
		},
		{
			"a header field that ends like a start line does not",
			messageLine + "\nSubject: about SIP/2.0\nUser-Agent: example SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.70\nTo: <sip:bob@example.com>\n\n",
			[]want{{messageLine, "", "whole/whole"}},
		},
		{
			"the text ends in the header section",
			messageLine + "\r\nVia: SIP/2.0/UDP 192.0.2.70\r\nTo: <sip:b",
			[]want{{messageLine, "", "whole/cut exact"}},
		},
		{
			"the text ends behind the start line",
			messageLine,
			[]want{{messageLine, "", "whole/cut"}},
		},
		{
			"the text ends in the body",
			textMessage(messageLine, "12", "hello", "\r\n"),
			[]want{{messageLine, "hello", "whole/cut exact"}},
		},
		{
			"the text ends in the body, LF",
			textMessage(messageLine, "12", "hello\n", "\n"),
			[]want{{messageLine, "hello\n", "whole/cut"}},
		},
		{
			"lines that end in CR",
			textMessage(messageLine, "5", "hello", "\r") + textMessage(okLine, "0", "", "\r"),
			[]want{{messageLine, "hello", "whole/whole"}, {okLine, "", "whole/whole"}},
		},
		{
			"empty lines and a byte order mark before the first message",
			"\ufeff\r\n  \r\n" + textMessage(messageLine, "0", "", "\r\n"),
			[]want{{messageLine, "", "whole/whole exact"}},
		},
		{
			"a bare LF among CR LF is one of the wire",
			strings.Replace(textMessage(messageLine, "0", "", "\r\n"), "\r\n", "\n", 1),
			[]want{{messageLine, "", "whole/whole exact"}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr := scanText(t, c.text)
			if tr.Mode() != Bare {
				t.Errorf("mode %v", tr.Mode())
			}
			var got []string
			for i := range tr.Len() {
				seg, _ := tr.Segment(i)
				for _, m := range seg.Messages {
					parts := m.Head.Is.String() + "/" + m.Tail.Is.String()
					if m.Exact {
						parts += " exact"
					}
					got = append(got, string(m.Bytes(m.Start.Text))+"|"+string(m.Bytes(m.Body))+"|"+parts)
				}
			}
			var wants []string
			for _, w := range c.want {
				wants = append(wants, w.start+"|"+w.body+"|"+w.parts)
			}
			checkStrings(t, "start line|body|parts", got, wants...)
		})
	}
}

func TestBareSaysWhyAMessageIsUnfinished(t *testing.T) {
	for text, want := range map[string]string{
		messageLine + "\nVia: SIP/2.0/UDP 192.0.2.70\n": "the text ends before the empty line that ends the header section",
		textMessage(messageLine, "12", "hello", "\n"):   "the text ends before the body does",
		textMessage(messageLine, "5", "hello", "\n"):    "",
	} {
		seg, _ := scanText(t, text).Segment(0)
		if got := seg.Messages[0].Tail.Reason; got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestTextOfEmptyLinesHasNoMessage(t *testing.T) {
	for _, s := range []string{"", "\n", " ", "\r\n\r\n", "\ufeff"} {
		for _, o := range []Options{{}, {Mode: modeOf(Bare)}} {
			tr := Scan(text.New([]byte(s)), o)
			checkTiling(t, tr)
			if got := outline(tr); got != nil {
				t.Errorf("%q: %q", s, got)
			}
			if tr.Find(0) != min(tr.Len(), 1)-1 {
				t.Errorf("%q: segment %d holds the first byte of %d segments", s, tr.Find(0), tr.Len())
			}
		}
	}
}
