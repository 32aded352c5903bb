package trace

import (
	"bytes"
	"unicode/utf8"
)

// spelling is how a text in one line writes line ends and other bytes that cannot stand there.
type spelling struct {
	name string
	ends []lineEnd // the longest first
	// read decodes the escape that b begins with: what it stands for and how long it is, 0 where
	// there is none. nil where only line ends are escaped.
	read func(b []byte) (is string, n int)
	lead string // the bytes that an escape can begin with
}

// lineEnd is one way to write a line end.
type lineEnd struct{ text, is string }

var (
	// backslash is the way of JSON, C, Go, Python and Java.
	backslash = &spelling{
		name: "backslash",
		ends: []lineEnd{
			{`\r\n`, crlf},
			{`\u000d\u000a`, crlf},
			{`\u000D\u000A`, crlf},
			{`\x0d\x0a`, crlf},
			{`\x0D\x0A`, crlf},
			{`\015\012`, crlf},
			{`\0d\0a`, crlf},
			{`\n`, "\n"},
			{`\u000a`, "\n"},
			{`\u000A`, "\n"},
			{`\x0a`, "\n"},
			{`\x0A`, "\n"},
			{`\012`, "\n"},
			{`\r`, "\r"},
		},
		read: readBackslash,
		lead: `\`,
	}
	// twice is a text escaped with backslashes inside another one.
	twice = &spelling{
		name: "backslash, twice",
		ends: []lineEnd{{`\\r\\n`, crlf}, {`\\u000d\\u000a`, crlf}, {`\\n`, "\n"}, {`\\r`, "\r"}},
		read: readTwice,
		lead: `\`,
	}
	// octal is the way of rsyslog and AudioCodes: # and three octal digits.
	octal = &spelling{
		name: "octal",
		ends: []lineEnd{{"#015#012", crlf}, {"#15#12", crlf}, {"#012", "\n"}, {"#015", "\r"}},
		read: readOctal,
		lead: "#",
	}
	// entities is the way of XML and HTML.
	entities = &spelling{
		name: "entities",
		ends: []lineEnd{
			{"&#13;&#10;", crlf},
			{"&#xD;&#xA;", crlf},
			{"&#x0D;&#x0A;", crlf},
			{"&#xd;&#xa;", crlf},
			{"&#x0d;&#x0a;", crlf},
			{"&#10;", "\n"},
			{"&#xA;", "\n"},
			{"&#xa;", "\n"},
			{"<br/>", crlf},
			{"<br />", crlf},
			{"<br>", crlf},
			{"<BR>", crlf},
		},
		read: readEntity,
		lead: "&<",
	}
	// visible are signs for the two bytes, as terminals and editors show them.
	visible = &spelling{
		name: "signs",
		ends: []lineEnd{
			{"^M^J", crlf},
			{"<CR><LF>", crlf},
			{"[CR][LF]", crlf},
			{"<0d><0a>", crlf},
			{"<0D><0A>", crlf},
			{"␍␊", crlf},
			{"%0D%0A", crlf},
			{"%0d%0a", crlf},
			{"{CR}{LF}", crlf},
			{"(CR)(LF)", crlf},
			{"<LF>", "\n"},
			{"[LF]", "\n"},
			{"␊", "\n"},
			{"␤", "\n"},
			{"↵", "\n"},
			{"¶", "\n"},
			{"^J", "\n"},
		},
		lead: "^<[%\xe2\xc2{(",
	}
	spellings = []*spelling{twice, backslash, octal, entities, visible}
)

// endAt returns the line end that b begins with.
func (k *spelling) endAt(b []byte) (e lineEnd, ok bool) {
	for _, e := range k.ends {
		if bytes.HasPrefix(b, []byte(e.text)) {
			return e, true
		}
	}
	return lineEnd{}, false
}

// spellingAt returns the spelling of a line end that b begins with, nil if there is none.
func spellingAt(b []byte) (*spelling, lineEnd) {
	if len(b) == 0 {
		return nil, lineEnd{}
	}
	for _, k := range spellings {
		if bytes.IndexByte([]byte(k.lead), b[0]) >= 0 {
			if e, ok := k.endAt(b); ok {
				return k, e
			}
		}
	}
	return nil, lineEnd{}
}

// endsInLineEnd reports whether b ends in a line end of a known spelling.
func endsInLineEnd(b []byte) bool {
	b = b[max(0, len(b)-maxEscape):]
	for _, k := range spellings {
		for _, e := range k.ends {
			if bytes.HasSuffix(b, []byte(e.text)) {
				return true
			}
		}
	}
	return false
}

// tail is what closes the text of one line inside a quoted text.
type tail struct {
	*spelling
	text, is string
}

// tailSpelling finds the line end in another spelling, with a quote behind it, that closes a quoted line.
func tailSpelling(text []byte) *tail {
	for i := len(text) - 1; i > 0; i-- {
		if text[i] != '"' && text[i] != '\'' {
			continue
		}
		for _, k := range []*spelling{backslash, octal} {
			for _, e := range k.ends {
				if bytes.HasSuffix(text[:i], []byte(e.text)) {
					return &tail{k, e.text + string(text[i]), e.is}
				}
			}
		}
	}
	return nil
}

// readBackslash decodes an escape of JSON, C or Python.
func readBackslash(b []byte) (is string, n int) {
	if len(b) < 2 || b[0] != '\\' {
		return "", 0
	}
	switch b[1] {
	case '"', '\'', '\\', '/':
		return string(b[1:2]), 2
	case 't':
		return "\t", 2
	case 'u':
		if len(b) >= 6 {
			if r, ok := hexRune(b[2:6]); ok && r < 0xd800 {
				return string(r), 6
			}
		}
	case 'x':
		if len(b) >= 4 {
			if r, ok := hexRune(b[2:4]); ok {
				return string([]byte{byte(r)}), 4
			}
		}
	}
	return "", 0
}

// readTwice decodes an escape that was escaped once more.
func readTwice(b []byte) (is string, n int) {
	if len(b) < 2 || b[0] != '\\' || b[1] != '\\' {
		return readBackslash(b)
	}
	switch rest := b[2:]; {
	case bytes.HasPrefix(rest, []byte(`\"`)):
		return `"`, 4
	case bytes.HasPrefix(rest, []byte(`\\`)):
		return `\`, 4
	case len(rest) > 0 && rest[0] != 'r' && rest[0] != 'n':
		is, n := readBackslash(b[1:])
		if n > 0 {
			n++
		}
		return is, n
	}
	return "", 0
}

// readOctal decodes # and three octal digits that stand for a control byte.
func readOctal(b []byte) (is string, n int) {
	if len(b) < 4 || b[0] != '#' || b[1] != '0' {
		return "", 0
	}
	if c := (b[2]-'0')<<3 | (b[3] - '0'); b[2] >= '0' && b[2] <= '3' && b[3] >= '0' && b[3] <= '7' {
		return string([]byte{c}), 4
	}
	return "", 0
}

// readEntity decodes a reference of XML.
func readEntity(b []byte) (is string, n int) {
	for _, e := range [...]lineEnd{{"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}, {"&quot;", `"`}, {"&apos;", "'"}, {"&#39;", "'"}, {"&#34;", `"`}, {"&#9;", "\t"}, {"&nbsp;", " "}} {
		if bytes.HasPrefix(b, []byte(e.text)) {
			return e.is, len(e.text)
		}
	}
	// A bare < is that of a tag.
	if len(b) > 2 && b[0] == '<' && (b[1] == '/' || 'a' <= b[1]|0x20 && b[1]|0x20 <= 'z') {
		if i := bytes.IndexByte(b[:min(len(b), 128)], '>'); i > 0 {
			return "", i + 1
		}
	}
	return "", 0
}

