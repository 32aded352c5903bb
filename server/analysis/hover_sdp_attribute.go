package analysis

import (
	"bytes"
	"strconv"
	"strings"

	"sipls/knowledge"
	"sipls/server/explain"
	"sipls/server/sip"
)

// attribute explains the name or a part of the value of an a= line.
func (q *describing) attribute() (told, bool) {
	name, value, _ := q.d.Attr(q.line)
	x := explain.Element{Title: "a=" + short(q.bytes(name))}
	known := false
	if e := knowledge.LookupSDPAttribute(string(q.bytes(name))); e != nil {
		x, known = explain.ElementOf(e.Entry()), true
	} else {
		for _, e := range knowledge.SDPAttributes() {
			// Letter case matters, but T.38 gateways differ in it (RFC 5347 section 2.5.2).
			if q.is(name, e.Name) {
				x, known = explain.ElementOf(e.Entry()), true
				x.Fact(explain.Text("The standard writes it "), explain.Mono(e.Name), explain.Text("."))
				break
			}
		}
	}
	at := value
	if q.at <= name.End() || value.Len == 0 {
		at = name
	}
	if part := q.attributeFacts(&x, value); part.Len > 0 && part.Contains(q.at) {
		at = part
	}
	if !known && len(x.Facts) == 0 {
		x.Say("Not an attribute that is known here; a receiver ignores it.")
		x.Cites = []knowledge.Cite{{Standard: "RFC 8866", Section: "5.13"}}
	}
	if at.Len == 0 || q.at > at.End() {
		at = q.line.Value
	}
	return tell(at, x)
}

// attributeFacts tells what an attribute says here. part is the piece of its value that the facts are about, where it is not all of it.
func (q *describing) attributeFacts(x *explain.Element, value sip.Span) (part sip.Span) {
	d := &q.d
	switch q.line.Attr {
	case sip.AttrSendrecv, sip.AttrSendonly, sip.AttrRecvonly, sip.AttrInactive:
		words := directions[q.line.Attr]
		x.Meaning = strings.ToUpper(words[:1]) + words[1:]
	case sip.AttrRTPMap:
		if r, err := d.RTPMap(q.line); err == nil {
			q.rtpmapFacts(x, r)
		}
	case sip.AttrFMTP:
		if f, err := d.FMTP(q.line); err == nil {
			return q.fmtpFacts(x, f)
		}
	case sip.AttrPtime, sip.AttrMaxptime:
		if v, err := d.Ptime(q.line); err == nil {
			x.Fact(q.quote(v), explain.Text(" ms in each packet."))
		}
	case sip.AttrCrypto:
		return q.cryptoFacts(x)
	case sip.AttrFingerprint:
		if f, err := d.Fingerprint(q.line); err == nil {
			x.Fact(explain.Text("Hash function "), q.quote(f.Hash))
		}
	case sip.AttrSetup:
		if v, err := d.Setup(q.line); err == nil {
			x.Fact(q.quote(v), explain.Text(": "+setups[string(q.bytes(v))]))
		}
	case sip.AttrCandidate:
		q.candidateFacts(x)
	case sip.AttrRTCP:
		if r, err := d.RTCP(q.line); err == nil {
			x.Fact(explain.Text("RTCP to port "), q.quote(r.Port))
			if r.Address.Len > 0 {
				q.addressFact(x, r.Address)
			}
		}
	case sip.AttrGroup:
		if g, err := d.Group(q.line); err == nil {
			q.groupFacts(x, g)
		}
	case sip.AttrMid:
		q.midFacts(x, value)
	case sip.AttrSSRC:
		if s, err := d.SSRC(q.line); err == nil {
			q.ssrcFacts(x, s)
		}
	case sip.AttrRTCPFB:
		if f, err := d.RTCPFB(q.line); err == nil {
			q.feedbackFacts(x, f)
		}
	case sip.AttrExtmap:
		if e, err := d.Extmap(q.line); err == nil {
			x.Fact(explain.Text("Number "), q.quote(e.ID), explain.Text(" stands for "), q.quote(e.URI))
		}
	}
	return sip.Span{}
}

func (q *describing) rtpmapFacts(x *explain.Element, r sip.SDPRTPMap) {
	l := explain.Line{explain.Text("Payload type "), q.quote(r.Payload), explain.Text(" is "), q.quote(r.Name), explain.Text(", clock rate " + strconv.Itoa(r.ClockRate) + " Hz")}
	if r.Params.Len > 0 {
		l = append(l, explain.Text(", channels: "), q.quote(r.Params))
	}
	x.Fact(append(l, explain.Text("."))...)
	if c := knowledge.LookupCodec(string(q.bytes(r.Name))); c != nil {
		x.Meaning, x.Cites = c.Meaning, c.Cites
	}
	q.listedFact(x, r.Payload)
}

