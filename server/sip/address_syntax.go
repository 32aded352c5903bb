package sip

import "bytes"

// AddressForm says how a header field writes its addresses (RFC 3261 section 25.1).
type AddressForm uint8

const (
	// NameAddrOrSpec: name-addr or addr-spec, as in From, To, Contact.
	NameAddrOrSpec AddressForm = iota
	// NameAddr: the URI stands in angle brackets, as in Route and Record-Route.
	NameAddr
	// BracketedURI: a URI in angle brackets without a display name, as in Call-Info and Alert-Info.
	BracketedURI
)

// AddressPart says which part of an address an error is about.
type AddressPart uint8

// The parts of an address.
const (
	AddressDisplay  AddressPart = iota // the display name
	AddressBrackets                    // angle brackets: missing, unbalanced, with something else around them
	AddressURI                         // the URI
	AddressParams                      // the parameters of the header field
)

// AddressSyntax judges one value of a header field that holds addresses: nil where it is
//
//	( name-addr / addr-spec ) *( SEMI generic-param )
//
// of RFC 3261 section 25.1, in the form that the field wants. Without angle brackets a URI must
// hold neither comma nor semicolon nor question mark (section 20, RFC 8217 section 3): what
// follows a semicolon is taken for the field's parameters, the rest is an error. "*", which only Contact allows, is no address.
func (m *Message) AddressSyntax(v Span, form AddressForm) (AddressPart, *SyntaxError) {
	t, from, end := m.Text, int(v.Off), int(v.End())
	if from == end {
		return AddressURI, syntaxError(from, end, "an address")
	}
	open := from
	for open < end && t[open] != '<' {
		if t[open] != '"' {
			open++
			continue
		}
		quote := open
		open = skipQuoted(t, quote, end)
		if !closed(t[quote:open]) && bytes.IndexByte(t[from:quote], ';') < 0 {
			return AddressDisplay, syntaxError(quote, end, wantQuote)
		}
	}
	if open == end {
		return m.addrSpecSyntax(v, form)
	}
	if part, err := displaySyntax(t, from, open, form); err != nil {
		return part, err
	}
	shut := indexByte(t, open, end, '>')
	if shut == end {
		return AddressBrackets, syntaxError(open, end, "a closing angle bracket behind the URI")
	}
	uri := trim(t, open+1, shut)
	switch {
	case uri.Len == 0:
		return AddressURI, syntaxError(open, shut+1, "a URI between the angle brackets")
	case int(uri.Off) > open+1:
		return AddressURI, syntaxError(open+1, int(uri.Off), wantNoBlank)
	case int(uri.End()) < shut:
		return AddressURI, syntaxError(int(uri.End()), shut, wantNoBlank)
	}
	if _, err := m.URI(uri); err != nil {
		return AddressURI, err
	}
	rest := trim(t, shut+1, end)
	if rest.Len == 0 {
		return 0, nil
	}
	if t[rest.Off] != ';' {
		return AddressBrackets, syntaxError(int(rest.Off), indexByte(t, int(rest.Off), end, ';'), "a semicolon or nothing behind the closing angle bracket")
	}
	return AddressParams, m.ParamsSyntax(span(int(rest.Off)+1, int(rest.End())), ';')
}

const (
	wantQuote   = "a closing quote"
	wantNoBlank = "no blank between angle bracket and URI"
)

// displaySyntax judges [ display-name ] in front of an angle bracket: a quoted string, or tokens.
func displaySyntax(t []byte, from, open int, form AddressForm) (AddressPart, *SyntaxError) {
	d := trim(t, from, open)
	from, end := int(d.Off), int(d.End())
	switch {
	case from == end:
		return 0, nil
	case form == BracketedURI:
		return AddressBrackets, syntaxError(from, end, "nothing in front of the opening angle bracket")
	case t[from] == '"':
		if next := skipQuoted(t, from, end); next < end {
			return AddressDisplay, syntaxError(next, end, "an angle bracket behind the quoted display name")
		}
		return 0, nil
	}
	for i := from; i < end; i++ {
		if !isToken(t[i]) && !isLWS(t[i]) {
			return AddressDisplay, syntaxError(from, end, "quotes around a display name that does not consist of tokens")
		}
	}
	return 0, nil
}

// addrSpecSyntax judges a value without an opening angle bracket.
func (m *Message) addrSpecSyntax(v Span, form AddressForm) (AddressPart, *SyntaxError) {
	t, from, end := m.Text, int(v.Off), int(v.End())
	if t[from] == '"' {
		behind := trim(t, skipQuoted(t, from, end), end)
		return AddressBrackets, &SyntaxError{At: behind, Want: "a URI in angle brackets behind the display name"}
	}
	if i := bytes.IndexByte(t[from:end], '>'); i >= 0 && bytes.IndexByte(t[from:from+i], '"') < 0 {
		return AddressBrackets, syntaxError(from+i, from+i+1, "an opening angle bracket in front of the URI")
	}
	semi := skipTo(t, from, end, ';')
	uri := trim(t, from, semi)
	if part, err := m.needsBrackets(uri, end); err != nil {
		return part, err
	}
	if _, err := m.URI(uri); err != nil {
		if i := bytes.IndexAny(uri.In(t), " \t\r\n"); i > 0 {
			if _, behind := m.URI(trim(t, int(uri.Off)+i, int(uri.End()))); behind == nil {
				return AddressBrackets, &SyntaxError{At: uri, Want: "angle brackets around a URI that follows a display name"}
			}
		}
		return AddressURI, err
	}
	if form != NameAddrOrSpec {
		return AddressBrackets, &SyntaxError{At: uri, Want: "angle brackets around the URI"}
	}
	if semi == end {
		return 0, nil
	}
	return AddressParams, m.ParamsSyntax(span(semi+1, end), ';')
}

// needsBrackets finds commas, question marks and, where the user part shows it, semicolons in
// a URI without angle brackets; uri ends at the first semicolon, its value at end.
func (m *Message) needsBrackets(uri Span, end int) (AddressPart, *SyntaxError) {
	t := m.Text
	if i := bytes.IndexAny(uri.In(t), ",?"); i >= 0 {
		return AddressBrackets, &SyntaxError{At: uri, Want: "angle brackets around a URI with comma or question mark"}
	}
	if int(uri.End()) < end && bytes.IndexByte(uri.In(t), '@') < 0 && bytes.IndexByte(uri.In(t), ':') > 0 {
		at := skipTo(t, int(uri.End()), end, '@')
		if at < end {
			return AddressBrackets, syntaxError(int(uri.Off), end, "angle brackets around a URI with a semicolon")
		}
	}
	return 0, nil
}

// ReadAddress reads one value of a header field that holds addresses, as Addresses does.
func (m *Message) ReadAddress(v Span) Address { return m.address(v) }
