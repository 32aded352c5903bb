package sip

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func passport(header, claims string) string {
	e := base64.RawURLEncoding
	return e.EncodeToString([]byte(header)) + "." + e.EncodeToString([]byte(claims)) + ".c2ln"
}

func identityOf(t testing.TB, value string) (*Message, Identity) {
	t.Helper()
	m := withFields("Identity: " + value)
	for id := range m.Identities {
		return m, id
	}
	t.Fatal("no Identity")
	return nil, Identity{}
}

func TestIdentity(t *testing.T) {
	for _, c := range []struct{ name, value, info, alg, ppt, want, at string }{
		{"compact form", "..c2ln;info=<https://cert.example.org/a,b;c.cer>", "https://cert.example.org/a,b;c.cer", "", "", "", ""},
		{"all parameters", `a.b.c ; info = <https://cert.example.org/p.cer>;alg=ES256;ppt="shaken";x`, "https://cert.example.org/p.cer", "ES256", `"shaken"`, "", ""},
		{"no info", "a.b.c;alg=ES256", "", "ES256", "", "the parameter info", ""},
		{"info without brackets", "a.b.c;info=https://cert.example.org/p.cer", "https://cert.example.org/p.cer", "", "", "info=<URI>, the URI in angle brackets", "info=https://cert.example.org/p.cer"},
		{"info in quotes", `a.b.c;info="<https://cert.example.org>"`, `"<https://cert.example.org>"`, "", "", "info=<URI>, the URI in angle brackets", `info="<https://cert.example.org>"`},
		{"info without a value", "a.b.c;info", "", "", "", "info=<URI>, the URI in angle brackets", "info"},
		{"two parts", "a.b;info=<https://cert.example.org>", "https://cert.example.org", "", "", "header, claims and signature, separated by points", "a.b"},
		{"a blank inside", "a. b.c;info=<https://cert.example.org>", "https://cert.example.org", "", "", "base64url or a point", " "},
		{"empty", ";info=<https://cert.example.org>", "https://cert.example.org", "", "", "a PASSporT", ""},
		{"empty parameter", "a.b.c;;info=<https://cert.example.org>", "https://cert.example.org", "", "", "a parameter behind the ;", ""},
		{"RFC 4474", `"ZYNBbHC00VMZ"`, "", "", "", "", ""},
		{"RFC 4474 without quotes", "ZYNBbHC00VMZ=", "", "", "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, id := identityOf(t, c.value)
			want, at := "", ""
			if id.Err != nil {
				want, at = id.Err.Want, string(m.Bytes(id.Err.At))
			}
			got := []string{string(m.Bytes(id.Info)), string(m.Bytes(id.Alg)), string(m.Bytes(id.PPT)), want, at}
			if d := cmp.Diff([]string{c.info, c.alg, c.ppt, c.want, c.at}, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
			if id.Old != strings.HasPrefix(c.name, "RFC 4474") {
				t.Errorf("Old is %t", id.Old)
			}
		})
	}
}

func TestSeveralIdentities(t *testing.T) {
	m := withFields("Identity: a.b.c;info=<https://a.example.org>, ..c;info=<https://b.example.org>\r\nTo: a\r\ny: ..d;info=<https://c.example.org>")
	var got []string
	for id := range m.Identities {
		got = append(got, string(m.Bytes(id.Digest))+" "+string(m.Bytes(id.Info)))
	}
	if d := cmp.Diff([]string{"a.b.c https://a.example.org", "..c https://b.example.org", "..d https://c.example.org"}, got); d != "" {
		t.Error(d)
	}
}

