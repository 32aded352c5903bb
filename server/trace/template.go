package trace

import (
	"bytes"

	"sipls/server/sip"
)

// template is what the prefixes of one writer's lines have in common. Letters and punctuation are the same on
// each line, times differ. Other words with digits in them (process, thread, channel, host) are the same
// on all lines of one writer and tell two writers in one log apart; where they are counters they differ too.
type template []templatePart

type templatePart struct {
	kind templateKind
	text []byte
}

type templateKind uint8

const (
	templateText   templateKind = iota // this text
	templateBlanks                     // one blank or more
	templateTime                       // digits of a time: any digits
	templateWord                       // a word with digits in it: the same one, or any when read loosely
)

// maxTemplate is how many bytes of a prefix are compared.
const maxTemplate = 512

// newTemplate makes the template of a prefix; colours are left out.
func newTemplate(prefix []byte) template { return appendTemplate(nil, prefix) }

func appendTemplate(t template, prefix []byte) template {
	for i := 0; i < len(prefix); {
		if n := sgr(prefix[i:]); n > 0 {
			i += n
			continue
		}
		from := i
		switch c := prefix[i]; {
		case isBlank(c):
			for i < len(prefix) && isBlank(prefix[i]) {
				i++
			}
			t = append(t, templatePart{templateBlanks, prefix[from:i]})
		case isAlphanumeric(c):
			digit := false
			for i < len(prefix) && isAlphanumeric(prefix[i]) {
				digit = digit || isDigit(prefix[i])
				i++
			}
			kind := templateText
			if digit {
				kind = templateWord
				if inTime(prefix, from, i) {
					kind = templateTime
				}
			}
			t = append(t, templatePart{kind, prefix[from:i]})
		default:
			for i < len(prefix) && !isBlank(prefix[i]) && !isAlphanumeric(prefix[i]) && sgr(prefix[i:]) == 0 {
				i++
			}
			t = append(t, templatePart{templateText, prefix[from:i]})
		}
	}
	return t
}

// inTime reports whether the word b[from:to] belongs to a time stamp: a chain of numbers joined by
// colons, points, commas, hyphens and slashes that is no IP address and no bare number, or ten digits and more.
func inTime(b []byte, from, to int) bool {
	joint := func(c byte) bool { return c == ':' || c == '.' || c == ',' || c == '-' || c == '/' || c == '+' }
	chain := func(c byte) bool { return isDigit(c) || c == 'T' || c == 'Z' || joint(c) }
	for i := from; i < to; i++ {
		if !chain(b[i]) {
			return false
		}
	}
	if to-from >= 10 {
		return true
	}
	lo, hi := from, to
	for lo > 0 && chain(b[lo-1]) {
		lo--
	}
	for hi < len(b) && chain(b[hi]) {
		hi++
	}
	points, others := 0, 0
	for i := lo + 1; i+1 < hi; i++ {
		switch c := b[i]; {
		case !joint(c) || !isDigit(b[i-1]) && b[i-1] != 'Z' || !isDigit(b[i+1]):
		case c == '.':
			points++
		default:
			others++
		}
	}
	return others > 0 || points == 1
}

// match returns how much of the line the template covers, -1 where the line has another prefix. A line
// that ends in the blanks of the prefix is covered whole.
func (t template) match(line []byte, strict bool) int {
	i := 0
	for k := range t {
		i += colours(line[i:])
		n := t[k].match(line[i:], strict)
		// Blanks behind those of the prefix belong to a folded line.
		if last := k == len(t)-1; last && t[k].kind == templateBlanks {
			if n = min(n, len(t[k].text)); n < 0 && i == len(line) {
				n = 0
			}
		}
		if n < 0 {
			return -1
		}
		i += n
	}
	return i + colours(line[i:])
}

// match returns how long the part is that b begins with, -1 where b begins otherwise.
func (p *templatePart) match(b []byte, strict bool) int {
	n := 0
	switch p.kind {
	case templateText:
		if bytes.HasPrefix(b, p.text) {
			return len(p.text)
		}
	case templateBlanks:
		for n < len(b) && isBlank(b[n]) {
			n++
		}
	case templateTime:
		for n < len(b) && (isDigit(b[n]) || n > 0 && (b[n] == 'T' || b[n] == 'Z')) {
			n++
		}
	case templateWord:
		for n < len(b) && isAlphanumeric(b[n]) {
			n++
		}
		if strict && !bytes.Equal(b[:n], p.text) {
			return -1
		}
	}
	if n == 0 {
		return -1
	}
	return n
}

// maxParts is how many parts of a template are compared.
const maxParts = 96

// cutTo returns the longest beginning of the template behind which the line goes on with a header field
// that SIP knows; nil where there is none.
func (t template) cutTo(line []byte, strict bool) template {
	var ends [maxParts]int
	k, i := 0, 0
	for ; k < min(len(t), maxParts); k++ {
		i += colours(line[i:])
		n := t[k].match(line[i:], strict)
		if n < 0 {
			break
		}
		i += n
		ends[k] = i
	}
	for k--; k >= 0; k-- {
		at := ends[k] + colours(line[ends[k]:])
		if !isKnownHeaderLine(line[at:]) {
			continue
		}
		cut := append(template(nil), t[:k+1]...)
		if last := &cut[k]; last.kind == templateBlanks {
			from := ends[k]
			for from > 0 && isBlank(line[from-1]) {
				from--
			}
			last.text = bytes.Clone(line[from:ends[k]])
		}
		return cut
	}
	return nil
}

// colours returns the length of the colour sequences that b begins with.
func colours(b []byte) int {
	i := 0
	for {
		n := sgr(b[i:])
		if n == 0 {
			return i
		}
		i += n
	}
}

// isKnownHeaderLine reports whether a line is a header field that SIP knows.
func isKnownHeaderLine(line []byte) bool {
	if !isHeaderLine(line) {
		return false
	}
	name := line[:bytes.IndexByte(line, ':')]
	return sip.LookupHeader(bytes.TrimRight(name, " \t")) != sip.HeaderOther
}

// sgr returns the length of the colour sequence that b begins with, 0 where there is none.
func sgr(b []byte) int {
	if len(b) < 3 || b[0] != 0x1b || b[1] != '[' {
		return 0
	}
	for i := 2; i < len(b) && i < 16; i++ {
		switch c := b[i]; {
		case c == 'm' || c == 'K':
			return i + 1
		case !isDigit(c) && c != ';':
			return 0
		}
	}
	return 0
}
