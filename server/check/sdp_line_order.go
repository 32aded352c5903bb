package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var sdpLineOrder = &Rule{
	Name:     "sdp-line-order",
	Scope:    Message,
	Needs:    needSDP,
	Severity: Warning,
	Fields:   sdpFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 8866", Section: "5"}},
	Doc: Doc{
		Title: "Lines of a session description out of order, or twice",
		Text: `The order of lines is fixed: v, o, s, i, u, e, p, c, b, t (with r and z), k, a in the session part, m, i, c, b, k, a in
each media section. v, o, s, i, u and k stand once, c once in the session part. The first line of each part that stands where it must
not is reported, in logs as an information, because nearly all peers put up with it.`,
	},
	Cases: func() []Case {
		return []Case{
			badSDP("t= before c=", "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nt=0 0\nc=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 0\n", "", "warning: c"),
			badSDP("c= behind attributes of a section", sdpAudio+"a=sendonly\nc=IN IP4 192.0.2.2\n", "", "warning: c"),
			badSDP("s= twice", "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\ns=call\nc=IN IP4 192.0.2.1\nt=0 0\n", "", "warning: s"),
			goodSDP("everything there is, in order", "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\ni=x\nu=http://example.com\ne=a@example.com\np=+1 555 0100\nc=IN IP4 192.0.2.1\nb=AS:64\nb=TIAS:64000\n"+
				"t=0 0\nr=7d 1h 0\nt=1 2\na=recvonly\nm=audio 4000 RTP/AVP 0\ni=x\nc=IN IP4 224.2.1.1/127\nc=IN IP4 224.2.1.2/127\nb=AS:64\na=mid:1\nm=video 0 RTP/AVP 31\n"),
			cutSDP("cut off in a log", "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nt=0 0\nc=IN"),
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		for i := range s.descriptions() {
			d := &s.facts.sdp.list[i]
			if l := d.misplaced(0, d.SessionEnd(), sessionOrder, "voiskuc"); l != nil {
				report(s.orderFinding(d, l, "the session part", "v, o, s, i, u, e, p, c, b, t, k, a"))
			}
			for _, x := range d.Media {
				if l := d.misplaced(x.First, x.End, mediaOrder, "ik"); l != nil {
					report(s.orderFinding(d, l, "a media section", "m, i, c, b, k, a"))
				}
			}
		}
	},
}

// Letters in the order in which they stand; r and z repeat with the t= that they belong to.
const (
	sessionOrder = "vosiuepcbtka"
	mediaOrder   = "micbka"
)

// misplaced returns the first line that stands behind one that it must precede, or that stands twice though it may stand once.
func (d *description) misplaced(from, to int, order, once string) *sip.SDPLine {
	latest := -1
	for i := from; i < to; i++ {
		l := &d.Lines[i]
		letter := l.Type
		if letter == 'r' || letter == 'z' {
			letter = 't'
		}
		rank := bytes.IndexByte([]byte(order), letter)
		if rank < 0 {
			continue // no line of this part: other rules speak of it
		}
		if rank < latest || bytes.IndexByte([]byte(once), l.Type) >= 0 && d.Line(from, i, l.Type) != nil {
			return l
		}
		latest = rank
	}
	return nil
}

func (s *Subject) orderFinding(d *description, l *sip.SDPLine, part, order string) Finding {
	severity := Information // nearly all peers put up with it
	if s.Editable {
		severity = Warning
	}
	return Finding{
		Severity:    severity,
		At:          at(sip.Span{Off: l.Line.Off + int32(bytes.IndexByte(d.Bytes(l.Line), l.Type)), Len: 1}),
		Title:       fmt.Sprintf("%c= in the wrong place of a session description", l.Type),
		Evidence:    fmt.Sprintf("%s stands behind a line that it must precede, or stands twice: the order in %s is %s.", clip(d.Bytes(l.Text())), part, order),
		Consequence: "Strict peers refuse the description with 400 or 488; others overlook the line.",
		Next:        "Put the line where it belongs at the element that wrote the description.",
	}
}
