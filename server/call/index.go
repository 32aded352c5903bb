package call

// Index finds what belongs together. It is immutable.
type Index struct {
	keys         []Key
	calls        chains
	transactions chains
	answers      []uint32 // for each response 1 + the request it answers, 0 where there is none
}

// NewIndex takes the keys of all messages in the order of the text. It keeps them.
func NewIndex(keys []Key) *Index {
	x := &Index{
		keys:         keys,
		calls:        newChains(len(keys), func(i int) uint64 { return keys[i].Call }),
		transactions: newChains(len(keys), func(i int) uint64 { return keys[i].Transaction }),
		answers:      make([]uint32, len(keys)),
	}
	for _, first := range x.transactions.first {
		x.answer(first)
	}
	return x
}

// answer finds the requests for all responses of a transaction at once: thousands of
// pings may share a branch.
func (x *Index) answer(first uint32) {
	next := x.transactions.next
	last := uint32(0) // request
	for i := first; i != 0; i = next[i-1] {
		switch {
		case !x.keys[i-1].Request:
			x.answers[i-1] = last
		case last == 0:
			for early := first; early != i; early = next[early-1] {
				x.answers[early-1] = i
			}
			last = i
		default:
			last = i
		}
	}
}

// chains links the messages that have the same key, which is a hash already: a map with a
// slice for each key takes ten times as long to build, and an index is built for each edit.
type chains struct {
	first []uint32 // open-addressed by key: 1 + the first message with it, 0 where the slot is free
	next  []uint32 // 1 + the next message with the same key, 0 for the last
}

func newChains(n int, key func(int) uint64) chains {
	size := 16
	for size < 2*n {
		size *= 2
	}
	c := chains{first: make([]uint32, size), next: make([]uint32, n)}
	mask := uint64(size - 1)
	for i := n - 1; i >= 0; i-- {
		k := key(i)
		if k == 0 {
			continue
		}
		// The lowest bit of a key is always set.
		slot := k >> 1 & mask
		for c.first[slot] != 0 && key(int(c.first[slot]-1)) != k {
			slot = (slot + 1) & mask
		}
		c.next[i] = c.first[slot]
		c.first[slot] = uint32(i + 1)
	}
	return c
}

// of calls yield for each message with the key of message seq, in the order of the
// text; key is the function the chains were made with.
func (c *chains) of(seq int, key func(int) uint64, yield func(int) bool) {
	c.with(key(seq), key, yield)
}

// with calls yield for each message with the key k, which no message may have.
func (c *chains) with(k uint64, key func(int) uint64, yield func(int) bool) {
	if k == 0 {
		return
	}
	mask := uint64(len(c.first) - 1)
	slot := k >> 1 & mask
	for c.first[slot] != 0 && key(int(c.first[slot]-1)) != k {
		slot = (slot + 1) & mask
	}
	for i := c.first[slot]; i != 0; i = c.next[i-1] {
		if !yield(int(i - 1)) {
			return
		}
	}
}

func (x *Index) transaction(seq int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		x.transactions.of(seq, func(i int) uint64 { return x.keys[i].Transaction }, yield)
	}
}

// Request returns the request that message seq answers: of the copies in the
// text the last one before the response, else the first one behind it, since
// the lines of a log are not always in the order of the wire. ok is false for a request,
// and where the request is not in the text.
func (x *Index) Request(seq int) (request int, ok bool) {
	i := x.answers[seq]
	if i == 0 {
		return 0, false
	}
	return int(i - 1), true
}

// Transmissions returns all copies of the request that message seq is or
// answers, in the order of the text.
func (x *Index) Transmissions(seq int) []int { return x.inTransaction(seq, true) }

// Responses returns all responses in the transaction of message seq, in the order of the text.
func (x *Index) Responses(seq int) []int { return x.inTransaction(seq, false) }

func (x *Index) inTransaction(seq int, request bool) []int {
	var out []int
	for i := range x.transaction(seq) {
		if x.keys[i].Request == request {
			out = append(out, i)
		}
	}
	return out
}

// Call returns all messages with the Call-ID of message seq, in the order of
// the text; nil when it has none.
func (x *Index) Call(seq int) []int {
	var out []int
	x.calls.of(seq, func(i int) uint64 { return x.keys[i].Call }, func(i int) bool {
		out = append(out, i)
		return true
	})
	return out
}

// WithCallID returns all messages with a Call-ID, in the order of the text; nil when there are none.
func (x *Index) WithCallID(id []byte) []int {
	var out []int
	x.calls.with(hash(id), func(i int) uint64 { return x.keys[i].Call }, func(i int) bool {
		out = append(out, i)
		return true
	})
	return out
}
