package sip

// Via is one Via value (RFC 3261 sections 18.2.1, 20.42):
// `SIP/2.0/UDP host:port;branch=z9hG4bK...`.
type Via struct {
	Value     Span
	Protocol  Span // "SIP/2.0"
	Transport Span
	Host      Span // IPv6 references keep their brackets
	Port      Span // Len 0 when not written
	Params    Span // from the first ';' on, the ';' left out
	OK        bool // protocol, transport and host are there
}

// TopVia returns the first Via value; OK is false when there is none.
func (m *Message) TopVia() Via {
	for _, v := range m.Values(HeaderVia) {
		return m.via(v)
	}
	return Via{}
}

// Vias returns all Via values, topmost first.
func (m *Message) Vias() []Via {
	var out []Via
	for _, v := range m.Values(HeaderVia) {
		out = append(out, m.via(v))
	}
	return out
}

func (m *Message) via(v Span) Via {
	t, end := m.Text, int(v.End())
	out := Via{Value: v}
	semi := skipTo(t, int(v.Off), end, ';')
	if semi < end {
		out.Params = span(semi+1, end)
	}
	// name "/" version "/" transport, white space around the slashes allowed
	i, slashes := int(v.Off), 0
	for ; i < semi && slashes < 2; i++ {
		if t[i] == '/' {
			slashes++
		}
	}
	if slashes < 2 {
		return out
	}
	out.Protocol = trim(t, int(v.Off), i-1)
	for i < semi && isLWS(t[i]) {
		i++
	}
	from := i
	for i < semi && isToken(t[i]) {
		i++
	}
	out.Transport = span(from, i)
	out.Host, out.Port = hostPort(t, trim(t, i, semi))
	out.OK = out.Transport.Len > 0 && out.Host.Len > 0
	return out
}

// hostPort splits host [ ":" port ], white space around the colon allowed. An IPv6
// address without brackets is a host, though the grammar wants the brackets.
func hostPort(t []byte, s Span) (host, port Span) {
	from, end := int(s.Off), int(s.End())
	colon := from
	if from < end && t[from] == '[' {
		for colon < end && t[colon] != ']' {
			colon++
		}
	}
	for colon < end && t[colon] != ':' {
		colon++
	}
	if colon == end {
		return s, Span{Off: s.End()}
	}
	for i := colon + 1; i < end; i++ {
		if t[i] == ':' {
			return s, Span{Off: s.End()}
		}
	}
	return trim(t, from, colon), trim(t, colon+1, end)
}

// Branch returns the value of the branch parameter, nil when there is none.
func (m *Message) Branch(v Via) []byte {
	if p, ok := m.FindParam(v.Params, ';', "branch"); ok {
		return m.Bytes(p.Value)
	}
	return nil
}

// MagicCookie begins every branch that RFC 3261 section 8.1.1.7 makes.
const MagicCookie = "z9hG4bK"

// HasCookie reports whether a branch begins with the magic cookie, letter case ignored.
func HasCookie(branch []byte) bool { return hasPrefixFold(branch, MagicCookie) }

// HasMagicCookie reports whether the topmost Via has a branch that begins with
// the cookie, that is, whether the sender follows RFC 3261 and not RFC 2543. The
// cookie is compared without letter case, as the examples of RFC 3261 need.
func (m *Message) HasMagicCookie() bool {
	return HasCookie(m.Branch(m.TopVia()))
}
