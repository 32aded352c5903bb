package scenario

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
)

// digestResponse computes the response directive for algorithm MD5 and qop=auth
// (RFC 7616 section 3.4.1, RFC 2617 section 3.2.2.1).
func digestResponse(user, realm, password, method, uri, nonce, nc, cnonce string) string {
	ha1 := md5Hex(user, realm, password)
	ha2 := md5Hex(method, uri)
	return md5Hex(ha1, nonce, nc, cnonce, "auth", ha2)
}

// md5Hex is H(a ":" b ":" ...).
func md5Hex(parts ...string) string {
	var room [256]byte
	b := room[:0]
	for i, p := range parts {
		if i > 0 {
			b = append(b, ':')
		}
		b = append(b, p...)
	}
	sum := md5.Sum(b)
	return hex.EncodeToString(sum[:])
}

// challenge is what a server asked for: the values that the credentials repeat.
type challenge struct{ realm, nonce, opaque string }

// credentials returns the value of Authorization or Proxy-Authorization. uses
// counts the requests with this nonce, this one too.
func (c challenge) credentials(p Party, password, method, uri, cnonce string, uses uint32) string {
	nc := fmt.Sprintf("%08x", uses)
	user := p.User
	if user == "" {
		user = "trunk" // a server has no user part, but an account at the other one
	}
	response := digestResponse(user, c.realm, password, method, uri, c.nonce, nc, cnonce)
	v := `Digest username="` + user + `", realm="` + c.realm + `", nonce="` + c.nonce + `", uri="` + uri +
		`", response="` + response + `", algorithm=MD5, cnonce="` + cnonce + `", qop=auth, nc=` + nc
	if c.opaque != "" {
		v += `, opaque="` + c.opaque + `"`
	}
	return v
}
