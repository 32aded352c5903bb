package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var addressSyntax = &Rule{
	Name:     "address-syntax",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Error,
	Failures: []string{"malformed-header-400-or-drop"},
	Fields:   addressFieldIDs,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "25.1"}},
	Doc: Doc{
		Title: "An address leaves its grammar",
		Text: `Addresses in From, To, Contact, Route and their like are a URI, or a display name and a URI in angle brackets,
and then parameters. The rule looks for quotes and brackets that are not closed, display names that need quotes, blanks inside the brackets,
URIs without brackets that hold a comma or a question mark (RFC 3261 section 20, RFC 8217), URIs that are none, and empty or
misspelt parameters. It is an error where receivers refuse the value or read another one out of it. It is a warning where they are known to put up
with it: a semicolon at the end, a display name with odd characters, a parameter value that needs quotes. In Alert-Info, where
many devices expect words of their own, it is information, as is an underscore in a host name; both are left out in logs.`,
	},
	Cases: addressSyntaxCases,
	Check: func(s *Subject, report func(Finding)) {
		eachAddress(s, func(f *addressField, h *sip.Header, v sip.Span) {
			part, err := s.Message.AddressSyntax(v, f.form)
			if err == nil || damagedByLog(s, v) || v.Len == 0 && continuesUnfolded(s.Message, h) {
				return
			}
			if out := addressFinding(s.Message, f, h, v, part, err); out.Severity != Information || s.Editable {
				report(out)
			}
		})
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		m := s.Message
		d := f.detail.(addressDetail)
		r, ok := addressRepair(m, d)
		if !ok {
			return nil
		}
		b := apply(m.Bytes(d.value), d.value.Off, r.splices)
		mended := &sip.Message{Text: b}
		if _, err := mended.AddressSyntax(sip.Span{Len: int32(len(b))}, d.form); err != nil {
			return nil
		}
		return []Fix{{Title: r.title, Preferred: true, Edits: edits(r.splices)}}
	},
}

// addressDetail is what Fix needs of a finding.
type addressDetail struct {
	value sip.Span
	form  sip.AddressForm
	part  sip.AddressPart
	err   *sip.SyntaxError
}

var addressPartTitles = [...]string{
	sip.AddressDisplay:  "%s with a malformed display name",
	sip.AddressBrackets: "%s with wrong angle brackets",
	sip.AddressURI:      "%s with a malformed URI",
	sip.AddressParams:   "%s with malformed parameters",
}

func addressFinding(m *sip.Message, f *addressField, h *sip.Header, v sip.Span, part sip.AddressPart, err *sip.SyntaxError) Finding {
	out := Finding{
		Severity:    addressSeverity(m, f, v, part, err),
		At:          at(orName(err.At, h)),
		Title:       fmt.Sprintf(addressPartTitles[part], fieldName(m, h)),
		Evidence:    fmt.Sprintf("In %s the grammar wants %s.", clip(m.Bytes(err.At)), err.Want),
		Consequence: "The receiver refuses the message, or takes another address out of it than the sender means.",
		Next:        "Correct the element that wrote it.",
		detail:      addressDetail{v, f.form, part, err},
	}
	switch {
	case v.Len == 0:
		out.Title = fmt.Sprintf("%s with an empty value", fieldName(m, h))
		out.Evidence = "There is nothing where an address belongs."
	case err.At.Len == 0:
		out.Evidence = fmt.Sprintf("In %s the grammar wants %s.", clip(m.Bytes(v)), err.Want)
	case err.LacksScheme():
		out.Evidence = fmt.Sprintf("%s does not begin with a scheme, as sip:.", clip(m.Bytes(err.At)))
	case part == sip.AddressURI && isLWS(m.Text[err.At.Off]):
		out.Title = fmt.Sprintf("%s with a blank in its URI", fieldName(m, h))
		out.Evidence = fmt.Sprintf("%s holds a blank where none may be.", clip(m.Bytes(v)))
	case part == sip.AddressParams:
		out.Evidence = fmt.Sprintf("%s has %q where the grammar wants %s.", clip(m.Bytes(v)), clip(m.Bytes(err.At)), err.Want)
	}
	if part == sip.AddressBrackets {
		out.Cites = []knowledge.Cite{{Standard: "RFC 3261", Section: "20"}, {Standard: "RFC 8217", Section: "3"}}
	}
	if out.Severity != Error {
		out.Consequence = "Strict receivers refuse it, many put up with it."
	}
	return out
}

// damagedByLog tells what a log or the page it was copied from did to a value: typographic quotes
// in place of straight ones, and <...> taken for a tag and left out.
func damagedByLog(s *Subject, v sip.Span) bool {
	b := s.Message.Bytes(v)
	return !s.Editable && len(b) > 0 && (bytes.HasPrefix(b, openingQuote) || bytes.HasPrefix(b, closingQuote) || b[0] == ';')
}

var openingQuote, closingQuote = []byte("\u201c"), []byte("\u201d")

// continuesUnfolded reports whether the line behind a field is no header field: then that line,
// which lost its indentation, has the value, and is what is wrong.
func continuesUnfolded(m *sip.Message, h *sip.Header) bool {
	for i := range m.Headers {
		if m.Headers[i].Line.Off == h.Line.End() {
			next := m.Headers[i].Line.In(m.Text)
			return m.Headers[i].Name.Len == 0 || next[0] == '<'
		}
	}
	return false
}

