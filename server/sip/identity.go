package sip

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math"
	"slices"
	"strconv"
)

// Identity is one value of the header field Identity (RFC 8224 section 4).
type Identity struct {
	Header *Header
	Value  Span
	Digest Span // signed-identity-digest: a PASSporT in full or compact form
	Info   Span // the URI of the certificate, without its angle brackets
	Alg    Span // as written, perhaps quoted; Len 0 when there is none
	PPT    Span // likewise
	// Old says that it has the form of RFC 4474, which RFC 8224 replaced: a signature in base64, quoted as a
	// rule, without parameters.
	Old bool
	Err *SyntaxError // the first place where it leaves the grammar
}

// Identities calls yield for each value of the Identity fields.
func (m *Message) Identities(yield func(Identity) bool) {
	for h, v := range m.Values(HeaderIdentity) {
		if !yield(m.identity(h, v)) {
			return
		}
	}
}

func (m *Message) identity(h *Header, v Span) Identity {
	t, end := m.Text, int(v.End())
	semi := skipTo(t, int(v.Off), end, ';')
	id := Identity{Header: h, Value: v, Digest: trim(t, int(v.Off), semi)}
	fail := func(from, to int, want string) {
		if id.Err == nil {
			id.Err = syntaxError(from, to, want)
		}
	}
	digest := id.Digest.In(t)
	switch bad := slices.IndexFunc(digest, func(c byte) bool { return !isPASSporTChar(c) }); {
	case len(digest) == 0:
		fail(int(v.Off), int(v.Off), "a PASSporT")
	case digest[0] == '"' || bad < 0 && semi == end && bytes.IndexByte(digest, '.') < 0:
		id.Old = true
	case bad >= 0:
		at := int(id.Digest.Off) + bad
		fail(at, at+1, "base64url or a point")
	case bytes.Count(digest, []byte(".")) != 2:
		fail(int(id.Digest.Off), int(id.Digest.End()), "header, claims and signature, separated by points")
	}
	hasInfo := false
	for p := range m.Params(span(min(semi+1, end), end), ';') {
		switch value := p.Value.In(t); {
		case p.Name.Len == 0:
			fail(int(p.Name.Off), int(p.Name.Off), "a parameter behind the ;")
		case EqualFold(p.Name.In(t), "info"):
			hasInfo = true
			id.Info = p.Value
			if len(value) < 2 || value[0] != '<' || value[len(value)-1] != '>' {
				fail(int(p.Name.Off), int(max(p.Name.End(), p.Value.End())), "info=<URI>, the URI in angle brackets")
				break
			}
			id.Info = span(int(p.Value.Off)+1, int(p.Value.End())-1)
		case EqualFold(p.Name.In(t), "alg"):
			id.Alg = p.Value
		case EqualFold(p.Name.In(t), "ppt"):
			id.PPT = p.Value
		}
	}
	if !hasInfo && !id.Old {
		fail(end, end, "the parameter info")
	}
	return id
}

// isPASSporTChar reports whether c stands in a PASSporT: base64url of RFC 7515,
// the base64 that the grammar of RFC 8224 names in its place, or the point.
func isPASSporTChar(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || isDigit(c) ||
		c == '-' || c == '_' || c == '+' || c == '/' || c == '=' || c == '.'
}

// PASSporT is the token of an Identity (RFC 8225), decoded but not verified: whoever
// wrote the message wrote it. What is not there, or has another type than it should have, is empty.
type PASSporT struct {
	Compact bool // only the signature is there; the rest repeats what the message says (RFC 8225 section 7)

	// Header (RFC 8225 section 4).
	Typ, Alg, PPT, X5U string

	// Claims (RFC 8225 section 5).
	Orig, Dest PASSporTNumbers
	HasOrig    bool
	HasDest    bool
	IssuedAt   int64 // claim iat, seconds since 1970 UTC
	HasIat     bool
	// Attest and OrigID are those of SHAKEN (RFC 8588): A, B or C, and a UUID.
	Attest, OrigID string
	// Claims are the names of all claims, sorted.
	Claims []string
}

