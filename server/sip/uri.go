package sip

import "bytes"

// URIKind says by which grammar a URI is read.
type URIKind uint8

const (
	// SIPURI: sip: or sips: (RFC 3261 sections 19.1.1 and 25.1).
	SIPURI URIKind = iota
	// TelURI: tel: (RFC 3966 section 3).
	TelURI
	// OtherURI is any other scheme; nothing but Scheme and Opaque is set.
	OtherURI
)

// URI is one URI, cut into its parts. Spans are empty where a part is missing.
type URI struct {
	Text   Span
	Kind   URIKind
	Secure bool // sips
	Scheme Span // without the colon

	// User is the user part of a SIP URI, or the number of a tel URI. Escapes stay as written.
	User     Span
	Password Span
	Host     Span // IPv6 references keep their brackets
	Port     Span
	PortNum  int  // the value of Port; 0 when there is none
	Params   Span // behind the first ';'
	Headers  Span // behind the '?'

	Global  bool // tel: the number begins with +
	Context Span // tel: the value of phone-context. RFC 3966 section 5.1.5 demands it of a local number; one without is read all the same.
	Opaque  Span // behind the colon of another scheme
}

// What a character may stand in.
const (
	inUser     = 1 << iota // unreserved and user-unreserved (RFC 3261 section 25.1)
	inPassword             // password
	inParam                // paramchar
	inHeader               // hname and hvalue
	inURIC                 // uric, with the brackets of RFC 2732 section 3 and the # of a fragment
	inPhone                // phonedigit (RFC 3966 section 3)
	inPhoneHex             // phonedigit-hex
)

var uriTable = func() (t [256]uint8) {
	set := func(chars string, class uint8) {
		for i := range len(chars) {
			t[chars[i]] |= class
		}
	}
	for c := '0'; c <= '9'; c++ {
		t[c] = inUser | inPassword | inParam | inHeader | inURIC | inPhone | inPhoneHex
	}
	for c := 'a'; c <= 'z'; c++ {
		t[c] = inUser | inPassword | inParam | inHeader | inURIC
		t[c-0x20] = t[c]
	}
	set("-_.!~*'()", inUser|inPassword|inParam|inHeader|inURIC)
	set("&=+$,;?/", inUser)
	set("&=+$,", inPassword)
	set("[]/:&+$", inParam)
	set("[]/?:+$", inHeader)
	set(";/?:@&=+$,[]#", inURIC)
	set("-.()", inPhone|inPhoneHex)
	set("abcdefABCDEF*#", inPhoneHex)
	return t
}()

// URI reads the URI in s. The URI holds what could be read when the error is not nil, which
// says where s leaves the grammar: that of RFC 3261 section 25.1 for sip and sips, of
// RFC 3966 section 3 for tel, absoluteURI for other schemes. Ports are numbers up to 65535.
func (m *Message) URI(s Span) (URI, *SyntaxError) {
	t, from, end := m.Text, int(s.Off), int(s.End())
	u := URI{Text: s, Kind: OtherURI}
	if from == end {
		return u, syntaxError(from, end, "a URI")
	}
	colon := from
	for colon < end && isSchemeChar(t[colon]) {
		colon++
	}
	if colon == end || t[colon] != ':' || !isAlpha(t[from]) || looksLikeHostPort(t, from, colon, end) {
		return u, syntaxError(from, end, wantScheme)
	}
	u.Scheme = span(from, colon)
	scheme := u.Scheme.In(t)
	switch {
	case EqualFold(scheme, "sip"):
		u.Kind = SIPURI
	case EqualFold(scheme, "sips"):
		u.Kind, u.Secure = SIPURI, true
	case EqualFold(scheme, "tel"):
		u.Kind = TelURI
		return u, telURI(t, &u, colon+1, end)
	default:
		u.Opaque = span(colon+1, end)
		if colon+1 == end {
			return u, syntaxError(from, end, "something behind the scheme")
		}
		return u, scanURI(t, colon+1, end, inURIC, "characters of a URI; others are written as %xx")
	}
	return u, sipURI(t, &u, colon+1, end)
}

const wantScheme = "a URI that begins with a scheme, as sip:"

// LacksScheme reports whether the error is that a URI begins without a scheme.
func (e *SyntaxError) LacksScheme() bool { return e.Want == wantScheme }