func TestPASSporT(t *testing.T) {
	shaken := PASSporT{
		Typ: "passport", Alg: "ES256", PPT: "shaken", X5U: "https://cert.example.org/p.cer",
		Orig: PASSporTNumbers{TN: []string{"15550100"}}, Dest: PASSporTNumbers{TN: []string{"15550101", "15550102"}, URI: []string{"sip:a@example.com"}},
		HasOrig: true, HasDest: true, IssuedAt: 1443208345, HasIat: true, Attest: "A", OrigID: "123e4567-e89b-12d3-a456-426655440000",
		Claims: []string{"attest", "dest", "iat", "orig", "origid"},
	}
	const header = `{"alg":"ES256","ppt":"shaken","typ":"passport","x5u":"https://cert.example.org/p.cer"}`
	const claims = `{"attest":"A","dest":{"tn":["15550101","15550102"],"uri":["sip:a@example.com"]},"iat":1443208345,"orig":{"tn":"15550100"},"origid":"123e4567-e89b-12d3-a456-426655440000"}`
	e := base64.StdEncoding
	for _, c := range []struct {
		name, digest string
		want         PASSporT
		err          string
	}{
		{"SHAKEN", passport(header, claims), shaken, ""},
		{"plain base64 with padding", e.EncodeToString([]byte(header)) + "." + e.EncodeToString([]byte(claims)) + ".c2ln", shaken, ""},
		{"compact", "..c2ln", PASSporT{Compact: true}, ""},
		{
			// RFC 8224 section 4.1.1; iat is a string there.
			"the example of the standard",
			"eyJhbGciOiJFUzI1NiIsInR5cCI6InBhc3Nwb3J0IiwieDV1IjoiaHR0cHM6Ly9jZXJ0LmV4YW1wbGUub3JnL3Bhc3Nwb3J0LmNlciJ9.eyJkZXN0Ijp7InVyaSI6WyJzaXA6YWxpY2VAZXhhbXBsZS5jb20iXX0sImlhdCI6IjE0NDMyMDgzNDUiLCJvcmlnIjp7InRuIjoiMTIxNTU1NTEyMTIifX0.rq3pjT1hoRwakEGjHCnWSwUnshd0-zJ6F1VOgFWSjHBr8Qjpjlk-cpFYpFYsojNCpTzO3QfPOlckGaS6hEck7w",
			PASSporT{
				Typ: "passport", Alg: "ES256", X5U: "https://cert.example.org/passport.cer", IssuedAt: 1443208345, HasIat: true,
				Orig: PASSporTNumbers{TN: []string{"12155551212"}}, Dest: PASSporTNumbers{URI: []string{"sip:alice@example.com"}},
				HasOrig: true, HasDest: true, Claims: []string{"dest", "iat", "orig"},
			},
			"",
		},
		{"claims of other types", passport(`{"alg":1}`, `{"orig":"1555","dest":{"tn":[1,"2",{}]},"iat":"soon","attest":["A"]}`), PASSporT{
			Dest: PASSporTNumbers{TN: []string{"2"}}, HasDest: true, Claims: []string{"attest", "dest", "iat", "orig"},
		}, ""},
		{"header unreadable", "e30!.e30.c2ln", PASSporT{}, "a JSON object in base64url: the header of the PASSporT"},
		{"claims no object", passport(`{"typ":"passport"}`, `[1]`), PASSporT{Typ: "passport"}, "a JSON object in base64url: the claims of the PASSporT"},
		{"claims cut off", passport(`{}`, `{"iat":1`), PASSporT{}, "a JSON object in base64url: the claims of the PASSporT"},
		{"two objects", passport(`{}`, `{}{}`), PASSporT{}, "a JSON object in base64url: the claims of the PASSporT"},
		{"null", passport(`null`, `{}`), PASSporT{}, "a JSON object in base64url: the header of the PASSporT"},
		{"one part", "abc", PASSporT{}, "a PASSporT of three parts"},
		{"too long", strings.Repeat("a", maxPASSporT) + ".b.c", PASSporT{}, "a PASSporT"},
		{"quoted", `"abc"`, PASSporT{}, "a PASSporT"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, id := identityOf(t, c.digest+";info=<https://cert.example.org/p.cer>")
			got, err := m.PASSporT(id)
			want := ""
			if err != nil {
				want = err.Want
			}
			if d := cmp.Diff(c.err, want); d != "" {
				t.Errorf("error (-want +got)\n%s", d)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
			if got.HasClaim("iat") != strings.Contains(strings.Join(got.Claims, " "), "iat") {
				t.Error("HasClaim")
			}
		})
	}
}

func FuzzIdentity(f *testing.F) {
	f.Add(passport(`{"typ":"passport"}`, `{"iat":1e300,"orig":{"tn":null}}`) + ";info=<a>;alg=x")
	f.Add(`"a";ppt, ..;info=<`)
	f.Add(";;=;info=<>")
	f.Add(strings.Repeat("W1tb", 2000) + ".e30.")
	f.Fuzz(func(t *testing.T, value string) {
		if strings.ContainsAny(value, "\r\n") {
			return
		}
		m := withFields("Identity: " + value)
		v := m.Headers[0].Value
		for id := range m.Identities {
			spans := []Span{id.Value, id.Digest}
			_, err := m.PASSporT(id)
			for _, e := range []*SyntaxError{id.Err, err} {
				if e != nil {
					spans = append(spans, e.At)
				}
			}
			for _, s := range []Span{id.Info, id.Alg, id.PPT} {
				if s != (Span{}) {
					spans = append(spans, s)
				}
			}
			for _, s := range spans {
				if s.Off < v.Off || s.Len < 0 || s.End() > v.End() {
					t.Fatalf("%+v outside %+v", s, v)
				}
			}
		}
	})
}
