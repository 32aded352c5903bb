package sip

import "bytes"

// SDPCrypto is a=crypto:<tag> <suite> <key parameters> [<session parameters>] (RFC 4568 section 9).
type SDPCrypto struct {
	Tag, Suite Span
	Keys       Span // key parameters separated by ';': inline:... each
	Params     Span // session parameters, words
}

// Crypto reads an a=crypto line. The key itself is read for the method inline and the suites of KeyLength.
func (d *SDP) Crypto(l *SDPLine) (SDPCrypto, *SyntaxError) {
	w := d.attrWords(l)
	c := SDPCrypto{Tag: w.next(), Suite: w.next(), Keys: w.next(), Params: w.rest()}
	tag := d.Bytes(c.Tag)
	switch {
	case !allDigits(tag) || len(tag) > 9:
		return c, &SyntaxError{At: c.Tag, Want: "a tag of one to nine digits"}
	case !isSuite(d.Bytes(c.Suite)):
		return c, &SyntaxError{At: c.Suite, Want: "a crypto suite, as AES_CM_128_HMAC_SHA1_80"}
	case c.Keys.Len == 0:
		return c, &SyntaxError{At: c.Keys, Want: "a key, as inline: and the key"}
	}
	from, end := int(c.Keys.Off), int(c.Keys.End())
	for from <= end {
		to := end
		if i := bytes.IndexByte(d.Text[from:end], ';'); i >= 0 {
			to = from + i
		}
		if _, err := d.InlineKey(span(from, to), d.Bytes(c.Suite)); err != nil {
			return c, err
		}
		from = to + 1
	}
	return c, nil
}

// isSuite: letters, digits and underscores.
func isSuite(b []byte) bool {
	for _, c := range b {
		if !isAlnum(c) && c != '_' {
			return false
		}
	}
	return len(b) > 0
}

// SDPKey is one key of a=crypto: inline:<key and salt>[|<lifetime>][|<MKI>:<length>] (RFC 4568 section 9).
type SDPKey struct{ Method, Key, Lifetime, MKI, MKILength Span }

// InlineKey reads one key parameter for a crypto suite. Key and salt are in base64, padding may be
// missing; their length is judged for suites that KeyLength knows.
func (d *SDP) InlineKey(s Span, suite []byte) (SDPKey, *SyntaxError) {
	var k SDPKey
	colon := bytes.IndexByte(d.Bytes(s), ':')
	if colon < 0 {
		return k, &SyntaxError{At: s, Want: "inline: in front of the key"}
	}
	k.Method = Span{s.Off, int32(colon)}
	if !EqualFold(d.Bytes(k.Method), "inline") {
		if !isSuite(d.Bytes(k.Method)) {
			return k, &SyntaxError{At: k.Method, Want: "inline: in front of the key"}
		}
		return k, nil
	}
	k.Key = Span{s.Off + int32(colon) + 1, s.Len - int32(colon) - 1}
	var rest []Span
	if bar := bytes.IndexByte(d.Bytes(k.Key), '|'); bar >= 0 {
		from, end := int(k.Key.Off)+bar+1, int(k.Key.End())
		k.Key.Len = int32(bar)
		var parts [3]Span
		n := 0
		for n < len(parts) {
			to := end
			if i := bytes.IndexByte(d.Text[from:end], '|'); i >= 0 {
				to = from + i
			}
			parts[n] = span(from, to)
			n++
			if to == end {
				break
			}
			from = to + 1
		}
		rest = parts[:n]
	}
	n, ok := base64Len(d.Bytes(k.Key))
	want := KeyLength(suite)
	switch {
	case !ok:
		return k, &SyntaxError{At: k.Key, Want: "a key and salt in base64"}
	case want > 0 && n != want:
		return k, &SyntaxError{At: k.Key, Want: keyWant(want)}
	}
	for i, p := range rest {
		b := d.Bytes(p)
		colon := bytes.IndexByte(b, ':')
		switch {
		case colon < 0 && i == 0 && isLifetime(b):
			k.Lifetime = p
		case colon > 0 && i < 2 && i == len(rest)-1 && allDigits(b[:colon]):
			k.MKI, k.MKILength = Span{p.Off, int32(colon)}, Span{p.Off + int32(colon) + 1, p.Len - int32(colon) - 1}
			if n, ok := number(d.Bytes(k.MKILength), 128); !ok || n == 0 {
				return k, &SyntaxError{At: k.MKILength, Want: "the length of the MKI, 1 to 128 bytes"}
			}
		case colon < 0 && i == 0:
			return k, &SyntaxError{At: p, Want: "a lifetime, as 2^31"}
		default:
			return k, &SyntaxError{At: p, Want: "an MKI and its length, as 1:4"}
		}
	}
	return k, nil
}

// isLifetime: [ "2^" ] 1*DIGIT.
func isLifetime(b []byte) bool { return allDigits(bytes.TrimPrefix(b, []byte("2^"))) }

// KeyLength returns the length in bytes of key and salt of a crypto suite (RFC 4568 section 6.2, RFC 6188,
// RFC 7714 section 14); 0 for others. Names are those of the registry, letter case ignored.
func KeyLength(suite []byte) int {
	for _, s := range suites {
		if EqualFold(suite, s.name) {
			return s.key
		}
	}
	return 0
}

