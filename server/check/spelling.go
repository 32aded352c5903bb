package check

import (
	"sync"

	"sipls/knowledge"
	"sipls/server/sip"
)

var knownMethods = sync.OnceValue(func() nameSet {
	return newNameSet(knowledge.Methods(), func(m *knowledge.MethodInfo) string { return m.Name })
})

// knownFields are the header fields of SIP by their long names.
var knownFields = sync.OnceValue(func() nameSet {
	var names []string
	for _, h := range knowledge.HeaderFields() {
		if sip.LookupHeader([]byte(h.Name)) != sip.HeaderOther {
			names = append(names, h.Name)
		}
	}
	return newNameSet(names, func(n string) string { return n })
})

// exact reports whether the set has the name in this letter case.
func (s nameSet) exact(b []byte) bool {
	for _, n := range s[len(b)] {
		if string(b) == n {
			return true
		}
	}
	return false
}

// oneOff returns a name of at least least bytes that one typing error parts from b: a letter too many or too few,
// another letter, or two neighbours in the wrong order; letter case does not matter. "" when there is none.
func (s nameSet) oneOff(b []byte, least int) string {
	for _, length := range [...]int{len(b), len(b) - 1, len(b) + 1} {
		if length < least {
			continue
		}
		for _, n := range s[length] {
			if oneError(b, n) {
				return n
			}
		}
	}
	return ""
}

// oneError reports whether exactly one typing error parts b from s.
func oneError(b []byte, s string) bool {
	i := 0
	for i < len(b) && i < len(s) && lowerByte(b[i]) == lowerByte(s[i]) {
		i++
	}
	switch len(b) - len(s) {
	case -1:
		return sip.EqualFold(b[i:], s[i+1:])
	case 1:
		return sip.EqualFold(b[i+1:], s[i:])
	case 0:
		if i == len(s) {
			return false
		}
		swapped := i+1 < len(s) && lowerByte(b[i]) == lowerByte(s[i+1]) && lowerByte(b[i+1]) == lowerByte(s[i])
		return sip.EqualFold(b[i+1:], s[i+1:]) || swapped && sip.EqualFold(b[i+2:], s[i+2:])
	}
	return false
}

func lowerByte(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c | 0x20
	}
	return c
}
