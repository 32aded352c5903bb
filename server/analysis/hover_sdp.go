package analysis

import (
	"strconv"
	"strings"

	"sipls/knowledge"
	"sipls/server/explain"
	"sipls/server/sip"
)

// describing is a place in a session description.
type describing struct {
	*hovering
	d    sip.SDP
	line *sip.SDPLine
	// media is the media section that holds the line; First is -1 in the session part.
	media sip.SDPMedia
}

// sdp explains a word of a session description, or the line where its words have no meaning of their own.
func (h *hovering) sdp(s sip.Span) (told, bool) {
	q := describing{hovering: h, d: h.msg.ReadSDP(s), media: sip.SDPMedia{First: -1}}
	for i := range q.d.Lines {
		l := &q.d.Lines[i]
		if text := l.Text(); !text.Contains(h.at) || l.Type == 0 {
			continue
		}
		q.line = l
		for _, m := range q.d.Media {
			if m.First <= i && i < m.End {
				q.media = m
			}
		}
		return q.explain()
	}
	return told{}, false
}

func (q *describing) explain() (told, bool) {
	var t told
	var ok bool
	switch inValue := q.at >= q.line.Value.Off; {
	case q.line.Type == 'o' && inValue:
		t, ok = q.origin()
	case q.line.Type == 'm' && inValue:
		t, ok = q.mediaLine()
	case q.line.Type == 'c':
		t, ok = q.connection()
	case q.line.Type == 'a':
		t, ok = q.attribute()
	case q.line.Type == 't':
		t, ok = q.time()
	case q.line.Type == 'b':
		t, ok = q.bandwidth()
	}
	if ok {
		if from := q.line.Line.Off; q.at < t.at.Off {
			t.at = sip.Span{Off: from, Len: t.at.End() - from} // on the letter
		}
		return t, true
	}
	e := knowledge.LookupSDPLine(string(q.line.Type))
	if e == nil {
		return told{}, false
	}
	x := explain.ElementOf(e.Entry())
	if q.line.Type == 'm' {
		q.mediaFacts(&x)
	}
	at := sip.Span{Off: q.line.Line.Off, Len: q.line.Value.Off - q.line.Line.Off}
	if !at.Contains(q.at) {
		at = q.line.Text()
	}
	return tell(at, x)
}

// lineElement begins an explanation with what the line means.
func (q *describing) lineElement(title string) explain.Element {
	x := explain.Element{Title: title}
	if e := knowledge.LookupSDPLine(string(q.line.Type)); e != nil {
		x.Cites = e.Cites
	}
	return x
}

func (q *describing) origin() (told, bool) {
	o, err := q.d.Origin(q.line)
	if err != nil {
		return told{}, false
	}
	x := q.lineElement("")
	switch {
	case o.Username.Contains(q.at):
		x.Title, x.Meaning = "o=: user name", "Whose session it is, as the sender names it; a hyphen for nobody."
		return tell(o.Username, x)
	case o.ID.Contains(q.at):
		x.Title, x.Meaning = "o=: session id", "Number of the session. It stays the same through all offers and answers of one side."
		return tell(o.ID, x)
	case o.Version.Contains(q.at):
		x.Title, x.Meaning = "o=: version", "One more with each changed description of the session; the same version means that nothing changed."
		return tell(o.Version, x)
	}
	at := sip.Span{Off: o.NetType.Off, Len: o.Address.End() - o.NetType.Off}
	x.Title, x.Meaning = "o=: address", "Where the session was made; together with the numbers it makes the session unique. No media are sent there."
	q.addressFact(&x, o.Address)
	return tell(at, x)
}

// addressFact tells what kind of address a host is.
func (q *describing) addressFact(x *explain.Element, address sip.Span) {
	if about := aboutHost(string(q.bytes(address))); about != "" {
		x.Fact(q.quote(address), explain.Text(about+"."))
	}
}

func (q *describing) connection() (told, bool) {
	c, err := q.d.Connection(q.line)
	if err != nil && err.Want != sip.WantTTL {
		return told{}, false
	}
	x := q.lineElement("c=: address of the media")
	if e := knowledge.LookupSDPLine("c"); e != nil {
		x.Meaning = e.Meaning
	}
	switch address := q.bytes(c.Address); {
	case sip.IsUnspecified(address):
		x.Say("No address: the sender gets no media. It is the old way to hold a call; a=sendonly or a=inactive is today's.")
		x.Cites = append(x.Cites, knowledge.Cite{Standard: "RFC 3264", Section: "8.4"})
		x.Meaning = ""
	default:
		if private, ok := parseHost(string(address)); ok && private.IsPrivate() {
			x.Fact(q.quote(c.Address), explain.Text(": a private address. A peer outside of that network cannot send media there, unless something on the path changes it."))
		} else {
			q.addressFact(&x, c.Address)
		}
		x.Meaning = "Where the sender of this description wants the media."
	}
	if c.TTL.Len > 0 {
		x.Fact(explain.Text("Time to live of the packets: "), q.quote(c.TTL))
	}
	if q.media.First < 0 && len(q.d.Media) > 0 {
		x.Say("It holds for all media sections without a c= line of their own.")
	}
	return tell(q.line.Value, x)
}

