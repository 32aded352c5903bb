package sip

import "bytes"

// SDPMediaLine is the value of an m= line (RFC 8866 section 5.14): `audio 49170/2 RTP/AVP 0 8`.
type SDPMediaLine struct {
	Media, Port, Ports, Proto Span // Ports is the number of ports; Len 0 when it is not there
	Formats                   Span // words, at least one
	PortNumber                int
}

// MediaLine reads an m= line.
func (d *SDP) MediaLine(l *SDPLine) (SDPMediaLine, *SyntaxError) {
	w := d.words(l.Value)
	x := SDPMediaLine{Media: w.next(), Port: w.next(), Proto: w.next(), Formats: w.rest()}
	if slash := bytes.IndexByte(d.Bytes(x.Port), '/'); slash >= 0 {
		x.Ports = Span{x.Port.Off + int32(slash) + 1, x.Port.Len - int32(slash) - 1}
		x.Port.Len = int32(slash)
	}
	var ok bool
	x.PortNumber, ok = portNumber(d.Bytes(x.Port))
	switch {
	case !isSDPToken(d.Bytes(x.Media)):
		return x, &SyntaxError{At: x.Media, Want: "the kind of media, as audio"}
	case !ok:
		return x, &SyntaxError{At: x.Port, Want: "a port from 0 to 65535"}
	case x.Ports.Off > 0 && !allDigits(d.Bytes(x.Ports)):
		return x, &SyntaxError{At: x.Ports, Want: "a number of ports"}
	case !isProto(d.Bytes(x.Proto)):
		return x, &SyntaxError{At: x.Proto, Want: "a transport, as RTP/AVP"}
	case x.Formats.Len == 0:
		return x, &SyntaxError{At: x.Formats, Want: "a format, as a payload type"}
	}
	return x, nil
}

// isProto: token *("/" token).
func isProto(b []byte) bool {
	for {
		slash := bytes.IndexByte(b, '/')
		if slash < 0 {
			return isSDPToken(b)
		}
		if !isSDPToken(b[:slash]) {
			return false
		}
		b = b[slash+1:]
	}
}

// IsRTP reports whether a transport of an m= line is RTP, so that the formats are payload types (RFC 8866
// section 5.14): RTP/AVP, RTP/SAVP, UDP/TLS/RTP/SAVPF, TCP/RTP/AVP and their like.
func IsRTP(proto []byte) bool {
	i := bytes.Index(proto, []byte("RTP/"))
	return i == 0 || i > 0 && proto[i-1] == '/'
}

// PayloadType reads a word of the formats of an RTP stream: a number from 0 to 127 (RFC 3550 section 5.1).
func PayloadType(b []byte) (int, bool) {
	n, ok := portNumber(b)
	return n, ok && n <= 127
}

// HasFormat reports whether an m= line lists a format.
func (d *SDP) HasFormat(x *SDPMediaLine, format []byte) bool {
	for f := range d.Words(x.Formats) {
		if bytes.Equal(d.Bytes(f), format) {
			return true
		}
	}
	return false
}

// MediaConnection returns the c= line that holds for a media section: its own first one, else
// that of the session part (RFC 8866 section 5.7); nil when there is none.
func (d *SDP) MediaConnection(s SDPMedia) *SDPLine {
	if l := d.Line(s.First, s.End, 'c'); l != nil {
		return l
	}
	return d.Line(0, d.SessionEnd(), 'c')
}

// Direction returns the direction that holds for a media section: AttrSendrecv, AttrSendonly, AttrRecvonly
// or AttrInactive. It is that of the section, else of the session part, else sendrecv (RFC 8866 section 6.7).
func (d *SDP) Direction(s SDPMedia) SDPAttr {
	for _, part := range []SDPMedia{s, {0, d.SessionEnd()}} {
		for i := part.First; i < part.End; i++ {
			if a := d.Lines[i].Attr; a.IsDirection() {
				return a
			}
		}
	}
	return AttrSendrecv
}

// Encoding returns what a=rtpmap of a media section says of a payload type. ok is false where the
// section has no well-formed a=rtpmap for it: then static types mean what RFC 3551 section 6 says.
func (d *SDP) Encoding(s SDPMedia, payload []byte) (SDPRTPMap, bool) {
	for i := s.First; i < s.End; i++ {
		if d.Lines[i].Attr != AttrRTPMap {
			continue
		}
		if r, err := d.RTPMap(&d.Lines[i]); err == nil && bytes.Equal(d.Bytes(r.Payload), payload) {
			return r, true
		}
	}
	return SDPRTPMap{}, false
}

// Attribute returns the a= line that holds for a media section: its own first one with that name,
// else that of the session part; nil when there is none.
func (d *SDP) Attribute(s SDPMedia, a SDPAttr) *SDPLine {
	for _, part := range []SDPMedia{s, {0, d.SessionEnd()}} {
		for i := part.First; i < part.End; i++ {
			if d.Lines[i].Attr == a {
				return &d.Lines[i]
			}
		}
	}
	return nil
}
