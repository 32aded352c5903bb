package trace

import "bytes"

// logThread finds the id of a call, a thread or a process in what a logger put before its text: `[C-0000002a]` of Asterisk, the
// number in `VERBOSE[4711]`, `kamailio[812]:`, `1(31837)`. The range is empty where there is none.
func logThread(prefix []byte) Range {
	if i := bytes.Index(prefix, []byte("[C-")); i >= 0 {
		if n := bytes.IndexByte(prefix[i:], ']'); n > 3 {
			return Range{int32(i) + 1, int32(n) - 1}
		}
	}
	for i := 1; i < len(prefix); i++ {
		open := prefix[i]
		if open != '[' && open != '(' || !isAlphanumeric(prefix[i-1]) {
			continue
		}
		n := 1
		for i+n < len(prefix) && isDigit(prefix[i+n]) {
			n++
		}
		if n > 1 && i+n < len(prefix) && (prefix[i+n] == ']' || prefix[i+n] == ')') {
			return Range{int32(i) + 1, int32(n) - 1}
		}
	}
	return Range{}
}
