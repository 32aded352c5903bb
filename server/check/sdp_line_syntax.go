package check

import (
	"fmt"

	"sipls/knowledge"
)

var sdpLineSyntax = &Rule{
	Name:     "sdp-line-syntax",
	Scope:    Message,
	Needs:    needSDP,
	Severity: Error,
	Fields:   sdpFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 8866", Section: "5"}},
	Doc: Doc{
		Title: "Session description with a line that is not letter=value",
		Text: `Each line of a session description is one letter, ` + "`=`" + ` and a value. Another line is an error: a strict peer
refuses the description. An empty line between others is a warning; empty lines at the end are left alone.

In a body that a log may have cut or run together with lines of its own, nothing is reported.`,
	},
	Cases: func() []Case {
		return []Case{
			badSDP("a letter too many", "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc c=IN IP4 192.0.2.1\nt=0 0\nm=audio 4000 RTP/AVP 0\nc=IN IP4 192.0.2.1\n", "", "error: c c=IN IP4 192.0.2.1"),
			badSDP("an attribute without its letter", sdpAudio+"sendonly\n", "", "error: sendonly"),
			badSDP("an empty line in between", sdpSession+"\nm=audio 4000 RTP/AVP 0\n", sdpAudio, "warning: \r\n"),
			goodSDP("an empty line at the end", sdpAudio+"\n"),
			{Name: "a log goes on right behind it", Log: true, Text: "2026-11-22 10:00:00 a message:\n" + sdpMessage(sdpAudio) + "x=1 is no line of it\nneither is this\n"},
			cutSDP("cut off in a line", sdpAudio+"\na=rtpmap\nb"),
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		for i := range s.descriptions() {
			d := &s.facts.sdp.list[i]
			if !d.pure || !d.anyLine() {
				continue
			}
			for j := range d.Lines {
				l := &d.Lines[j]
				if l.Type != 0 {
					continue
				}
				if d.isEnd(j) {
					break
				}
				f := Finding{
					Severity:    Error,
					At:          at(l.Value),
					Title:       "line that is none of a session description",
					Evidence:    fmt.Sprintf("%s is not one letter, = and a value.", clip(d.Bytes(l.Value))),
					Consequence: "Strict peers cannot read the description and refuse it with 400 or 488; others ignore the line.",
					Next:        "Correct or remove the line where the description is written.",
				}
				if l.Value.Len == 0 {
					f.Severity = Warning
					f.At = at(l.Line)
					f.Title = "empty line inside a session description"
					f.Evidence = "An empty line stands between lines of the session description."
					f.Consequence = "Some peers take it for the end of the description and miss what follows."
				}
				report(f)
			}
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		line := f.At.At
		for _, c := range s.Message.Bytes(line) {
			if c != '\r' && c != '\n' {
				return nil
			}
		}
		return s.bodyFix("Remove the empty line", Edit{At: line})
	},
}

// anyLine reports whether a description has any line of SDP; a body without one is something else.
func (d *description) anyLine() bool {
	for i := range d.Lines {
		if d.Lines[i].Type != 0 {
			return true
		}
	}
	return false
}

// isEnd reports whether only empty lines follow Lines[i].
func (d *description) isEnd(i int) bool {
	for _, l := range d.Lines[i:] {
		if l.Type != 0 || l.Value.Len > 0 {
			return false
		}
	}
	return true
}
