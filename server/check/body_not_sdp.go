package check

import (
	"fmt"

	"sipls/knowledge"
)

var bodyNotSDP = &Rule{
	Name:     "body-not-sdp",
	Scope:    Message,
	Needs:    needSDP,
	Severity: Warning,
	Fields:   sdpFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "20.15"}, {Standard: "RFC 8866", Section: "5"}},
	Doc: Doc{
		Title: "Body announced as application/sdp that is none",
		Text:  `A session description consists of lines such as ` + "`v=0`" + `. A body of the type application/sdp without a single such line is something else: a warning, for the message itself is right. One that has lines of SDP and lacks some has a rule of its own.`,
	},
	Cases: func() []Case {
		return []Case{
			badSDP("another kind of text", "{\"type\": \"offer\"}\n", "", "warning: {\"type\": \"offer\"}"),
			goodSDP("a session description", sdpAudio),
			{Name: "text, called so", Text: bodyMessage("MESSAGE", "Content-Type: text/plain\n", "hello\n")},
			cutSDP("cut off", "{"),
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		for i := range s.descriptions() {
			d := &s.facts.sdp.list[i]
			if !d.whole || d.anyLine() {
				continue
			}
			for j := range d.Lines {
				if l := &d.Lines[j]; l.Value.Len > 0 {
					report(Finding{
						Severity:    Warning,
						At:          at(l.Value),
						Title:       "body that is no session description",
						Evidence:    fmt.Sprintf("Content-Type is application/sdp, but the body, which begins with %s, has no line of SDP.", clip(d.Bytes(l.Value))),
						Consequence: "Receivers that look for a session description answer 400 or 488.",
						Next:        "Correct Content-Type, or the body.",
					})
					break
				}
			}
		}
	},
}