func hexRune(b []byte) (r rune, ok bool) {
	for _, c := range b {
		switch {
		case isDigit(c):
			r = r<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, utf8.ValidRune(r)
}

// decodeInto sets text and parts of a carried line whose part of the document, text, begins at l.start.
func (s *scanner) decodeInto(l *textLine, text []byte, k *spelling, colour bool) {
	first := len(s.parts)
	if !colour && (k == nil || k.read == nil || !bytes.ContainsAny(text, k.lead)) {
		if len(text) > 0 {
			s.parts = append(s.parts, part{from: l.start, to: l.start + len(text)})
		}
		l.text, l.parts = text, s.parts[first:len(s.parts):len(s.parts)]
		return
	}
	at := len(s.arena)
	run := 0
	flush := func(to int) {
		if to > run {
			s.parts = append(s.parts, part{from: l.start + run, to: l.start + to})
			s.arena = append(s.arena, text[run:to]...)
		}
	}
	for i := 0; i < len(text); {
		n, is := 0, ""
		switch c := text[i]; {
		case colour && c == 0x1b:
			n = sgr(text[i:])
		case k != nil && k.read != nil && bytes.IndexByte([]byte(k.lead), c) >= 0:
			is, n = k.read(text[i:])
		}
		if n == 0 {
			i++
			continue
		}
		flush(i)
		if is != "" {
			s.parts = append(s.parts, part{l.start + i, l.start + i + n, is})
			s.arena = append(s.arena, is...)
		}
		i += n
		run = i
	}
	flush(len(text))
	l.text, l.parts = s.arena[at:len(s.arena):len(s.arena)], s.parts[first:len(s.parts):len(s.parts)]
}
