package sip

import "bytes"

// AuthKind says what a part of a challenge or of credentials is.
type AuthKind uint8

const (
	// AuthScheme is the word in front: Digest, Bearer.
	AuthScheme AuthKind = iota
	// AuthParameter is one auth-param, `name=value`, or the place where one is missing.
	AuthParameter
	// AuthData is what Basic, Bearer and Negotiate have in place of parameters: one word without a name.
	AuthData
)

// AuthPart is one part of a field that carries challenges or credentials, or of
// Authentication-Info (RFC 3261 section 25.1: challenge, credentials, ainfo).
type AuthPart struct {
	Kind    AuthKind
	Joined  bool         // a second scheme in the same field, behind a comma or a blank
	NoComma bool         // nothing but white space separates it from the parameter before it
	Quoted  bool         // the value is a quoted string
	ID      AuthParamID  // which parameter of Digest it is
	Gap     Span         // what separates it from the part before: commas and white space
	Name    Span         // the scheme or the name of the parameter
	Value   Span         // the value, quotes kept, or the data
	Err     *SyntaxError // where the part leaves the grammar
}

// Text returns the whole part.
func (p AuthPart) Text() Span {
	return span(int(p.Gap.End()), int(max(p.Name.End(), p.Value.End())))
}

// AuthReader reads one field part by part: a scheme, its parameters, and, in a
// field that joins several of them by commas against RFC 3261 section 7.3.1, the next scheme.
type AuthReader struct {
	text       []byte
	at, end    int
	last       int  // behind the part before
	wantScheme bool // the next word is a scheme
	any        bool // there was a part
	comma      bool // the commas in front of the next part are read
	params     int  // parameters since the scheme
	digest     bool // the scheme is Digest, or there is none
	pending    AuthPart
	hasPending bool
}

// ReadAuth begins to read a field: one of WWW-Authenticate, Proxy-Authenticate,
// Authorization, Proxy-Authorization, which begin with a scheme, or Authentication-Info, which does not.
func (m *Message) ReadAuth(h *Header) AuthReader {
	at := int(h.Value.Off)
	return AuthReader{
		text: m.Text, at: at, last: at, end: int(h.Value.End()),
		wantScheme: h.ID != HeaderAuthenticationInfo, digest: h.ID == HeaderAuthenticationInfo,
	}
}

// Next reads the next part into p; it returns false behind the last one. It never fails:
// p.Err says what is wrong, and reading goes on at the next comma or blank.
func (r *AuthReader) Next(p *AuthPart) bool {
	if r.hasPending {
		r.hasPending = false
		*p = r.pending
		return true
	}
	commas, surplus := r.skipGap()
	if r.comma {
		commas, r.comma = 1, false
	}
	*p = AuthPart{Gap: span(r.last, r.at), Name: span(r.at, r.at)}
	switch {
	case surplus >= 0 || r.at == r.end && r.last < r.at && commas > 0:
		// Another comma, one in front of all, or one at the end. What follows it is read all the same.
		if surplus < 0 {
			surplus = r.lastComma()
		}
		p.Kind, p.Gap = AuthParameter, span(r.last, surplus)
		p.Name, p.Value = span(surplus, surplus), span(surplus, surplus)
		p.Err = syntaxError(surplus, surplus+1, "a parameter beside the comma")
		r.any, r.comma, r.last = true, true, r.at
		return true
	case r.at == r.end && r.any:
		return false
	case r.at == r.end:
		r.any = true
		p.Err = syntaxError(r.at, r.at, "a scheme, as Digest, and its parameters")
		if !r.wantScheme {
			p.Kind, p.Err.Want = AuthParameter, "a parameter"
		}
		return true
	}
	r.readPart(p, commas)
	return true
}

// readPart reads the part that begins at r.at.
func (r *AuthReader) readPart(p *AuthPart, commas int) {
	*p = AuthPart{Gap: span(r.last, r.at)}
	from := r.at
	name := r.token(from)
	next := r.skipLWS(name)
	equals := next < r.end && r.text[next] == '='
	p.Name = span(from, name)
	switch {
	case r.wantScheme && (equals || name == from):
		p.Gap, p.Name, p.Value = span(r.last, from), span(from, from), span(from, from)
		p.Err = syntaxError(from, max(name, from+1), "a scheme, as Digest, in front of the parameters")
		r.wantScheme = false
	case r.wantScheme:
		r.scheme(p, name, next)
	case name == from:
		p.Kind, p.NoComma = AuthParameter, commas == 0 && r.params > 0
		r.at = r.skipElement(from)
		p.Name, p.Value = span(from, r.at), span(r.at, r.at)
		p.Err = syntaxError(from, r.at, "a parameter")
		r.params++
	case !equals && r.any && r.startsScheme(from, name, next, commas):
		p.Joined, p.NoComma = true, commas == 0
		r.scheme(p, name, next)
	default:
		p.Kind, p.NoComma = AuthParameter, commas == 0 && r.params > 0
		r.params++
		if !equals {
			p.Value = span(name, name)
			p.Err = syntaxError(from, name, "a parameter with = and a value")
			r.at = name
			break
		}
		p.ID = lookupAuthParam(p.Name.In(r.text))
		r.value(p, next)
	}
	r.any = true
	r.last = r.at
}

