package sip

import (
	"fmt"
	"strings"
	"testing"
)

func TestURIParts(t *testing.T) {
	for uri, want := range map[string]string{
		"sip:example.com":                          "sip||example.com|0||",
		"SIPS:alice@example.com:5061":              "SIPS|alice|example.com|5061||",
		"sip:alice:secret@192.0.2.1;transport=tcp": "sip|alice|192.0.2.1|0|transport=tcp|",
		"sip:a@example.com;lr?Subject=x&To=y":      "sip|a|example.com|0|lr|Subject=x&To=y",
		"sip:a@example.com?Replaces=1%40x%3Bt%3D2": "sip|a|example.com|0||Replaces=1%40x%3Bt%3D2",
		"sip:[2001:db8::1]:5060;maddr=[::1]":       "sip||[2001:db8::1]|5060|maddr=[::1]|",
		"sip:a;b=c?d/e@example.com":                "sip|a;b=c?d/e|example.com|0||",
		"sip:example.com.:0":                       "sip||example.com.|0||",
		"tel:+1-555-0100;ext=12":                   "tel|+1-555-0100||0|ext=12|",
		"tel:*21#;phone-context=example.com":       "tel|*21#||0|phone-context=example.com|",
		"urn:service:sos":                          "urn|||0||",
		"https://example.com/a.cer?x=1#top":        "https|||0||",
	} {
		m := Parse([]byte(uri))
		u, err := m.URI(Span{0, int32(len(uri))})
		if err != nil {
			t.Errorf("%s: %q wants %s", uri, m.Bytes(err.At), err.Want)
			continue
		}
		got := fmt.Sprintf("%s|%s|%s|%d|%s|%s", m.Bytes(u.Scheme), m.Bytes(u.User), m.Bytes(u.Host), u.PortNum, m.Bytes(u.Params), m.Bytes(u.Headers))
		if got != want {
			t.Errorf("%s: %s, want %s", uri, got, want)
		}
	}
}

func TestURIErrorsNameThePlaceAndWhatBelongsThere(t *testing.T) {
	for uri, want := range map[string]string{
		"":                                 "|a URI",
		"alice":                            "alice|" + wantScheme,
		"alice@example.com":                "alice@example.com|" + wantScheme,
		"example.com:5060":                 "example.com:5060|" + wantScheme,
		"192.0.2.1:5060;transport=udp":     "192.0.2.1:5060;transport=udp|" + wantScheme,
		"sip:":                             "|a host",
		"sip:a@":                           "|a host",
		"sip:@example.com":                 "@|a user in front of the @",
		"sip:a b@example.com":              " |characters of a user part; others are written as %xx",
		"sip:*21#@example.com":             "#|characters of a user part; others are written as %xx",
		"sip:a%4@example.com":              "%4|two hexadecimal digits behind the %",
		"sip:a@b@example.com":              "@|%40 for an @ that does not separate user and host",
		"sip:a:p?q@example.com":            "?|characters of a password; others are written as %xx",
		"sip:a@192.0.2.256":                "192.0.2.256|an IPv4 address, four numbers up to 255, or a host name",
		"sip:a@example.com:":               "|a port from 1 to 65535",
		"sip:a@example.com:65536":          "65536|a port from 1 to 65535",
		"sip:a@2001:db8::1":                "2001:db8::1|brackets around an IPv6 address",
		"sip:a@[2001:db8::1":               "[2001:db8::1|a closing bracket behind the IPv6 address",
		"sip:a@[2001:db8::1::2]":           "2001:db8::1::2|an IPv6 address",
		"sip:a@ex_ample.com":               "_|letters, digits, hyphens and dots in a host name",
		"sip:a@example..com":               ".|a label between the dots of a host name",
		"sip:a@-example.com":               "-example|a label that begins and ends with a letter or digit",
		"sip:a@example.com;":               ";|a parameter behind the semicolon",
		"sip:a@example.com;;lr":            ";|a parameter behind the semicolon",
		"sip:a@example.com;transport=":     "transport=|a value behind the =",
		"sip:a@example.com;transport":      "transport|a value with this parameter",
		"sip:a@example.com;ttl=256":        "ttl=256|a number from 0 to 255 as ttl",
		"sip:a@example.com;x=a,b":          ",|characters of a URI parameter; others are written as %xx",
		"sip:a@example.com;x=\"a\"":        "\"|characters of a URI parameter; others are written as %xx",
		"sip:a@example.com?Subject":        "Subject|a header as name=value",
		"sip:a@example.com?Subject=a;b":    ";|characters of a URI header; others are written as %xx",
		"sip:a@example.com lr":             " |letters, digits, hyphens and dots in a host name",
		"tel:":                             "|a telephone number",
		"tel:+":                            "+|a telephone number",
		"tel:+1-555-ABCD":                  "A|digits and the separators - . ( ) in a global number",
		"tel:0171 1":                       " |digits, A to F, *, # and the separators - . ( ) in a local number",
		"tel:911;phone-context=+1x":        "x|digits and the separators - . ( ) in a global number",
		"tel:911;phone-context":            "|a label between the dots of a host name",
		"tel:911;ext=1a":                   "a|digits as an extension",
		"tel:911;a_b=1":                    "_|letters, digits and hyphens in the name of a parameter",
		"http:":                            "http:|something behind the scheme",
		"http://example.com/a b":           " |characters of a URI; others are written as %xx",
		"http://example.com/<a>":           "<|characters of a URI; others are written as %xx",
		"sip:\x80@example.com":             "\x80|characters of a user part; others are written as %xx",
		"sip:a@example.com;maddr=192.0.2.": "192.0.2.|an IPv4 address, four numbers up to 255, or a host name",
	} {
		m := Parse([]byte(uri))
		_, err := m.URI(Span{0, int32(len(uri))})
		if err == nil {
			t.Errorf("%s: no error, want %s", uri, want)
			continue
		}
		if got := string(m.Bytes(err.At)) + "|" + err.Want; got != want {
			t.Errorf("%s: %s, want %s", uri, got, want)
		}
	}
}

