package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var headerColonMissing = &Rule{
	Name:     "header-line-without-colon",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Error,
	Failures: []string{"malformed-header-400-or-drop"},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "7.3.1"}},
	Doc: Doc{
		Title: "A line among the header fields is none",
		Text: `A header field is a name, a colon and a value. A line without a colon is none, unless it begins with a blank: then it
continues the field above it. Of several such lines in a row the first is reported; when a session description begins there, the empty line before it is missing. In a log a line of another writer may have slipped in, so the rule only speaks where the bytes of the message are known to be its sender's.`,
	},
	Cases: func() []Case {
		invite := swap(requestOf("INVITE", "Content-Type: application/sdp\n"), "Content-Length: 0\n\n",
			"Content-Length: 88\n\nv=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\nm=audio 49170 RTP/AVP 0\n")
		with := func(line string) string {
			return requestOf("OPTIONS", "Accept: application/sdp,\n"+line+"text/plain\n")
		}
		return []Case{
			{
				Name: "a continuation that does not begin with a blank", Text: with(""),
				Want: []string{"error: text/plain"}, Fixed: with(" "),
			},
			{Name: "anything else", Text: requestOf("OPTIONS", "hello\n"), Want: []string{"error: hello"}},
			{
				Name: "a body without the empty line before it",
				Text: swap(invite, "\n\nv=0", "\nv=0"), Want: []string{"error: v=0"}, Fixed: invite,
			},
			{Name: "a continuation", Text: with(" ")},
			{Name: "a line of another writer in a log", Log: true, Text: swap(inLog(requestOf("OPTIONS", "2026-11-22 10.00.00 reloaded\n")), "\n\n", "\n\n<--- Received SIP request (300 bytes) from UDP:192.0.2.1:5060 --->\n")},
			{Name: "cut off behind it", Log: true, Text: inCutLog(requestOf("OPTIONS", "hello\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		for i := range m.Headers {
			h := &m.Headers[i]
			if h.Name.Len > 0 || h.Value.Len == 0 || hasColon(m, h) || !onWire(s) || afterOddLine(m, i) {
				continue
			}
			f := Finding{
				Severity:    Error,
				At:          at(firstLineOf(m, h)),
				Title:       name(m) + " with a line that is no header field",
				Evidence:    fmt.Sprintf("%s has no colon.", clip(m.Bytes(firstLineOf(m, h)))),
				Consequence: "The receiver answers 400 or drops the message; some skip the line, and with it what it was to say.",
				Next:        "If the line continues the field above it, begin it with a blank; else remove it or write its colon.",
				detail:      i,
			}
			if line := m.Bytes(firstLineOf(m, h)); string(line) == beginsSDP {
				f.Title = name(m) + " without the empty line before its body"
				f.Evidence = fmt.Sprintf("%s, which begins a body, stands among the header fields.", clip(line))
				f.Consequence = "The receiver takes the body for header fields: it answers 400, or waits for the rest."
				f.Next = "Put an empty line before it."
			}
			report(f)
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		m, i := s.Message, f.detail.(int)
		if i > 0 && string(m.Bytes(f.At.At)) == beginsSDP {
			return []Fix{{Title: "Put an empty line before the body", Preferred: true, Edits: []Edit{{At: m.Headers[i-1].Line, NewLine: true}}}}
		}
		return continuation(m, i)
	},
}

// beginsSDP is the first line of a session description.
const beginsSDP = "v=0"

// afterOddLine reports whether a line that is no header field either stands above the one with this index, or the line that was to end the head:
// one slip makes all lines of a body odd.
func afterOddLine(m *sip.Message, i int) bool {
	if i == 0 {
		return false
	}
	above := &m.Headers[i-1]
	_, blank := blankLine(m, above)
	return blank || !sip.IsToken(m.Bytes(above.Name))
}

// hasColon reports whether a header field without a name has the colon that would stand behind it.
func hasColon(m *sip.Message, h *sip.Header) bool {
	return bytes.IndexByte(m.Bytes(firstLineOf(m, h)), ':') >= 0
}

// firstLineOf is the first line of a header field without its line end.
func firstLineOf(m *sip.Message, h *sip.Header) sip.Span {
	line := h.Line
	if i := bytes.IndexAny(m.Bytes(line), "\r\n"); i >= 0 {
		line.Len = int32(i)
	}
	return line
}

// continuation is the fix for a line that seems to go on with the header field above it: that one ends with a comma or
// semicolon, or the line begins with what cannot begin a header field.
func continuation(m *sip.Message, i int) []Fix {
	if i == 0 {
		return nil
	}
	above, line := bytes.TrimRight(m.Bytes(m.Headers[i-1].Line), "\r\n\t "), m.Bytes(m.Headers[i].Line)
	if !bytes.HasSuffix(above, []byte(",")) && !bytes.HasSuffix(above, []byte(";")) && line[0] != '<' && line[0] != ';' && line[0] != ',' {
		return nil
	}
	return []Fix{{Title: "Begin the line with a blank", Preferred: true, Edits: []Edit{{At: sip.Span{Off: m.Headers[i].Line.Off}, Text: Literal(" ")}}}}
}
