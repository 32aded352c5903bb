package sip

import "bytes"

// SDPAttr tells apart the attributes that have typed views here; AttrOther is any other one.
// Names are case-sensitive (RFC 8866 section 5.13).
type SDPAttr uint8

const (
	AttrOther SDPAttr = iota
	AttrCandidate
	AttrContent
	AttrCrypto
	AttrExtmap
	AttrFingerprint
	AttrFMTP
	AttrGroup
	AttrICELite
	AttrICEOptions
	AttrICEPwd
	AttrICEUfrag
	AttrInactive
	AttrKeyMgmt
	AttrLabel
	AttrMaxptime
	AttrMid
	AttrPtime
	AttrRecvonly
	AttrRTCP
	AttrRTCPFB
	AttrRTCPMux
	AttrRTPMap
	AttrSendonly
	AttrSendrecv
	AttrSetup
	AttrSSRC
	attrCount
)

var attrNames = [attrCount]string{
	AttrCandidate: "candidate", AttrContent: "content", AttrCrypto: "crypto", AttrExtmap: "extmap", AttrFingerprint: "fingerprint",
	AttrFMTP: "fmtp", AttrGroup: "group", AttrICELite: "ice-lite", AttrICEOptions: "ice-options", AttrICEPwd: "ice-pwd",
	AttrICEUfrag: "ice-ufrag", AttrInactive: "inactive", AttrKeyMgmt: "key-mgmt", AttrLabel: "label", AttrMaxptime: "maxptime",
	AttrMid: "mid", AttrPtime: "ptime", AttrRecvonly: "recvonly", AttrRTCP: "rtcp", AttrRTCPFB: "rtcp-fb", AttrRTCPMux: "rtcp-mux",
	AttrRTPMap: "rtpmap", AttrSendonly: "sendonly", AttrSendrecv: "sendrecv", AttrSetup: "setup", AttrSSRC: "ssrc",
}

// String returns the name of the attribute, "" for AttrOther.
func (a SDPAttr) String() string { return attrNames[a] }

// IsDirection reports whether it is sendrecv, sendonly, recvonly or inactive.
func (a SDPAttr) IsDirection() bool {
	return a == AttrSendrecv || a == AttrSendonly || a == AttrRecvonly || a == AttrInactive
}

var attrsByName = func() map[string]SDPAttr {
	out := map[string]SDPAttr{}
	for a := AttrOther + 1; a < attrCount; a++ {
		out[attrNames[a]] = a
	}
	return out
}()

// attrOf classifies the value of an a= line.
func attrOf(value []byte) SDPAttr {
	name := value
	if colon := bytes.IndexByte(value, ':'); colon >= 0 {
		name = value[:colon]
	} else {
		name = bytes.TrimRight(name, " \t")
	}
	return attrsByName[string(name)]
}

// Attr cuts an a= line into the name and the value of the attribute; hasValue says that there is a colon.
func (d *SDP) Attr(l *SDPLine) (name, value Span, hasValue bool) {
	if colon := bytes.IndexByte(d.Bytes(l.Value), ':'); colon >= 0 {
		at := int(l.Value.Off) + colon
		return span(int(l.Value.Off), at), span(at+1, int(l.Value.End())), true
	}
	return d.trimmed(l.Value), span(int(l.Value.End()), int(l.Value.End())), false
}

// attrWords reads the words of the value of an attribute.
func (d *SDP) attrWords(l *SDPLine) sdpWords {
	_, v, _ := d.Attr(l)
	return d.words(v)
}

