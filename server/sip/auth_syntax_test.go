package sip

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// parts writes what ReadAuth reads, one word for each part: `Digest`, `realm="a"`,
// `[data]`, `+` in front of a joined scheme, `~` where a comma is missing, `!want` behind an error.
func parts(t testing.TB, field string) string {
	m := withFields(field)
	h := &m.Headers[0]
	var out []string
	r := m.ReadAuth(h)
	var p AuthPart
	last := h.Value.Off
	for r.Next(&p) {
		var s string
		switch p.Kind {
		case AuthScheme:
			s = string(m.Bytes(p.Name))
		case AuthParameter:
			s = string(m.Bytes(p.Name))
			if p.Value.Len > 0 {
				s += "=" + string(m.Bytes(p.Value))
			}
		case AuthData:
			s = "[" + string(m.Bytes(p.Value)) + "]"
		}
		if p.Joined {
			s = "+" + s
		}
		if p.NoComma {
			s = "~" + s
		}
		if p.Err != nil {
			s += fmt.Sprintf("!%s@%q", p.Err.Want, m.Bytes(p.Err.At))
			if p.Err.At.Off < h.Value.Off || p.Err.At.End() > h.Value.End() {
				t.Fatalf("%q: error outside the value", field)
			}
		}
		if p.Gap.Off < last || p.Gap.Len < 0 || p.Text().Len < 0 || p.Text().End() > h.Value.End() {
			t.Fatalf("%q: %q at %+v behind %d", field, s, p, last)
		}
		last = p.Text().Off
		if p.Quoted && m.Bytes(p.Value)[0] != '"' {
			t.Fatalf("%q: %q is not quoted", field, s)
		}
		if out = append(out, s); len(out) > 2*len(field)+4 {
			t.Fatalf("%q: no end", field)
		}
	}
	return strings.Join(out, " ")
}

