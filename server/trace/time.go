package trace

import "bytes"

// LogTime returns the time stamp that a line of a log begins with or bears close to its
// start, "" where there is none.
func LogTime(line []byte) string {
	r := logTime(line[:min(len(line), 128)])
	return string(r.In(line))
}

// logTime finds the time stamp in what a logger put before its text on a line. The
// range is empty where there is none.
func logTime(prefix []byte) Range {
	for at := range min(len(prefix), 64) {
		if at > 0 && isWordByte(prefix[at-1]) {
			continue
		}
		if r := stampAt(prefix, at); r.Len > 0 {
			return r
		}
	}
	return Range{}
}

func isWordByte(c byte) bool {
	return isAlphanumeric(c) || c == '_' || c == '-' || c == ':' || c == '/'
}

// dateShapes are the dates that a time of day follows, behind one byte.
var dateShapes = [...]string{"9999-99-99", "9999/99/99", "99-99-9999", "Mmm 99 9999", "Mmm  9 9999", "Mmm 9 9999", "Mmm 99", "Mmm  9", "Mmm 9", "99-99"}

// stampAt returns the range of the time stamp that begins at `at`: a date and a time of
// day, or a time of day. ParseClock reads all of them. The range is empty where there is none.
func stampAt(b []byte, at int) Range {
	if at >= len(b) {
		return Range{}
	}
	rest := b[at:]
	n := 0
	for _, s := range dateShapes {
		if shape(rest, s) {
			n = len(s)
			if n == len(rest) || bytes.IndexByte([]byte(" \tT"), rest[n]) < 0 {
				return Range{}
			}
			n++
			break
		}
	}
	if !shape(rest[n:], "99:99:99") {
		return Range{}
	}
	n += len("99:99:99")
	if n+1 < len(rest) && bytes.IndexByte([]byte(".,:"), rest[n]) >= 0 && isDigit(rest[n+1]) {
		for n++; n < len(rest) && isDigit(rest[n]); {
			n++
		}
	}
	if n < len(rest) && rest[n] == 'Z' {
		n++
	} else if z := rest[n:]; shape(z, "+99:99") || shape(z, "-99:99") {
		n += len("+99:99")
	} else if shape(z, "+9999") || shape(z, "-9999") {
		n += len("+9999")
	}
	return Range{int32(at), int32(n)}
}
