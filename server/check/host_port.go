package check

import (
	"bytes"

	"sipls/server/call"
	"sipls/server/sip"
)

// hostPort is a host and its port; the port is 0 where none is written.
type hostPort struct {
	host []byte
	port int
}

// same reports whether two of them name the same. A port that is not written is 5060, or 5061 with TLS.
func (a hostPort) same(b hostPort) bool {
	if len(a.host) == 0 || !bytes.EqualFold(a.host, b.host) {
		return false
	}
	standard := func(p int) bool { return p == 0 || p == 5060 || p == 5061 }
	return a.port == b.port || (a.port == 0 || b.port == 0) && standard(a.port) && standard(b.port)
}

// sentBy returns who wrote the topmost Via of a message.
func sentBy(m *sip.Message) hostPort {
	v := m.TopVia()
	if !v.OK {
		return hostPort{}
	}
	n, err := m.Number(v.Port)
	if err != nil {
		n = 0
	}
	return hostPort{m.Bytes(v.Host), int(n)}
}

// hostPortOf returns where a SIP URI points to.
func hostPortOf(m *sip.Message, uri sip.Span) hostPort {
	u, err := m.URI(uri)
	if err != nil || u.Kind != sip.SIPURI {
		return hostPort{}
	}
	return hostPort{m.Bytes(u.Host), u.PortNum}
}

// contactOf returns where Contact points to.
func contactOf(m *sip.Message) hostPort {
	u, ok := contactURI(m)
	if !ok {
		return hostPort{}
	}
	return hostPort{m.Bytes(u.Host), u.PortNum}
}

// hostWithPort joins a host and the port behind it.
func hostWithPort(host, port sip.Span) sip.Span {
	if port.Len == 0 {
		return host
	}
	return sip.Span{Off: host.Off, Len: port.End() - host.Off}
}

// isOver reports whether the topmost Via names one of the transports.
func isOver(m *sip.Message, transports ...string) bool {
	via := m.TopVia()
	if !via.OK {
		return false
	}
	for _, t := range transports {
		if sip.EqualFold(m.Bytes(via.Transport), t) {
			return true
		}
	}
	return false
}

// requestURI reads the Request-URI; ok is false when it is no SIP URI.
func requestURI(m *sip.Message) (u sip.URI, ok bool) {
	u, err := m.URI(m.Start.URI)
	return u, err == nil && u.Kind == sip.SIPURI
}

// contactURI reads the first Contact; ok is false when there is none, or it is no SIP URI.
func contactURI(m *sip.Message) (u sip.URI, ok bool) {
	a, ok := m.Address(sip.HeaderContact)
	if !ok || a.Star {
		return u, false
	}
	u, err := m.URI(a.URI)
	return u, err == nil && u.Kind == sip.SIPURI
}

// endOf returns what the facts of a message hold for an end with the host and port of a URI.
func endOf(m *sip.Message, u sip.URI) uint64 {
	port := m.Bytes(u.Port)
	if len(port) == 0 {
		port = []byte("5060")
	}
	return call.IDKey(bytes.Join([][]byte{m.Bytes(u.Host), port}, []byte(":")))
}
