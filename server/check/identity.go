package check

import (
	"bytes"
	"encoding/base64"
	"strings"

	"sipls/server/sip"
)

var identityFields = []sip.HeaderID{sip.HeaderIdentity}

// passportParts returns the places of header and claims in a full PASSporT.
func passportParts(m *sip.Message, id *sip.Identity) (header, claims sip.Span) {
	b := m.Bytes(id.Digest)
	first := bytes.IndexByte(b, '.')
	second := first + 1 + bytes.IndexByte(b[first+1:], '.')
	off := id.Digest.Off
	return sip.Span{Off: off, Len: int32(first)}, sip.Span{Off: off + int32(first) + 1, Len: int32(second - first - 1)}
}

// fullPASSporTs calls yield for each Identity that is right and holds a PASSporT that can be read in full.
func fullPASSporTs(m *sip.Message, yield func(id *sip.Identity, p *sip.PASSporT)) {
	for id := range m.Identities {
		if id.Err != nil {
			continue
		}
		if p, err := m.PASSporT(id); err == nil && !p.Compact {
			yield(&id, &p)
		}
	}
}

// telephoneNumber returns the digits of the telephone number that a tel URI or the user
// part of a SIP URI is (RFC 8224 sections 8.1 and 8.3); ok is false for anything else.
func telephoneNumber(uri []byte) (digits string, ok bool) {
	var number []byte
	if hasPrefixFold(uri, "tel:") {
		number, _, _ = bytes.Cut(uri[len("tel:"):], []byte(";"))
	} else {
		number, _ = userAndHost(uri)
		number, _, _ = bytes.Cut(number, []byte(";"))
	}
	return canonicalNumber(string(number))
}

// canonicalNumber drops the visual separators and the +; ok is false when something else is in it.
func canonicalNumber(s string) (digits string, ok bool) {
	var b strings.Builder
	for _, c := range []byte(s) {
		switch {
		case '0' <= c && c <= '9', c == '#', c == '*':
			b.WriteByte(c)
		case c == '+' || c == '-' || c == '.' || c == '(' || c == ')':
		default:
			return "", false
		}
	}
	return b.String(), b.Len() > 0
}

// sameNumber reports whether two numbers may be the same: one may lack the country code or
// carry a prefix for dialling, which only the operators can tell from another number.
func sameNumber(a, b string) bool {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return strings.HasSuffix(a, b) || strings.HasSuffix(b, a)
}

// invited is an INVITE with these lines, for cases.
func invited(lines string) string {
	return "INVITE sip:+15550101@example.com SIP/2.0\nVia: SIP/2.0/TLS 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:+15550100@example.com>;tag=1\nTo: <sip:+15550101@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 INVITE\nContact: <sip:192.0.2.1>\nAllow: INVITE, ACK, CANCEL, BYE\nSupported: replaces\nDate: Fri, 25 Sep 2015 19:12:25 GMT\n" + lines + "Content-Length: 0\n\n"
}

// identityLine is an Identity with this header, these claims and these parameters, for cases.
func identityLine(header, claims, params string) string {
	e := base64.RawURLEncoding
	return "Identity: " + e.EncodeToString([]byte(header)) + "." + e.EncodeToString([]byte(claims)) + ".c2lnbmF0dXJl" + params + "\n"
}

const (
	shakenHeader = `{"alg":"ES256","ppt":"shaken","typ":"passport","x5u":"https://cert.example.org/p.cer"}`
	shakenClaims = `{"attest":"A","dest":{"tn":["15550101"]},"iat":1443208345,"orig":{"tn":"15550100"},"origid":"123e4567-e89b-12d3-a456-426655440000"}`
	shakenParams = ";info=<https://cert.example.org/p.cer>;alg=ES256;ppt=shaken"
)