func isAlpha(c byte) bool      { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isSchemeChar(c byte) bool { return isAlnum(c) || c == '+' || c == '-' || c == '.' }

// looksLikeHostPort tells example.com:5060 from a scheme, which may hold dots too.
func looksLikeHostPort(t []byte, from, colon, end int) bool {
	if bytes.IndexByte(t[from:colon], '.') < 0 {
		return false
	}
	i := colon + 1
	for i < end && isDigit(t[i]) {
		i++
	}
	return i > colon+1 && (i == end || t[i] == ';' || t[i] == '?')
}

func sipURI(t []byte, u *URI, from, end int) *SyntaxError {
	host := from
	if i := bytes.IndexByte(t[from:end], '@'); i >= 0 {
		host = from + i + 1
		if err := userInfo(t, u, from, from+i); err != nil {
			return err
		}
	}
	// Neither host nor parameters nor headers hold a bare @, so the first one ends the user part.
	if i := bytes.IndexByte(t[host:end], '@'); i >= 0 {
		return syntaxError(host+i, host+i+1, "%40 for an @ that does not separate user and host")
	}
	stop := host
	for stop < end && t[stop] != ';' && t[stop] != '?' {
		stop++
	}
	if err := uriHostPort(t, u, host, stop); err != nil {
		return err
	}
	question := stop
	for question < end && t[question] != '?' {
		question++
	}
	if stop < question {
		u.Params = span(stop+1, question)
		if err := uriParams(t, stop, question); err != nil {
			return err
		}
	}
	if question < end {
		u.Headers = span(question+1, end)
		return uriHeaders(t, question+1, end)
	}
	return nil
}

// userInfo: user [ ":" password ]. The telephone-subscriber that the grammar allows here
// has to be written with the characters of a user (RFC 3261 section 19.1.6).
func userInfo(t []byte, u *URI, from, end int) *SyntaxError {
	colon := from
	for colon < end && t[colon] != ':' {
		colon++
	}
	u.User = span(from, colon)
	if colon == from {
		return syntaxError(from, end+1, "a user in front of the @")
	}
	if err := scanURI(t, from, colon, inUser, "characters of a user part; others are written as %xx"); err != nil {
		return err
	}
	if colon == end {
		return nil
	}
	u.Password = span(colon+1, end)
	return scanURI(t, colon+1, end, inPassword, "characters of a password; others are written as %xx")
}

func uriHostPort(t []byte, u *URI, from, end int) *SyntaxError {
	colon := from
	if from < end && t[from] == '[' {
		for colon < end && t[colon] != ']' {
			colon++
		}
	}
	for colon < end && t[colon] != ':' {
		colon++
	}
	if ipv6Address(t[from:end]) {
		u.Host = span(from, end)
		return syntaxError(from, end, "brackets around an IPv6 address")
	}
	u.Host = span(from, colon)
	if err := hostSyntax(t, from, colon); err != nil {
		return err
	}
	if colon == end {
		return nil
	}
	u.Port = span(colon+1, end)
	n, ok := portNumber(u.Port.In(t))
	if !ok {
		return syntaxError(colon+1, end, "a port from 1 to 65535")
	}
	u.PortNum = n
	return nil
}

// uriParams judges *( ";" uri-parameter ) in t[from:end].
func uriParams(t []byte, from, end int) *SyntaxError {
	for from < end {
		semi := from
		from++
		next := indexByte(t, from, end, ';')
		eq := indexByte(t, from, next, '=')
		switch {
		case next == from:
			return syntaxError(semi, from, "a parameter behind the semicolon")
		case eq == from:
			return syntaxError(from, from+1, "a name in front of the =")
		case eq == next-1:
			return syntaxError(from, next, "a value behind the =")
		}
		const want = "characters of a URI parameter; others are written as %xx"
		if err := scanURI(t, from, eq, inParam, want); err != nil {
			return err
		}
		if eq < next {
			if err := scanURI(t, eq+1, next, inParam, want); err != nil {
				return err
			}
		}
		if err := knownURIParam(t, from, eq, next); err != nil {
			return err
		}
		from = next
	}
	return nil
}

// knownURIParam judges the parameters that RFC 3261 section 25.1 and RFC 8599 section 8 give a grammar of their own.
func knownURIParam(t []byte, from, eq, end int) *SyntaxError {
	name := t[from:eq]
	switch {
	case EqualFold(name, "transport"), EqualFold(name, "user"), EqualFold(name, "method"):
		if eq == end {
			return syntaxError(from, end, "a value with this parameter")
		}
		if i := nonToken(t, eq+1, end); i < end {
			return syntaxError(i, end, "a token as the value of this parameter")
		}
	case EqualFold(name, "ttl"):
		if n, ok := portNumber(t[min(eq+1, end):end]); !ok || n > 255 || end-eq > len("=255") {
			return syntaxError(from, end, "a number from 0 to 255 as ttl")
		}
	case EqualFold(name, "maddr"):
		return hostSyntax(t, min(eq+1, end), end)
	case EqualFold(name, "pn-prid"), EqualFold(name, "pn-param"), EqualFold(name, "pn-purr"):
		if eq == end {
			return syntaxError(from, end, "a value with this parameter")
		}
	}
	return nil
}

// uriHeaders judges header *( "&" header ); header = hname "=" hvalue.
func uriHeaders(t []byte, from, end int) *SyntaxError {
	for {
		next := indexByte(t, from, end, '&')
		eq := indexByte(t, from, next, '=')
		if eq == from || eq == next {
			return syntaxError(from, next, "a header as name=value")
		}
		const want = "characters of a URI header; others are written as %xx"
		if err := scanURI(t, from, eq, inHeader, want); err != nil {
			return err
		}
		if err := scanURI(t, eq+1, next, inHeader, want); err != nil {
			return err
		}
		if next == end {
			return nil
		}
		from = next + 1
	}
}

// telURI: telephone-subscriber of RFC 3966 section 3.
func telURI(t []byte, u *URI, from, end int) *SyntaxError {
	semi := indexByte(t, from, end, ';')
	u.User = span(from, semi)
	if from < semi && t[from] == '+' {
		u.Global = true
	}
	if err := phoneNumber(t, from, semi); err != nil {
		return err
	}
	if semi < end {
		u.Params = span(semi+1, end)
	}
	for from = semi; from < end; {
		from++
		next := indexByte(t, from, end, ';')
		eq := indexByte(t, from, next, '=')
		if err := telParam(t, from, eq, next); err != nil {
			return err
		}
		if EqualFold(t[from:eq], "phone-context") {
			u.Context = span(eq+1, next)
		}
		from = next
	}
	return nil
}

// phoneNumber: global-number-digits or local-number-digits.
func phoneNumber(t []byte, from, end int) *SyntaxError {
	class, i := uint8(inPhoneHex), from
	if from < end && t[from] == '+' {
		class, i = inPhone, from+1
	}
	digits := false
	for ; i < end; i++ {
		switch {
		case uriTable[t[i]]&class == 0 && class == inPhone:
			return syntaxError(i, i+1, "digits and the separators - . ( ) in a global number")
		case uriTable[t[i]]&class == 0:
			return syntaxError(i, i+1, "digits, A to F, *, # and the separators - . ( ) in a local number")
		case uriTable[t[i]]&class != 0 && t[i] != '-' && t[i] != '.' && t[i] != '(' && t[i] != ')':
			digits = true
		}
	}
	if !digits {
		return syntaxError(from, end, "a telephone number")
	}
	return nil
}

func telParam(t []byte, from, eq, end int) *SyntaxError {
	name := t[from:eq]
	switch {
	case end == from:
		return syntaxError(from-1, from, "a parameter behind the semicolon")
	case eq == from:
		return syntaxError(from, from+1, "a name in front of the =")
	case eq == end-1:
		return syntaxError(from, end, "a value behind the =")
	}
	for i := from; i < eq; i++ {
		if !isAlnum(t[i]) && t[i] != '-' {
			return syntaxError(i, i+1, "letters, digits and hyphens in the name of a parameter")
		}
	}
	switch {
	case EqualFold(name, "phone-context"):
		if eq < end && t[eq+1] == '+' {
			return phoneNumber(t, eq+1, end)
		}
		return hostnameSyntax(t, min(eq+1, end), end)
	case EqualFold(name, "ext"):
		for i := min(eq+1, end); i < end; i++ {
			if uriTable[t[i]]&inPhone == 0 {
				return syntaxError(i, i+1, "digits as an extension")
			}
		}
	case EqualFold(name, "isub"):
		return scanURI(t, min(eq+1, end), end, inURIC, "characters of a URI; others are written as %xx")
	case eq < end:
		return scanURI(t, eq+1, end, inParam, "characters of a URI parameter; others are written as %xx")
	}
	return nil
}

// scanURI judges text[from:end] character by character; escapes are right everywhere.
func scanURI(t []byte, from, end int, class uint8, want string) *SyntaxError {
	for i := from; i < end; i++ {
		if uriTable[t[i]]&class != 0 {
			continue
		}
		if t[i] != '%' {
			return syntaxError(i, i+1, want)
		}
		if i+2 >= end || !isHex(t[i+1]) || !isHex(t[i+2]) {
			return syntaxError(i, min(i+3, end), "two hexadecimal digits behind the %")
		}
		i += 2
	}
	return nil
}

// indexByte returns the offset of the first c in text[from:end], or end.
func indexByte(t []byte, from, end int, c byte) int {
	if i := bytes.IndexByte(t[from:end], c); i >= 0 {
		return from + i
	}
	return end
}