// scheme finishes a scheme that ends at `name`; what follows begins at `next`.
func (r *AuthReader) scheme(p *AuthPart, name, next int) {
	p.Kind, p.Value = AuthScheme, span(name, name)
	r.wantScheme, r.params, r.at = false, 0, name
	r.digest = EqualFold(p.Name.In(r.text), "Digest")
	if next == r.end {
		p.Err = syntaxError(int(p.Name.Off), name, "parameters behind the scheme")
		return
	}
	if next == name && r.text[next] != ',' {
		p.Err = syntaxError(next, next+1, "a blank behind the scheme")
		return
	}
	if data := r.data(next); data > next && !r.digest {
		r.pending = AuthPart{Kind: AuthData, Gap: span(name, next), Name: span(next, next), Value: span(next, data)}
		r.hasPending = true
		r.at, r.params = data, 1
	}
}

// data returns the end of the one word that stands in place of parameters
// (base64, or a token of RFC 6750), `from` where there is none.
func (r *AuthReader) data(from int) int {
	i := from
	for i < r.end && (isToken(r.text[i]) || r.text[i] == '/') {
		i++
	}
	if i == from {
		return from
	}
	for i < r.end && r.text[i] == '=' {
		i++
	}
	if next := r.skipLWS(i); next == r.end || r.text[next] == ',' {
		return i
	}
	return from
}

// authSchemes are the schemes that are met in SIP, even where nothing but their name shows them.
var authSchemes = [...]string{"Digest", "Basic", "Bearer", "NTLM", "Kerberos", "Negotiate", "TLS-DSK"}

// startsScheme reports whether a word that no = follows begins another challenge.
func (r *AuthReader) startsScheme(from, name, next, commas int) bool {
	known := false
	for _, s := range authSchemes {
		known = known || EqualFold(r.text[from:name], s)
	}
	if known || commas == 0 || next == name {
		return known
	}
	after := r.token(next)
	eq := r.skipLWS(after)
	return after > next && eq < r.end && r.text[eq] == '='
}

// value reads the value of a parameter whose = stands at `equals`.
func (r *AuthReader) value(p *AuthPart, equals int) {
	v := r.skipLWS(equals + 1)
	if v == r.end || r.text[v] == ',' {
		p.Value = span(equals+1, equals+1)
		p.Err = syntaxError(int(p.Name.Off), equals+1, "a value behind the =")
		r.at = equals + 1
		return
	}
	if r.text[v] == '"' {
		p.Quoted = true
		closed := false
		r.at, closed = quotedEnd(r.text, v, r.end)
		p.Value = span(v, r.at)
		if !closed {
			p.Err = syntaxError(v, r.at, "a closing quote")
		}
		return
	}
	i := v
	for i < r.end && !isLWS(r.text[i]) && r.text[i] != ',' {
		i++
	}
	p.Value, r.at = span(v, i), i
	if !IsToken(r.text[v:i]) {
		p.Err = syntaxError(v, i, "quotes around a value that is no token")
	}
}

// quotedEnd returns the offset behind the quoted string that starts at `at`,
// and whether a quote closes it.
func quotedEnd(text []byte, at, end int) (int, bool) {
	for from := at + 1; ; {
		n := bytes.IndexByte(text[from:end], '"')
		if n < 0 {
			return end, false
		}
		back := bytes.IndexByte(text[from:from+n], '\\')
		if back < 0 {
			return from + n + 1, true
		}
		if from += back + 2; from > end {
			return end, false
		}
	}
}

// skipGap goes to the next part. It counts the commas on the way; surplus is
// the place of the first that does not belong there, -1 when all do.
func (r *AuthReader) skipGap() (commas, surplus int) {
	surplus = -1
	for ; r.at < r.end; r.at++ {
		switch c := r.text[r.at]; {
		case isLWS(c):
		case c == ',':
			if commas++; surplus < 0 && (commas > 1 || r.params == 0) {
				surplus = r.at
			}
		default:
			return commas, surplus
		}
	}
	return commas, surplus
}

func (r *AuthReader) lastComma() int {
	i := r.end - 1
	for r.text[i] != ',' {
		i--
	}
	return i
}

func (r *AuthReader) skipLWS(i int) int {
	for i < r.end && isLWS(r.text[i]) {
		i++
	}
	return i
}

func (r *AuthReader) token(i int) int {
	for i < r.end && isToken(r.text[i]) {
		i++
	}
	return i
}

// skipElement returns the offset of the next comma that is not quoted.
func (r *AuthReader) skipElement(i int) int {
	for i < r.end && r.text[i] != ',' {
		if r.text[i] == '"' {
			i = skipQuoted(r.text, i, r.end)
			continue
		}
		i++
	}
	return int(trim(r.text, r.last, i).End())
}

