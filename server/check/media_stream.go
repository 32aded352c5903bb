package check

import (
	"bytes"
	"iter"
	"sync"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/sip"
)

// stream is a media section of a session description.
type stream struct {
	d *description
	x sip.SDPMedia
	m sip.SDPMediaLine
}

// stream returns media section i; ok is false where its m= line is malformed.
func (d *description) stream(i int) (stream, bool) {
	m, ok := d.mediaLine(d.Media[i])
	return stream{d, d.Media[i], m}, ok
}

// pairs yields the streams of an offer that are in use, each with its own of the answer (RFC 3264 section 6); both have
// well-formed m= lines.
func pairs(offer, answer *description) iter.Seq2[stream, stream] {
	return func(yield func(offered, answered stream) bool) {
		for i := range min(len(offer.Media), len(answer.Media)) {
			o, ok1 := offer.stream(i)
			a, ok2 := answer.stream(i)
			if ok1 && ok2 && o.used() && a.used() && !yield(o, a) {
				return
			}
		}
	}
}

// is reports whether the media type is one of the names.
func (t *stream) is(media string) bool { return sip.EqualFold(t.d.Bytes(t.m.Media), media) }

// sameMedia reports whether two streams have the same media type.
func (t *stream) sameMedia(o *stream) bool {
	return bytes.EqualFold(t.d.Bytes(t.m.Media), o.d.Bytes(o.m.Media))
}

func (t *stream) isRTP() bool { return sip.IsRTP(t.d.Bytes(t.m.Proto)) }

// used reports whether the stream is offered or accepted.
func (t *stream) used() bool { return isUsed(&t.m) }

func (t *stream) direction() sip.SDPAttr { return t.d.Direction(t.x) }

// address returns the well-formed connection address of the stream and its line.
func (t *stream) address() (at sip.Span, line *sip.SDPLine) {
	l := t.d.MediaConnection(t.x)
	if l == nil {
		return at, nil
	}
	c, err := t.d.Connection(l)
	if err != nil {
		return at, nil
	}
	return c.Address, l
}

// isHeld reports whether the stream tells the other side to send nothing.
func (t *stream) isHeld() bool {
	switch t.direction() {
	case sip.AttrSendonly, sip.AttrInactive:
		return true
	}
	a, l := t.address()
	return l != nil && sip.IsUnspecified(t.d.Bytes(a)) && !t.d.usesICE(t.x)
}

// text returns the bytes of the m= line.
func (t *stream) text() sip.Span { return t.d.Lines[t.x.First].Text() }

// audio returns the first audio stream over RTP that is in use.
func (d *description) audio() (stream, bool) {
	for i := range d.Media {
		if t, ok := d.stream(i); ok && t.used() && t.isRTP() && t.is("audio") {
			return t, true
		}
	}
	return stream{}, false
}

// codec is an encoding of RTP: what a format means.
type codec struct {
	name []byte
	rate int
}

// kin reports whether two codecs are the same for those who do not quarrel about clock rates, which people write wrong, and
// about the annexes of G.729.
func (c codec) kin(o codec) bool {
	return sip.EqualFold(c.plain(), string(o.plain()))
}

func (c codec) plain() []byte {
	for _, name := range [...]string{"G729A", "G729B", "G729AB"} {
		if c.is(name) {
			return c.name[:len("G729")]
		}
	}
	return c.name
}

func (c codec) is(name string) bool { return sip.EqualFold(c.name, name) }

// isAid reports whether it carries no audio or video of its own: keys, silence, repairs.
func (c codec) isAid() bool {
	for _, name := range [...]string{"telephone-event", "CN", "tone", "red", "ulpfec", "flexfec-03", "flexfec", "parityfec", "rtx"} {
		if c.is(name) {
			return true
		}
	}
	return false
}

// staticCodecs are those of the payload types below 96 (RFC 3551 section 6).
var staticCodecs = sync.OnceValue(func() []codec {
	out := make([]codec, 96)
	for _, p := range knowledge.PayloadTypes() {
		if p.Codec != "" && p.Number < len(out) {
			out[p.Number] = codec{[]byte(p.Codec), p.Clock}
		}
	}
	return out
})