func TestReadAuth(t *testing.T) {
	const scheme = "!a scheme, as Digest, in front of the parameters"
	for _, c := range []struct{ name, field, want string }{
		{"challenge", `WWW-Authenticate: Digest realm="a, \"b\"", nonce="x", algorithm=MD5`, `Digest realm="a, \"b\"" nonce="x" algorithm=MD5`},
		{"white space everywhere", "Authorization:  Digest\r\n  username = \"a\" ,\r\n\tnc =\t00000001 ", `Digest username="a" nc=00000001`},
		{"Basic credentials", "Authorization: Basic dTpw", "Basic [dTpw]"},
		{"Bearer token with padding", "Authorization: Bearer a.b-c/d==", "Bearer [a.b-c/d==]"},
		{"a scheme nobody knows", "Authorization: NoOneKnows opaque-data=here", "NoOneKnows opaque-data=here"},
		{"joined challenges", `WWW-Authenticate: Digest realm="a", nonce="x", Digest realm="b", nonce="y"`, `Digest realm="a" nonce="x" +Digest realm="b" nonce="y"`},
		{"joined, scheme unknown", `WWW-Authenticate: Digest realm="a", Foo bar=1`, `Digest realm="a" +Foo bar=1`},
		{"joined, without parameters", `WWW-Authenticate: Digest realm="a", Negotiate`, `Digest realm="a" +Negotiate!parameters behind the scheme@"Negotiate"`},
		{"joined by a blank", `WWW-Authenticate: Digest realm="a" Digest realm="b"`, `Digest realm="a" ~+Digest realm="b"`},
		{"joined data", "Authorization: Basic dTpw, Bearer abc", "Basic [dTpw] +Bearer [abc]"},
		{"comma missing", `Authorization: Digest username="bob" realm="a",nonce="x"`, `Digest username="bob" ~realm="a" nonce="x"`},
		{"comma missing without a blank", `Authorization: Digest username="bob"realm="a"`, `Digest username="bob" ~realm="a"`},
		{"comma twice", `Authorization: Digest username="bob",, realm="a"`, `Digest username="bob" !a parameter beside the comma@"," realm="a"`},
		{"comma at the end", `Authorization: Digest username="bob",`, `Digest username="bob" !a parameter beside the comma@","`},
		{"comma behind the scheme", `Authorization: Digest , username="bob"`, `Digest !a parameter beside the comma@"," username="bob"`},
		{"comma in front, data behind", "Authorization: , Basic dTpw", `!a parameter beside the comma@"," Basic [dTpw]`},
		{"only a comma", "Authorization: ,", `!a parameter beside the comma@","`},
		{"nothing", "Authorization:", `!a scheme, as Digest, and its parameters@""`},
		{"scheme alone", "Authorization: nimportequoi", `nimportequoi!parameters behind the scheme@"nimportequoi"`},
		{"no scheme", `WWW-Authenticate: realm="a", nonce="x"`, scheme + `@"realm" realm="a" nonce="x"`},
		{"no word", `WWW-Authenticate: "a"`, scheme + `@"\"" "a"!a parameter@"\"a\""`},
		{"quote behind the scheme", `WWW-Authenticate: Digest"a"`, `Digest!a blank behind the scheme@"\"" "a"!a parameter@"\"a\""`},
		{"no value", `Authorization: Digest username=, realm="a"`, `Digest username!a value behind the =@"username=" realm="a"`},
		{"no equals sign", `Authorization: Digest username, realm="a"`, `Digest username!a parameter with = and a value@"username" realm="a"`},
		{"unquoted URI", "Authorization: Digest uri=sip:a@b, nc=1", `Digest uri=sip:a@b!quotes around a value that is no token@"sip:a@b" nc=1`},
		{"quote not closed", `Authorization: Digest nc=1, realm="a, nonce=x`, `Digest nc=1 realm="a, nonce=x!a closing quote@"\"a, nonce=x"`},
		{"quote not closed behind a backslash", `Authorization: Digest realm="a\"`, `Digest realm="a\"!a closing quote@"\"a\\\""`},
		{"empty quotes", `Authorization: Digest response=""`, `Digest response=""`},
		{"Digest in lower case, data does not hold for it", "Authorization: digest abc", `digest abc!a parameter with = and a value@"abc"`},
		{"Authentication-Info", `Authentication-Info: nextnonce="x", qop=auth , rspauth="5e", nc=00000001`, `nextnonce="x" qop=auth rspauth="5e" nc=00000001`},
		{"Authentication-Info with nothing", "Authentication-Info:", `!a parameter@""`},
		{"bytes of no grammar", "Authorization: Digest @@@, \x00=1", `Digest @@@!a parameter@"@@@" ` + "\x00=1" + `!a parameter@"\x00=1"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, parts(t, c.field)); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

func TestAuthValues(t *testing.T) {
	m := withFields("To: a\r\nWWW-Authenticate: Digest realm=\"a \\\"b\", nonce=\"x\", QOP=\"auth\", nonce=\"y\", foo=1, Bearer realm=z\r\n" +
		"Authentication-Info: qop=auth\r\nAuthorization: Basic dTpw\r\nProxy-Authorization: Digest uri=sip:a, realm=\"c\"\r\nProxy-Authenticate: Kerberos realm=\"d\"")
	var got []string
	a := m.AuthValues()
	var v AuthValue
	for a.Next(&v) {
		s := fmt.Sprintf("%s challenge=%t broken=%t realm=%s nonce=%s qop=%s data=%s", m.Bytes(v.Scheme.Name), v.IsChallenge(), v.Broken,
			v.Unquoted(m, AuthRealm), v.Unquoted(m, AuthNonce), v.Unquoted(m, AuthQOP), m.Bytes(v.Data))
		got = append(got, s+" in "+string(m.Bytes(v.All)))
		if v.Has(AuthURI) {
			t.Error("a parameter that is not right is there")
		}
		if p, ok := v.Param(AuthNonce); ok && (!p.Quoted || p.ID != AuthNonce || string(m.Bytes(p.Text())) != `nonce="x"`) {
			t.Errorf("%+v", p)
		}
	}
	want := []string{
		`Digest challenge=true broken=false realm=a "b nonce=x qop=auth data= in Digest realm="a \"b", nonce="x", QOP="auth", nonce="y", foo=1`,
		`Bearer challenge=true broken=false realm=z nonce= qop= data= in Bearer realm=z`,
		`Basic challenge=false broken=false realm= nonce= qop= data=dTpw in Basic dTpw`,
		`Digest challenge=false broken=true realm=c nonce= qop= data= in Digest uri=sip:a, realm="c"`,
		`Kerberos challenge=true broken=false realm=d nonce= qop= data= in Kerberos realm="d"`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func TestAuthParamNames(t *testing.T) {
	for id := AuthOther + 1; id < authParamCount; id++ {
		if id.String() == "" || lookupAuthParam([]byte(strings.ToUpper(id.String()))) != id {
			t.Errorf("%d is %q", id, id)
		}
	}
	if lookupAuthParam([]byte("targetname")) != AuthOther {
		t.Error("an unknown parameter is known")
	}
}

func TestAuthValuesDoNotAllocate(t *testing.T) {
	m := withFields(`Authorization: Digest username="bob", realm="example.com", nonce="x", uri="sip:example.com", response="00", qop=auth, nc=00000001, cnonce="y"`)
	if n := testing.AllocsPerRun(100, func() {
		a := m.AuthValues()
		var v AuthValue
		for a.Next(&v) {
			if !v.Has(AuthUsername) {
				t.Fatal("no username")
			}
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkAuthValues(b *testing.B) {
	m := withFields(`Authorization: Digest username="bob", realm="example.com", nonce="ZVlVk2GZVGegVBZVKaMHpnxmUA", uri="sip:example.com", response="5e8518291c1320989df6966405e0b3d1", algorithm=MD5, qop=auth, nc=00000001, cnonce="05bc00e63a7794182f9425da9266d00d"`)
	b.ReportAllocs()
	for b.Loop() {
		a := m.AuthValues()
		var v AuthValue
		for a.Next(&v) {
		}
	}
}

func FuzzReadAuth(f *testing.F) {
	for _, s := range []string{
		`Digest realm="a", nonce="x" Digest ,, realm="`, "Basic a==, Bearer", `"`, ",", "Digest=", "a b=c, d e", "\\\"", "Digest a=\"\\",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if strings.ContainsAny(value, "\r\n") {
			return
		}
		for _, name := range []string{"WWW-Authenticate: ", "Authentication-Info: "} {
			parts(t, name+value)
		}
		m := withFields("Authorization: " + value)
		a := m.AuthValues()
		var v AuthValue
		for n := 0; a.Next(&v); n++ {
			if n > len(value) || v.All.Len < 0 || int(v.All.End()) > len(m.Text) {
				t.Fatalf("%d values, %+v", n, v.All)
			}
			for id := range authParamCount {
				v.Unquoted(m, id)
			}
		}
	})
}