// AttrSyntax judges the attribute of an a= line: nil where it follows its grammar, and for
// those without one here; these need a token as name (RFC 8866 section 9).
func (d *SDP) AttrSyntax(l *SDPLine) *SyntaxError {
	var err *SyntaxError
	switch l.Attr {
	case AttrCandidate:
		_, err = d.Candidate(l)
	case AttrContent:
		err = d.contentSyntax(l)
	case AttrCrypto:
		_, err = d.Crypto(l)
	case AttrExtmap:
		_, err = d.Extmap(l)
	case AttrFingerprint:
		_, err = d.Fingerprint(l)
	case AttrFMTP:
		_, err = d.FMTP(l)
	case AttrGroup:
		_, err = d.Group(l)
	case AttrICELite, AttrInactive, AttrRecvonly, AttrRTCPMux, AttrSendonly, AttrSendrecv:
		if _, v, has := d.Attr(l); has {
			err = syntaxError(int(v.Off)-1, int(v.End()), "nothing behind the name")
		}
	case AttrICEOptions:
		err = d.oneOrMore(l, "an ICE option")
	case AttrICEPwd:
		_, err = d.ICEPassword(l)
	case AttrICEUfrag:
		_, err = d.ICEUfrag(l)
	case AttrKeyMgmt:
		_, err = d.KeyMgmt(l)
	case AttrLabel:
		_, err = d.attrToken(l, "a label, which is a token")
	case AttrMaxptime, AttrPtime:
		_, err = d.Ptime(l)
	case AttrMid:
		_, err = d.Mid(l)
	case AttrRTCP:
		_, err = d.RTCP(l)
	case AttrRTCPFB:
		_, err = d.RTCPFB(l)
	case AttrRTPMap:
		_, err = d.RTPMap(l)
	case AttrSetup:
		_, err = d.Setup(l)
	case AttrSSRC:
		_, err = d.SSRC(l)
	default:
		if name, _, _ := d.Attr(l); !isSDPToken(d.Bytes(name)) {
			err = &SyntaxError{At: name, Want: "the name of an attribute, which is a token"}
		}
	}
	return err
}

// SDPRTPMap is a=rtpmap:<payload type> <encoding name>/<clock rate>[/<parameters>] (RFC 8866 section 6.6).
type SDPRTPMap struct {
	Payload, Name, Clock, Params Span // Params is the number of channels for audio; Len 0 when it is not there
	ClockRate                    int  // Hz
}

// WantRTPMap is what RTPMap misses behind the payload type where there is no slash.
const WantRTPMap = "an encoding name and a clock rate with a slash between them, as PCMU/8000"

// RTPMap reads an a=rtpmap line.
func (d *SDP) RTPMap(l *SDPLine) (SDPRTPMap, *SyntaxError) {
	w := d.attrWords(l)
	r := SDPRTPMap{Payload: w.next()}
	enc := w.next()
	if _, ok := PayloadType(d.Bytes(r.Payload)); !ok {
		return r, &SyntaxError{At: r.Payload, Want: "a payload type from 0 to 127"}
	}
	slash := bytes.IndexByte(d.Bytes(enc), '/')
	if slash < 0 {
		return r, &SyntaxError{At: enc, Want: WantRTPMap}
	}
	r.Name = Span{enc.Off, int32(slash)}
	r.Clock = Span{enc.Off + int32(slash) + 1, enc.Len - int32(slash) - 1}
	if slash = bytes.IndexByte(d.Bytes(r.Clock), '/'); slash >= 0 {
		r.Params = Span{r.Clock.Off + int32(slash) + 1, r.Clock.Len - int32(slash) - 1}
		r.Clock.Len = int32(slash)
	}
	rate, ok := number(d.Bytes(r.Clock), 1<<30)
	r.ClockRate = rate
	switch rest := w.rest(); {
	case !isSDPToken(d.Bytes(r.Name)):
		return r, &SyntaxError{At: r.Name, Want: "an encoding name, as PCMU"}
	case !ok || rate == 0:
		return r, &SyntaxError{At: r.Clock, Want: "a clock rate in Hz, digits only"}
	case r.Params.Len == 0 && r.Clock.End() < enc.End():
		return r, syntaxError(int(r.Clock.End()), int(enc.End()), "a number of channels behind the slash")
	case rest.Len > 0:
		return r, &SyntaxError{At: rest, Want: "nothing behind the clock rate"}
	}
	return r, nil
}

// number reads digits, up to a limit.
func number(b []byte, most int) (int, bool) {
	n := 0
	for _, c := range b {
		if !isDigit(c) {
			return 0, false
		}
		if n = n*10 + int(c-'0'); n > most {
			return 0, false
		}
	}
	return n, len(b) > 0
}

