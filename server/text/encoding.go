package text

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"unicode/utf8"
)

// Encoding says in which code units a client counts characters (LSP 3.17,
// PositionEncodingKind).
type Encoding uint8

const (
	UTF16 Encoding = iota // the encoding that LSP has when nothing was agreed on
	UTF8                  // code units are bytes
	UTF32                 // code units are code points
)

// String returns the name that LSP has for the encoding: "utf-16", "utf-8" or "utf-32".
func (e Encoding) String() string {
	switch e {
	case UTF16:
		return "utf-16"
	case UTF8:
		return "utf-8"
	case UTF32:
		return "utf-32"
	}
	return fmt.Sprintf("Encoding(%d)", uint8(e))
}

// The counting below takes words of eight bytes where it can. ones has the lowest
// bit of each byte, nonASCII the highest: no ASCII byte has that.
const (
	ones     = 0x0101010101010101
	nonASCII = ones << 7
)

func word(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

// continuations returns how many bytes of a word are 10xxxxxx.
func continuations(w uint64) int { return bits.OnesCount64(w >> 7 &^ (w >> 6) & ones) }

// astrals returns how many bytes of a word are 1111xxxx: in valid UTF-8 these begin a
// sequence of four bytes, which is a surrogate pair in UTF-16.
func astrals(w uint64) int { return bits.OnesCount64(w >> 7 & (w >> 6) & (w >> 5) & (w >> 4) & ones) }

// countValid returns the code points and UTF-16 code units in b, which is valid UTF-8.
func countValid(b []byte) (points, utf16 int) {
	points = len(b)
	astral := 0
	for ; len(b) >= 8; b = b[8:] {
		if w := word(b); w&nonASCII != 0 {
			points -= continuations(w)
			astral += astrals(w)
		}
	}
	var rest [8]byte
	copy(rest[:], b)
	w := word(rest[:])
	points -= continuations(w)
	astral += astrals(w)
	return points, points + astral
}

// count returns the code points and UTF-16 code units in b. Valid sequences never
// overlap, so it is enough to look at each byte that may begin one.
func count(b []byte) (points, utf16 int) {
	points = len(b)
	astral := 0
	at := func(i int) {
		_, size := utf8.DecodeRune(b[i:])
		points -= size - 1
		astral += size / utf8.UTFMax
	}
	i := 0
	for ; i+8 <= len(b); i += 8 {
		w := word(b[i:])
		for leads := w >> 7 & (w >> 6) & ones; leads != 0; leads &= leads - 1 {
			at(i + bits.TrailingZeros64(leads)/8)
		}
	}
	for ; i < len(b); i++ {
		at(i)
	}
	return points, points + astral
}

// advanceValid is advance for valid UTF-8.
func advanceValid(b []byte, n int, e Encoding) int {
	i := 0
	for ; i+8 <= len(b); i += 8 {
		w := word(b[i:])
		k := 8 - continuations(w)
		if e == UTF16 {
			k += astrals(w)
		}
		if k > n {
			break
		}
		n -= k
	}
	// The units of a sequence were counted at its first byte.
	for i < len(b) && !utf8.RuneStart(b[i]) {
		i++
	}
	return i + advance(b[i:], n, e)
}

// advance returns how many bytes of b the first n code units take: all of b if it has
// fewer, and less than n units if the n-th is the first half of a surrogate pair.
func advance(b []byte, n int, e Encoding) int {
	i := 0
	for i < len(b) && n > 0 {
		if n >= 8 && i+8 <= len(b) && word(b[i:])&nonASCII == 0 {
			i += 8
			n -= 8
			continue
		}
		size := 1
		if b[i] >= utf8.RuneSelf {
			_, size = utf8.DecodeRune(b[i:])
			if size == utf8.UTFMax && e == UTF16 {
				if n == 1 {
					break
				}
				n--
			}
		}
		i += size
		n--
	}
	return i
}

// scalarStart returns the start of the UTF-8 sequence that i lies inside, or i if it
// lies inside none.
func scalarStart(b []byte, i int) int {
	for q := i - 1; q >= 0 && i-q < utf8.UTFMax; q-- {
		if utf8.RuneStart(b[q]) {
			if _, size := utf8.DecodeRune(b[q:]); q+size > i {
				return q
			}
			break
		}
	}
	return i
}
