package check

import "sipls/server/sip"

// nameSet holds names that are compared without letter case, and finds them without copying.
type nameSet map[int][]string // by length

func newNameSet[T any](rows []T, name func(T) string) nameSet {
	s := nameSet{}
	for _, r := range rows {
		n := name(r)
		s[len(n)] = append(s[len(n)], n)
	}
	return s
}

// find returns the name as the set has it, "" when it is not there.
func (s nameSet) find(b []byte) string {
	for _, n := range s[len(b)] {
		if sip.EqualFold(b, n) {
			return n
		}
	}
	return ""
}

// similar returns the name that differs from b in punctuation and letter case only, "" when there is none.
func (s nameSet) similar(b []byte) string {
	want := bare(string(b))
	for _, names := range s {
		for _, n := range names {
			if bare(n) == want {
				return n
			}
		}
	}
	return ""
}

// bare is a name in lower case without its punctuation.
func bare(s string) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		switch c := s[i]; {
		case 'A' <= c && c <= 'Z':
			out = append(out, c|0x20)
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			out = append(out, c)
		}
	}
	return string(out)
}
