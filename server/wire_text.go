package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// The texts of didOpen and didChange may be large. The decoders of this file find them in
// the JSON and unescape them straight into the memory in which the document
// keeps them. Bytes that are not valid UTF-8 stay as they are: that is how some editors
// send what a file holds.

// openedText is what didOpen says.
type openedText struct {
	URI, Language string
	Version       int32
	Text          []byte
}

// changedText is what didChange says.
type changedText struct {
	URI     string
	Version int32
	Changes []textChange
}

// textChange replaces a range by a text, or the whole text when Range is nil.
type textChange struct {
	Range *wireRange
	Text  []byte
}

var errNoText = errors.New("no text")

func decodeDidOpen(params []byte) (openedText, error) {
	var o openedText
	uri, text := false, false
	err := eachMember(params, func(name string, value []byte) error {
		if name != "textDocument" || isNull(value) {
			return nil
		}
		return eachMember(value, func(name string, value []byte) (err error) {
			switch {
			case isNull(value):
			case name == "uri":
				o.URI, err = decodeString(value)
				uri = true
			case name == "languageId":
				o.Language, err = decodeString(value)
			case name == "version":
				o.Version = decodeVersion(value)
			case name == "text":
				o.Text, err = unquote(value)
				text = true
			}
			return err
		})
	})
	switch {
	case err != nil:
		return openedText{}, err
	case !uri:
		return openedText{}, errNoURI
	case !text:
		return openedText{}, errNoText
	}
	return o, nil
}

func decodeDidChange(params []byte) (changedText, error) {
	var c changedText
	uri := false
	err := eachMember(params, func(name string, value []byte) error {
		switch {
		case isNull(value):
		case name == "textDocument":
			return eachMember(value, func(name string, value []byte) (err error) {
				switch {
				case isNull(value):
				case name == "uri":
					c.URI, err = decodeString(value)
					uri = true
				case name == "version":
					c.Version = decodeVersion(value)
				}
				return err
			})
		case name == "contentChanges":
			c.Changes = c.Changes[:0]
			return eachElement(value, func(value []byte) error {
				change, err := decodeChange(value)
				c.Changes = append(c.Changes, change)
				return err
			})
		}
		return nil
	})
	switch {
	case err != nil:
		return changedText{}, err
	case !uri:
		return changedText{}, errNoURI
	}
	return c, nil
}

func decodeChange(raw []byte) (textChange, error) {
	var c textChange
	text := false
	err := eachMember(raw, func(name string, value []byte) (err error) {
		switch {
		case isNull(value):
		case name == "range":
			c.Range = &wireRange{}
			err = json.Unmarshal(value, c.Range)
		case name == "text":
			c.Text, err = unquote(value)
			text = true
		}
		return err
	})
	if err == nil && !text {
		err = errNoText
	}
	return c, err
}

// decodeVersion returns the version of a text, 0 for one that is not an integer of 32 bits: LSP has no others.
func decodeVersion(raw []byte) int32 {
	var v int32
	if json.Unmarshal(raw, &v) != nil {
		return 0
	}
	return v
}

func isNull(raw []byte) bool { return string(raw) == "null" }

func decodeString(raw []byte) (string, error) {
	b, err := unquote(raw)
	return string(b), err
}

var errJSON = errors.New("malformed JSON")

// eachMember calls f for each member of a JSON object with its name and the bytes of its value.
func eachMember(raw []byte, f func(name string, value []byte) error) error {
	i := skipBlanks(raw, 0)
	if i == len(raw) || raw[i] != '{' {
		return fmt.Errorf("%w: no object", errJSON)
	}
	return eachItem(raw, i+1, '}', func(i int) (int, error) {
		end, ok := skipString(raw, i)
		if !ok {
			return 0, errJSON
		}
		name, err := decodeString(raw[i:end])
		if err != nil {
			return 0, err
		}
		i = skipBlanks(raw, end)
		if i == len(raw) || raw[i] != ':' {
			return 0, errJSON
		}
		i = skipBlanks(raw, i+1)
		end, ok = skipValue(raw, i)
		if !ok {
			return 0, errJSON
		}
		return end, f(name, raw[i:end])
	})
}

// eachElement calls f for the bytes of each element of a JSON array.
func eachElement(raw []byte, f func(value []byte) error) error {
	i := skipBlanks(raw, 0)
	if i == len(raw) || raw[i] != '[' {
		return fmt.Errorf("%w: no array", errJSON)
	}
	return eachItem(raw, i+1, ']', func(i int) (int, error) {
		end, ok := skipValue(raw, i)
		if !ok {
			return 0, errJSON
		}
		return end, f(raw[i:end])
	})
}

