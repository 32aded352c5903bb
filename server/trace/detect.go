package trace

import (
	"bytes"

	"sipls/server/sip"
	"sipls/server/text"
)

// detectLen is how many bytes of a text decide how it is read.
const detectLen = 4 << 10

// DetectMode says how a text is to be read, from its first bytes. It is bare when its
// first line that is not empty has the shape of a start line, even of a malformed
// one (sip.LooksLikeStartLine), and is no line of a log that quotes one; an envelope
// of a known format close behind shows a log, too.
func DetectMode(doc *text.Document) Mode {
	b := doc.Slice(0, min(doc.Len(), detectLen))
	b = bytes.TrimPrefix(b, byteOrderMark)
	if bytes.HasPrefix(bytes.TrimLeft(b, " \t\r\n"), []byte("<")) && bytes.Contains(b, []byte("<scenario")) {
		return Scenario
	}
	first, rest := nextLine(b)
	for allBlank(first) && len(rest) > 0 {
		first, rest = nextLine(rest)
	}
	if !sip.LooksLikeStartLine(first) || quotesStartLine(first) {
		return Log
	}
	second, _ := nextLine(rest)
	if isBlank(first[0]) && (len(second) == 0 || isBlank(second[0])) {
		return Log // all is indented, by a logger
	}
	for len(rest) > 0 {
		var l []byte
		if l, rest = nextLine(rest); opens(l) != nil {
			return Log
		}
	}
	return Bare
}

// Word stands in every message of a text that IsLog says is one.
var Word = sipWord

// IsLog reports whether a text that begins with these bytes is read as a log.
func IsLog(head []byte) bool { return DetectMode(text.New(head)) == Log }

// quotesStartLine reports whether a line that looks like a start line belongs to a log or
// is a header field.
func quotesStartLine(line []byte) bool {
	line = bytes.TrimLeft(line, " \t")
	if isLogLine(line) {
		return true
	}
	if isHeaderLine(line) && sip.LookupHeader(bytes.TrimRight(line[:bytes.IndexByte(line, ':')], " \t")) != sip.HeaderOther {
		return true
	}
	i := bytes.Index(line, anchor)
	return i > 0 && startColumn(line, i, Log) > 0
}

// nextLine cuts the first line off b; the line end is in neither.
func nextLine(b []byte) (line, rest []byte) {
	i := bytes.IndexAny(b, "\r\n")
	if i < 0 {
		return b, nil
	}
	line, rest = b[:i], b[i+1:]
	if b[i] == '\r' && len(rest) > 0 && rest[0] == '\n' {
		rest = rest[1:]
	}
	return line, rest
}
