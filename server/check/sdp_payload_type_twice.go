package check

import (
	"fmt"

	"sipls/knowledge"
)

var sdpPayloadTypeTwice = &Rule{
	Name:     "sdp-payload-type-twice",
	Scope:    Message,
	Needs:    needSDP,
	Severity: Warning,
	Fields:   sdpFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 8866", Section: "5.14"}, {Standard: "RFC 3264", Section: "5.1"}},
	Doc: Doc{
		Title: "Payload type twice in one m=",
		Text:  `The formats of m= are a list in order of preference. A payload type that is listed a second time says nothing, and some parsers refuse the line.`,
	},
	Cases: func() []Case {
		return []Case{
			badSDP("one of them again", sdpSession+"m=audio 4000 RTP/AVP 0 8 0\n", sdpSession+"m=audio 4000 RTP/AVP 0 8\n", "warning: 0"),
			goodSDP("in two sections", sdpSession+"m=audio 4000 RTP/AVP 0 8\nm=audio 4002 RTP/AVP 0 8\n"),
			cutSDP("cut off behind it", sdpSession+"m=audio 4000 RTP/AVP 10 1"),
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		s.eachFormat(func(f format) {
			if !f.isPayload || f.at.Off == f.m.Formats.Off {
				return
			}
			before := f.m
			before.Formats.Len = f.at.Off - f.m.Formats.Off
			if !f.d.HasFormat(&before, f.d.Bytes(f.at)) {
				return
			}
			report(Finding{
				Severity:    Warning,
				At:          at(f.at),
				Title:       fmt.Sprintf("payload type %d twice in one m=", f.number),
				Evidence:    fmt.Sprintf("%s lists %d more than once.", clip(f.d.Bytes(f.d.Lines[f.section.First].Text())), f.number),
				Consequence: "Some peers refuse the line, others take the formats for different ones.",
				Next:        "List each payload type once, at the place of its preference.",
			})
		})
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		// The blank in front of it goes, too.
		word := f.At.At
		for word.Off > 0 && s.Message.Text[word.Off-1] == ' ' {
			word.Off, word.Len = word.Off-1, word.Len+1
		}
		return s.bodyFix("Remove the second one", Edit{At: word})
	},
}