// eachItem calls item for where each item of a list starts, which returns where it ends.
func eachItem(raw []byte, i int, closing byte, item func(i int) (end int, err error)) error {
	i = skipBlanks(raw, i)
	if i < len(raw) && raw[i] == closing {
		return nil
	}
	for {
		end, err := item(i)
		if err != nil {
			return err
		}
		i = skipBlanks(raw, end)
		if i == len(raw) {
			return errJSON
		}
		switch raw[i] {
		case closing:
			return nil
		case ',':
			i = skipBlanks(raw, i+1)
		default:
			return errJSON
		}
	}
}

func skipBlanks(raw []byte, i int) int {
	for i < len(raw) && (raw[i] == ' ' || raw[i] == '\t' || raw[i] == '\r' || raw[i] == '\n') {
		i++
	}
	return i
}

// skipValue returns where the value that starts at i ends. It does not look
// closely at what is inside arrays and objects.
func skipValue(raw []byte, i int) (end int, ok bool) {
	depth := 0
	for i < len(raw) {
		switch raw[i] {
		case '"':
			if i, ok = skipString(raw, i); !ok {
				return 0, false
			}
		case '{', '[':
			depth++
			i++
			continue
		case '}', ']':
			depth--
			i++
			if depth < 0 {
				return 0, false
			}
		case ' ', '\t', '\r', '\n', ',', ':':
			if depth == 0 {
				return 0, false
			}
			i++
			continue
		default:
			for i < len(raw) && bytes.IndexByte([]byte(" \t\r\n,:{}[]\""), raw[i]) < 0 {
				i++
			}
		}
		if depth == 0 {
			return i, true
		}
	}
	return 0, false
}

// skipString returns where the string whose opening quote is at i ends.
func skipString(raw []byte, i int) (end int, ok bool) {
	if i >= len(raw) || raw[i] != '"' {
		return 0, false
	}
	for i++; ; {
		k := bytes.IndexByte(raw[i:], '"')
		if k < 0 {
			return 0, false
		}
		slashes := 0
		for slashes < k && raw[i+k-1-slashes] == '\\' {
			slashes++
		}
		i += k + 1
		if slashes%2 == 0 {
			return i, true
		}
	}
}

// unquote returns what a JSON string stands for, in memory of its own. Half of a surrogate pair becomes U+FFFD.
func unquote(raw []byte) ([]byte, error) {
	if len(raw) < 2 || raw[0] != '"' || raw[len(raw)-1] != '"' {
		return nil, fmt.Errorf("%w: no string", errJSON)
	}
	raw = raw[1 : len(raw)-1]
	// Escapes only shrink a text. Reserving for all of it and giving back
	// what was not needed costs less than growing, and less memory at the peak.
	out := make([]byte, 0, len(raw))
	for {
		k := bytes.IndexByte(raw, '\\')
		if k < 0 {
			return compact(append(out, raw...)), nil
		}
		out = append(out, raw[:k]...)
		raw = raw[k+1:]
		if len(raw) == 0 {
			return nil, errEscape
		}
		c := raw[0]
		raw = raw[1:]
		switch c {
		case '"', '\\', '/':
		case 'n':
			c = '\n'
		case 'r':
			c = '\r'
		case 't':
			c = '\t'
		case 'b':
			c = '\b'
		case 'f':
			c = '\f'
		case 'u':
			r, ok := hex4(raw)
			if !ok {
				return nil, errEscape
			}
			raw = raw[4:]
			if utf16.IsSurrogate(r) {
				low := rune(0)
				if len(raw) >= 2 && raw[0] == '\\' && raw[1] == 'u' {
					low, _ = hex4(raw[2:])
				}
				if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
					raw = raw[6:]
				}
			}
			out = utf8.AppendRune(out, r)
			continue
		default:
			return nil, errEscape
		}
		out = append(out, c)
	}
}

var errEscape = fmt.Errorf("%w: invalid escape in a string", errJSON)

// compact returns b in a smaller piece of memory if much of its own is unused.
func compact(b []byte) []byte {
	if cap(b)-len(b) > len(b)/8 {
		return append(make([]byte, 0, len(b)), b...)
	}
	return b
}

func hex4(b []byte) (r rune, ok bool) {
	if len(b) < 4 {
		return 0, false
	}
	for _, c := range b[:4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}