// SDPFMTP is a=fmtp:<format> <parameters> (RFC 8866 section 6.15).
type SDPFMTP struct {
	Format, Params Span
}

// FMTP reads an a=fmtp line.
func (d *SDP) FMTP(l *SDPLine) (SDPFMTP, *SyntaxError) {
	w := d.attrWords(l)
	f := SDPFMTP{Format: w.next(), Params: w.rest()}
	switch {
	case !isSDPToken(d.Bytes(f.Format)):
		return f, &SyntaxError{At: f.Format, Want: "a format of the m= line"}
	case f.Params.Len == 0:
		return f, &SyntaxError{At: f.Params, Want: "parameters behind the format"}
	}
	return f, nil
}

// Ptime reads an a=ptime or a=maxptime line, milliseconds (RFC 8866 sections 6.4 and 6.5): a number
// above 0, decimals allowed. The span is that of the number.
func (d *SDP) Ptime(l *SDPLine) (Span, *SyntaxError) {
	_, v, _ := d.Attr(l)
	v = d.trimmed(v)
	dots, positive := 0, false
	for i, c := range d.Bytes(v) {
		switch {
		case c == '.' && dots == 0 && i > 0 && i+1 < int(v.Len):
			dots++
		case !isDigit(c):
			return v, &SyntaxError{At: v, Want: wantPtime}
		case c != '0':
			positive = true
		}
	}
	if !positive {
		return v, &SyntaxError{At: v, Want: wantPtime}
	}
	return v, nil
}

const wantPtime = "a number of milliseconds above 0"

// SDPRTCP is a=rtcp:<port> [IN <address type> <address>] (RFC 3605 section 2.1).
type SDPRTCP struct {
	Port, NetType, AddrType, Address Span
	PortNumber                       int
}

// RTCP reads an a=rtcp line.
func (d *SDP) RTCP(l *SDPLine) (SDPRTCP, *SyntaxError) {
	w := d.attrWords(l)
	r := SDPRTCP{Port: w.next(), NetType: w.next(), AddrType: w.next(), Address: w.next()}
	var ok bool
	r.PortNumber, ok = portNumber(d.Bytes(r.Port))
	switch rest := w.rest(); {
	case !ok:
		return r, &SyntaxError{At: r.Port, Want: "a port from 0 to 65535"}
	case r.NetType.Len == 0:
		return r, nil
	case r.Address.Len == 0:
		return r, &SyntaxError{At: r.NetType, Want: "nothing behind the port, or IN, an address type and an address"}
	case rest.Len > 0:
		return r, &SyntaxError{At: rest, Want: "nothing behind the address"}
	}
	return r, d.AddressSyntax(r.NetType, r.AddrType, r.Address)
}

// SDPGroup is a=group:<semantics> <mids> (RFC 5888 section 5).
type SDPGroup struct {
	Semantics Span
	Mids      Span // words
}

// Group reads an a=group line.
func (d *SDP) Group(l *SDPLine) (SDPGroup, *SyntaxError) {
	w := d.attrWords(l)
	g := SDPGroup{Semantics: w.next(), Mids: w.rest()}
	if !isSDPToken(d.Bytes(g.Semantics)) {
		return g, &SyntaxError{At: g.Semantics, Want: "what the group is for, as BUNDLE"}
	}
	for mid := range d.Words(g.Mids) {
		if !isSDPToken(d.Bytes(mid)) {
			return g, &SyntaxError{At: mid, Want: "the mid of a media section, which is a token"}
		}
	}
	return g, nil
}

// Mid reads an a=mid line (RFC 5888 section 4).
func (d *SDP) Mid(l *SDPLine) (Span, *SyntaxError) { return d.attrToken(l, "a mid, which is a token") }

// attrToken reads an attribute whose value is one token.
func (d *SDP) attrToken(l *SDPLine, want string) (Span, *SyntaxError) {
	_, v, _ := d.Attr(l)
	if v = d.trimmed(v); !isSDPToken(d.Bytes(v)) {
		return v, &SyntaxError{At: v, Want: want}
	}
	return v, nil
}

