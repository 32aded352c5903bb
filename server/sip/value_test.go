package sip

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// withFields parses a response with these header lines.
func withFields(lines string) *Message {
	return Parse([]byte("SIP/2.0 200 OK\r\n" + lines + "\r\n\r\n"))
}

func TestValues(t *testing.T) {
	for _, c := range []struct {
		lines string
		want  []string
	}{
		{"Contact: <sip:a>", []string{"<sip:a>"}},
		{"Contact: <sip:a>, <sip:b>;q=1 ,\r\n\t<sip:c>", []string{"<sip:a>", "<sip:b>;q=1", "<sip:c>"}},
		{"m: <sip:a>\r\nContact: <sip:b>\r\nTo: x, y\r\nCONTACT: <sip:c>", []string{"<sip:a>", "<sip:b>", "<sip:c>"}},
		{`Contact: "Doe, John" <sip:a>, "x\", y" <sip:b>`, []string{`"Doe, John" <sip:a>`, `"x\", y" <sip:b>`}},
		{"Contact: <sip:a,b@c;x=\">, <sip:d>", []string{"<sip:a,b@c;x=\">", "<sip:d>"}},
		{"Contact: <sip:a, <sip:b>", []string{"<sip:a, <sip:b>"}},
		{`Contact: "open, <sip:b>`, []string{`"open, <sip:b>`}},
		{`Contact: "open\`, []string{`"open\`}},
		{"Contact: a,,b,", []string{"a", "", "b", ""}},
		{"Contact:", []string{""}},
		{"To: a", nil},
	} {
		m := withFields(c.lines)
		var got []string
		for h, v := range m.Values(HeaderContact) {
			if h.ID != HeaderContact {
				t.Errorf("%q: field %v", c.lines, h.ID)
			}
			got = append(got, string(m.Bytes(v)))
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%q (-want +got):\n%s", c.lines, d)
		}
		for range m.Values(HeaderContact) {
			break // must not go on
		}
	}
}

func TestParams(t *testing.T) {
	for _, c := range []struct {
		text string
		sep  byte
		want []string
	}{
		{"tag=1;x;y = \"a;b\" ; z=", ';', []string{"tag|1", "x", `y|"a;b"`, "z|"}},
		{`realm="a,b", nonce="c=d" , stale=TRUE,algorithm=MD5`, ',', []string{`realm|"a,b"`, `nonce|"c=d"`, "stale|TRUE", "algorithm|MD5"}},
		{"a;;b", ';', []string{"a", "", "b"}},
		{"a;", ';', []string{"a"}},
		{"=x;a==b", ';', []string{"|x", "a|=b"}},
		{"id=<a;b>;c", ';', []string{"id|<a;b>", "c"}},
		{"", ';', nil},
	} {
		m := &Message{Text: []byte(c.text)}
		var got []string
		for p := range m.Params(span(0, len(c.text)), c.sep) {
			s := string(m.Bytes(p.Name))
			if p.HasValue {
				s += "|" + string(m.Bytes(p.Value))
			}
			got = append(got, s)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%q (-want +got):\n%s", c.text, d)
		}
	}
	m := &Message{Text: []byte("a=1;TAG=x;tag=y")}
	all := span(0, len(m.Text))
	if p, ok := m.FindParam(all, ';', "tag"); !ok || string(m.Bytes(p.Value)) != "x" {
		t.Errorf("tag is %q, %v", m.Bytes(p.Value), ok)
	}
	if p, ok := m.FindParam(all, ';', "b"); ok {
		t.Errorf("found %+v", p)
	}
}

func TestUnquote(t *testing.T) {
	for in, want := range map[string]string{
		`"a"`: "a", `"a\"b\\c"`: `a"b\c`, `""`: "", `"`: `"`, `a`: "a", ``: "", `"a`: `"a`, `"a\"`: `a\`, `a"b"`: `a"b"`, `"\ä"`: "ä",
	} {
		if got := string(Unquote([]byte(in))); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestTokens(t *testing.T) {
	m := withFields("Supported: 100rel, Timer\r\nk: path;x=1\r\nc: Application/SDP;charset=x\r\nEvent: presence.winfo ;id=1\r\nSubject: \"x\"")
	for token, want := range map[string]bool{"100rel": true, "timer": true, "path": false, "path;x=1": true, "time": false, "": false} {
		if got := m.HasToken(HeaderSupported, token); got != want {
			t.Errorf("Supported has %q: %v, want %v", token, got, want)
		}
	}
	for id, want := range map[HeaderID]string{HeaderContentType: "Application/SDP", HeaderEvent: "presence.winfo", HeaderSubject: "", HeaderSupported: "100rel"} {
		if got := m.FirstToken(id); string(got) != want || got == nil {
			t.Errorf("%v begins with %q, want %q", id, got, want)
		}
	}
	if got := m.FirstToken(HeaderVia); got != nil {
		t.Errorf("a field that is not there begins with %q", got)
	}
}

func TestAddress(t *testing.T) {
	for _, c := range []struct {
		value string
		want  string // display|uri|params, "*" for Contact: *
	}{
		{"<sip:a@b>", "|sip:a@b|"},
		{"<sip:a@b;x=1>;tag=2;y", "|sip:a@b;x=1|tag=2;y"},
		{"Bob <sip:a@b> ; tag=2", "Bob|sip:a@b| tag=2"},
		{`"Bob \"<x>\"; y" <sip:a@b>;tag=2`, `"Bob \"<x>\"; y"|sip:a@b|tag=2`},
		{`"Bob"<sip:a@b>`, `"Bob"|sip:a@b|`},
		{"sip:a@b;tag=2", "|sip:a@b|tag=2"},
		{"sip:a@b ;tag=2", "|sip:a@b|tag=2"},
		{"sip:a@b", "|sip:a@b|"},
		{"<sip:a@b", "|sip:a@b|"},
		{"<>;tag=1", "||tag=1"},
		{"Bob", "|Bob|"},
		{`"Bob`, `|"Bob|`},
		{"*", "*"},
		{"", "||"},
		{"Bob Smith\r\n <sip:a@b>\r\n ;tag=2", "Bob Smith|sip:a@b|tag=2"},
	} {
		m := withFields("Contact: " + c.value)
		a, ok := m.Address(HeaderContact)
		got := string(m.Bytes(a.Display)) + "|" + string(m.Bytes(a.URI)) + "|" + string(m.Bytes(a.Params))
		if a.Star {
			got = "*"
		}
		if !ok || got != c.want {
			t.Errorf("%q: %q, %v; want %q", c.value, got, ok, c.want)
		}
		if want := strings.Contains(c.value, "<sip") || strings.Contains(c.value, "<>"); a.Angle != want {
			t.Errorf("%q: angle brackets %v", c.value, a.Angle)
		}
	}
	m := withFields("Contact: <sip:a>, <sip:b>\r\nm: sip:c;q=1")
	var got []string
	for _, a := range m.Addresses(HeaderContact) {
		got = append(got, string(m.Bytes(a.URI)))
	}
	if d := cmp.Diff([]string{"sip:a", "sip:b", "sip:c"}, got); d != "" {
		t.Error(d)
	}
	if _, ok := m.Address(HeaderTo); ok {
		t.Error("an address in a field that is not there")
	}
}

func TestTag(t *testing.T) {
	m := withFields("From: \"x;tag=0\" <sip:a;tag=9>;q;TAG=1\r\nTo: sip:b")
	if got := string(m.Tag(HeaderFrom)); got != "1" {
		t.Errorf("From tag %q", got)
	}
	if got := m.Tag(HeaderTo); got != nil {
		t.Errorf("To tag %q", got)
	}
	if got := m.Tag(HeaderContact); got != nil {
		t.Errorf("tag %q of a field that is not there", got)
	}
}

func TestVia(t *testing.T) {
	for _, c := range []struct {
		value string
		want  string // protocol|transport|host|port|params
		ok    bool
	}{
		{"SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport", "SIP/2.0|UDP|192.0.2.1|5060|branch=z9hG4bK1;rport", true},
		{"SIP / 2.0 / TCP\r\n example.com : 5061 ; branch = z9hG4bK1", "SIP / 2.0|TCP|example.com|5061| branch = z9hG4bK1", true},
		{"SIP/2.0/TLS [2001:db8::1]:5061;branch=x", "SIP/2.0|TLS|[2001:db8::1]|5061|branch=x", true},
		{"SIP/2.0/TLS [2001:db8::1];received=[2001:db8::2]", "SIP/2.0|TLS|[2001:db8::1]||received=[2001:db8::2]", true},
		{"SIP/2.0/UDP 2001:db8::1", "SIP/2.0|UDP|2001:db8::1||", true},
		{"SIP/2.0/WSS df7jal23ls0d.invalid", "SIP/2.0|WSS|df7jal23ls0d.invalid||", true},
		{"SIP/2.0/UDP example.com:", "SIP/2.0|UDP|example.com||", true},
		{"SIP/2.0/UDP", "SIP/2.0|UDP|||", false},
		{"SIP/2.0/ example.com", "SIP/2.0|example.com|||", false},
		{"SIP/2.0 example.com", "||||", false},
		{"SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]", "SIP/2.0||[transport] [local_ip]|[local_port]|branch=[branch]", false},
		{"SIP/2.0/UDP [2001:db8::1", "SIP/2.0|UDP|[2001:db8::1||", true},
		{"", "||||", false},
	} {
		m := withFields("Via: " + c.value)
		v := m.TopVia()
		got := string(m.Bytes(v.Protocol)) + "|" + string(m.Bytes(v.Transport)) + "|" + string(m.Bytes(v.Host)) + "|" + string(m.Bytes(v.Port)) + "|" + string(m.Bytes(v.Params))
		if got != c.want || v.OK != c.ok {
			t.Errorf("%q: %q, %v; want %q, %v", c.value, got, v.OK, c.want, c.ok)
		}
	}
}

func TestVias(t *testing.T) {
	m := withFields("Via: SIP/2.0/UDP a;branch=z9hG4bKa, SIP/2.0/UDP b;branch=B\r\nv: SIP/2.0/TCP c")
	var got []string
	for _, v := range m.Vias() {
		got = append(got, string(m.Bytes(v.Host))+" "+string(m.Branch(v)))
	}
	if d := cmp.Diff([]string{"a z9hG4bKa", "b B", "c "}, got); d != "" {
		t.Error(d)
	}
	if !m.HasMagicCookie() {
		t.Error("the topmost Via has the cookie")
	}
	for value, want := range map[string]bool{"SIP/2.0/UDP a;branch=Z9HG4BK1": true, "SIP/2.0/UDP a;branch=1": false, "SIP/2.0/UDP a": false, "SIP/2.0/UDP a;branch=z9hG4b": false} {
		if got := withFields("Via: " + value).HasMagicCookie(); got != want {
			t.Errorf("%q: %v", value, got)
		}
	}
	if v := withFields("To: a").TopVia(); v != (Via{}) {
		t.Errorf("no Via, but %+v", v)
	}
}

func TestCSeq(t *testing.T) {
	for _, c := range []struct {
		value  string
		number uint64
		method string
		ok     bool
	}{
		{"1 INVITE", 1, "INVITE", true},
		{"  4711\t\r\n ACK  ", 4711, "ACK", true},
		{"0009 x-y", 9, "x-y", true},
		{"2147483648 BYE", 1 << 31, "BYE", true},
		{"36893488147419103232 BYE", 1<<64 - 1, "BYE", true},
		{"1INVITE", 1, "INVITE", false},
		{"1", 1, "", false},
		{"INVITE", 0, "INVITE", false},
		{"-1 INVITE", 0, "-1 INVITE", false},
		{"1 INVITE x", 1, "INVITE x", false},
		{"[cseq] INVITE", 0, "[cseq] INVITE", false},
		{"", 0, "", false},
	} {
		m := withFields("CSeq: " + c.value)
		got := m.CSeq()
		if got.Number != c.number || string(m.Bytes(got.Method)) != c.method || got.OK != c.ok {
			t.Errorf("%q: %d %q %v", c.value, got.Number, m.Bytes(got.Method), got.OK)
		}
	}
	if got := withFields("To: a").CSeq(); got != (CSeq{}) {
		t.Errorf("no CSeq, but %+v", got)
	}
}

func TestContentLength(t *testing.T) {
	for value, want := range map[string]int{"0": 0, "12": 12, "  211 ": 211, "007": 7, "1073741824": 1 << 30, "1073741825": -1, "99999999999999999999": -1, "-1": -1, "+1": -1, "1 2": -1, "0x1": -1, "[len]": -1, "": -1} {
		m := withFields("l: " + value + "\r\nContent-Length: 5")
		n, h, ok := m.ContentLength()
		if !ok {
			n = -1
		}
		if n != want || h != &m.Headers[0] {
			t.Errorf("%q: %d, want %d; field %p", value, n, want, h)
		}
	}
	if _, h, ok := withFields("To: a").ContentLength(); h != nil || ok {
		t.Error("a field that is not there")
	}
}

func TestWireLen(t *testing.T) {
	for s, want := range map[string]int{"": 0, "a": 1, "\n": 2, "\r\n": 2, "a\nb\r\nc\n": 9, "\r\r\n\n": 5, "\r": 1} {
		if got := WireLen([]byte(s)); got != want {
			t.Errorf("%q: %d, want %d", s, got, want)
		}
	}
}

func TestAuths(t *testing.T) {
	m := withFields("WWW-Authenticate: Digest realm=\"a, \\\"b\\\"\", NONCE=x,\r\n qop=\"auth,auth-int\"\r\nTo: a\r\nWWW-Authenticate: Bearer\r\nWWW-Authenticate:")
	var got []string
	for a := range m.Auths(HeaderWWWAuthenticate) {
		got = append(got, string(m.Bytes(a.Scheme))+"|"+string(m.AuthParam(a, "realm"))+"|"+string(m.AuthParam(a, "nonce"))+"|"+string(m.AuthParam(a, "qop")))
		if a.Header.ID != HeaderWWWAuthenticate {
			t.Errorf("field %v", a.Header.ID)
		}
		if m.AuthParam(a, "opaque") != nil {
			t.Error("a parameter that is not there is not nil")
		}
	}
	if d := cmp.Diff([]string{`Digest|a, "b"|x|auth,auth-int`, "Bearer|||", "|||"}, got); d != "" {
		t.Error(d)
	}
}
