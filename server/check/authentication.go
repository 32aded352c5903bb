package check

import (
	"bytes"

	"sipls/knowledge"
	"sipls/server/sip"
)

// The header fields of authentication.
var (
	challengeFields  = []sip.HeaderID{sip.HeaderWWWAuthenticate, sip.HeaderProxyAuthenticate}
	credentialFields = []sip.HeaderID{sip.HeaderAuthorization, sip.HeaderProxyAuthorization}
	authFields       = []sip.HeaderID{sip.HeaderWWWAuthenticate, sip.HeaderProxyAuthenticate, sip.HeaderAuthorization, sip.HeaderProxyAuthorization}
	authInfoFields   = append([]sip.HeaderID{sip.HeaderAuthenticationInfo}, authFields...)
)

// Challenges stand in responses, credentials in requests.
var (
	inResponses = []knowledge.Range{{Lo: 100, Hi: 699}}
	inRequests  = []knowledge.Range{{Request: true}}
)

// isAuthField reports whether a header field holds challenges, credentials or Authentication-Info.
func isAuthField(id sip.HeaderID) bool {
	switch id {
	case sip.HeaderWWWAuthenticate, sip.HeaderProxyAuthenticate, sip.HeaderAuthorization, sip.HeaderProxyAuthorization, sip.HeaderAuthenticationInfo:
		return true
	}
	return false
}

// authWord names what a field holds.
func authWord(id sip.HeaderID) string {
	switch id {
	case sip.HeaderWWWAuthenticate, sip.HeaderProxyAuthenticate:
		return "challenge"
	case sip.HeaderAuthenticationInfo:
		return "Authentication-Info"
	}
	return "credentials"
}

func isDigest(m *sip.Message, v *sip.AuthValue) bool {
	return sip.EqualFold(m.Bytes(v.Scheme.Name), "Digest")
}

// digestName returns the algorithm of a Digest challenge or credentials, MD5 where none is named.
func digestName(m *sip.Message, v *sip.AuthValue) []byte {
	if a := v.Unquoted(m, sip.AuthAlgorithm); len(a) > 0 {
		return a
	}
	return md5Name
}

var md5Name = []byte("MD5")

func hasPrefixFold(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && sip.EqualFold(b[:len(prefix)], prefix)
}

// onOneLine takes the line ends out of a value; blanks in it stay, for quoted strings mean them.
func onOneLine(b []byte) string {
	return string(bytes.Map(func(r rune) rune {
		if r == '\r' || r == '\n' {
			return -1
		}
		return r
	}, b))
}

// registerWith is a REGISTER with these lines, for cases.
func registerWith(lines string) string {
	return "REGISTER sip:example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:bob@example.com>;tag=1\nTo: <sip:bob@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 2 REGISTER\n" + lines + "Content-Length: 0\n\n"
}

// responseWith is a response to REGISTER with these lines, for cases.
func responseWith(statusLine, lines string) string {
	return "SIP/2.0 " + statusLine + "\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nFrom: <sip:bob@example.com>;tag=1\nTo: <sip:bob@example.com>;tag=2\nCall-ID: 1@192.0.2.1\nCSeq: 1 REGISTER\n" + lines + "Content-Length: 0\n\n"
}

// challengedWith is a 401 with these lines, for cases.
func challengedWith(lines string) string { return responseWith("401 Unauthorized", lines) }

// cutLog is a log that ends behind the lines of a message, for cases.
func cutLog(message string) string {
	return "2026-11-22 10:00:00 a message:\n" + message[:len(message)-len("\nContent-Length: 0\n\n")]
}
