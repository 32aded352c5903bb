package call

import (
	"bytes"
	"hash/maphash"
	"math"
	"net/netip"
	"slices"

	"sipls/server/sip"
	"sipls/server/trace"
)

// Key is what finds the messages that belong to another one.
type Key struct {
	Call        uint64 // Call-ID
	Transaction uint64 // what RFC 3261 section 17.1.3 matches
	Request     bool
	Status      int16
}

// Facts are what correlation needs of a message, taken once when the message is read. Hashes
// differ from one run of the program to the next; 0 stands for what is not there.
type Facts struct {
	Key
	Branch    uint64 // the same without the method: CANCEL and the ACK of a failure share it with their INVITE
	From, To  uint64 // tags
	Text      uint64 // the whole message
	Src, Dst  uint64 // ends as the logger names them
	Link      uint64 // what a back-to-back user agent hands on from one leg to the other
	CSeq      uint32 // 0 where it cannot be read
	Method    Method // of a response the one that CSeq names
	Vias      uint8  // at most 255
	Whole     bool   // start line and header section are there, nothing is masked
	Timed     bool   // Clock is known
	SrcNet    Net
	DstNet    Net
	Direction trace.Direction
	Clock     trace.Clock
}

// Net is the kind of network that an address lies in.
type Net uint8

const (
	// NetUnknown: no IP address is known.
	NetUnknown Net = iota
	// NetPrivate: RFC 1918, RFC 6598, RFC 4193, the host itself or its link.
	NetPrivate
	// NetPublic: any other address of one host.
	NetPublic
)

var shared = netip.MustParsePrefix("100.64.0.0/10")

// netOf tells in what kind of network an end lies, "192.0.2.1:5060".
func netOf(end string) Net {
	if end == "" {
		return NetUnknown
	}
	a, err := netip.ParseAddrPort(end)
	ip := a.Addr()
	if err != nil {
		if ip, err = netip.ParseAddr(end); err != nil {
			return NetUnknown
		}
	}
	ip = ip.Unmap()
	switch {
	case ip.IsUnspecified(), ip.IsMulticast():
		return NetUnknown
	case ip.IsPrivate(), ip.IsLoopback(), ip.IsLinkLocalUnicast(), shared.Contains(ip):
		return NetPrivate
	}
	return NetPublic
}

// Context is what is known of a message besides its own bytes.
type Context struct {
	Time      string // as its logger wrote it
	Direction trace.Direction
	Src, Dst  string // "192.0.2.1:5060"
}

var seed = maphash.MakeSeed()

func hash(b []byte) uint64 {
	if len(b) == 0 {
		return 0
	}
	return maphash.Bytes(seed, b) | 1
}

func hashString(s string) uint64 {
	if s == "" {
		return 0
	}
	return maphash.String(seed, s) | 1
}

// FactsOf reads the facts of a message. A transaction is named by the branch of
// the topmost Via, its sent-by and the CSeq method (RFC 3261 sections 17.1.3 and 17.2.3;
// an ACK is named like a transaction of its own, which has no response); without the
// magic cookie by Call-ID, From tag and CSeq number too (RFC 3261 section 17.2.3).
func FactsOf(m *sip.Message, c Context) Facts {
	f := Facts{
		Key:   Key{Request: m.IsRequest(), Status: int16(m.Start.Status)},
		Whole: m.Form == sip.Full && m.Head.Is == sip.Whole,
		Text:  hash(m.Text), Src: hashString(c.Src), Dst: hashString(c.Dst), SrcNet: netOf(c.Src), DstNet: netOf(c.Dst), Direction: c.Direction,
	}
	f.Clock, f.Timed = trace.ParseClock(c.Time)
	id := m.CallID()
	f.Call = hash(id)
	f.From, f.To = hash(m.Tag(sip.HeaderFrom)), hash(m.Tag(sip.HeaderTo))
	f.Vias = uint8(min(countVias(m), math.MaxUint8))
	cseq := m.CSeq()
	f.Method = methodOf(m.Method())
	if !cseq.OK {
		return f
	}
	if cseq.Number <= math.MaxUint32 {
		f.CSeq = uint32(cseq.Number)
	}
	method := m.Bytes(cseq.Method)
	if f.Request && string(m.Bytes(m.Start.Method)) != string(method) {
		return f // its CSeq contradicts its start line: nothing can answer it
	}
	if f.Request && f.To == 0 {
		f.Link = linkOf(m)
	}
	via := m.TopVia()
	if !via.OK {
		return f
	}
	// NUL ends each part, so that two parts never run together. The method comes last: what is in
	// front of it names the branch.
	var room [256]byte
	branch := m.Branch(via)
	b := append(append(room[:0], branch...), 0)
	if !sip.HasCookie(branch) || len(branch) == len(sip.MagicCookie) {
		b = append(append(b, id...), 0)
		b = append(append(b, m.Tag(sip.HeaderFrom)...), 0)
		b = append(append(b, m.Bytes(cseq.NumberSpan)...), 0)
	}
	for _, c := range m.Bytes(via.Host) {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		b = append(b, c)
	}
	b = append(b, 0)
	// Without a port it is the default one (RFC 3261 section 18.2.2), and some phones write it in INVITE alone.
	if port := m.Bytes(via.Port); len(port) > 0 {
		b = append(b, port...)
	} else if sip.EqualFold(m.Bytes(via.Transport), "TLS") {
		b = append(b, "5061"...)
	} else {
		b = append(b, "5060"...)
	}
	b = append(b, 0)
	f.Branch = maphash.Bytes(seed, b) | 1
	f.Transaction = maphash.Bytes(seed, append(b, method...)) | 1
	return f
}

