package call

import (
	"hash/maphash"

	"sipls/server/sip"
)

// Key is what correlation needs of a message, taken once when the message is read. Hashes
// differ from one run of the program to the next.
type Key struct {
	Call        uint64 // hash of the Call-ID, 0 when there is none
	Transaction uint64 // hash of what RFC 3261 section 17.1.3 matches, 0 when it is not there
	Request     bool
	Status      int16
}

var seed = maphash.MakeSeed()

// KeyOf reads the key of a message. A transaction is named by the branch of
// the topmost Via, its sent-by and the CSeq method (RFC 3261 sections 17.1.3 and 17.2.3;
// an ACK is named like a transaction of its own, which has no response); without the
// magic cookie by Call-ID, From tag and CSeq number too (RFC 3261 section 17.2.3).
func KeyOf(m *sip.Message) Key {
	k := Key{Request: m.IsRequest(), Status: int16(m.Start.Status)}
	id := m.CallID()
	k.Call = callKey(id)
	via := m.TopVia()
	cseq := m.CSeq()
	if !via.OK || !cseq.OK {
		return k
	}
	method := m.Bytes(cseq.Method)
	if k.Request && string(m.Bytes(m.Start.Method)) != string(method) {
		return k // its CSeq contradicts its start line: nothing can answer it
	}
	// NUL ends each part, so that two parts never run together.
	var room [256]byte
	b := append(append(room[:0], method...), 0)
	branch := m.Branch(via)
	b = append(append(b, branch...), 0)
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
	b = append(b, m.Bytes(via.Port)...)
	k.Transaction = maphash.Bytes(seed, b) | 1
	return k
}

// callKey returns the hash of a Call-ID, 0 for an empty one.
func callKey(id []byte) uint64 {
	if len(id) == 0 {
		return 0
	}
	return maphash.Bytes(seed, id) | 1
}
