package trace

import (
	"bytes"

	"sipls/server/sip"
)

// Masked reports whether somebody replaced values in a message, so that its lengths are
// not those of the wire. It knows addresses (10.0.X.X, XX.XX.XX.XX1, xxx.xxx), numbers
// (+1555XXX0123, 0*********2, XXXX), words (REDACTED) and placeholders where a host or a
// user belongs (@<host>, sip:<user>, @[myHost]). Three equal letters inside a longer word, as in a tag
// or a nonce, are no mask.
func Masked(b []byte) bool {
	for i := 0; i < len(b); i++ {
		switch maskBytes[b[i]] {
		case 0:
		case 'x':
			word, end := maskWord(b, i)
			if masksWord(b[word:end]) || end < len(b) && b[end] == '.' && masksDotted(b, word) ||
				word > 0 && b[word-1] == '.' && masksDotted(b, word) {
				return true
			}
			i = end - 1
		case '<':
			if i > 0 && (b[i-1] == '@' || b[i-1] == ':' || b[i-1] == '"') && isPlaceholder(b, i) {
				return true
			}
		case '[':
			if i > 0 && bytes.IndexByte([]byte("@:/"), b[i-1]) >= 0 && !ipv6Reference(b[i:]) {
				return true
			}
		case 'r':
			if i+2 < len(b) && b[i+2]|0x20 == 'd' && hasPrefixFold(b[i:], "redacted") && (i == 0 || !isAlphanumeric(b[i-1])) {
				return true
			}
		}
	}
	return false
}

// maskBytes are the bytes that a mask can begin with, by what to look for.
var maskBytes = [256]byte{'X': 'x', 'x': 'x', '*': 'x', '<': '<', '[': '[', 'R': 'r', 'r': 'r'}

// maskWord returns the run of letters, digits and asterisks around i.
func maskWord(b []byte, i int) (from, to int) {
	from, to = i, i+1
	for from > 0 && (isAlphanumeric(b[from-1]) || b[from-1] == '*') {
		from--
	}
	for to < len(b) && (isAlphanumeric(b[to]) || b[to] == '*') {
		to++
	}
	return from, to
}

// masksWord reports whether a word consists of digits and a run of at least three equal mask letters.
func masksWord(w []byte) bool {
	run := 0
	for i, c := range w {
		switch {
		case isDigit(c):
		case c != 'x' && c != 'X' && c != '*':
			return false
		case i > 0 && w[i-1] == c:
			run++
		default:
			if run == 0 {
				run = 1
			}
		}
	}
	return run >= 3
}

// masksDotted reports whether the part at `at` belongs to four parts with dots between them, each
// of them digits or mask letters: an IPv4 address.
func masksDotted(b []byte, at int) bool {
	for at > 0 && (b[at-1] == '.' || maskPart(b[at-1])) {
		at--
	}
	parts, size, masks := 1, 0, 0
	for ; at < len(b) && (b[at] == '.' || maskPart(b[at])); at++ {
		if b[at] == '.' {
			if size == 0 {
				return false
			}
			parts, size = parts+1, 0
			continue
		}
		if size++; size > 4 {
			return false
		}
		if !isDigit(b[at]) {
			masks++
		}
	}
	return parts == 4 && size > 0 && masks > 0 && (at == len(b) || !isAlphanumeric(b[at]))
}

func maskPart(c byte) bool { return isDigit(c) || c == 'x' || c == 'X' || c == '*' }

// isPlaceholder reports whether the '<' at i is not one that stands around a URI: it stands where a
// user, a host or a quoted value belongs, and there is no scheme behind it.
func isPlaceholder(b []byte, i int) bool {
	for _, s := range [...]string{"@", "=\"", "sip:", "sips:", "tel:"} {
		if bytes.HasSuffix(b[:i], []byte(s)) {
			shut := bytes.IndexAny(b[i:], ">\r\n")
			return shut > 0 && b[i+shut] == '>' && bytes.IndexByte(b[i:i+shut], ':') < 0
		}
	}
	return false
}

// ipv6Reference reports whether b begins with an IPv6 reference: hexadecimal digits, colons and dots in brackets.
func ipv6Reference(b []byte) bool {
	shut := bytes.IndexByte(b, ']')
	for i := 1; i < shut; i++ {
		c := b[i] | 0x20
		if !isDigit(b[i]) && (c < 'a' || c > 'f') && b[i] != ':' && b[i] != '.' && b[i] != '%' {
			return false
		}
	}
	return shut > 2
}

func isAlphanumeric(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func hasPrefixFold(b []byte, s string) bool {
	return len(b) >= len(s) && sip.EqualFold(b[:len(s)], s)
}