func TestIPv6Addresses(t *testing.T) {
	for _, a := range []string{"::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:192.0.2.1", "::ffff:192.0.2.1", "1::3:4:5:6:7:8", "::192.0.2.1"} {
		if !ipv6Address([]byte(a)) {
			t.Errorf("%s is refused", a)
		}
	}
	for _, a := range []string{"", ":", ":1", "1:", "1:2", ":::", "1::2::3", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "12345::", "g::", "::1.2.3", "1:2:3:4:5:6:7:192.0.2.1", "fe80::1%eth0"} {
		if ipv6Address([]byte(a)) {
			t.Errorf("%s is accepted", a)
		}
	}
}

func TestRightURIsAllocateNothing(t *testing.T) {
	m := withFields(strings.Join([]string{
		`To: "Bob \"B\" Jones" <sip:bob;day=1:pw@[2001:db8::1]:5060;transport=tcp;lr?Subject=x%20y>;tag=1;x="a;b"`,
		`To: <tel:+1-555-0100;ext=1;isub=1>;tag=2`,
		`To: sip:carol@example.com;tag=3`,
	}, "\r\n"))
	if n := testing.AllocsPerRun(100, func() {
		for _, v := range m.Values(HeaderTo) {
			if _, err := m.AddressSyntax(v, NameAddrOrSpec); err != nil {
				t.Fatal(err.Want)
			}
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkAddressSyntax(b *testing.B) {
	line := `To: "Bob Jones" <sip:bob@host.example.com:5060;transport=tcp>;tag=z9hG4bK1234`
	m := withFields(line)
	b.SetBytes(int64(len(line) - len("To: ")))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.AddressSyntax(m.Headers[0].Value, NameAddrOrSpec); err != nil {
			b.Fatal(err.Want)
		}
	}
}

func TestURIOfManyParametersIsReadInOnePass(t *testing.T) {
	uri := "sip:a@example.com" + strings.Repeat(";a=b", 100_000)
	m := &Message{Text: []byte(uri)}
	if _, err := m.URI(Span{0, int32(len(uri))}); err != nil {
		t.Fatal(err.Want)
	}
}
