package check

import (
	"sync"

	"sipls/knowledge"
	"sipls/server/sip"
)

// format is one format of an RTP stream.
type format struct {
	d         *description
	section   sip.SDPMedia
	m         sip.SDPMediaLine
	at        sip.Span
	number    int
	isPayload bool // it is a payload type from 0 to 127
}

// eachFormat calls do for the formats of the RTP streams of a message.
func (s *Subject) eachFormat(do func(format)) {
	for i := range s.descriptions() {
		d := &s.facts.sdp.list[i]
		for _, x := range d.Media {
			m, ok := d.mediaLine(x)
			if !ok || !sip.IsRTP(d.Bytes(m.Proto)) {
				continue
			}
			for at := range d.Words(m.Formats) {
				f := format{d: d, section: x, m: m, at: at}
				f.number, f.isPayload = sip.PayloadType(d.Bytes(at))
				do(f)
			}
		}
	}
}

// eachRTPMap calls do for the well-formed a=rtpmap lines of a message.
func (s *Subject) eachRTPMap(do func(d *description, r sip.SDPRTPMap)) {
	for i := range s.descriptions() {
		d := &s.facts.sdp.list[i]
		if !d.attrs.has(sip.AttrRTPMap) {
			continue
		}
		for _, x := range d.Media {
			for j := x.First; j < x.End; j++ {
				if l := &d.Lines[j]; l.Attr == sip.AttrRTPMap {
					if r, err := d.RTPMap(l); err == nil {
						do(d, r)
					}
				}
			}
		}
	}
}

// isDynamic reports whether a payload type means nothing without a=rtpmap (RFC 3551 section 6).
func isDynamic(n int) bool { return 96 <= n && n <= 127 }

// isNamed reports whether a=rtpmap of the section names the payload type, be it malformed.
func (f format) isNamed() bool {
	d := f.d
	for i := f.section.First; i < f.section.End; i++ {
		l := &d.Lines[i]
		if l.Attr != sip.AttrRTPMap {
			continue
		}
		_, value, _ := d.Attr(l)
		for word := range d.Words(value) {
			if string(d.Bytes(word)) == string(d.Bytes(f.at)) {
				return true
			}
			break
		}
	}
	return false
}

// codecRates returns the clock rates of the codecs that have fixed ones and whose definition is verified.
var codecRates = sync.OnceValue(func() map[[16]byte][]int {
	out := map[[16]byte][]int{}
	for _, c := range knowledge.Codecs() {
		if len(c.Name) <= 16 && c.Verified && len(c.ClockRates) > 0 {
			out[lowerName([]byte(c.Name))] = c.ClockRates
		}
	}
	return out
})
