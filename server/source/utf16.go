package source

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// decodeUTF16 returns the text in UTF-8 where a byte order mark says that it is UTF-16, as tools on Windows write it;
// other texts come back as they are. Lines keep their numbers.
func decodeUTF16(b []byte) []byte {
	if !isUTF16(b) {
		return b
	}
	big := b[0] == 0xfe
	b = b[2:]
	unit := func(i int) rune {
		if big {
			return rune(b[i])<<8 | rune(b[i+1])
		}
		return rune(b[i+1])<<8 | rune(b[i])
	}
	out := make([]byte, 0, len(b)/2)
	for i := 0; i+1 < len(b); i += 2 {
		r := unit(i)
		if utf16.IsSurrogate(r) {
			low := rune(utf8.RuneError)
			if i+3 < len(b) {
				low = unit(i + 2)
			}
			if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
				i += 2
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}

// isUTF16 reports whether a text begins with the byte order mark of UTF-16.
func isUTF16(b []byte) bool {
	return bytes.HasPrefix(b, []byte{0xff, 0xfe}) || bytes.HasPrefix(b, []byte{0xfe, 0xff})
}
