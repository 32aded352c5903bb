package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var sdpTelephoneEvent = &Rule{
	Name:     "sdp-telephone-event",
	Scope:    Message,
	Needs:    needSDP,
	Severity: Warning,
	Failures: []string{"dtmf-payload-mismatch"},
	Fields:   sdpFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 4733", Section: "2.4.1"}},
	Doc: Doc{
		Title: "Malformed list of telephone events",
		Text:  "a=fmtp of telephone-event lists events from 0 to 255, numbers and ranges separated by commas: `0-15,66,70`. `events=` in front of it, which does not belong there, is reported, too.",
	},
	Cases: func() []Case {
		const dtmf = sdpSession + "m=audio 4000 RTP/AVP 0 101\na=rtpmap:101 telephone-event/8000\n"
		return []Case{
			badSDP("no numbers", dtmf+"a=fmtp:101 0-9,*,#\n", "", "warning: 0-9,*,#"),
			badSDP("with a name in front", dtmf+"a=fmtp:101 events=0-16\n", dtmf+"a=fmtp:101 0-16\n", "warning: events=0-16"),
			goodSDP("ranges and numbers", dtmf+"a=fmtp:101 0-15,66,70\n"),
			goodSDP("another codec", sdpSession+"m=audio 4000 RTP/AVP 18\na=fmtp:18 annexb=no\n"),
			cutSDP("cut off in the list", dtmf+"a=fmtp:101 0-"),
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		for i := range s.descriptions() {
			d := &s.facts.sdp.list[i]
			if !d.attrs.has(sip.AttrFMTP) {
				continue
			}
			for _, x := range d.Media {
				for j := x.First; j < x.End; j++ {
					l := &d.Lines[j]
					if l.Attr != sip.AttrFMTP {
						continue
					}
					p, err := d.FMTP(l)
					if err != nil || isEventList(d.Bytes(p.Params)) {
						continue
					}
					if r, ok := d.Encoding(x, d.Bytes(p.Format)); !ok || !sip.EqualFold(d.Bytes(r.Name), "telephone-event") {
						continue
					}
					report(Finding{
						Severity:    Warning,
						At:          at(p.Params),
						Title:       "malformed list of telephone events",
						Evidence:    fmt.Sprintf("%s is no list of events from 0 to 255 and ranges, as 0-16.", clip(d.Bytes(p.Params))),
						Consequence: "The peer may not send or understand DTMF: voice menus and conferences do not react to keys.",
						Next:        "Write 0-16, or the events that are meant.",
					})
				}
			}
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		const name = "events="
		b := s.Message.Bytes(f.At.At)
		if len(b) <= len(name) || !sip.EqualFold(b[:len(name)], name) || !isEventList(b[len(name):]) {
			return nil
		}
		return s.bodyFix("Remove events=", Edit{At: sip.Span{Off: f.At.At.Off, Len: int32(len(name))}})
	},
}

// isEventList: numbers up to 255 and ranges of them, separated by commas; blanks behind the commas are let through.
func isEventList(b []byte) bool {
	for i := 0; ; i++ {
		for i < len(b) && b[i] == ' ' {
			i++
		}
		first, next, ok := eventNumber(b, i)
		if !ok {
			return false
		}
		if next < len(b) && b[next] == '-' {
			var last int
			if last, next, ok = eventNumber(b, next+1); !ok || last < first {
				return false
			}
		}
		if next == len(b) {
			return true
		}
		if b[next] != ',' {
			return false
		}
		i = next
	}
}

func eventNumber(b []byte, i int) (n, next int, ok bool) {
	from := i
	for i < len(b) && '0' <= b[i] && b[i] <= '9' && n <= 255 {
		n = n*10 + int(b[i]-'0')
		i++
	}
	return n, i, i > from && n <= 255
}
