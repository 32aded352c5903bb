package call

import (
	"hash/maphash"
	"slices"

	"sipls/server/sip"
)

// Key is what correlation needs of a message, taken once when the message is read.
type Key struct {
	Call        uint64 // hash of the Call-ID, 0 when there is none
	Transaction uint64 // hash of what RFC 3261 section 17.1.3 matches, 0 when it is not there
	Request     bool
	Status      int16
}

var seed = maphash.MakeSeed()

// KeyOf reads the key of a message. A transaction is named by the branch of
// the topmost Via and the CSeq method (RFC 3261 section 17.1.3; an ACK to a non-2xx
// belongs to the INVITE, but has no response); without the magic cookie by Call-ID, From tag,
// CSeq and the topmost Via (RFC 3261 section 17.2.3).
func KeyOf(m *sip.Message) Key {
	k := Key{Request: m.IsRequest(), Status: int16(m.Start.Status)}
	var h maphash.Hash
	h.SetSeed(seed)
	id := m.CallID()
	if len(id) > 0 {
		h.Write(id)
		k.Call = h.Sum64() | 1
	}
	via := m.TopVia()
	cseq := m.CSeq()
	if !via.OK || !cseq.OK {
		return k
	}
	method := m.Bytes(cseq.Method)
	if k.Request && string(m.Bytes(m.Start.Method)) != string(method) {
		return k // its CSeq contradicts its start line: nothing can answer it
	}
	h.Reset()
	h.Write(method)
	h.WriteByte(0)
	if branch := m.Branch(via); sip.HasCookie(branch) && len(branch) > len(sip.MagicCookie) {
		h.Write(branch)
	} else {
		h.Write(branch)
		h.WriteByte(0)
		h.Write(id)
		h.WriteByte(0)
		h.Write(m.Tag(sip.HeaderFrom))
		h.WriteByte(0)
		h.Write(m.Bytes(cseq.NumberSpan))
	}
	h.WriteByte(0)
	lower(&h, m.Bytes(via.Host))
	h.WriteByte(0)
	h.Write(m.Bytes(via.Port))
	k.Transaction = h.Sum64() | 1
	return k
}

func lower(h *maphash.Hash, b []byte) {
	for _, c := range b {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		h.WriteByte(c)
	}
}

// Index finds what belongs together.
type Index struct {
	keys         []Key
	calls        map[uint64][]uint32
	transactions map[uint64][]uint32
}

// NewIndex takes the keys of all messages in the order of the text.
func NewIndex(keys []Key) *Index {
	x := &Index{
		keys:         keys,
		calls:        make(map[uint64][]uint32, len(keys)/6+1),
		transactions: make(map[uint64][]uint32, len(keys)/2+1),
	}
	for i, k := range keys {
		if k.Call != 0 {
			x.calls[k.Call] = append(x.calls[k.Call], uint32(i))
		}
		if k.Transaction != 0 {
			x.transactions[k.Transaction] = append(x.transactions[k.Transaction], uint32(i))
		}
	}
	return x
}

// Request returns the request that message seq answers: of the copies in the
// text the last one before the response, else the first one behind it, since
// the lines of a log are not always in the order of the wire.
func (x *Index) Request(seq int) (int, bool) {
	k := x.keys[seq]
	if k.Request || k.Transaction == 0 {
		return 0, false
	}
	found, ok := 0, false
	for _, i := range x.transactions[k.Transaction] {
		if !x.keys[i].Request {
			continue
		}
		if int(i) > seq && ok {
			break
		}
		found, ok = int(i), true
	}
	return found, ok
}

// Transmissions returns all copies of the request that message seq is or
// answers, in the order of the text.
func (x *Index) Transmissions(seq int) []int {
	return x.inTransaction(seq, true)
}

// Responses returns all responses in the transaction of message seq, in the order of the text.
func (x *Index) Responses(seq int) []int {
	return x.inTransaction(seq, false)
}

func (x *Index) inTransaction(seq int, request bool) []int {
	k := x.keys[seq]
	if k.Transaction == 0 {
		return nil
	}
	var out []int
	for _, i := range x.transactions[k.Transaction] {
		if x.keys[i].Request == request {
			out = append(out, int(i))
		}
	}
	return out
}

// Call returns all messages with the Call-ID of message seq, in the order of
// the text; nil when it has none.
func (x *Index) Call(seq int) []int {
	k := x.keys[seq]
	if k.Call == 0 {
		return nil
	}
	out := make([]int, 0, len(x.calls[k.Call]))
	for _, i := range x.calls[k.Call] {
		out = append(out, int(i))
	}
	return slices.Clip(out)
}