func (q *describing) time() (told, bool) {
	t, err := q.d.Time(q.line)
	if err != nil {
		return told{}, false
	}
	x := q.lineElement("t=: time")
	if string(q.bytes(t.Start)) == "0" && string(q.bytes(t.Stop)) == "0" {
		x.Say("0 0: no limits in time, as always in SIP.")
	} else {
		x.Say("Start and stop in seconds since 1900; SIP ignores them.")
	}
	return tell(q.line.Value, x)
}

// bandwidthTypes are the types of b= (RFC 8866 section 5.8, RFC 3556, RFC 3890).
var bandwidthTypes = map[string]struct{ meaning, unit string }{
	"AS":   {"most that this application uses, headers of IP and UDP included", "kbit/s"},
	"CT":   {"most that the whole conference uses", "kbit/s"},
	"TIAS": {"most that the media need, without the headers of IP and UDP", "bit/s"},
	"RS":   {"RTCP of active senders", "bit/s"},
	"RR":   {"RTCP of receivers", "bit/s"},
}

func (q *describing) bandwidth() (told, bool) {
	b, err := q.d.Bandwidth(q.line)
	if err != nil {
		return told{}, false
	}
	x := q.lineElement("b=: bandwidth")
	if t, ok := bandwidthTypes[string(q.bytes(b.Type))]; ok {
		x.Fact(q.quote(b.Bandwidth), explain.Text(" "+t.unit+": "+t.meaning+"."))
	} else {
		return told{}, false
	}
	return tell(q.line.Value, x)
}

// mediaLine explains a word of an m= line.
func (q *describing) mediaLine() (told, bool) {
	m, err := q.d.MediaLine(q.line)
	if err != nil && m.Formats.Len == 0 {
		return told{}, false
	}
	switch {
	case m.Media.Contains(q.at):
		x := q.lineElement("m=: " + short(q.bytes(m.Media)))
		q.mediaFacts(&x)
		return tell(m.Media, x)
	case m.Port.Contains(q.at):
		return q.mediaPort(m)
	case m.Proto.Contains(q.at):
		return q.mediaProto(m)
	}
	for w := range q.d.Words(m.Formats) {
		if w.Contains(q.at) {
			return q.format(m, w)
		}
	}
	return told{}, false
}

// mediaFacts sums a media section up.
func (q *describing) mediaFacts(x *explain.Element) {
	m, err := q.d.MediaLine(q.line)
	if err != nil {
		return
	}
	var where string
	if c := q.d.MediaConnection(q.media); c != nil {
		if address, err := q.d.Connection(c); err == nil {
			where = string(q.bytes(address.Address))
		}
	}
	switch {
	case m.PortNumber == 0:
		x.Say("Port 0: the stream is refused, or ended.")
	case m.PortNumber == 9:
		x.Say(discardPort)
	case where != "":
		host := where
		if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
		x.Fact(explain.Text("Media to "), explain.Mono(clipWord(host)+":"+strconv.Itoa(m.PortNumber)), explain.Text(aboutHost(where)+"."))
	}
	dir := q.d.Direction(q.media)
	x.Fact(explain.Mono(dir.String()), explain.Text(": "+directions[dir]))
	if !sip.IsRTP(q.bytes(m.Proto)) {
		return
	}
	l := explain.Line{explain.Text("Formats, best first: ")}
	n := 0
	const most = 12
	for w := range q.d.Words(m.Formats) {
		if n == most {
			l = append(l, explain.Text(", …"))
			break
		}
		if n > 0 {
			l = append(l, explain.Text(", "))
		}
		l = append(l, q.quote(w))
		if name, _ := q.codecName(w); name != "" {
			l = append(l, explain.Text(" "+name))
		}
		n++
	}
	x.Fact(l...)
}

// discardPort is what port 9 means (RFC 4145 section 4.1, RFC 8839 section 4.3.1).
const discardPort = "Port 9 stands for no port: ICE finds one, or the sender opens the connection itself."

// directions say what each direction means for the sender of a description.
var directions = map[sip.SDPAttr]string{
	sip.AttrSendrecv: "media flow in both directions.",
	sip.AttrSendonly: "the sender of this description sends only, as when it puts the peer on hold.",
	sip.AttrRecvonly: "the sender of this description receives only, as when it is on hold.",
	sip.AttrInactive: "no media in either direction.",
}

