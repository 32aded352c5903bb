package scenario

import (
	"bytes"
	"time"
)

// appendLines appends the message with LF line ends, each line, an empty one
// too, behind the indentation; the last line always ends.
func appendLines(dst, wire []byte, indent string) []byte {
	for len(wire) > 0 {
		dst = append(dst, indent...)
		end := bytes.IndexByte(wire, '\n')
		line := wire
		if end >= 0 {
			line = wire[:end]
			wire = wire[end+1:]
		} else {
			wire = nil
		}
		if n := len(line); n > 0 && line[n-1] == '\r' {
			line = line[:n-1]
		}
		dst = append(dst, line...)
		dst = append(dst, '\n')
	}
	return dst
}

// appendVerbatim appends the message as it was on the wire; where its last line
// does not end there, eol ends it.
func appendVerbatim(dst, wire []byte, eol string) []byte {
	dst = append(dst, wire...)
	if n := len(wire); n > 0 && wire[n-1] != '\n' {
		dst = append(dst, eol...)
	}
	return dst
}

// appendDate appends yyyy sep mm sep dd.
func appendDate(dst []byte, t time.Time, sep byte) []byte {
	year, month, day := t.Date()
	dst = appendTwo(dst, year/100)
	dst = appendTwo(dst, year%100)
	dst = append(dst, sep)
	dst = appendTwo(dst, int(month))
	dst = append(dst, sep)
	return appendTwo(dst, day)
}

// appendClock appends hh:mm:ss.
func appendClock(dst []byte, t time.Time) []byte {
	hour, minute, second := t.Clock()
	dst = appendTwo(dst, hour)
	dst = append(dst, ':')
	dst = appendTwo(dst, minute)
	dst = append(dst, ':')
	return appendTwo(dst, second)
}

// appendClockMicros appends hh:mm:ss.uuuuuu.
func appendClockMicros(dst []byte, t time.Time) []byte {
	dst = append(appendClock(dst, t), '.')
	us := t.Nanosecond() / 1000
	dst = appendTwo(dst, us/10000)
	dst = appendTwo(dst, us/100%100)
	return appendTwo(dst, us%100)
}

func appendTwo(dst []byte, n int) []byte {
	return append(dst, byte('0'+n/10), byte('0'+n%10))
}
