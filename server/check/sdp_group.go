package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var sdpGroup = &Rule{
	Name:     "sdp-group",
	Scope:    Message,
	Needs:    needSDP,
	Severity: Warning,
	Fields:   sdpFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 5888", Section: "5"}, {Standard: "RFC 5888", Section: "4"}},
	Doc: Doc{
		Title: "a=group names a media section that is not there",
		Text:  `a=group:BUNDLE and its like name media sections by their a=mid. A name that no section has is a warning, and so is an a=mid that two sections share.`,
	},
	Cases: func() []Case {
		const section = "m=audio 4000 RTP/AVP 0\na=mid:0\n"
		return []Case{
			badSDP("no such section", sdpSession+"a=group:BUNDLE 0 1\n"+section, "", "warning: 1"),
			badSDP("two sections with one name", sdpSession+"a=group:BUNDLE 0\n"+section+"m=video 4000 RTP/AVP 31\na=mid:0\n", "", "warning: 0"),
			goodSDP("all there", sdpSession+"a=group:BUNDLE 0 v\n"+section+"m=video 4000 RTP/AVP 31\na=mid:v\n"),
			cutSDP("cut off before the section", sdpSession+"a=group:BUNDLE 0 1\n"+section+"m=video 40"),
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		for i := range s.descriptions() {
			d := &s.facts.sdp.list[i]
			if d.attrs&attrSetOf(sip.AttrGroup, sip.AttrMid) == 0 {
				continue
			}
			for j := range d.Lines {
				l := &d.Lines[j]
				switch {
				case l.Attr == sip.AttrGroup && j < d.SessionEnd() && d.whole:
					d.checkGroup(l, report)
				case l.Attr == sip.AttrMid:
					mid, err := d.Mid(l)
					if err != nil || !d.hasMid(j, d.Bytes(mid)) {
						continue
					}
					report(Finding{
						Severity:    Warning,
						At:          at(mid),
						Title:       fmt.Sprintf("two media sections with the mid %s", clip(d.Bytes(mid))),
						Evidence:    fmt.Sprintf("%s stands in a section above, too.", clip(d.Bytes(l.Text()))),
						Consequence: "The peer cannot tell the sections apart and refuses the description, or mixes up the streams.",
						Next:        "Give each section a mid of its own.",
					})
				}
			}
		}
	},
}

func (d *description) checkGroup(l *sip.SDPLine, report func(Finding)) {
	g, err := d.Group(l)
	if err != nil {
		return
	}
	for mid := range d.Words(g.Mids) {
		if d.hasMid(len(d.Lines), d.Bytes(mid)) {
			continue
		}
		report(Finding{
			Severity:    Warning,
			At:          at(mid),
			Title:       fmt.Sprintf("a=group names %s, which is no media section", clip(d.Bytes(mid))),
			Evidence:    fmt.Sprintf("No section has a=mid:%s.", clip(d.Bytes(mid))),
			Consequence: "WebRTC peers refuse the description; others ignore the group, and streams get ports of their own.",
			Next:        "Take the name out of the group, or give the section its a=mid.",
		})
	}
}

// hasMid reports whether one of Lines[:end] is this a=mid.
func (d *description) hasMid(end int, mid []byte) bool {
	for i := range d.Lines[:end] {
		if l := &d.Lines[i]; l.Attr == sip.AttrMid {
			if m, err := d.Mid(l); err == nil && bytes.Equal(d.Bytes(m), mid) {
				return true
			}
		}
	}
	return false
}