func (q *describing) mediaPort(m sip.SDPMediaLine) (told, bool) {
	x := q.lineElement("m=: port")
	at := sip.Span{Off: m.Port.Off, Len: max(m.Port.End(), m.Ports.End()) - m.Port.Off}
	switch {
	case m.PortNumber == 0:
		x.Say("0: the stream is refused or ended, except in an offer with a=bundle-only.")
	case m.PortNumber == 9:
		x.Say(discardPort)
	case sip.IsRTP(q.bytes(m.Proto)):
		x.Meaning = "Where the sender of this description wants the media; RTCP goes to the next port, unless a=rtcp or a=rtcp-mux says another one."
		if q.d.Attribute(q.media, sip.AttrRTCPMux) != nil {
			x.Say("RTCP shares the port, if both sides have a=rtcp-mux.")
		}
		if m.PortNumber%2 == 1 {
			x.Say("It is odd; RTP has even ports by custom.")
		}
	default:
		x.Meaning = "Where the sender of this description wants the media."
	}
	if m.Ports.Len > 0 {
		x.Fact(q.quote(m.Ports), explain.Text(" ports one behind the other."))
	}
	return tell(at, x)
}

// protos are the transports of m= lines.
var protos = map[string]string{
	"RTP/AVP":           "RTP without encryption.",
	"RTP/AVPF":          "RTP without encryption, with feedback at once.",
	"RTP/SAVP":          "SRTP: encrypted, the key in a=crypto or a=key-mgmt.",
	"RTP/SAVPF":         "SRTP with feedback at once: encrypted.",
	"UDP/TLS/RTP/SAVP":  "SRTP whose keys DTLS makes: a=fingerprint has to be there.",
	"UDP/TLS/RTP/SAVPF": "SRTP with feedback at once, whose keys DTLS makes: a=fingerprint has to be there.",
	"UDPTL":             "Fax packets of T.38.",
	"udptl":             "Fax packets of T.38.",
	"TCP":               "A TCP connection.",
	"TCP/MSRP":          "Messages of MSRP over TCP.",
	"TCP/TLS/MSRP":      "Messages of MSRP over TLS.",
	"TCP/BFCP":          "Floor control of conferences over TCP.",
	"TCP/TLS/BFCP":      "Floor control of conferences over TLS.",
	"UDP/DTLS/SCTP":     "Data channels over DTLS.",
	"UDP":               "UDP packets.",
}

func (q *describing) mediaProto(m sip.SDPMediaLine) (told, bool) {
	meaning := protos[string(q.bytes(m.Proto))]
	if meaning == "" {
		return told{}, false
	}
	x := q.lineElement("m=: " + short(q.bytes(m.Proto)))
	x.Meaning = meaning
	if strings.HasPrefix(string(q.bytes(m.Proto)), "RTP/AVP") && q.d.Attribute(q.media, sip.AttrCrypto) != nil {
		x.Say("a=crypto is there all the same: an offer of encryption that the peer may ignore.")
	}
	return tell(m.Proto, x)
}

// codecName returns what a payload type stands for, "PCMU/8000"; static says that RFC 3551 says so and no a=rtpmap.
func (q *describing) codecName(payload sip.Span) (name string, static bool) {
	if r, ok := q.d.Encoding(q.media, q.bytes(payload)); ok {
		name = clipWord(string(q.bytes(r.Name))) + "/" + strconv.Itoa(r.ClockRate)
		if r.Params.Len > 0 {
			name += "/" + clipWord(string(q.bytes(r.Params)))
		}
		return name, false
	}
	n, ok := sip.PayloadType(q.bytes(payload))
	if !ok {
		return "", false
	}
	if p := knowledge.LookupPayloadType(n); p != nil && p.Codec != "" {
		return p.Codec + "/" + strconv.Itoa(p.Clock), true
	}
	return "", false
}

// format explains one format of an m= line: of RTP a payload type.
func (q *describing) format(m sip.SDPMediaLine, w sip.Span) (told, bool) {
	if !sip.IsRTP(q.bytes(m.Proto)) {
		x := q.lineElement("m=: format")
		x.Meaning = "What the stream carries, by the names of its transport."
		return tell(w, x)
	}
	x := q.lineElement("Payload type " + short(q.bytes(w)))
	q.payloadFacts(&x, w)
	return tell(w, x)
}

// payloadFacts tells what a payload type stands for, and how it is to be used.
func (q *describing) payloadFacts(x *explain.Element, w sip.Span) {
	name, static := q.codecName(w)
	codec, _, _ := strings.Cut(name, "/")
	switch {
	case name == "" && q.in.Tail.Is == sip.Cut:
		x.Say("No a=rtpmap says what it stands for, but the body is not whole here.")
		return
	case name == "":
		x.Say("No a=rtpmap says what it stands for.")
		return
	case static:
		x.Fact(explain.Bold(name), explain.Text(", a static payload type."))
		x.Cites = []knowledge.Cite{{Standard: "RFC 3551", Section: "6"}}
	default:
		x.Fact(explain.Bold(name), explain.Text(", from a=rtpmap."))
	}
	if c := knowledge.LookupCodec(codec); c != nil {
		x.Meaning = c.Meaning
		x.Cites = c.Cites
	}
	for i := q.media.First; i >= 0 && i < q.media.End; i++ {
		l := &q.d.Lines[i]
		if l.Attr != sip.AttrFMTP || l == q.line {
			continue
		}
		if f, err := q.d.FMTP(l); err == nil && string(q.bytes(f.Format)) == string(q.bytes(w)) {
			x.Fact(explain.Text("Parameters: "), q.quote(f.Params))
		}
	}
}