// addressSeverity: error where receivers stumble, less where they are known to put up with it.
func addressSeverity(m *sip.Message, f *addressField, v sip.Span, part sip.AddressPart, err *sip.SyntaxError) Severity {
	bad := m.Bytes(err.At)
	switch {
	case f.id == sip.HeaderAlertInfo:
		return Information // Bellcore-dr1 and its like
	case f.form == sip.BracketedURI || v.Len == 0:
		return Warning
	case part == sip.AddressURI:
		return uriSeverity(m, err)
	case part == sip.AddressDisplay && !bytes.ContainsAny(bad, `",;`):
		return Warning
	case part == sip.AddressBrackets && f.form == sip.NameAddr && len(bad) > 0 && bad[0] != '<' && !bytes.ContainsAny(m.Bytes(v), ";,?<>"):
		return Warning // nothing is misread: there are no parameters
	case part != sip.AddressParams:
		return Error
	case len(bad) == 1 && bad[0] == ';' && err.At.End() == v.End():
		return Warning
	case len(bad) > 1 && (bad[len(bad)-1] == '=' && !hasPrefixFold(bad, "tag") || isTextWithoutDelimiters(bad)):
		return Warning
	}
	return Error
}

// isTextWithoutDelimiters: nothing in it ends or begins another element.
func isTextWithoutDelimiters(b []byte) bool { return !bytes.ContainsAny(b, "<>\"=, \t\r\n") }

// addressRepair proposes how to mend an address. It may not be enough.
func addressRepair(m *sip.Message, d addressDetail) (repair, bool) {
	bad := d.err.At
	b := m.Bytes(bad)
	wrap := func(at sip.Span, title, open, shut string) (repair, bool) {
		return repair{title, []splice{{sip.Span{Off: at.Off}, open}, {sip.Span{Off: at.End()}, shut}}}, true
	}
	switch d.part {
	case sip.AddressDisplay:
		if b[0] != '"' {
			if bytes.ContainsAny(b, `"\`) {
				return repair{}, false
			}
			if inside, ok := insideTypographicQuotes(b); ok {
				return repair{"Write straight quotes", []splice{{bad, `"` + string(inside) + `"`}}}, true
			}
			return wrap(bad, "Put quotes around the display name", `"`, `"`)
		}
		i := bytes.IndexByte(b, '<')
		for i > 0 && isLWS(b[i-1]) {
			i--
		}
		if i > 1 && b[i-1] != '\\' {
			return repair{"Close the quote", []splice{{sip.Span{Off: bad.Off + int32(i)}, `"`}}}, true
		}
	case sip.AddressBrackets:
		return bracketRepair(m, d)
	case sip.AddressURI:
		if len(b) > 0 && isLWS(b[0]) {
			out, ok := blanksOut(m, m.ReadAddress(d.value).URI)
			return repair{"Remove the blanks", out}, ok
		}
		return uriRepair(m, m.ReadAddress(d.value).URI, d.err)
	case sip.AddressParams:
		switch {
		case len(b) == 1 && b[0] == ';':
			return repair{"Remove the semicolon", []splice{{bad, ""}}}, true
		case len(b) > 0 && b[0] == '"' && bytes.IndexByte(b, ';') < 0:
			return repair{"Close the quote", []splice{{sip.Span{Off: bad.End()}, `"`}}}, true
		case bad.Off > 4 && sip.EqualFold(m.Text[bad.Off-4:bad.Off], "tag="): // a tag is a token
		case len(b) > 0 && m.Text[bad.Off-1] == '=' && isTextWithoutDelimiters(b) && !bytes.ContainsAny(b, `\`):
			return wrap(bad, "Put quotes around the value", `"`, `"`)
		}
	}
	return repair{}, false
}

// insideTypographicQuotes returns what stands between quotes that a text processor made.
func insideTypographicQuotes(b []byte) ([]byte, bool) {
	for _, q := range [][]byte{openingQuote, closingQuote} {
		if inside, ok := bytes.CutPrefix(b, q); ok {
			for _, q := range [][]byte{openingQuote, closingQuote} {
				if inside, ok := bytes.CutSuffix(inside, q); ok {
					return inside, true
				}
			}
		}
	}
	return nil, false
}

// bracketRepair adds the angle brackets that are missing.
func bracketRepair(m *sip.Message, d addressDetail) (repair, bool) {
	b, off := m.Bytes(d.value), d.value.Off
	open, shut := bytes.IndexByte(b, '<'), bytes.IndexByte(b, '>')
	switch {
	case open >= 0 && shut < 0 && bytes.IndexByte(b, ';') < 0:
		return repair{"Close the angle bracket", []splice{{sip.Span{Off: d.value.End()}, ">"}}}, true
	case open >= 0:
		return repair{}, false
	case shut >= 0:
		at := bytes.LastIndexAny(b[:shut], " \t\r\n\"") + 1
		return repair{"Open the angle bracket", []splice{{sip.Span{Off: off + int32(at)}, "<"}}}, true
	}
	// A semicolon ends the URI unless the user part goes on behind it, where nothing says what the sender means.
	end := len(b)
	if i := bytes.IndexByte(b, ';'); i >= 0 {
		if bytes.IndexByte(b[i:], '@') >= 0 && bytes.IndexByte(b[:i], '@') < 0 {
			return repair{}, false
		}
		end = i
		// What is known as a parameter of URIs was meant for this one.
		for p := range m.Params(sip.Span{Off: off + int32(i) + 1, Len: int32(len(b) - i - 1)}, ';') {
			if !isURIParam(m.Bytes(p.Name)) {
				break
			}
			end = int(paramSpan(p).End() - off)
		}
	}
	for end > 0 && isLWS(b[end-1]) {
		end--
	}
	at := bytes.LastIndexAny(b[:end], " \t\r\n\"") + 1
	return repair{"Put angle brackets around the URI", []splice{
		{sip.Span{Off: off + int32(at)}, "<"}, {sip.Span{Off: off + int32(end)}, ">"},
	}}, true
}
