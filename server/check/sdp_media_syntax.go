package check

import "sipls/knowledge"

var sdpMediaSyntax = &Rule{
	Name:     "sdp-media-syntax",
	Scope:    Message,
	Needs:    needSDP,
	Severity: Error,
	Fields:   sdpFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 8866", Section: "5.14"}},
	Doc: Doc{
		Title: "Malformed m= in a session description",
		Text: `m= has the kind of media, a port from 0 to 65535, perhaps with a number of ports behind a slash, a transport such as ` + "`RTP/AVP`" + ` and at
least one format. Another form is an error: the peer cannot tell what is offered.`,
	},
	Cases: func() []Case {
		return []Case{
			badSDP("a port that there is not", sdpSession+"m=audio 70000 RTP/AVP 0\n", "", "warning: 70000"),
			badSDP("no port", sdpSession+"m=audio RTP/AVP 0\n", "", "error: RTP"),
			badSDP("no format", sdpSession+"m=audio 4000 RTP/AVP\n", "", "error: m=audio 4000 RTP/AVP"),
			goodSDP("two ports, a fax that is refused", sdpSession+"m=audio 4000/2 RTP/AVP 0 8\nm=image 0 udptl t38\n"),
			cutSDP("cut off in the line", sdpSession+"m=audio 4000 RTP/AVP"),
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		for i := range s.descriptions() {
			d := &s.facts.sdp.list[i]
			for _, x := range d.Media {
				l := &d.Lines[x.First]
				if m, err := d.MediaLine(l); err != nil {
					severity := Error
					if err.At == m.Port && m.Port.Len > 0 && allDigits(d.Bytes(m.Port)) {
						severity = Warning
					}
					report(Finding{
						Severity:    severity,
						At:          at(place(l, err.At)),
						Title:       "malformed m= in a session description",
						Evidence:    found(d, l, err),
						Consequence: "The peer cannot read what is offered and refuses it with 400 or 488.",
						Next:        "Correct the element that wrote the line.",
					})
				}
			}
		}
	},
}