func (d *SDP) oneOrMore(l *SDPLine, want string) *SyntaxError {
	if w := d.attrWords(l); w.rest().Len == 0 {
		return &SyntaxError{At: w.rest(), Want: want}
	}
	return nil
}

// contentSyntax: a=content:<token>,<token> (RFC 4796 section 5).
func (d *SDP) contentSyntax(l *SDPLine) *SyntaxError {
	_, v, _ := d.Attr(l)
	v = d.trimmed(v)
	from := int(v.Off)
	for i := from; ; i++ {
		if i < int(v.End()) && d.Text[i] != ',' {
			continue
		}
		if s := span(from, i); !isSDPToken(d.Bytes(s)) {
			return &SyntaxError{At: s, Want: "what the stream shows, as slides; several separated by commas"}
		}
		if from = i + 1; i >= int(v.End()) {
			return nil
		}
	}
}

// SDPSSRC is a=ssrc:<id> <attribute>[:<value>] (RFC 5576 section 4.1).
type SDPSSRC struct{ ID, Attribute Span }

// SSRC reads an a=ssrc line.
func (d *SDP) SSRC(l *SDPLine) (SDPSSRC, *SyntaxError) {
	w := d.attrWords(l)
	s := SDPSSRC{ID: w.next(), Attribute: w.rest()}
	switch {
	case !isUint32(d.Bytes(s.ID)):
		return s, &SyntaxError{At: s.ID, Want: "the number of an RTP source, up to 4294967295"}
	case s.Attribute.Len == 0:
		return s, &SyntaxError{At: s.Attribute, Want: "an attribute of the source, as cname"}
	}
	return s, nil
}

func isUint32(b []byte) bool {
	_, ok := number(b, 1<<32-1)
	return ok
}

// SDPRTCPFB is a=rtcp-fb:<payload type or *> <type> ... (RFC 4585 section 4.2).
type SDPRTCPFB struct{ Payload, Feedback Span }

// RTCPFB reads an a=rtcp-fb line.
func (d *SDP) RTCPFB(l *SDPLine) (SDPRTCPFB, *SyntaxError) {
	w := d.attrWords(l)
	f := SDPRTCPFB{Payload: w.next(), Feedback: w.rest()}
	p := d.Bytes(f.Payload)
	switch _, ok := PayloadType(p); {
	case !ok && string(p) != "*":
		return f, &SyntaxError{At: f.Payload, Want: "a payload type from 0 to 127, or *"}
	case f.Feedback.Len == 0:
		return f, &SyntaxError{At: f.Feedback, Want: "a type of feedback, as nack"}
	}
	return f, nil
}

// SDPExtmap is a=extmap:<id>[/<direction>] <URI> [<attributes>] (RFC 8285 section 5).
type SDPExtmap struct{ ID, Direction, URI Span }

// Extmap reads an a=extmap line.
func (d *SDP) Extmap(l *SDPLine) (SDPExtmap, *SyntaxError) {
	w := d.attrWords(l)
	x := SDPExtmap{ID: w.next(), URI: w.next()}
	if slash := bytes.IndexByte(d.Bytes(x.ID), '/'); slash >= 0 {
		x.Direction = Span{x.ID.Off + int32(slash) + 1, x.ID.Len - int32(slash) - 1}
		x.ID.Len = int32(slash)
		if !attrOf(d.Bytes(x.Direction)).IsDirection() {
			return x, &SyntaxError{At: x.Direction, Want: "a direction, as sendonly"}
		}
	}
	switch n, ok := number(d.Bytes(x.ID), 1<<30); {
	case !ok || n == 0:
		return x, &SyntaxError{At: x.ID, Want: "the number of the extension, above 0"}
	case bytes.IndexByte(d.Bytes(x.URI), ':') <= 0:
		return x, &SyntaxError{At: x.URI, Want: "the URI of the extension"}
	}
	return x, nil
}
