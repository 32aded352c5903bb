package scenario

import (
	"hash/fnv"
	"math/rand/v2"
	"strconv"
)

// source makes identifiers. The same seed and salt give the same ones.
type source struct{ *rand.Rand }

func newSource(seed uint64, salt ...string) source {
	h := fnv.New64a()
	for _, s := range salt {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	return source{rand.New(rand.NewPCG(seed, h.Sum64()))}
}

const (
	hexDigits = "0123456789abcdef"
	alnum     = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
)

func (s source) hex(n int) string { return s.text(hexDigits, n) }

func (s source) alnum(n int) string { return s.text(alnum, n) }

// digits returns a number of n digits that does not begin with 0.
func (s source) digits(n int) string {
	low := uint64(1)
	for range n - 1 {
		low *= 10
	}
	return strconv.FormatUint(low+s.Uint64N(9*low), 10)
}

func (s source) uuid() string {
	var b [36]byte
	s.fill(b[:], hexDigits)
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	b[14] = '4'
	b[19] = "89ab"[b[19]&3]
	return string(b[:])
}

func (s source) text(alphabet string, n int) string {
	var b [64]byte
	s.fill(b[:n], alphabet)
	return string(b[:n])
}

func (s source) fill(b []byte, alphabet string) {
	n := uint64(len(alphabet))
	var bits uint64
	for i := range b {
		if i%8 == 0 {
			bits = s.Uint64()
		}
		b[i] = alphabet[(bits&0xff)*n>>8]
		bits >>= 8
	}
}
