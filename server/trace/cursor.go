package trace

import "bytes"

// cursor reads the pieces of an envelope line from left to right. A step that
// fails leaves it failed; the caller asks ok once at the end.
type cursor struct {
	b      []byte
	at     int
	failed bool
}

func (c *cursor) ok() bool { return !c.failed }

// after moves behind the next occurrence of s.
func (c *cursor) after(s string) {
	i := bytes.Index(c.b[c.at:], []byte(s))
	if i < 0 {
		c.failed = true
		return
	}
	c.at += i + len(s)
}

// skip moves over s, which must stand here.
func (c *cursor) skip(s string) bool {
	if !bytes.HasPrefix(c.b[c.at:], []byte(s)) {
		return false
	}
	c.at += len(s)
	return true
}

// until returns the range up to the next of the stop bytes and moves onto it.
func (c *cursor) until(stops string) Range {
	i := bytes.IndexAny(c.b[c.at:], stops)
	if i < 0 {
		c.failed = true
		return Range{}
	}
	r := Range{int32(c.at), int32(i)}
	c.at += i
	return r
}

// word reads up to the next blank, bracket, colon or line end.
func (c *cursor) word() Range {
	from := c.at
	for c.at < len(c.b) && bytes.IndexByte([]byte(" \t\r\n:()[]<>"), c.b[c.at]) < 0 {
		c.at++
	}
	c.failed = c.failed || c.at == from
	return Range{int32(from), int32(c.at - from)}
}

// rest returns what is left of the line, without white space at its ends.
func (c *cursor) rest() Range {
	end := len(c.b)
	if i := bytes.IndexAny(c.b[c.at:], "\r\n"); i >= 0 {
		end = c.at + i
	}
	return trimRange(c.b, c.at, end)
}

func trimRange(b []byte, from, to int) Range {
	for from < to && isBlank(b[from]) {
		from++
	}
	for to > from && isBlank(b[to-1]) {
		to--
	}
	return Range{int32(from), int32(to - from)}
}

// number reads digits. It fails where there are none and where they are too many for
// the size of a message.
func (c *cursor) number() int32 {
	n, from := int32(0), c.at
	for c.at < len(c.b) && isDigit(c.b[c.at]) && n < 1<<26 {
		n = n*10 + int32(c.b[c.at]-'0')
		c.at++
	}
	c.failed = c.failed || c.at == from || n >= 1<<26
	return n
}

// hostPort splits `host:port`, `[v6]:port`, `host` in r; brackets belong to neither. Without
// brackets the last colon is the one before the port, also in an IPv6 address: loggers
// that leave the brackets out write the port always.
func hostPort(b []byte, r Range) Endpoint {
	s := r.In(b)
	if len(s) > 0 && s[0] == '[' {
		shut := bytes.IndexByte(s, ']')
		if shut < 0 {
			return Endpoint{Host: r}
		}
		e := Endpoint{Host: Range{r.Off + 1, int32(shut) - 1}}
		if shut+1 < len(s) && s[shut+1] == ':' {
			e.Port = Range{r.Off + int32(shut) + 2, r.Len - int32(shut) - 2}
		}
		return e
	}
	i := bytes.LastIndexByte(s, ':')
	if i < 0 || !allDigits(s[i+1:]) {
		return Endpoint{Host: r}
	}
	return Endpoint{Host: Range{r.Off, int32(i)}, Port: Range{r.Off + int32(i) + 1, r.Len - int32(i) - 1}}
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func allDigits(b []byte) bool {
	for _, c := range b {
		if !isDigit(c) {
			return false
		}
	}
	return len(b) > 0
}

func allBlank(b []byte) bool {
	for _, c := range b {
		if !isBlank(c) && c != '\r' {
			return false
		}
	}
	return true
}

// shape reports whether b begins with the pattern, in which 9 stands for a
// digit, Mmm for an English month and every other byte for itself.
func shape(b []byte, pattern string) bool {
	if len(b) < len(pattern) {
		return false
	}
	i := 0
	if pattern[0] == 'M' {
		if !isMonthName(b[:3]) {
			return false
		}
		i = 3
	}
	for ; i < len(pattern); i++ {
		if p := pattern[i]; p == '9' && !isDigit(b[i]) || p != '9' && p != b[i] {
			return false
		}
	}
	return true
}
