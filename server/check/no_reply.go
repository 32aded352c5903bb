package check

import (
	"bytes"
	"time"

	"sipls/server/call"
	"sipls/server/sip"
)

// replyTimeout is how long a sender waits for an answer, 64*T1 (RFC 3261 sections 17.1.1.2 and 17.1.2.2), a twentieth
// less: its clock and that of the log need not tick alike.
const replyTimeout = 32*time.Second - 32*time.Second/20

// unanswered reports whether nothing answers a transaction for as long as its sender waits, and how long the log goes on
// behind the request.
func (s *CallSubject) unanswered(t *call.Transaction) (waited time.Duration, ok bool) {
	if t.Request == call.None || t.Trying != call.None || t.Final != call.None {
		return 0, false
	}
	waited, ok = s.Until(t.Request)
	return waited, ok && waited >= replyTimeout
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
