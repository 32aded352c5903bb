package sip

import "bytes"

// Kind tells requests from responses.
type Kind uint8

const (
	Request Kind = iota
	Response
)

func (k Kind) String() string { return [...]string{"request", "response"}[k] }

// StartLine is the first line of a message, a Request-Line or a Status-Line
// (RFC 3261 sections 7.1 and 7.2). Spans are empty where a piece is missing.
type StartLine struct {
	Line    Span // with its line end
	Text    Span // without it
	Kind    Kind
	Version Span // "SIP/2.0"

	Method, URI Span // requests

	Code   Span // responses: what stands where the status code belongs
	Status int  // its value, 0 if it is not three digits
	Reason Span // without the blanks at its ends; may be empty

	// Malformed says that the line does not follow the grammar: single spaces, a
	// token as method, no blank in the URI or before the line, a version, three digits as status code.
	// What the URI says is not looked at.
	Malformed bool
}

// parseStartLine reads text[0:end]; lineEnd is the offset behind the line end.
func parseStartLine(text []byte, end, lineEnd int) StartLine {
	s := StartLine{Line: span(0, lineEnd), Text: span(0, end)}
	line := text[:end]
	at := skipBlank(line, 0) // malformed, but what follows is still a start line
	if hasPrefixFold(line[at:], "SIP/") {
		s.Kind = Response
		parseStatusLine(line, at, &s)
	} else {
		parseRequestLine(line, at, &s)
	}
	s.Malformed = s.Malformed || at > 0
	return s
}

// parseStatusLine reads line[at:]: SIP-Version SP Status-Code SP Reason-Phrase.
func parseStatusLine(line []byte, at int, s *StartLine) {
	i := skipWord(line, at)
	s.Version = span(at, i)
	j := skipBlank(line, i)
	k := skipWord(line, j)
	s.Code = span(j, k)
	if c := line[j:k]; len(c) == 3 && isDigit(c[0]) && isDigit(c[1]) && isDigit(c[2]) {
		s.Status = int(c[0]-'0')*100 + int(c[1]-'0')*10 + int(c[2]-'0')
	}
	s.Reason = trim(line, k, len(line))
	// The SP before the reason phrase is there even when the phrase is empty; blanks
	// are part of the phrase.
	s.Malformed = !isVersion(line[at:i]) || j != i+1 || line[i] != ' ' || s.Status == 0 || k == len(line) || line[k] != ' '
}

// parseRequestLine reads line[at:]: Method SP Request-URI SP SIP-Version. A URI with blanks in
// it is malformed, but it is still what stands between method and version.
func parseRequestLine(line []byte, at int, s *StartLine) {
	i := skipWord(line, at)
	s.Method = span(at, i)
	rest := trim(line, i, len(line))
	from, to := int(rest.Off), int(rest.End())
	v := to
	for v > from && !isBlank(line[v-1]) {
		v--
	}
	if hasPrefixFold(line[v:to], "SIP/") {
		s.Version = span(v, to)
	} else {
		v = to
	}
	s.URI = trim(line, from, v)
	from, to = int(s.URI.Off), int(s.URI.End())
	s.Malformed = !IsToken(line[at:i]) || from != i+1 || line[i] != ' ' ||
		s.URI.Len == 0 || bytes.ContainsAny(s.URI.In(line), " \t") ||
		!isVersion(s.Version.In(line)) || to+1 != v || line[to] != ' ' || int(s.Version.End()) != len(line)
}

// LooksLikeStartLine reports whether a line (with or without its line end) has the
// shape of a start line, even where it is malformed: it begins with "SIP/", or it
// ends with "SIP/n.n", blanks after it allowed. "SIP/2.0/UDP", which begins the
// value of a Via, is none.
func LooksLikeStartLine(line []byte) bool {
	end := len(line)
	for end > 0 && isLWS(line[end-1]) {
		end--
	}
	line = line[:end]
	if hasPrefixFold(line, "SIP/") {
		version := line
		if i := bytes.IndexAny(line, " \t"); i >= 0 {
			version = line[:i]
		}
		return bytes.IndexByte(version[len("SIP/"):], '/') < 0
	}
	// The digits of the version are looked at first: hardly any other line ends like that.
	i := end
	for i > 0 && (isDigit(line[i-1]) || line[i-1] == '.') {
		i--
	}
	return i >= len("SIP/") && EqualFold(line[i-len("SIP/"):i], "SIP/") && isVersion(line[i-len("SIP/"):])
}

// isVersion: "SIP/" 1*DIGIT "." 1*DIGIT, letter case ignored (RFC 3261 section 7.1).
func isVersion(b []byte) bool {
	if !hasPrefixFold(b, "SIP/") {
		return false
	}
	b = b[4:]
	dot := bytes.IndexByte(b, '.')
	return dot > 0 && allDigits(b[:dot]) && allDigits(b[dot+1:])
}

func skipBlank(b []byte, i int) int {
	for i < len(b) && isBlank(b[i]) {
		i++
	}
	return i
}

func skipWord(b []byte, i int) int {
	for i < len(b) && !isBlank(b[i]) {
		i++
	}
	return i
}

func hasPrefixFold(b []byte, s string) bool {
	return len(b) >= len(s) && EqualFold(b[:len(s)], s)
}
