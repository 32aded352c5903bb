package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var sdpFormatUnlisted = &Rule{
	Name:     "sdp-format-unlisted",
	Scope:    Message,
	Needs:    needSDP,
	Severity: Information,
	Fields:   sdpFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 8866", Section: "6.6"}, {Standard: "RFC 8866", Section: "6.15"}},
	Doc: Doc{
		Title: "a=rtpmap or a=fmtp for a format that m= does not list",
		Text:  `a=rtpmap and a=fmtp speak of a format that the m= of their section lists. Peers ignore others; they tell that an element on the path took a codec out of m= only, or of a typing error. Sections with port 0 are left alone.`,
	},
	Cases: func() []Case {
		return []Case{
			badSDP("a codec that was taken out", sdpAudio+"a=rtpmap:0 PCMU/8000\na=rtpmap:101 telephone-event/8000\na=fmtp:101 0-16\n", "", "information: 101", "information: 101"),
			goodSDP("listed", sdpSession+"m=audio 4000 RTP/AVP 0 101\na=rtpmap:101 telephone-event/8000\na=fmtp:101 0-16\n"),
			goodSDP("refused, the codecs left in", sdpSession+"m=audio 0 RTP/AVP 0\na=rtpmap:8 PCMA/8000\n"),
			goodSDP("a fax", sdpSession+"m=image 4002 udptl t38\na=fmtp:t38 x\n"),
			cutSDP("cut off in the number", sdpSession+"m=audio 4000 RTP/AVP 0 101\na=rtpmap:10"),
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		for i := range s.descriptions() {
			d := &s.facts.sdp.list[i]
			for _, x := range d.Media {
				m, ok := d.mediaLine(x)
				if !ok || !isUsed(&m) {
					continue
				}
				for j := x.First; j < x.End; j++ {
					l := &d.Lines[j]
					var format sip.Span
					var err *sip.SyntaxError
					switch l.Attr {
					case sip.AttrRTPMap:
						var r sip.SDPRTPMap
						r, err = d.RTPMap(l)
						format = r.Payload
					case sip.AttrFMTP:
						var f sip.SDPFMTP
						f, err = d.FMTP(l)
						format = f.Format
					default:
						continue
					}
					if err != nil || string(d.Bytes(format)) == "*" || d.HasFormat(&m, d.Bytes(format)) {
						continue
					}
					report(Finding{
						Severity:    Information,
						At:          at(format),
						Title:       fmt.Sprintf("a=%s for a format that m= does not list", l.Attr),
						Evidence:    fmt.Sprintf("%s is for %s, which %s does not list.", clip(d.Bytes(l.Text())), clip(d.Bytes(format)), clip(d.Bytes(d.Lines[x.First].Text()))),
						Consequence: "The line has no effect.",
						Next:        "If the format should be there, find the element that took it out of m=.",
					})
				}
			}
		}
	},
}
