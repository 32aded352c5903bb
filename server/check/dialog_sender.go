package check

import (
	"bytes"
	"fmt"

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
	a, ok := m.Address(sip.HeaderContact)
	if !ok || a.Star {
		return hostPort{}
	}
	return hostPortOf(m, a.URI)
}

// forming reports whether message i is a provisional response or a 2xx to the request that formed dialog d.
func (s *CallSubject) forming(d *call.Dialog, i int32) bool {
	m := &s.Messages[i]
	if m.Request || m.Status <= 100 || m.Status >= 300 || m.From != d.UAC || m.To != d.UAS || m.Transaction == call.None || d.Request == call.None {
		return false
	}
	t := &s.Transactions[m.Transaction]
	return t.Initial && t.Request != call.None && t.Method == s.Messages[d.Request].Method && t.CSeq == s.Messages[d.Request].CSeq
}

// andMore says that what was told of one message holds for n more.
func andMore(n int, what string) string {
	switch n {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf(" The same holds for one more %s.", what)
	}
	return fmt.Sprintf(" The same holds for %d more %ss.", n, what)
}
