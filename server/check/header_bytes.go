package check

import (
	"fmt"
	"unicode/utf8"

	"sipls/knowledge"
	"sipls/server/sip"
)

var headerBytes = &Rule{
	Name:     "header-bytes",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Error,
	Failures: []string{"malformed-header-400-or-drop"},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "7.3.1"}, {Standard: "RFC 3261", Section: "25.1"}},
	Doc: Doc{
		Title: "A control character, or bytes that are no UTF-8, in the head of a message",
		Text: `Start line and header fields are UTF-8 text without control characters, except the tab and the line ends. A NUL is an
error, for many receivers end the text there; other control characters are warnings. Text in another encoding, as ISO 8859-1, is a warning where the bytes are those of
the sender, for logs may have been converted. A quoted string may hold any ASCII character behind a backslash.`,
	},
	Cases: func() []Case {
		with := func(value string) string { return requestOf("OPTIONS", "Subject: "+value+"\n") }
		return []Case{
			{Name: "a NUL", Text: with("a\x00b"), Want: []string{"error: \x00"}, Fixed: with("ab")},
			{Name: "a control character", Text: with("a\x08b"), Want: []string{"warning: \x08"}, Fixed: with("ab")},
			{Name: "another encoding", Text: with("Gr\xfc\xdfe"), Want: []string{"warning: \xfc"}},
			{Name: "UTF-8, and a tab", Text: with("Grüße\tan\n alle")},
			{Name: "behind a backslash", Text: requestOf("OPTIONS", "Reply-To: \"a\\\x08b \\\x00\" <sip:a@example.com>\n")},
			{Name: "another encoding in a log", Log: true, Text: inLog(with("Gr\xfc\xdfe"))},
			{Name: "cut off behind it", Log: true, Text: inCutLog(requestOf("OPTIONS", "Accept: a/b\nSubject: a\x08b\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		head := m.Text[:m.Blank.Off]
		for i := 0; i < len(head); i++ {
			c := head[i]
			if ' ' <= c && c < 0x7F || c == '\r' || c == '\n' || c == '\t' {
				continue
			}
			size := 1
			if c >= utf8.RuneSelf {
				r, n := utf8.DecodeRune(head[i:])
				if r != utf8.RuneError || n > 1 || !onWire(s) {
					i += n - 1
					continue
				}
			} else if i > 0 && head[i-1] == '\\' {
				continue
			}
			report(oddByte(m, sip.Span{Off: int32(i), Len: int32(size)}))
			return
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		m := s.Message
		if m.Text[f.At.At.Off] >= utf8.RuneSelf {
			return nil
		}
		fix := Fix{Title: "Remove the control characters", Preferred: true}
		for i, c := range m.Text[:m.Blank.Off] {
			if (c < ' ' || c == 0x7F) && c != '\r' && c != '\n' && c != '\t' && (i == 0 || m.Text[i-1] != '\\') {
				fix.Edits = append(fix.Edits, Edit{At: sip.Span{Off: int32(i), Len: 1}})
			}
		}
		return []Fix{fix}
	},
}

func oddByte(m *sip.Message, where sip.Span) Finding {
	c := m.Text[where.Off]
	f := Finding{
		Severity:    Warning,
		At:          at(where),
		Title:       fmt.Sprintf("%s with the control character 0x%02X", name(m), c),
		Evidence:    "The grammar has no place for it in the head of a message.",
		Consequence: "Some receivers refuse the message, others end the value there.",
		Next:        "Find out where the text comes from; the element that wrote it has to clean it.",
	}
	switch {
	case c == 0:
		f.Severity = Error
		f.Consequence = "Many receivers end the text there: they refuse the message or lose the rest of it."
	case c >= utf8.RuneSelf:
		f.Title = fmt.Sprintf("%s with text that is no UTF-8", name(m))
		f.Evidence = fmt.Sprintf("The byte 0x%02X begins no character.", c)
		f.Consequence = "The text is shown wrongly, and strict receivers refuse the message."
		f.Next = "Write the text in UTF-8."
	}
	return f
}
