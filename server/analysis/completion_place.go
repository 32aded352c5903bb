package analysis

import (
	"bytes"

	"sipls/server/sip"
)

// valuePart is a part of the value of a header field.
type valuePart uint8

const (
	mainPart     valuePart = iota // what stands before parameters
	namePart                      // name of a parameter
	argumentPart                  // value of a parameter
	uriPart                       // in angle brackets, before parameters of the URI
	uriNamePart
	uriArgumentPart
	uriHeaderPart // behind the question mark
)

// valuePlace is where in a value the cursor is, told by what stands before it.
type valuePlace struct {
	part   valuePart
	from   int      // where the word at the cursor begins
	words  [][]byte // of the main part of the element, before the one at the cursor
	param  []byte   // the parameter whose value it is
	params [][]byte // names of the parameters before, of the element or of the URI
	quoted bool     // the word is in quotes
	others [][]byte // the elements before, up to their parameters
}

// has reports whether a parameter is there already.
func (p *valuePlace) has(name string) bool {
	for _, n := range p.params {
		if sip.EqualFold(n, name) {
			return true
		}
	}
	return false
}

// listed reports whether an element of the list is there already.
func (p *valuePlace) listed(word string) bool {
	for _, o := range p.others {
		if sip.EqualFold(o, word) {
			return true
		}
	}
	return false
}

// first returns the first word of the element, nil if the cursor is in it.
func (p *valuePlace) first() []byte {
	if len(p.words) == 0 {
		return nil
	}
	return p.words[0]
}

// placeIn reads a value up to the cursor. auth says that commas separate parameters and the first word has none
// before it: challenges and credentials.
func placeIn(b []byte, auth bool) (p valuePlace) {
	quote, angle := false, false
	skip := func(i int) { // the word at the cursor begins behind i
		p.from, p.quoted = i+1, false
	}
	word := func(i int) []byte { return bytes.TrimSpace(b[min(p.from, i):i]) }
	endMain := func(i int) {
		if x := word(i); len(x) > 0 {
			p.words = append(p.words, x)
		}
	}
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch {
		case quote && c == '\\':
			i++
		case quote:
			if c == '"' {
				quote, p.quoted = false, false
			}
		case c == '"':
			quote = true
			if len(word(i)) == 0 {
				p.from, p.quoted = i+1, true
			}
		case angle && c == '>':
			angle = false
			p.part, p.params = mainPart, nil
			p.words = append(p.words, word(i))
			skip(i)
		case angle:
			switch {
			case c == '@':
				p.part, p.params = uriPart, nil
				skip(i)
			case c == ';' && p.part != uriHeaderPart:
				if p.part == uriNamePart {
					p.params = append(p.params, word(i))
				}
				p.part = uriNamePart
				skip(i)
			case c == '=' && p.part == uriNamePart:
				p.param = word(i)
				p.params = append(p.params, p.param)
				p.part = uriArgumentPart
				skip(i)
			case c == '?':
				p.part = uriHeaderPart
				skip(i)
			}
		case c == '<':
			angle = true
			p.part, p.params = uriPart, nil
			skip(i)
		case c == ',' && auth, c == ';' && !auth:
			if p.part == mainPart {
				endMain(i)
			} else if p.part == namePart {
				p.params = append(p.params, word(i))
			}
			p.part = namePart
			skip(i)
		case c == ',':
			if p.part == mainPart {
				endMain(i)
			}
			if f := p.first(); f != nil {
				p.others = append(p.others, f)
			}
			p.part, p.words, p.params = mainPart, nil, nil
			skip(i)
		case c == '=' && p.part == namePart:
			p.param = word(i)
			p.params = append(p.params, p.param)
			p.part = argumentPart
			skip(i)
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			if p.part == mainPart {
				if endMain(i); auth && len(p.words) > 0 {
					p.part = namePart
				}
				skip(i)
			} else if len(word(i)) == 0 {
				skip(i)
			}
		}
	}
	return p
}

// wordEnd returns where the word at the cursor ends behind it.
func (p *valuePlace) wordEnd(behind []byte) int {
	stop := " \t\r\n,;=<>\""
	switch {
	case p.quoted:
		stop = "\"\r\n"
	case p.part >= uriPart:
		stop = " \t\r\n;=?>"
	}
	if n := bytes.IndexAny(behind, stop); n >= 0 {
		return n
	}
	return len(behind)
}