// listedFact says where the m= line does not list a payload type.
func (q *describing) listedFact(x *explain.Element, payload sip.Span) {
	if q.media.First < 0 {
		return
	}
	if m, err := q.d.MediaLine(&q.d.Lines[q.media.First]); err == nil && !q.d.HasFormat(&m, q.bytes(payload)) {
		x.Say("The m= line does not list this payload type.")
	}
}

func (q *describing) fmtpFacts(x *explain.Element, f sip.SDPFMTP) (part sip.Span) {
	name, _ := q.codecName(f.Format)
	if name != "" {
		x.Fact(explain.Text("For payload type "), q.quote(f.Format), explain.Text(", "+name+"."))
	}
	codec, _, _ := strings.Cut(name, "/")
	if strings.EqualFold(codec, "telephone-event") {
		x.Say(events(string(q.bytes(f.Params))))
		return part
	}
	for p := range q.msg.Params(f.Params, ';') {
		at := paramSpan(p)
		if p.Name.Len == 0 || !at.Contains(q.at) {
			continue
		}
		if m := formatParams[strings.ToLower(codec+" "+string(q.bytes(p.Name)))]; m != "" {
			x.Fact(q.quote(p.Name), explain.Text(": "+m))
			return at
		}
	}
	return part
}

// events reads the list of telephone-event.
func events(list string) string {
	if strings.TrimSpace(list) == "0-15" {
		return "Events 0 to 15: the keys 0 to 9, *, # and A to D."
	}
	if strings.TrimSpace(list) == "0-16" {
		return "Events 0 to 16: the keys 0 to 9, *, #, A to D, and flash."
	}
	return ""
}

// formatParams are parameters of a=fmtp that decide whether a call works, by codec.
var formatParams = map[string]string{
	"opus useinbandfec":          "1: the sender of this description can use error correction inside the stream.",
	"opus usedtx":                "1: it likes pauses not to be sent.",
	"opus maxaveragebitrate":     "most bits per second that it wants.",
	"opus stereo":                "1: it likes stereo.",
	"opus maxplaybackrate":       "greatest sampling rate in Hz that it can play.",
	"opus minptime":              "least milliseconds in a packet.",
	"g729 annexb":                "no: silence suppression of Annex B must not be used; yes is meant where it is missing.",
	"h264 profile-level-id":      "profile and level of H.264 in hex.",
	"h264 packetization-mode":    "0: one NAL unit in a packet; 1: several, or pieces, in their order.",
	"amr mode-set":               "modes that may be used.",
	"amr octet-align":            "1: fields begin at octets; both sides need the same.",
	"amr-wb mode-set":            "modes that may be used.",
	"amr-wb octet-align":         "1: fields begin at octets; both sides need the same.",
	"amr mode-change-capability": "2: it can change modes in every second frame only.",
	"ilbc mode":                  "20 or 30: milliseconds of a frame.",
	"rtx apt":                    "payload type whose packets are repeated.",
	"vp8 max-fs":                 "greatest frame in macroblocks.",
	"vp8 max-fr":                 "greatest frame rate.",
}

// setups are the values of a=setup (RFC 4145 section 4).
var setups = map[string]string{
	"active":   "the sender of this description opens the connection.",
	"passive":  "it waits for the connection.",
	"actpass":  "it can do either; the answer decides.",
	"holdconn": "no connection for now.",
}

// cryptoFacts tells about an SDES key without the key.
func (q *describing) cryptoFacts(x *explain.Element) sip.Span {
	c, err := q.d.Crypto(q.line)
	if c.Tag.Len == 0 || c.Suite.Len == 0 {
		return sip.Span{}
	}
	x.Fact(explain.Text("Choice "), q.quote(c.Tag), explain.Text(", suite "), q.quote(c.Suite))
	if err == nil && c.Keys.Contains(q.at) {
		x.Say("The key stands here in clear: whoever reads this text can decrypt the media.")
		return c.Keys
	}
	return sip.Span{}
}

// candidateTypes are the types of ICE candidates (RFC 8839 section 5.1).
var candidateTypes = map[string]string{
	"host":  "an address of the device itself",
	"srflx": "the device's address as a STUN server sees it, in front of NAT",
	"prflx": "the device's address as the peer saw it",
	"relay": "an address of a TURN server that relays the media",
}

