package check

import (
	"strings"
	"testing"

	"sipls/server/sip"
)

func TestUserAndHost(t *testing.T) {
	for uri, want := range map[string]string{
		"sip:a@example.com":                            "a example.com",
		"sips:a:secret@example.com:5061;x=1?subject=y": "a example.com",
		"sip:[2001:db8::1]:5060":                       " [2001:db8::1]",
		"sip:a@[2001:db8::1":                           "a [2001",
		"tel:+15550100;ext=1":                          " +15550100",
		"example.com":                                  " example.com",
		"":                                             " ",
	} {
		user, host := userAndHost([]byte(uri))
		if got := string(user) + " " + string(host); got != want {
			t.Errorf("%s: %q, want %q", uri, got, want)
		}
	}
}

func TestTelephoneNumber(t *testing.T) {
	for uri, want := range map[string]string{
		"tel:+1-555-0100;ext=1":                "15550100",
		"sip:+1(555)0100@example.com":          "15550100",
		"sip:5550100;phone-context=+1@example": "5550100",
		"sip:*67@example.com":                  "*67",
		"sip:bob@example.com":                  "",
		"sip:192.0.2.1":                        "",
		"urn:service:sos":                      "",
	} {
		if got, ok := telephoneNumber([]byte(uri)); got != want || ok != (want != "") {
			t.Errorf("%s: %q, want %q", uri, got, want)
		}
	}
}

func TestSameNumber(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"15550100", "15550100", true},
		{"15550100", "5550100", true},
		{"442079460000", "02079460000", true},
		{"442079460000", "011442079460000", true},
		{"15550100", "15550101", false},
		{"15550100", "5550199", false},
	} {
		if sameNumber(c.a, c.b) != c.want || sameNumber(c.b, c.a) != c.want {
			t.Errorf("%s and %s: not %t", c.a, c.b, c.want)
		}
	}
}

func TestPasswordIn(t *testing.T) {
	for value, want := range map[string]string{
		"<sip:a:secret@example.com>;tag=1":   "secret",
		"Bob <SIPS:a:se%40cret@example.com>": "se%40cret",
		"sip:+1-555-0100:1234@example.com":   "1234",
		"<sip:a@example.com:5060>":           "",
		"<sip:example.com:5060>;x=b@c":       "",
		"<sip:192.0.2.1:5060@example.com>":   "",
		"<sip:a:xxxx@example.com>":           "",
		"<sip:a:@example.com>":               "",
		"\"sip:a:b@c\" <sip:d@example.com>":  "",
		"<mailto:a:b@example.com>":           "",
		"a:b@example.com":                    "",
	} {
		m := sip.Parse([]byte("OPTIONS sip:x SIP/2.0\r\nFrom: " + value + "\r\n\r\n"))
		got := ""
		if place, ok := passwordIn(m, m.Headers[0].Value); ok {
			got = string(m.Bytes(place))
		}
		if got != want {
			t.Errorf("%s: %q, want %q", value, got, want)
		}
	}
}

// authenticationSubject is a whole message that somebody edits.
func authenticationSubject(text string) *Subject {
	m := sip.Parse([]byte(strings.ReplaceAll(text, "\n", "\r\n")))
	m.Head.Is, m.Tail.Is = sip.Whole, sip.Whole
	s := &Subject{Message: m, Editable: true, Bare: true}
	s.facts.load(m)
	return s
}

// Whatever stands in the fields of authentication, findings and fixes stay inside the message.
func FuzzAuthenticationRules(f *testing.F) {
	for _, s := range []string{
		`Digest realm="a", nonce="x", Digest realm="b",, algorithm=SHA256 qop=auth username*=a, username="`,
		"Basic dTpw", "Bearer abc", `Digest username="", uri=sip:a@b, response="1", nc=1, stale="2", algorithm="AKAv1-MD5", nonce="a"`,
		`e30.e30.c;info=<https://a>;alg=x;ppt="y"`, "..;info=https://a", `"abc"`, "abc=", ",", "",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if strings.ContainsAny(value, "\r\n") {
			return
		}
		lines := ""
		for _, id := range append([]sip.HeaderID{sip.HeaderIdentity, sip.HeaderPAssertedIdentity}, authInfoFields...) {
			lines += id.String() + ": " + value + "\n"
		}
		for _, text := range []string{invited(lines), challengedWith(lines)} {
			s := authenticationSubject(text)
			within := func(p sip.Span) {
				if p.Off < 0 || p.Len < 0 || int(p.End()) > len(s.Message.Text) {
					t.Fatalf("%+v outside %q", p, s.Message.Text)
				}
			}
			for _, r := range authenticationRules {
				r.Check(s, func(f Finding) {
					within(f.At.At)
					if f.At.At.Len == 0 || f.Title == "" || f.Evidence == "" || f.Consequence == "" || f.Next == "" {
						t.Fatalf("%s: %+v", r.Name, f)
					}
					if r.Fix == nil {
						return
					}
					for _, fix := range r.Fix(s, &f) {
						for _, e := range fix.Edits {
							within(e.At)
						}
					}
				})
			}
		}
	})
}

func BenchmarkAuthenticationRules(b *testing.B) {
	for name, text := range map[string]string{
		"none":        invited(""),
		"credentials": registerWith(`Authorization: Digest username="bob", realm="example.com", nonce="ZVlVk2GZVGegVBZVKaMHpnxmUA", uri="sip:example.com", response="5e8518291c1320989df6966405e0b3d1", algorithm=MD5, qop=auth, nc=00000001, cnonce="05bc00e63a7794182f9425da9266d00d"` + "\n"),
		"challenge":   challengedWith(`WWW-Authenticate: Digest realm="example.com", nonce="ZVlVk2GZVGegVBZVKaMHpnxmUA", algorithm=MD5, qop="auth", stale=false` + "\n"),
		"identity":    invited(identityLine(shakenHeader, shakenClaims, shakenParams)),
	} {
		b.Run(name, func(b *testing.B) {
			s := authenticationSubject(text)
			var rules []*Rule
			for _, x := range rulesFor(s.Message) {
				for _, r := range authenticationRules {
					if r == x.Rule && (x.anyField || s.facts.fields.meets(&x.fields)) {
						rules = append(rules, r)
					}
				}
			}
			none := func(f Finding) { b.Fatal(f.Title) }
			b.ReportAllocs()
			for b.Loop() {
				for _, r := range rules {
					r.Check(s, none)
				}
			}
		})
	}
}