func countVias(m *sip.Message) (n int) {
	for range m.Values(sip.HeaderVia) {
		n++
	}
	return n
}

// linkOf returns what the request that begins a leg names the other leg by: the Call-ID of that one
// in X-CID and its like, else the caller's half of the Session-ID (RFC 7989), else the
// icid of P-Charging-Vector (RFC 7315 section 4.6).
func linkOf(m *sip.Message) uint64 {
	link, _ := findLink(m)
	return link
}

// LinkName names the header field, or parameter, that Link of a request was read from; "" when there is none.
func LinkName(m *sip.Message) string {
	_, name := findLink(m)
	return name
}

func findLink(m *sip.Message) (link uint64, name string) {
	var session, charging uint64
	for i := range m.Headers {
		h := &m.Headers[i]
		switch h.ID {
		case sip.HeaderOther:
			k := slices.IndexFunc(legFields, func(name string) bool { return sip.EqualFold(m.Bytes(h.Name), name) })
			if k >= 0 && h.Value.Len > 0 {
				return hash(m.Bytes(h.Value)), legFields[k]
			}
		case sip.HeaderSessionID:
			if id, err := m.ReadSessionID(h.Value); err == nil {
				session = sessionHash(m.Bytes(id.Local))
			}
		case sip.HeaderPChargingVector:
			if p, ok := m.FindParam(h.Value, ';', "icid-value"); ok {
				charging = hash(sip.Unquote(m.Bytes(p.Value)))
			}
		}
	}
	switch {
	case session != 0:
		return session, "Session-ID"
	case charging != 0:
		return charging, "icid-value"
	}
	return 0, ""
}

// RemoteSession returns what an answer says of the Session-ID of its request, so that it fits Link of that one; 0 for nothing.
func RemoteSession(m *sip.Message) uint64 {
	h := m.Header(sip.HeaderSessionID)
	if h == nil {
		return 0
	}
	id, err := m.ReadSessionID(h.Value)
	if err != nil {
		return 0
	}
	return sessionHash(m.Bytes(id.Remote))
}

// sessionHash is the hash of a half of a Session-ID, 0 for the nil UUID, which stands for what is not known yet (RFC 7989 section 5).
func sessionHash(b []byte) uint64 {
	if len(bytes.Trim(b, "0")) == 0 {
		return 0
	}
	return hash(bytes.ToLower(b))
}

// NamesLeg reports whether a header field of this name holds the Call-ID of another leg.
func NamesLeg(name []byte) bool {
	return slices.ContainsFunc(legFields, func(leg string) bool { return sip.EqualFold(name, leg) })
}

// legFields are the header fields in which back-to-back user agents write the Call-ID of the other leg.
var legFields = []string{"X-CID", "X-Call-ID", "X-CallID", "X-B2B-Call-ID", "X-Original-Call-ID", "X-A-Call-ID", "X-Leg-Call-ID", "X-Inbound-Call-ID"}

// IDKey returns what Facts.Call holds for a Call-ID.
func IDKey(id []byte) uint64 { return hash(id) }