func (q *describing) candidateFacts(x *explain.Element) {
	c, err := q.d.Candidate(q.line)
	if err != nil {
		return
	}
	l := explain.Line{q.quote(c.Type)}
	if t := candidateTypes[string(q.bytes(c.Type))]; t != "" {
		l = append(l, explain.Text(": "+t))
	}
	x.Fact(append(l, explain.Text("."))...)
	host := string(q.bytes(c.Address))
	about := aboutHost(host)
	if strings.HasSuffix(strings.ToLower(host), ".local") {
		about = ", a name that hides the address of a browser (mDNS)"
	}
	x.Fact(q.quote(c.Address), explain.Text(" port "), q.quote(c.Port), explain.Text(" over "), q.quote(c.Transport), explain.Text(about+"."))
	switch string(q.bytes(c.Component)) {
	case "1":
		x.Say("Component 1: RTP.")
	case "2":
		x.Say("Component 2: RTCP.")
	}
	if c.RelatedAddress.Len > 0 {
		x.Fact(explain.Text("Made from "), q.quote(c.RelatedAddress), explain.Text(aboutHost(string(q.bytes(c.RelatedAddress)))+"."))
	}
}

func (q *describing) groupFacts(x *explain.Element, g sip.SDPGroup) {
	l := explain.Line{}
	for mid := range q.d.Words(g.Mids) {
		if len(l) > 0 {
			l = append(l, explain.Text(", "))
		}
		l = append(l, q.quote(mid))
		if m, ok := q.sectionOf(mid); ok {
			if x, err := q.d.MediaLine(&q.d.Lines[m.First]); err == nil {
				l = append(l, explain.Text(" ("), q.quote(x.Media), explain.Text(")"))
			}
		}
		if len(l) > 40 {
			l = append(l, explain.Text(", …"))
			break
		}
	}
	x.Fact(append(explain.Line{explain.Text("Sections: ")}, l...)...)
}

// sectionOf returns the media section with a mid.
func (q *describing) sectionOf(mid sip.Span) (sip.SDPMedia, bool) {
	for _, m := range q.d.Media {
		for i := m.First; i < m.End; i++ {
			l := &q.d.Lines[i]
			if l.Attr != sip.AttrMid {
				continue
			}
			if v, err := q.d.Mid(l); err == nil && bytes.Equal(q.bytes(v), q.bytes(mid)) {
				return m, true
			}
		}
	}
	return sip.SDPMedia{}, false
}

func (q *describing) midFacts(x *explain.Element, value sip.Span) {
	for i := range q.d.SessionEnd() {
		l := &q.d.Lines[i]
		if l.Attr != sip.AttrGroup {
			continue
		}
		g, err := q.d.Group(l)
		if err != nil {
			continue
		}
		for mid := range q.d.Words(g.Mids) {
			if bytes.Equal(q.bytes(mid), bytes.TrimSpace(q.bytes(value))) {
				x.Fact(explain.Text("In the group "), q.quote(g.Semantics), explain.Text("."))
			}
		}
	}
}

func (q *describing) ssrcFacts(x *explain.Element, s sip.SDPSSRC) {
	x.Fact(explain.Text("RTP source "), q.quote(s.ID))
	name, _, _ := strings.Cut(string(q.bytes(s.Attribute)), ":")
	if e := knowledge.LookupSDPAttribute(name); e != nil {
		x.Fact(explain.Mono(e.Name), explain.Text(": "+e.Meaning))
	}
}

// feedbacks are the types of a=rtcp-fb (RFC 4585 section 4.2, RFC 5104 section 7.1).
var feedbacks = map[string]string{
	"nack":         "lost packets are asked for again.",
	"nack pli":     "a damaged picture is reported, so that a whole one comes.",
	"nack sli":     "damaged parts of a picture are reported.",
	"nack rpsi":    "which picture was received is reported.",
	"ccm fir":      "a whole picture can be asked for.",
	"ccm tmmbr":    "the bit rate can be limited.",
	"ccm tstr":     "quality can be traded for frame rate.",
	"goog-remb":    "the receiver estimates the bandwidth.",
	"transport-cc": "arrival times are reported, from which the sender estimates the bandwidth.",
	"trr-int":      "least milliseconds between two reports.",
}

func (q *describing) feedbackFacts(x *explain.Element, f sip.SDPRTCPFB) {
	if string(q.bytes(f.Payload)) == "*" {
		x.Say("For all payload types of the section.")
	} else if name, _ := q.codecName(f.Payload); name != "" {
		x.Fact(explain.Text("For payload type "), q.quote(f.Payload), explain.Text(", "+name+"."))
	}
	words := strings.Fields(string(q.bytes(f.Feedback)))
	for n := min(len(words), 2); n > 0; n-- {
		if m := feedbacks[strings.Join(words[:n], " ")]; m != "" {
			x.Fact(explain.Mono(strings.Join(words[:n], " ")), explain.Text(": "+m))
			return
		}
	}
}
