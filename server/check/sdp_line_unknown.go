package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var sdpLineUnknown = &Rule{
	Name:     "sdp-line-unknown",
	Scope:    Message,
	Needs:    needSDP,
	Severity: Warning,
	Fields:   sdpFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 8866", Section: "5"}},
	Doc: Doc{
		Title: "Session description with a line of an unknown type",
		Text: `The letters of lines are fixed, and their case matters; extensions are attributes, ` + "`a=`" + `. A parser must refuse
or ignore a description with another letter. ` + "`y=` and `f=`" + `, which video surveillance by GB/T 28181 adds, are an information.`,
	},
	Cases: func() []Case {
		return []Case{
			badSDP("a letter that there is not", sdpAudio+"x=1\n", "", "warning: x"),
			badSDP("upper case", "V=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\n", sdpSession, "warning: V"),
			badSDP("lines of video surveillance", sdpAudio+"y=0100000001\n", "", "information: y"),
			goodSDP("an unknown attribute", sdpAudio+"a=x:1\n"),
			{Name: "a log goes on right behind it", Log: true, Text: "2026-11-22 10:00:00 a message:\n" + sdpMessage(sdpAudio) + "x=1 is no line of it\nneither is this\n"},
			cutSDP("cut off in a log", sdpAudio+"x=1\n"),
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		for i := range s.descriptions() {
			d := &s.facts.sdp.list[i]
			for j := range d.Lines {
				l := &d.Lines[j]
				if l.Type == 0 || bytes.IndexByte([]byte(sip.SDPTypes), l.Type) >= 0 || !d.pure {
					continue
				}
				letter := sip.Span{Off: l.Line.Off + int32(bytes.IndexByte(d.Bytes(l.Line), l.Type)), Len: 1}
				f := Finding{
					Severity:    Warning,
					At:          at(letter),
					Title:       fmt.Sprintf("unknown line %c= in a session description", l.Type),
					Evidence:    fmt.Sprintf("There is no line %c= in SDP: %s.", l.Type, clip(d.Bytes(l.Text()))),
					Consequence: "A peer that goes by the standard refuses the whole description; others ignore the line.",
					Next:        "Write extensions as attributes, a=, and letters in lower case.",
				}
				if l.Type == 'y' || l.Type == 'f' {
					f.Severity = Information
					f.Evidence = fmt.Sprintf("%c= is no line of SDP; video surveillance by GB/T 28181 adds it.", l.Type)
					f.Next = "Nothing, if both sides are devices of that system."
				}
				report(f)
			}
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		c := s.Message.Bytes(f.At.At)[0]
		if c < 'A' || c > 'Z' || bytes.IndexByte([]byte(sip.SDPTypes), c|0x20) < 0 {
			return nil
		}
		lower := string([]byte{c | 0x20})
		return s.bodyFix("Write "+lower+"=", replace(f.At.At, lower))
	},
}