// PASSporTNumbers are the identities in a claim orig or dest.
type PASSporTNumbers struct {
	TN, URI []string // telephone numbers, as written, and URIs
}

// HasClaim reports whether there is a claim of that name.
func (p *PASSporT) HasClaim(name string) bool {
	_, ok := slices.BinarySearch(p.Claims, name)
	return ok
}

// maxPASSporT is the longest digest in bytes that is decoded: several times what fits into a datagram.
const maxPASSporT = 64 << 10

// PASSporT decodes the digest of an Identity. The error says which part of it
// cannot be read; p then holds what could.
func (m *Message) PASSporT(id Identity) (p PASSporT, err *SyntaxError) {
	t := m.Text
	from, end := int(id.Digest.Off), int(id.Digest.End())
	if id.Old || id.Digest.Len == 0 || id.Digest.Len > maxPASSporT {
		return p, syntaxError(from, end, "a PASSporT")
	}
	first := bytes.IndexByte(t[from:end], '.')
	if first < 0 {
		return p, syntaxError(from, end, "a PASSporT of three parts")
	}
	first += from
	second := bytes.IndexByte(t[first+1:end], '.')
	if second < 0 {
		return p, syntaxError(from, end, "a PASSporT of three parts")
	}
	second += first + 1
	if first == from && second == first+1 {
		p.Compact = true
		return p, nil
	}
	header, ok := decodeJSON(t[from:first])
	if !ok {
		err = syntaxError(from, first, "a JSON object in base64url: the header of the PASSporT")
	}
	p.Typ, p.Alg, p.PPT, p.X5U = jsonString(header["typ"]), jsonString(header["alg"]), jsonString(header["ppt"]), jsonString(header["x5u"])
	claims, ok := decodeJSON(t[first+1 : second])
	if !ok && err == nil {
		err = syntaxError(first+1, second, "a JSON object in base64url: the claims of the PASSporT")
	}
	for name := range claims {
		p.Claims = append(p.Claims, name)
	}
	slices.Sort(p.Claims)
	p.Attest, p.OrigID = jsonString(claims["attest"]), jsonString(claims["origid"])
	p.Orig, p.HasOrig = passportNumbers(claims["orig"])
	p.Dest, p.HasDest = passportNumbers(claims["dest"])
	p.IssuedAt, p.HasIat = numericDate(claims["iat"])
	return p, err
}

func decodeJSON(b []byte) (out map[string]any, ok bool) {
	b = bytes.TrimRight(b, "=")
	raw := make([]byte, base64.RawURLEncoding.DecodedLen(len(b)))
	n, err := base64.RawURLEncoding.Decode(raw, b)
	if err != nil {
		if n, err = base64.RawStdEncoding.Decode(raw, b); err != nil {
			return nil, false
		}
	}
	return out, json.Unmarshal(raw[:n], &out) == nil && out != nil
}

func jsonString(v any) string {
	s, _ := v.(string)
	return s
}

// passportNumbers reads a claim orig or dest. The array that RFC 8225 gives to dest only is taken for both,
// and so is the single string.
func passportNumbers(v any) (n PASSporTNumbers, ok bool) {
	o, ok := v.(map[string]any)
	if !ok {
		return n, false
	}
	return PASSporTNumbers{TN: jsonStrings(o["tn"]), URI: jsonStrings(o["uri"])}, true
}

func jsonStrings(v any) (out []string) {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		for _, e := range v {
			if s, ok := e.(string); ok {
				out = append(out, s)
			}
		}
	}
	return out
}

// numericDate reads a NumericDate (RFC 7519 section 2); the examples of RFC 8225 and RFC 8588 write it as a string.
func numericDate(v any) (int64, bool) {
	f, ok := v.(float64)
	if s, isString := v.(string); isString {
		var err error
		f, err = strconv.ParseFloat(s, 64)
		ok = err == nil
	}
	if !ok || math.IsNaN(f) || math.Abs(f) > 1<<53 {
		return 0, false
	}
	return int64(f), true
}