var suites = [...]struct {
	name string
	key  int
}{
	{"AES_CM_128_HMAC_SHA1_80", 30},
	{"AES_CM_128_HMAC_SHA1_32", 30},
	{"F8_128_HMAC_SHA1_80", 30},
	{"AES_192_CM_HMAC_SHA1_80", 38},
	{"AES_192_CM_HMAC_SHA1_32", 38},
	{"AES_256_CM_HMAC_SHA1_80", 46},
	{"AES_256_CM_HMAC_SHA1_32", 46},
	{"AEAD_AES_128_GCM", 28},
	{"AEAD_AES_256_GCM", 44},
}

func keyWant(n int) string {
	switch n {
	case 28:
		return "28 bytes of key and salt, 38 characters of base64 and padding"
	case 30:
		return "30 bytes of key and salt, 40 characters of base64"
	case 38:
		return "38 bytes of key and salt, 51 characters of base64 and padding"
	case 44:
		return "44 bytes of key and salt, 59 characters of base64 and padding"
	}
	return "46 bytes of key and salt, 62 characters of base64 and padding"
}

// base64Len returns how many bytes base64 text stands for. Padding may be missing.
func base64Len(b []byte) (int, bool) {
	data := bytes.TrimRight(b, "=")
	pad := len(b) - len(data)
	for _, c := range data {
		if !isAlnum(c) && c != '+' && c != '/' {
			return 0, false
		}
	}
	n := len(data)
	ok := n > 0 && n%4 != 1 && (pad == 0 || (n+pad)%4 == 0 && pad <= 2)
	return n * 6 / 8, ok
}

// SDPFingerprint is a=fingerprint:<hash function> <bytes in hex> (RFC 8122 section 5).
type SDPFingerprint struct{ Hash, Bytes Span }

// Fingerprint reads an a=fingerprint line. The number of bytes is judged for the hash functions that RFC 8122 names.
func (d *SDP) Fingerprint(l *SDPLine) (SDPFingerprint, *SyntaxError) {
	w := d.attrWords(l)
	f := SDPFingerprint{Hash: w.next(), Bytes: w.next()}
	if !isSDPToken(d.Bytes(f.Hash)) || f.Bytes.Len == 0 {
		return f, &SyntaxError{At: Span{f.Hash.Off, f.Bytes.End() - f.Hash.Off}, Want: "a hash function and bytes, as sha-256 4A:AD:..."}
	}
	b := d.Bytes(f.Bytes)
	for i, c := range b {
		if (i%3 == 2) != (c == ':') || i%3 != 2 && !isHex(c) {
			return f, &SyntaxError{At: f.Bytes, Want: wantHexPairs}
		}
	}
	if len(b)%3 != 2 {
		return f, &SyntaxError{At: f.Bytes, Want: wantHexPairs}
	}
	if n := hashLen(d.Bytes(f.Hash)); n > 0 && (len(b)+1)/3 != n {
		return f, &SyntaxError{At: f.Bytes, Want: fingerprintWant(n)}
	}
	if rest := w.rest(); rest.Len > 0 {
		return f, &SyntaxError{At: rest, Want: "nothing behind the bytes"}
	}
	return f, nil
}

const wantHexPairs = "pairs of hexadecimal digits with colons between them"

// hashLen returns the length in bytes of a hash; 0 when it is not known.
func hashLen(name []byte) int {
	for _, h := range hashes {
		if EqualFold(name, h.name) {
			return h.bytes
		}
	}
	return 0
}

var hashes = [...]struct {
	name  string
	bytes int
}{{"sha-256", 32}, {"sha-1", 20}, {"sha-384", 48}, {"sha-512", 64}, {"sha-224", 28}, {"md5", 16}, {"md2", 16}}

func fingerprintWant(n int) string {
	switch n {
	case 16:
		return "16 bytes in hex"
	case 20:
		return "20 bytes in hex"
	case 28:
		return "28 bytes in hex"
	case 32:
		return "32 bytes in hex"
	case 48:
		return "48 bytes in hex"
	}
	return "64 bytes in hex"
}

// Setup reads an a=setup line: active, passive, actpass or holdconn (RFC 4145 section 4).
func (d *SDP) Setup(l *SDPLine) (Span, *SyntaxError) {
	_, v, _ := d.Attr(l)
	v = d.trimmed(v)
	switch string(d.Bytes(v)) {
	case "active", "passive", "actpass", "holdconn":
		return v, nil
	}
	return v, &SyntaxError{At: v, Want: "active, passive, actpass or holdconn"}
}

// SDPKeyMgmt is a=key-mgmt:<protocol> <data> (RFC 4567 section 3.1).
type SDPKeyMgmt struct{ Protocol, Data Span }

// KeyMgmt reads an a=key-mgmt line.
func (d *SDP) KeyMgmt(l *SDPLine) (SDPKeyMgmt, *SyntaxError) {
	w := d.attrWords(l)
	k := SDPKeyMgmt{Protocol: w.next(), Data: w.next()}
	switch {
	case !isSDPToken(d.Bytes(k.Protocol)):
		return k, &SyntaxError{At: k.Protocol, Want: "a key management protocol, as mikey"}
	case k.Data.Len == 0:
		return k, &SyntaxError{At: k.Data, Want: "the data of the protocol, in base64"}
	}
	return k, nil
}