// mostFormats is how many formats of a stream are looked at.
const mostFormats = 48

// formats is what the formats of a stream mean.
type formats struct {
	list [mostFormats]struct {
		codec
		at     sip.Span
		mapped bool // by a=rtpmap
	}
	n        int
	complete bool // the meaning of all is known
}

func (t *stream) formats() (out formats) {
	out.complete = true
	static := staticCodecs()
	for f := range t.d.Words(t.m.Formats) {
		if out.n == mostFormats {
			out.complete = false
			break
		}
		x := &out.list[out.n]
		x.at = f
		if n, ok := sip.PayloadType(t.d.Bytes(f)); ok && n < len(static) {
			x.codec = static[n]
		}
		out.n++
	}
	for i := t.x.First; i < t.x.End; i++ {
		l := &t.d.Lines[i]
		if l.Attr != sip.AttrRTPMap {
			continue
		}
		r, err := t.d.RTPMap(l)
		if err != nil {
			continue
		}
		for k := range out.list[:out.n] {
			if x := &out.list[k]; !x.mapped && bytes.Equal(t.d.Bytes(x.at), t.d.Bytes(r.Payload)) {
				x.codec, x.mapped = codec{t.d.Bytes(r.Name), r.ClockRate}, true
				break
			}
		}
	}
	for k := range out.list[:out.n] {
		out.complete = out.complete && out.list[k].name != nil
	}
	return out
}

// named returns the first format with a name.
func (f *formats) named(name string) (c codec, at sip.Span, ok bool) {
	for i := range f.list[:f.n] {
		if x := &f.list[i]; x.is(name) {
			return x.codec, x.at, true
		}
	}
	return c, at, false
}

// first returns the first format that is a codec.
func (f *formats) first() (c codec, ok bool) {
	for i := range f.list[:f.n] {
		if x := &f.list[i]; x.name != nil && !x.isAid() {
			return x.codec, true
		}
	}
	return c, false
}

// shares reports whether two streams have a codec in common; aids do not count. known is false where nobody can tell.
func (f *formats) shares(o *formats) (common, known bool) {
	for i := range f.list[:f.n] {
		x := &f.list[i]
		if x.name == nil || x.isAid() {
			continue
		}
		for j := range o.list[:o.n] {
			if y := &o.list[j]; y.name != nil && x.kin(y.codec) {
				return true, true
			}
		}
	}
	_, one := f.first()
	_, other := o.first()
	return false, one && other && f.complete && o.complete
}

// String lists the codecs for a sentence.
func (f *formats) String() string {
	list := ""
	n := 0
	for i := range f.list[:f.n] {
		x := &f.list[i]
		if x.isAid() {
			continue
		}
		if n++; n > 8 {
			return list + ", …"
		}
		if list != "" {
			list += ", "
		}
		if x.name == nil {
			list += "a format without a=rtpmap"
		} else {
			list += clip(x.name)
		}
	}
	if list == "" {
		return "no codec"
	}
	return list
}

// once remembers what was reported, so that a defect that a log shows on several hops gives one finding.
type once map[[2]int32]bool

// again reports whether it was asked for the same before.
func (o *once) again(a, b int32) bool {
	k := [2]int32{a, b}
	if (*o)[k] {
		return true
	}
	if *o == nil {
		*o = once{}
	}
	(*o)[k] = true
	return false
}

// exchangeOf names what is the same on all hops: the request of the negotiation as it was meant.
func (s *CallSubject) exchangeOf(n *negotiation) int32 { return s.Transactions[n.transaction].Exchange }

// read returns the description of message i, nil when there is none or not all of it.
func (s *CallSubject) description(i int32) *description {
	if i == call.None {
		return nil
	}
	d := s.media(i)
	if d.is != readable {
		return nil
	}
	return &d.description
}

// answered returns the two descriptions of a negotiation, its answer for want of a better one as a provisional response
// shows it in advance; nil for what cannot be read.
func (s *CallSubject) answered(n *negotiation) (offer, answer *description, at int32) {
	at = n.answer
	if at == call.None {
		at = n.preview
	}
	return s.description(n.offer), s.description(at), at
}
