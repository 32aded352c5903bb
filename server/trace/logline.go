package trace

import "bytes"

// isLogLine reports whether a line begins like a line of some log: with a
// date, a time of day, a syslog priority or a channel id before them. No SIP
// header field and no SDP line begins so.
func isLogLine(line []byte) bool {
	line = skipANSI(line)
	if len(line) < 8 {
		return false
	}
	switch c := line[0]; {
	case c == '[':
		return isDigit(line[1]) || isMonth(line[1:])
	case c == '<':
		i := bytes.IndexByte(line[:min(len(line), 6)], '>')
		return i > 1 && allDigits(line[1:i])
	case isDigit(c):
		if shape(line, "9999-99-99") || shape(line, "9999/99/99") || shape(line, "99:99:99") || shape(line, "99-99-9999 99:99") {
			return true
		}
	case isMonth(line):
		return true
	}
	// 8-4-4-4-12 hex digits, then a date: FreeSWITCH with channel ids.
	return len(line) > 47 && line[8] == '-' && line[13] == '-' && line[36] == ' ' && shape(line[37:], "9999-99-99")
}

func isMonth(b []byte) bool {
	return len(b) >= 6 && b[3] == ' ' && (isDigit(b[4]) || b[4] == ' ' && isDigit(b[5])) && isMonthName(b[:3])
}

func isMonthName(b []byte) bool {
	switch string(b) {
	case "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec":
		return true
	}
	return false
}

// skipANSI takes colour sequences off the start of a line.
func skipANSI(line []byte) []byte {
	for len(line) > 2 && line[0] == 0x1b && line[1] == '[' {
		i := bytes.IndexByte(line, 'm')
		if i < 0 || i > 12 {
			return line
		}
		line = line[i+1:]
	}
	return line
}

// isHeaderLine reports whether a line has the form of a header field: a name
// that begins with a letter, a colon.
func isHeaderLine(line []byte) bool {
	i := 0
	for i < len(line) && isNameByte[line[i]] {
		i++
	}
	if i == 0 || isDigit(line[0]) {
		return false
	}
	for i < len(line) && isBlank(line[i]) {
		i++
	}
	return i < len(line) && line[i] == ':'
}

var isNameByte = func() (t [256]bool) {
	for c := 'a'; c <= 'z'; c++ {
		t[c], t[c-0x20] = true, true
	}
	for _, c := range "0123456789-.!%*_+`'~" {
		t[c] = true
	}
	return t
}()

// isSDPLine reports whether a line has the form of an SDP line (RFC 8866
// section 5): one lower-case letter and an equals sign.
func isSDPLine(line []byte) bool {
	return len(line) > 1 && line[1] == '=' && 'a' <= line[0] && line[0] <= 'z'
}