// AuthParamID names a parameter of Digest (RFC 7616 sections 3.3, 3.4 and 3.5, RFC 3310 section 3.4).
type AuthParamID uint8

// The parameters of Digest; AuthOther is any other one.
const (
	AuthOther AuthParamID = iota
	AuthAlgorithm
	AuthAuts
	AuthCNonce
	AuthDomain
	AuthNC
	AuthNextNonce
	AuthNonce
	AuthOpaque
	AuthQOP
	AuthRealm
	AuthResponse
	AuthRspAuth
	AuthStale
	AuthURI
	AuthUserHash
	AuthUsername
	AuthUsernameStar
	authParamCount
)

var authParamNames = [authParamCount]string{
	"", "algorithm", "auts", "cnonce", "domain", "nc", "nextnonce", "nonce", "opaque", "qop", "realm",
	"response", "rspauth", "stale", "uri", "userhash", "username", "username*",
}

// String returns the name of the parameter, "" for AuthOther.
func (id AuthParamID) String() string { return authParamNames[id] }

// authParamsByLen finds the candidates for a name; no name is longer than 9 bytes.
var authParamsByLen = func() (by [10][]AuthParamID) {
	for id := AuthOther + 1; id < authParamCount; id++ {
		n := len(authParamNames[id])
		by[n] = append(by[n], id)
	}
	return by
}()

func lookupAuthParam(name []byte) AuthParamID {
	if len(name) >= len(authParamsByLen) {
		return AuthOther
	}
	for _, id := range authParamsByLen[len(name)] {
		if s := authParamNames[id]; s[0] == name[0]|0x20 && EqualFold(name, s) {
			return id
		}
	}
	return AuthOther
}

// AuthValue is one challenge or one set of credentials with the parameters that
// Digest knows. Text that is not right is left out: a parameter is there only where its part has no error.
type AuthValue struct {
	Header *Header
	Scheme AuthPart
	Data   Span // of Basic and Bearer; Len 0 when there is none
	All    Span // from the scheme to the end of the last part
	Broken bool // a part has an error, so that what seems missing may stand in it
	params [authParamCount]authParam
}

// authParam is an AuthPart without what a value need not know.
type authParam struct {
	name, value Span
	quoted      bool
}

// Param returns the first parameter with this ID; ok is false when there is none.
func (v *AuthValue) Param(id AuthParamID) (p AuthPart, ok bool) {
	a := &v.params[id]
	return AuthPart{Kind: AuthParameter, ID: id, Name: a.name, Value: a.value, Quoted: a.quoted, Gap: span(int(a.name.Off), int(a.name.Off))}, a.name.Len > 0
}

// Has reports whether the parameter is there.
func (v *AuthValue) Has(id AuthParamID) bool { return v.params[id].name.Len > 0 }

// Unquoted returns the value of a parameter without its quotes and backslashes, nil when there is none.
func (v *AuthValue) Unquoted(m *Message, id AuthParamID) []byte {
	if !v.Has(id) {
		return nil
	}
	return Unquote(m.Bytes(v.params[id].value))
}

// IsChallenge reports whether a server sent it: WWW-Authenticate or Proxy-Authenticate.
func (v *AuthValue) IsChallenge() bool {
	return v.Header.ID == HeaderWWWAuthenticate || v.Header.ID == HeaderProxyAuthenticate
}

// AuthValues reads challenges and credentials of a message one after the other. As a rule
// a field holds one; of a field that joins several each is read.
type AuthValues struct {
	m     *Message
	field int // the next field to read
	h     *Header
	r     AuthReader
	begin AuthPart // the scheme of the next value in the same field
	open  bool
}

// AuthValues begins to read the challenges and credentials in all fields.
func (m *Message) AuthValues() AuthValues { return AuthValues{m: m} }

// Next reads the next value into v; it returns false behind the last one.
func (a *AuthValues) Next(v *AuthValue) bool {
	if !a.open && !a.nextField() {
		return false
	}
	a.open = false
	*v = AuthValue{Header: a.h, Scheme: a.begin, Broken: a.begin.Err != nil, All: a.begin.Text()}
	var p AuthPart
	for a.r.Next(&p) {
		if p.Joined {
			a.begin, a.open = p, true
			return true
		}
		v.All.Len = p.Text().End() - v.All.Off
		switch {
		case p.Err != nil:
			v.Broken = true
		case p.Kind == AuthData:
			v.Data = p.Value
		case p.ID != AuthOther && v.params[p.ID].name.Len == 0:
			v.params[p.ID] = authParam{p.Name, p.Value, p.Quoted}
		}
	}
	return true
}

func (a *AuthValues) nextField() bool {
	for ; a.field < len(a.m.Headers); a.field++ {
		switch h := &a.m.Headers[a.field]; h.ID {
		case HeaderWWWAuthenticate, HeaderProxyAuthenticate, HeaderAuthorization, HeaderProxyAuthorization:
			a.field++
			a.h, a.r = h, a.m.ReadAuth(h)
			return a.r.Next(&a.begin)
		}
	}
	return false
}
