package sip

import (
	"fmt"
	"testing"
)

func TestAddressSyntax(t *testing.T) {
	const (
		noTokens = "quotes around a display name that does not consist of tokens"
		behind   = "a semicolon or nothing behind the closing angle bracket"
	)
	parts := [...]string{"display", "brackets", "URI", "params"}
	for _, c := range []struct {
		name, value string
		form        AddressForm
		want        string // "" when the value is right, else "part|offending text|what belongs there"
	}{
		{"quoted display name", `"A, \"B\" <c>" <sip:a@example.com>;tag=1`, NameAddrOrSpec, ""},
		{"tokens", "Alice B. O'Neil <sip:a@example.com>", NameAddrOrSpec, ""},
		{"no blank before the bracket", `Alice<sip:a@example.com>`, NameAddrOrSpec, ""},
		{"addr-spec", `sip:a@example.com;tag=1`, NameAddrOrSpec, ""},
		{"folded between the parts", "Alice\r\n <sip:a@example.com>\r\n ;\r\n tag\r\n = 1", NameAddrOrSpec, ""},
		{"URI of another scheme", "<https://example.com/a?b=c,d;e>", BracketedURI, ""},
		{"quoted parameter with an @", `sip:example.com;cid="a@b"`, NameAddrOrSpec, ""},
		{"parameter without value, IPv6 value", `<sip:a@example.com>;x;received=[2001:db8::1]`, NameAddrOrSpec, ""},

		{"empty", "", NameAddrOrSpec, "URI||an address"},
		{"quote not closed", `"Alice <sip:a@example.com>;tag=1`, NameAddrOrSpec, `display|"Alice <sip:a@example.com>;tag=1|a closing quote`},
		{"closing quote escaped", `"Alice\" <sip:a@example.com>`, NameAddrOrSpec, `display|"Alice\" <sip:a@example.com>|a closing quote`},
		{"comma in a display name", `Bell, A <sip:a@example.com>`, NameAddrOrSpec, "display|Bell, A|" + noTokens},
		{"something behind the quoted name", `"A" B <sip:a@example.com>`, NameAddrOrSpec, "display| B|an angle bracket behind the quoted display name"},
		{"bracket not closed", `<sip:a@example.com`, NameAddrOrSpec, "brackets|<sip:a@example.com|a closing angle bracket behind the URI"},
		{"bracket not opened", `sip:a@example.com>`, NameAddrOrSpec, "brackets|>|an opening angle bracket in front of the URI"},
		{"blank behind the bracket", `< sip:a@example.com>`, NameAddrOrSpec, "URI| |no blank between angle bracket and URI"},
		{"blank before the bracket", `<sip:a@example.com >`, NameAddrOrSpec, "URI| |no blank between angle bracket and URI"},
		{"nothing in the brackets", `<>`, NameAddrOrSpec, "URI|<>|a URI between the angle brackets"},
		{"text behind the bracket", `<sip:a@example.com> x;tag=1`, NameAddrOrSpec, "brackets|x|" + behind},
		{"two brackets", `<<sip:a@example.com>>`, NameAddrOrSpec, "URI|<sip:a@example.com|" + wantScheme},
		{"display name before a bare URI", `Alice sip:a@example.com`, NameAddrOrSpec, "brackets|Alice sip:a@example.com|angle brackets around a URI that follows a display name"},
		{"quoted display name before a bare URI", `"Alice" sip:a@example.com`, NameAddrOrSpec, "brackets|sip:a@example.com|a URI in angle brackets behind the display name"},
		{"question mark in a bare URI", `sip:a@example.com?Subject=x`, NameAddrOrSpec, "brackets|sip:a@example.com?Subject=x|angle brackets around a URI with comma or question mark"},
		{"semicolon in the user part of a bare URI", `sip:a;b=c@example.com`, NameAddrOrSpec, "brackets|sip:a;b=c@example.com|angle brackets around a URI with a semicolon"},
		{"bare URI in a field that wants brackets", `sip:a@example.com;lr`, NameAddr, "brackets|sip:a@example.com|angle brackets around the URI"},
		{"display name in a field without", `A <http://example.com/>`, BracketedURI, "brackets|A|nothing in front of the opening angle bracket"},
		{"no scheme", `<a@example.com>`, NameAddrOrSpec, "URI|a@example.com|" + wantScheme},
		{"semicolon at the end", `<sip:a@example.com>;`, NameAddrOrSpec, "params|;|a parameter beside the semicolon"},
		{"two semicolons", `<sip:a@example.com>;;tag=1`, NameAddrOrSpec, "params|;|a parameter beside the semicolon"},
		{"semicolon at the end of many", `<sip:a@example.com>;tag=1; `, NameAddrOrSpec, "params|;|a parameter beside the semicolon"},
		{"no name", `<sip:a@example.com>;=1`, NameAddrOrSpec, "params|=|a name in front of the ="},
		{"no value", `<sip:a@example.com>;tag=`, NameAddrOrSpec, "params|tag=|a value behind the ="},
		{"no semicolon", `<sip:a@example.com>;tag=1 expires=2`, NameAddrOrSpec, "params| expires=2|a semicolon behind the value"},
		{"value that is no token", `<sip:a@example.com>;tag=a/b`, NameAddrOrSpec, "params|a/b|quotes around a value that is no token"},
		{"quoted value not closed", `<sip:a@example.com>;x="a;y=b`, NameAddrOrSpec, `params|"a;y=b|a closing quote`},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := Parse([]byte("x\r\n" + c.value))
			part, err := m.AddressSyntax(Span{3, int32(len(c.value))}, c.form)
			got := ""
			if err != nil {
				got = fmt.Sprintf("%s|%s|%s", parts[part], m.Bytes(err.At), err.Want)
			}
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestQuoteThatIsNotClosedHidesNeitherURINorTag(t *testing.T) {
	m := withFields(`From: "Alice <sip:a@example.com>;tag=1`)
	a, _ := m.Address(HeaderFrom)
	if got := string(m.Bytes(a.URI)); got != "sip:a@example.com" {
		t.Errorf("URI %q", got)
	}
	if got := string(m.Tag(HeaderFrom)); got != "1" {
		t.Errorf("tag %q", got)
	}
}
