package check

import (
	"bytes"
	"fmt"

	"sipls/server/sip"
)

// splice is one replacement in a text.
type splice struct {
	at   sip.Span
	text string
}

// apply returns b, which begins at logical byte off, with the splices made; they stand in order.
func apply(b []byte, off int32, splices []splice) []byte {
	var out []byte
	from := int32(0)
	for _, s := range splices {
		out = append(out, b[from:s.at.Off-off]...)
		out = append(out, s.text...)
		from = s.at.End() - off
	}
	return append(out, b[from:]...)
}

func edits(splices []splice) (out []Edit) {
	for _, s := range splices {
		out = append(out, Edit{At: s.at, Text: Literal(s.text)})
	}
	return out
}

// repair is a way to mend a value, with the words for it.
type repair struct {
	title   string
	splices []splice
}

// uriRepair proposes how to mend a URI whose grammar is broken at err. It may not be enough.
func uriRepair(m *sip.Message, uri sip.Span, err *sip.SyntaxError) (repair, bool) {
	b, bad := m.Bytes(uri), m.Bytes(err.At)
	switch {
	case err.LacksScheme():
		scheme := "sip:"
		if len(b) > 0 && b[0] == '+' && bytes.IndexByte(b, '@') < 0 {
			scheme = "tel:"
		}
		return repair{"Insert " + scheme, []splice{{sip.Span{Off: uri.Off}, scheme}}}, true
	case len(bad) == 1 && isLWS(bad[0]):
		out, ok := blanksOut(m, uri)
		return repair{"Remove the blanks", out}, ok
	case len(bad) > 1 && bytes.Count(bad, colon) > 1 && bad[0] != '[':
		return repair{"Put brackets around the IPv6 address", []splice{{sip.Span{Off: err.At.Off}, "["}, {sip.Span{Off: err.At.End()}, "]"}}}, true
	case len(bad) == 1 && bad[0] == ';':
		return repair{"Remove the semicolon", []splice{{err.At, ""}}}, true
	case len(bad) == 1 && bad[0] > ' ' && bad[0] < 0x7F && bad[0] != '%' && bad[0] != '=' && bad[0] != '_':
		esc := fmt.Sprintf("%%%02X", bad[0])
		return repair{fmt.Sprintf("Write %s as %s", bad, esc), []splice{{err.At, esc}}}, true
	}
	return repair{}, false
}

var colon = []byte(":")

// blanksOut removes the blanks at the ends of a span and beside its delimiters. Between two letters
// nothing says whether a blank is superfluous, has to be escaped, or lost its meaning otherwise: then ok is false.
func blanksOut(m *sip.Message, at sip.Span) (out []splice, ok bool) {
	for i := at.Off; i < at.End(); i++ {
		if !isLWS(m.Text[i]) {
			continue
		}
		from := i
		for i < at.End() && isLWS(m.Text[i]) {
			i++
		}
		if from > at.Off && i < at.End() && !isURIDelimiter(m.Text[from-1]) && !isURIDelimiter(m.Text[i]) {
			return nil, false
		}
		out = append(out, splice{sip.Span{Off: from, Len: i - from}, ""})
	}
	return out, true
}

func isURIDelimiter(c byte) bool {
	return c == ';' || c == '=' || c == ':' || c == '@' || c == '?' || c == '&'
}

func isLWS(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// rightURI reports whether b is a URI that follows its grammar.
func rightURI(b []byte) bool {
	m := &sip.Message{Text: b}
	_, err := m.URI(sip.Span{Len: int32(len(b))})
	return err == nil
}

// uriSeverity is how grave it is that a URI leaves the grammar at err.
func uriSeverity(m *sip.Message, err *sip.SyntaxError) Severity {
	switch bad := m.Bytes(err.At); {
	case len(bad) == 1 && bad[0] == '_':
		return Information // resolvers and stacks take host names with an underscore
	case len(bad) == 1 && bad[0] == '#':
		return Warning // service codes as *21# stand like that in user parts, and proxies pass them on
	}
	return Error
}
